/* attribution.h - to which device, and to which attempt of it, a record belongs.
 *
 * The device is that of the @k in the name of its actor, else of its peer; else, for a message that
 * was accepted, that of the record in which it was sent; else that of its first parent. The attempt
 * comes along the same way, as long as the device stays the same, and grows by one at each record
 * that the flow's `attempt` fits. What the actor does to whom that beginning is said belongs to its
 * latest attempt, whatever set it off: it has begun anew. In a run of one device names have no @,
 * and all is of device 1.
 */
#ifndef SIM_FLOW_ATTRIBUTION_H
#define SIM_FLOW_ATTRIBUTION_H

#include "sim/flow/findings.h"
#include "sim/flow/lineage.h"

struct sight;
/* One party of the run: an actor, or its instance on one device. */
struct instance {
	int actor;       /* the flow's index; a larger number for a name that the flow lacks */
	uint32_t device; /* 0: it exists once */
};
struct attribution {
	const struct flow *flow;
	int begun; /* the actor to whom an attempt's beginning is said; -1: none */
	struct keys
		names; /* of instances; the flow's own actors come first, with the same numbers */
	size_t instances_room;
	struct instance *instances;
	bool plain, numbered; /* some actor of each device was named without @, and with one */
	struct keys devices;  /* their numbers, in order of appearance: slots */
	size_t attempts_room;
	uint32_t *attempts; /* of each slot: the latest */
	struct lineage lineage;
};

void attribution_init(struct attribution *a, const struct flow *f);
/* Number of the instance of this name; -1 for an empty one. */
int attribution_instance(struct attribution *a, const char *name);
/* The name with that number; borrowed until the next record. */
struct bytes attribution_name(const struct attribution *a, int instance);
/* Give a sight whose names and event are known its device, slot and attempt. begins: it is what
 * begins an attempt. */
void attribution_see(struct attribution *a, struct sight *s, bool begins);
/* Keep what was found for those that follow from this record. version: see lineage.h. */
void attribution_remember(struct attribution *a, const struct sight *s, uint32_t version);
/* Devices that were named so far; at least 1. */
uint32_t attribution_devices(const struct attribution *a);
/* Number of the device with this slot. */
uint32_t attribution_device(const struct attribution *a, size_t slot);
void attribution_fini(struct attribution *a);

#endif
