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

/* Nothing comes after some steps: ending there is the flow's whole order, and no early end. */
static int early(const struct reach *x, int step)
{
	return step != REACH_NONE && x->flow->later[step] ? step : REACH_NONE;
}

int reach_said(const struct reach *x, uint32_t device)
{
	size_t number = keys_find(&x->devices, bytes_of(&device, sizeof device));
	return number == KEYS_NONE ? x->every : x->steps[number];
}

int reach_of(const struct reach *x, uint32_t device)
{
	return early(x, reach_said(x, device));
}

/* The first step at which devices end early, or REACH_NONE. */
static int first_early(const struct reach *x)
{
	int step = early(x, x->every);
	for (size_t i = 0; i < x->devices.count && step == REACH_NONE; i++)
		step = early(x, x->steps[i]);
	return step;
}

bool reach_is_early(const struct reach *x)
{
	return first_early(x) != REACH_NONE;
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
	int step = first_early(x);
	assert(step != REACH_NONE);
	return x->flow->steps[step].id;
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
