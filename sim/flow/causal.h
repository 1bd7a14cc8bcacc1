/* causal.h - what happened before what: through parents and each actor's own order.
 *
 * A claim asks whether one marked record (a run, a drawing) is before another one. So each instance
 * counts its marks, and every instance is remembered to know of some others how many of their marks
 * it had heard of, and since when: a vector clock with the components that a claim will ask for,
 * kept as a list of its changes. Of the marks of one device, what passes through a record of
 * another device is not followed: what cannot be shown to be before is not before.
 */
#ifndef SIM_FLOW_CAUSAL_H
#define SIM_FLOW_CAUSAL_H

#include "sim/flow/evidence.h"

enum { CAUSAL_WIDTH_MAX = 16 };

struct knowledge; /* what one instance knows of another */
struct causal {
	struct attribution *attribution; /* borrowed */
	size_t width;
	size_t actors[CAUSAL_WIDTH_MAX]; /* whose marks are counted */
	struct keys known_keys;          /* (who knows, of whom) */
	size_t known_room;
	struct knowledge *known;
	size_t marks_room;
	uint32_t *marks, *versions; /* of each instance: so far; changes of what it knows */
	struct keys others;         /* instances of the watched actors: (actor, device) */
	size_t others_room;
	int32_t *others_who;
	uint32_t version; /* of the record that was seen last */
};

void causal_init(struct causal *c, struct attribution *attribution);
/* Count this actor's marks from now on. Before the first record only. */
void causal_watch(struct causal *c, size_t actor);
/* Take one record. marked: it is one that a claim will ask for. Ids ascend. */
void causal_see(struct causal *c, const struct sight *s, bool marked);
/* Marks of this instance that the actor of the latest record has heard of, itself among them. */
uint32_t causal_known(const struct causal *c, const struct sight *s, int of);
void causal_fini(struct causal *c);

#endif
