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

struct asked {
	char id[96];   /* "uem.setup_mac_is_good" */
	uint64_t fell; /* record in which it was false first; 0: it held each time */
};
/* Zero it to begin. */
struct refusals {
	bool formed; /* a message was asked whether it is one */
	size_t count, room;
	struct asked *list; /* in the order in which they were asked first */
	size_t fallen_count;
	size_t *fallen; /* indices into list, in the order in which they fell first */
};

void refusals_feed(struct refusals *r, const struct record *record);
void refusals_fini(struct refusals *r);

/* Report each id of expect.by that is a check of neither the actors' tables nor the pipes. */
void refusals_check(const struct scenario *s, const struct roster *roster, struct diags *d);

/* Compare with expect.by; each difference goes to d with its place. NULL when there is none or
 * nothing is expected, else the word for it: "wrong-reason" when a check was false that is not
 * expected or not yet, "vacuous" when an expected one was never asked, "not refused" when it held
 * each time. The first of these that applies. */
const char *refusals_compare(const struct scenario *s, const struct refusals *r, struct diags *d);

#endif
