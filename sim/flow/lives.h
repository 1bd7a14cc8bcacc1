/* lives.h - which sessions of which actor were seen to be there, and what a crash ended.
 *
 * A killed actor begins anew from what it had persisted: a step, hold or claim of a session that
 * was opened before, recorded after it, shows a restart that kept its memory. So does anything that
 * it does between its death and its next beginning. That is a trace which contradicts itself, so it
 * is told as evidence.
 */
#ifndef SIM_FLOW_LIVES_H
#define SIM_FLOW_LIVES_H

#include "sim/flow/evidence.h"

struct session_life; /* of one instance */
struct lives {
	struct findings *findings;
	size_t count, slots_count;
	struct session_seen *slots; /* by (instance, number) */
	size_t lives_room;
	struct session_life *lives; /* of each instance */
};

void lives_init(struct lives *x, struct findings *findings);
void lives_see(struct lives *x, const struct sight *s);
/* Whether the session that this sight names was opened, or stepped, before or by it. */
bool lives_have_session(const struct lives *x, const struct sight *s);
void lives_fini(struct lives *x);

#endif
