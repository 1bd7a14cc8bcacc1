/* wire.h - one direction of a wire: when a packet arrives, if it does.
 *
 * spec is borrowed. Four draws a packet, always, in the same order: so a change of one setting moves no other draw.
 */
#ifndef SIM_WORLD_WIRE_H
#define SIM_WORLD_WIRE_H

#include "sim/flow/flow.h"

struct wire {
	const struct wire_spec *spec; /* borrowed from the scenario */
	uint64_t state;  /* of the generator: SplitMix64 */
	int64_t free_ns; /* when the last packet has left, at the wire's rate */
};

struct wire_fate {
	bool lost, too_big;
	bool dark;             /* the adversary lets nothing through */
	size_t copies;         /* 0 to 2 */
	int64_t arrival_ns[2]; /* of each copy */
};

void wire_init(struct wire *x, const struct wire_spec *spec, uint64_t seed);
/* size: bytes of the whole IP packet. */
struct wire_fate wire_send(struct wire *x, size_t size, int64_t now_ns);

#endif
