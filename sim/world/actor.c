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
	uint32_t ip, actor;
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

static int by_address(const void *a, const void *b)
{
	uint32_t x = ((const struct actor_place *)a)->ip, y = ((const struct actor_place *)b)->ip;
	return x < y ? -1 : x > y;
}

struct actor *actor_at(struct world *w, uint32_t ip)
{
	const struct actor_place wanted = { .ip = ip };
	const struct actor_place *found =
		bsearch(&wanted, w->places, w->places_count, sizeof *w->places, by_address);
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

struct address actor_address_spoofed(const struct actor *a, uint16_t port)
{
	return (struct address){ .ip = address_of(a, 0), .port = port };
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

static int by_address_then_actor(const void *a, const void *b)
{
	uint32_t x = ((const struct actor_place *)a)->actor;
	uint32_t y = ((const struct actor_place *)b)->actor;
	int order = by_address(a, b);
	return order ? order : x < y ? -1 : x > y;
}

static void take_addresses(struct world *w)
{
	size_t hosts = 0;
	for (size_t i = 0; i < w->actors_count; i++)
		hosts += w->actors[i].spec->hosts_count;
	w->places = calloc(hosts + 1, sizeof *w->places);
	if (!w->places)
		abort();
	for (size_t i = 0; i < w->actors_count; i++)
		for (size_t host = 0; host < w->actors[i].spec->hosts_count; host++)
			w->places[w->places_count++] =
				(struct actor_place){ .ip = address_of(&w->actors[i], host),
						      .actor = (uint32_t)i };
	qsort(w->places, w->places_count, sizeof *w->places, by_address_then_actor);
}

/* Of two actors at one address the later one; of all such the first. NULL: each has its own. */
static const struct actor_place *find_twice(const struct world *w)
{
	const struct actor_place *twice = NULL;
	for (size_t i = 1; i < w->places_count; i++)
		if (w->places[i].ip == w->places[i - 1].ip &&
		    (!twice || w->places[i].actor < twice->actor))
			twice = &w->places[i];
	return twice;
}

bool actors_init(struct world *w, struct diags *d)
{
	sort_actors(w);
	for (uint32_t device = 0; device <= w->devices; device++)
		for (size_t i = 0; i < w->flow->actors_count; i++)
			if (is_each(w, i) == (device > 0))
				init(w, actor_of(w, i, device), i, device);
	take_addresses(w);
	const struct actor_place *twice = find_twice(w);
	if (!twice)
		return true;
	const struct actor *a = &w->actors[twice->actor], *other = &w->actors[twice[-1].actor];
	diag_add(d, w->flow->file, a->spec->place.line, a->spec->place.column,
		 "address of %s, expected one of its own (each device's is %d above that of "
		 "the one before), actual that of %s",
		 a->name, ADDRESS_STRIDE, other->name);
	return false;
}

void actors_fini(struct world *w)
{
	free(w->places);
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
