/* expected.h - what a scenario expects of the traffic of its run. Included by scenario.h. */
#ifndef SIM_SCENARIO_EXPECTED_H
#define SIM_SCENARIO_EXPECTED_H

#include <stddef.h>
#include <stdint.h>

#include "sim/diag.h"

enum { SCENARIO_DROPS_MAX = 16, SCENARIO_AMPLIFIED_MAX = 4 };

/* Something that reaches an actor and is dropped. Both strings are the scenario's. */
struct expected_drop {
	char *actor; /* of the flow: of all its instances together */
	char *why;   /* as the trace has it */
	uint64_t times;
	struct place place;
};
/* Bytes said to an address for one heard from it, on a channel of datagrams. */
struct expected_ratio {
	size_t channel;      /* index into the flow's channels */
	int32_t most, least; /* -1: not asked */
	struct place place;
};

#endif
