/* hand.h - what the adversary has in its hands while a run goes on: units that it captured, and the
 * secrets of the actors that it sits in. It makes the values of its acts from them. Included by
 * adversary.c only.
 */
#ifndef SIM_ADVERSARY_HAND_H
#define SIM_ADVERSARY_HAND_H

#include "proto/record.h"
#include "sim/adversary/adversary.h"

struct hand;

/* All borrowed for its life. */
struct hand *hand_new(const struct plan *plan, const struct flow *f,
		      const struct adversary_means *means);
void hand_free(struct hand *h); /* cleanses; NULL-safe */

/* Keep a unit under a name, in the place of one that was kept under it before. */
void hand_capture(struct hand *h, const char *name, struct bytes unit);
/* A record has been written: an actor may hold a secret from now on. */
void hand_see(struct hand *h, const struct record *r);

/* Where a value is made: inside which actor, and with which message in hand (data NULL: none). */
struct hand_place {
	int actor;
	uint32_t device;
	struct bytes here;
};
/* As value_make. */
const char *hand_make(struct hand *h, const struct value *v, const struct hand_place *at,
		      struct buffer *out);

#endif
