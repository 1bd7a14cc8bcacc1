/* attacks.h - the catalogue of attacks and faults: what each is, why it matters, where it comes from.
 *
 * Which scenario shows one, the scenario says (`attack: K27`); whether it comes out as said, playing
 * it says. So the catalogue holds neither, only a reason for what cannot happen here.
 */
#ifndef TOOLS_ACTFLOW_ATTACKS_H
#define TOOLS_ACTFLOW_ATTACKS_H

#include "sim/scenario/scenario.h"

struct attack {
	const char *id;     /* "K27" */
	const char *what;   /* what the attacker does, or what breaks */
	const char *why;    /* what would be lost */
	const char *source; /* sentences that it is about */
	const char *reason; /* why no scenario can show it here; NULL where one can */
};
/* Of one letter, in the order of their numbers. */
struct attacks {
	const struct attack *list;
	size_t count;
};
extern const struct attacks attacks_key_agreement, attacks_order, attacks_transport, attacks_messages;

enum { ATTACK_TOPICS = 4 };
extern const struct attacks *const attack_topics[ATTACK_TOPICS];

/* NULL when there is none of that id. */
const struct attack *attack_find(const char *id);
/* Report each `attack:` of the scenario that is not in the catalogue; and where one stands without
 * expect.outcome or expect.reaches. */
void attacks_check(const struct scenario *s, struct diags *d);

#endif
