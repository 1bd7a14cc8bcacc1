/* attribution.c - follows devices and attempts from record to record; see attribution.h. */
#include "sim/flow/attribution.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/flow/evidence.h"

void attribution_init(struct attribution *a, const struct flow *f)
{
	*a = (struct attribution){ .flow = f, .begun = -1 };
	if (f->attempt.there && f->attempt.pattern.to)
		a->begun = flow_actor_index(f, f->attempt.pattern.to);
	for (size_t i = 0; i < f->actors_count; i++)
		keys_add(&a->names, bytes_of_string(f->actors[i].name), NULL);
	a->instances_room = f->actors_count;
	a->instances = calloc(a->instances_room, sizeof *a->instances);
	assert(a->instances);
	for (size_t i = 0; i < f->actors_count; i++)
		a->instances[i] = (struct instance){ (int)i, f->each_device >> i & 1 ? 1 : 0 };
}

/* What a name that is new speaks of; an unknown one is a party of its own. */
static struct instance instance_of(const struct attribution *a, const char *name, size_t number)
{
	uint32_t device;
	int actor = flow_instance_index(a->flow, name, &device);
	return (struct instance){ actor < 0 ? (int)number : actor, device };
}

int attribution_instance(struct attribution *a, const char *name)
{
	bool added;
	if (!name || !*name)
		return -1;
	size_t number = keys_add(&a->names, bytes_of_string(name), &added);
	if (number >= a->instances_room) {
		a->instances_room = number * 2;
		a->instances = realloc(a->instances, a->instances_room * sizeof *a->instances);
		assert(a->instances);
	}
	if (added)
		a->instances[number] = instance_of(a, name, number);
	if (number < a->flow->actors_count)
		a->plain = a->plain || a->flow->each_device >> number & 1;
	else
		a->numbered = a->numbered || a->instances[number].device;
	return (int)number;
}

struct bytes attribution_name(const struct attribution *a, int instance)
{
	assert(instance >= 0);
	return keys_text(&a->names, (size_t)instance);
}

static size_t slot_of(struct attribution *a, uint32_t device)
{
	size_t slot = keys_add(&a->devices, bytes_of(&device, sizeof device), NULL);
	if (slot >= a->attempts_room) {
		size_t room = slot * 2 + 4;
		a->attempts = realloc(a->attempts, room * sizeof *a->attempts);
		assert(a->attempts);
		memset(a->attempts + a->attempts_room, 0,
		       (room - a->attempts_room) * sizeof *a->attempts);
		a->attempts_room = room;
	}
	return slot;
}

/* What the record follows from: what it accepts, else its first parent. */
static struct lineage_entry origin_of(const struct attribution *a, const struct record *r)
{
	struct lineage_entry e = { 0 };
	if (r->kind == RECORD_ACCEPTED && r->number > 0 &&
	    lineage_find(&a->lineage, (uint64_t)r->number, &e))
		return e;
	if (r->parents_count && !lineage_find(&a->lineage, r->parents[0], &e))
		return (struct lineage_entry){ 0 };
	return e;
}

void attribution_see(struct attribution *a, struct sight *s, bool begins)
{
	struct lineage_entry origin = origin_of(a, s->record);
	s->device = s->actor_device  ? s->actor_device
		    : s->peer_device ? s->peer_device
				     : origin.device;
	s->is_alone = !a->numbered;
	uint32_t device = s->is_alone ? 1 : s->device;
	bool unnamed = !a->plain && !a->numbered && !s->eventful; /* the run's own beginning */
	if (!device || unnamed) {
		s->slot = SIZE_MAX;
		return;
	}
	s->slot = slot_of(a, device);
	uint32_t *latest = &a->attempts[s->slot];
	if (begins)
		++*latest;
	bool begun = s->actor >= 0 && s->actor == a->begun && s->actor_device == s->device;
	bool inherits = !begins && !begun && s->device && origin.device == s->device;
	s->attempt = inherits && origin.attempt ? origin.attempt : *latest;
	s->is_late = s->attempt < *latest;
}

void attribution_remember(struct attribution *a, const struct sight *s, uint32_t version)
{
	lineage_add(
		&a->lineage, s->record->id,
		(struct lineage_entry){ (uint32_t)(s->who + 1), s->device, s->attempt, version });
}

uint32_t attribution_devices(const struct attribution *a)
{
	return a->numbered && a->devices.count ? (uint32_t)a->devices.count : 1;
}

uint32_t attribution_device(const struct attribution *a, size_t slot)
{
	uint32_t device;
	memcpy(&device, keys_text(&a->devices, slot).data, sizeof device);
	return device;
}

void attribution_fini(struct attribution *a)
{
	keys_fini(&a->names);
	keys_fini(&a->devices);
	lineage_fini(&a->lineage);
	free(a->instances);
	free(a->attempts);
	memset(a, 0, sizeof *a);
}
