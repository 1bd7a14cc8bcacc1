/* refusals.h - which checks a run asked, which of them were false, and whether that was expected.
 *
 * Read from the records alone: steps of the actors' tables and what the pipes judged. Of several
 * instances of an actor any counts, for a check is the table's.
 */
#ifndef TOOLS_ACTFLOW_REFUSALS_H
#define TOOLS_ACTFLOW_REFUSALS_H

#include "proto/record.h"
#include "sim/roster.h"
#include "sim/scenario/scenario.h"
#include "tools/actflow/delivery.h"

enum { REFUSALS_WORDS_MAX = 192 };

struct asked {
	char id[96];   /* "uem.setup_mac_is_good" */
	uint64_t fell; /* record in which it refused first; 0: it held each time, or was let pass */
	uint64_t refused;  /* how often it did */
	uint64_t let_pass; /* record in which it was false and let pass first; 0: never */
	uint64_t after;    /* record in which it refused first after any check had been let pass */
	/* of the first record in which it was false: its time, its actor and what it says */
	bool was_false;
	int64_t at_ns;
	char words[REFUSALS_WORDS_MAX];
	bool delivered; /* it was false in a record that follows from an act or a crash */
};
/* Zero it to begin. */
struct refusals {
	bool formed; /* a message was asked whether it is one */
	size_t count, room;
	struct asked *list; /* in the order in which they were asked first */
	bool let_pass;      /* some check has been */
	struct delivery delivery;
	size_t fallen_count, fallen_room;
	size_t *fallen; /* indices into list, in the order in which they fell first */
};

/* Have it asked whether what refuses follows from what the scenario does to the run: where it has
 * an adversary that does more than darken wires. Before the first record. */
void refusals_attend(struct refusals *r, const struct scenario *s);
void refusals_feed(struct refusals *r, const struct record *record);
void refusals_fini(struct refusals *r);

/* Report each id of expect.by that is a check of neither the actors' tables nor the pipes. */
void refusals_check(const struct scenario *s, const struct roster *roster, struct diags *d);

/* Compare with expect.by; each difference goes to d with its place. Without it, no check may refuse
 * where the scenario's adversary acts, and not only on wires that it darkens. NULL when there is no difference, else the word for it: "wrong-reason" when a check was false that is not
 * expected or not yet, "vacuous" when an expected one was never asked, "not refused" when it held
 * each time, "not-delivered" when it was false, but nowhere behind an act or a crash. The first of
 * these that applies. */
const char *refusals_compare(const struct scenario *s, const struct refusals *r, struct diags *d);

#endif
