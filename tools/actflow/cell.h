/* cell.h - one cell of the matrix check x scenario: a scenario played without one check. */
#ifndef TOOLS_ACTFLOW_CELL_H
#define TOOLS_ACTFLOW_CELL_H

#include "tools/actflow/exposure.h"
#include "tools/actflow/paths.h"

/* What came of it, from the least telling to the most. */
enum cell_outcome {
	CELL_BROKEN, /* it did not come back, or not as the run with the check began: a bug of ours
		      */
	CELL_SURVIVED, /* nothing changes but the check itself */
	CELL_SHADOWED, /* others refuse instead, and nothing is exposed without them either */
	CELL_TOGETHER, /* others refuse instead, one after another; without all, something is
			  exposed */
	CELL_EXPOSED,
};
/* Where the run without the check parts from the run with it. */
struct divergence {
	uint64_t record, with; /* of the run without, and of the run with the check */
	int64_t at_ns;         /* virtual time */
	char words[REFUSALS_WORDS_MAX], instead[REFUSALS_WORDS_MAX]; /* of these records */
};
struct cell {
	size_t check, scenario; /* indices of the matrix */
	enum cell_outcome outcome;
	size_t others_count; /* checks that refuse instead, knocked out one after another */
	char others[KNOCKED_MAX - 1][96];
	struct exposure exposure; /* of the run without all these */
	struct divergence divergence;
};

/* A scenario that was read from a file. All borrowed. */
struct playing {
	const struct found *file;
	const struct scenario *scenario;
	struct diags *d;
};
/* Play it without these checks; count 0: with all. ERR_BUG when a secret would be shown. */
enum err cell_play(const struct playing *p, const struct knocked *k, struct facts *out);
/* What a cell, which has its others, shows of a check: exposure_of() its run without all of them.
 * with: the run with all checks. What is shown without the others by themselves, where one of them
 * was false anyway, is no fault of this check. without: receives the run; freed by the caller. */
enum err cell_expose(const struct playing *p, const struct knocked *k, const struct facts *with,
		     struct facts *without, struct exposure *out);
/* The checks that are knocked out in a cell of this check: it, then the others. Borrowed. */
struct knocked cell_knocked(const struct cell *c, const char *check);
/* Fill out->outcome and what follows it: play scenario f without check, and without those that
 * refuse instead. with: the same run with all checks, in which this one was false. ERR_OK or
 * ERR_BUG, with its reason in d. */
enum err cell_fill(const struct found *f, const char *check, const struct facts *with,
		   struct cell *out, struct diags *d);

/* "exposed", "exposed together", "shadowed", "survived", "broken". */
const char *cell_outcome_name(enum cell_outcome outcome);

#endif
