/* doings.h - which acts of a plan did something to the run. Included by adversary.c only.
 *
 * Of acts upon one message that is known when all were done: a message that goes no further is
 * changed, held or doubled by nobody, and one that is as it was before is not changed.
 */
#ifndef SIM_ADVERSARY_DOINGS_H
#define SIM_ADVERSARY_DOINGS_H

#include "sim/adversary/plan.h"

/* Bit sets over each entry's acts. */
struct doings {
	uint16_t did[PLAN_ENTRIES_MAX];
	uint16_t same[PLAN_ENTRIES_MAX]; /* what the act says stood there already */
	uint16_t changed[PLAN_ENTRIES_MAX], moved[PLAN_ENTRIES_MAX]; /* of the message in hand */
};

/* An entry of p has an act that did something, whatever comes. */
void doings_did(struct doings *d, const struct plan *p, const struct plan_entry *e,
		const struct act *act);
/* So it has upon the message in hand; how: as the act's record says it. */
void doings_note(struct doings *d, const struct plan *p, const struct plan_entry *e,
		 const struct act *act, const char *how);
/* All acts upon the message are done. same: its bytes are what they were before them. */
void doings_conclude(struct doings *d, bool dropped, bool same);
/* Whether each act of the index-th entry did something at least once. Of several fields that it
 * sets or types, some may be what they are: a file with `for` writes them so. */
bool doings_all(const struct doings *d, const struct plan_entry *e, size_t index);

#endif
