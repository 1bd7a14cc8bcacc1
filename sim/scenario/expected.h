/* expected.h - what a scenario expects of the traffic of its run, and of what is shown by it. Included by scenario.h. */
#ifndef SIM_SCENARIO_EXPECTED_H
#define SIM_SCENARIO_EXPECTED_H

#include <stddef.h>
#include <stdint.h>

#include "sim/diag.h"

enum {
	SCENARIO_DROPS_MAX = 16,
	SCENARIO_AMPLIFIED_MAX = 4,
	SCENARIO_SEES_MAX = 64, /* things that actors are shown, together */
};

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
/* Something that an actor is shown. */
struct expected_sight {
	size_t actor; /* index into flow.actors */
	char *what;   /* "TunnelRequest.device", or a name; the scenario's */
	struct place place;
};

#endif
