/* reach.h - how far each device is to come in this run.
 *
 * Without a word, each comes through the flow's whole order. A run that is to end early says at
 * which step the last attempt of a device ends: then that step and those before it must be seen,
 * and those after it must not.
 */
#ifndef SIM_FLOW_REACH_H
#define SIM_FLOW_REACH_H

#include "sim/flow/attribution.h"

enum { REACH_NONE = -1 };

/* Zero it to begin; reach_init makes it usable. */
struct reach {
	const struct flow *flow;
	const struct attribution *attribution;
	int every;           /* step said for each device, or REACH_NONE */
	struct keys devices; /* those of which another one was said */
	size_t room;
	int *steps; /* of each of them */
};

void reach_init(struct reach *x, const struct attribution *attribution);
/* This device is to end at this step; device 0: each of which nothing else is said. A step that
 * nothing follows is no early end. */
void reach_set(struct reach *x, uint32_t device, size_t step);
/* Step that was said for the device, by itself or for each; REACH_NONE when none was. */
int reach_said(const struct reach *x, uint32_t device);
/* Step at which the device ends early, or REACH_NONE. */
int reach_of(const struct reach *x, uint32_t device);
/* Whether some device of the run is to end early. */
bool reach_is_early(const struct reach *x);
/* Whether all of them are; then a claim of which nothing occurred was not reached. */
bool reach_is_early_everywhere(const struct reach *x);
/* Id of a step at which devices end, when some do. */
const char *reach_step(const struct reach *x);
/* The steps that must be seen of a device of which all of `required` would be; and those that must
 * not. */
uint64_t reach_required(const struct reach *x, uint32_t device, uint64_t required);
uint64_t reach_beyond(const struct reach *x, uint32_t device);
/* A device that was named here and that no record of the run names; 0: there is none. */
uint32_t reach_missing(const struct reach *x);
void reach_fini(struct reach *x);

#endif
