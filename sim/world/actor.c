/* actor.c - who takes part: one actor of each kind that serves all devices, and of each other kind
 * one for every device. How they are named, addressed and found.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/world/internal.h"

enum {
	ADDRESS_STRIDE = 4, /* from one device's address to the next one's */
	PORT_FIRST = 49152, /* RFC 6335 6: ports of those who dial */
	PORT_COUNT = 65536 - PORT_FIRST,
};

/* Who has an address. */
struct actor_place {
	uint32_t ip;
	size_t actor;
	UT_hash_handle hh;
};

static bool is_each(const struct world *w, size_t flow_actor)
{
	return w->flow->each_device >> flow_actor & 1;
}

static uint32_t address_of(const struct actor *a, size_t host)
{
	uint32_t further = a->device > 1 ? (a->device - 1) * ADDRESS_STRIDE : 0;
	return a->spec->hosts[host].ip + further;
}

struct actor *actor_of(struct world *w, size_t flow_actor, uint32_t device)
{
	size_t place = w->place_in_sort[flow_actor];
	if (!is_each(w, flow_actor))
		return &w->actors[place];
	assert(device >= 1 && device <= w->devices);
	return &w->actors[w->shared_count + (device - 1) * w->each_count + place];
}

struct actor *actor_at(struct world *w, uint32_t ip)
{
	struct actor_place *found;
	HASH_FIND(hh, w->places, &ip, sizeof ip, found);
	return found ? &w->actors[found->actor] : NULL;
}

struct address actor_address(struct world *w, struct actor *a)
{
	struct address own = { .ip = address_of(a, 0) };
	for (size_t i = 0; i < PORT_COUNT; i++) {
		own.port = (uint16_t)(PORT_FIRST + a->next_port++ % PORT_COUNT);
		if (!end_dialled_from(w, own))
			return own;
	}
	abort(); /* sixteen thousand connections of one actor: limits end a run long before */
}

/* -- making them -- */

static void init(struct world *w, struct actor *a, size_t flow_actor, uint32_t device)
{
	a->index = (size_t)(a - w->actors);
	a->flow_index = flow_actor;
	a->spec = &w->flow->actors[flow_actor];
	a->device = device;
	int size = w->devices > 1 && device > 0 ? asprintf(&a->name, "%s@%u", a->spec->name, device)
						: asprintf(&a->name, "%s", a->spec->name);
	if (size < 0)
		abort();
	for (size_t i = 0; i < w->roster->actors_count; i++)
		if (w->flow_of_class[i] == flow_actor)
			a->class_index = (uint8_t)i;
	a->class = w->roster->actors[a->class_index];
	a->store = store_new();
}

static void sort_actors(struct world *w)
{
	for (size_t i = 0; i < w->flow->actors_count; i++)
		w->place_in_sort[i] = is_each(w, i) ? w->each_count++ : w->shared_count++;
	w->actors_count = w->shared_count + (size_t)w->each_count * w->devices;
	w->actors = calloc(w->actors_count, sizeof *w->actors);
	if (!w->actors)
		abort();
}

/* Two actors at one address: the first that has it, or NULL. */
static const struct actor *take_addresses(struct world *w, const struct actor *a)
{
	for (size_t i = 0; i < a->spec->hosts_count; i++) {
		uint32_t ip = address_of(a, i);
		const struct actor *other = actor_at(w, ip);
		if (other)
			return other;
		struct actor_place *place = calloc(1, sizeof *place);
		if (!place)
			abort();
		*place = (struct actor_place){ .ip = ip, .actor = a->index };
		HASH_ADD(hh, w->places, ip, sizeof place->ip, place);
	}
	return NULL;
}

bool actors_init(struct world *w, struct diags *d)
{
	sort_actors(w);
	for (uint32_t device = 0; device <= w->devices; device++)
		for (size_t i = 0; i < w->flow->actors_count; i++)
			if (is_each(w, i) == (device > 0))
				init(w, actor_of(w, i, device), i, device);
	for (size_t i = 0; i < w->actors_count; i++) {
		const struct actor *other = take_addresses(w, &w->actors[i]);
		if (!other)
			continue;
		diag_add(
			d, w->flow->file, w->actors[i].spec->place.line,
			w->actors[i].spec->place.column,
			"address of %s, expected one of its own (each device's is %d above that of "
			"the one before), actual that of %s",
			w->actors[i].name, ADDRESS_STRIDE, other->name);
		return false;
	}
	return true;
}

void actors_fini(struct world *w)
{
	for (struct actor_place *place = w->places, *next; place; place = next) {
		next = place->hh.next;
		HASH_DEL(w->places, place);
		free(place);
	}
	for (size_t i = 0; i < w->actors_count; i++) {
		store_free(w->actors[i].store);
		buffer_cleanse(&w->actors[i].disk);
		free(w->actors[i].newest);
		free(w->actors[i].name);
	}
	free(w->actors);
}

/* -- wires: one pair for each channel of each device, and one for those that all share -- */

static bool has_own_wires(const struct world *w, size_t channel)
{
	const struct flow_channel *c = &w->flow->channels[channel];
	return c->base == BASE_WIRE && is_each(w, c->from);
}

struct wire *world_wire(struct world *w, size_t channel, uint32_t device, bool from_opener)
{
	size_t pair = w->wire_place[channel];
	if (has_own_wires(w, channel)) {
		assert(device >= 1 && device <= w->devices);
		pair += w->shared_wires + (size_t)(device - 1) * w->each_wires;
	}
	return &w->wires[2 * pair + (from_opener ? 0 : 1)];
}

void wires_init(struct world *w)
{
	for (size_t i = 0; i < w->flow->channels_count; i++)
		w->wire_place[i] = has_own_wires(w, i) ? w->each_wires++ : w->shared_wires++;
	size_t pairs = w->shared_wires + (size_t)w->each_wires * w->devices;
	w->wires = calloc(2 * pairs, sizeof *w->wires);
	if (!w->wires)
		abort();
	for (uint32_t device = 0; device <= w->devices; device++)
		for (size_t i = 0; i < w->flow->channels_count; i++)
			for (uint8_t side = 0; side < 2; side++) {
				struct host_purpose p = { .actor = w->flow->channels[i].name,
							  .session = side,
							  .step = device > 1 ? device - 1 : 0,
							  .what = "wire" };
				if (has_own_wires(w, i) == (device > 0))
					wire_init(world_wire(w, i, device, side == 0),
						  &w->scenario->wires[i], host_seed(w->host, &p));
			}
}
