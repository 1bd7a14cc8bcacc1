/* reach.c - the step at which each device ends; see reach.h. */
#include "sim/flow/reach.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void reach_init(struct reach *x, const struct attribution *attribution)
{
	*x = (struct reach){ .flow = attribution->flow,
			     .attribution = attribution,
			     .every = REACH_NONE };
}

void reach_set(struct reach *x, uint32_t device, size_t step)
{
	assert(step < x->flow->steps_count && x->flow->steps[step].simulated);
	if (!x->flow->later[step])
		return; /* nothing comes after it: that is the flow's whole order, and no early end */
	if (!device) {
		x->every = (int)step;
		return;
	}
	size_t number = keys_add(&x->devices, bytes_of(&device, sizeof device), NULL);
	if (number >= x->room) {
		x->room = number * 2 + 4;
		x->steps = realloc(x->steps, x->room * sizeof *x->steps);
		assert(x->steps);
	}
	x->steps[number] = (int)step;
}

int reach_of(const struct reach *x, uint32_t device)
{
	size_t number = keys_find(&x->devices, bytes_of(&device, sizeof device));
	return number == KEYS_NONE ? x->every : x->steps[number];
}

bool reach_is_early(const struct reach *x)
{
	return x->every != REACH_NONE || x->devices.count;
}

bool reach_is_early_everywhere(const struct reach *x)
{
	for (size_t slot = 0; slot < x->attribution->devices.count; slot++)
		if (reach_of(x, attribution_device(x->attribution, slot)) == REACH_NONE)
			return false;
	return reach_is_early(x);
}

const char *reach_step(const struct reach *x)
{
	assert(reach_is_early(x));
	return x->flow->steps[x->every != REACH_NONE ? x->every : x->steps[0]].id;
}

uint64_t reach_required(const struct reach *x, uint32_t device, uint64_t required)
{
	int last = reach_of(x, device);
	if (last == REACH_NONE)
		return required;
	uint64_t until = UINT64_C(1) << last;
	for (size_t i = 0; i < x->flow->steps_count; i++)
		if (flow_before(x->flow, i, (size_t)last))
			until |= UINT64_C(1) << i;
	return required & until;
}

uint64_t reach_beyond(const struct reach *x, uint32_t device)
{
	int last = reach_of(x, device);
	return last == REACH_NONE ? 0 : x->flow->later[last];
}

uint32_t reach_missing(const struct reach *x)
{
	for (size_t i = 0; i < x->devices.count; i++) {
		uint32_t device;
		struct bytes key = keys_text(&x->devices, i);
		memcpy(&device, key.data, sizeof device);
		if (keys_find(&x->attribution->devices, key) == KEYS_NONE)
			return device;
	}
	return 0;
}

void reach_fini(struct reach *x)
{
	keys_fini(&x->devices);
	free(x->steps);
	memset(x, 0, sizeof *x);
}
