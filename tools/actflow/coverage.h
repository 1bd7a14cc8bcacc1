/* coverage.h - which rows of a roster's tables were taken, how often, by which scenario first.
 *
 * Counted from step records: a row is found again by machine, state, stimulus and story. A row for
 * several states counts once for each: else what it does in one would hide that nobody has tried
 * the others. Nothing is judged of a run: a row that was taken in one that ended badly was taken.
 */
#ifndef TOOLS_ACTFLOW_COVERAGE_H
#define TOOLS_ACTFLOW_COVERAGE_H

#include "proto/record.h"
#include "sim/diag.h"
#include "sim/roster.h"

struct coverage_row {
	const struct machine *machine;
	const struct row *row;
	uint8_t state;      /* one that it stands in */
	uint64_t taken;     /* times */
	size_t first;       /* number of the first run that took it, when any did */
	const char *reason; /* why none does; NULL: nobody says; set by coverage_reasons */
};
struct coverage {
	size_t count;
	struct coverage_row *rows; /* of the roster, in its order; of one row by state */
};

/* All rows of a roster, which is borrowed. */
void coverage_init(struct coverage *c, const struct roster *r);
void coverage_fini(struct coverage *c);
/* A trace_sink_fn; context is the coverage. */
void coverage_feed(void *context, const struct record *r, struct bytes encoded);
/* Append how often each row was taken; add what was appended, as that of a run. False when it is
 * not of as many rows. */
void coverage_pack(const struct coverage *c, struct buffer *out);
bool coverage_add(struct coverage *c, struct bytes packed, size_t run);
/* Take the reasons of a roster, each for all states in which its row was not taken. Errors go to d:
 * for a row that is none, one that was taken in all its states, one that has a reason already, and
 * a reason without words. */
void coverage_reasons(struct coverage *c, const struct roster *r, struct diags *d);

#endif
