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
	CELL_SHADOWED, /* another check refuses instead, and without both nothing is exposed either
			*/
	CELL_TOGETHER, /* another check refuses instead; without both something is exposed */
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
	char shadow[96]; /* the check that refuses instead; "" for none */
	char then[96];   /* shadowed: the check that refuses without both; "" for none */
	struct exposure exposure;
	struct divergence divergence;
};

/* Play one scenario without these checks; count 0: with all. ERR_BUG when a secret would be shown.
 */
enum err cell_play(const struct found *f, const struct knocked *k, struct facts *out,
		   struct diags *d);
/* Fill out->outcome and what follows it: play scenario f without check, and without the one that
 * refuses instead. with: the same run with all checks, in which this one was false. ERR_OK or
 * ERR_BUG, with its reason in d. */
enum err cell_fill(const struct found *f, const char *check, const struct facts *with,
		   struct cell *out, struct diags *d);

/* "exposed", "exposed together", "shadowed", "survived", "broken". */
const char *cell_outcome_name(enum cell_outcome outcome);

#endif
