/* refused.h - runs in which something was refused, whole in memory, and what of the post-conditions
 * falls in them when a record is another one.
 */
#ifndef TESTS_LIB_REFUSED_H
#define TESTS_LIB_REFUSED_H

#include "tests/lib/records.h"
#include "tools/actflow/postconditions.h"

enum refused_run {
	RUN_WRONG_KEY,   /* noc.access_key_hash_matches, four times */
	RUN_FOREIGN,     /* infrastructure.signal_is_of_own_association, which tells and stores */
	RUN_UNEXPECTED,  /* no row of a machine that begins anew answers */
	RUN_FORMLESS,    /* pipe.message_form */
	RUN_OTHER_PROXY, /* a certificate */
	REFUSED_RUNS
};

/* The records of a run, borrowed from one that is kept: each may be changed. Zero before;
 * records_fini is the caller's. */
void refused_play(enum refused_run which, struct records *out);
/* The topology of all of them. */
const struct flow *refused_flow(void);
void refused_leave(void); /* forgets all */

/* What falls in these records, with these tables. */
struct fallen refused_fallen(const struct records *list, const struct roster *roster);

/* Indices of records; abort when there is none. */
/* The n-th step (from 0) in which this check refused; "": in which no row answered. */
size_t refused_at(const struct records *list, const char *check, size_t n);
/* The first record of this kind that follows at once from the one at `from`. */
size_t refused_next(const struct records *list, size_t from, enum record_kind kind);
/* Put r behind the record at index, following from it; all are numbered. Returns where. */
size_t refused_put(struct records *list, size_t index, struct record r);

#endif
