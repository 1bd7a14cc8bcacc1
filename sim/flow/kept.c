/* kept.c - an open-addressed table of what is on its way, and a ring of what leaves it. */
#include "sim/flow/kept.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS_FIRST = 256 };

static size_t home_of(const struct kept_store *k, uint64_t id)
{
	return (size_t)(id * 0x9e3779b97f4a7c15u >> 20) & (k->slots_count - 1);
}

/* The slot that holds id, or the free one where it belongs. */
static size_t slot_of(const struct kept_store *k, uint64_t id)
{
	size_t slot = home_of(k, id);
	while (k->slots[slot] && k->slots[slot]->id != id)
		slot = (slot + 1) & (k->slots_count - 1);
	return slot;
}

static void slots_grow(struct kept_store *k)
{
	struct kept **old = k->slots;
	size_t old_count = k->slots_count;
	k->slots_count = old_count ? old_count * 2 : SLOTS_FIRST;
	k->slots = calloc(k->slots_count, sizeof *k->slots);
	assert(k->slots);
	for (size_t i = 0; i < old_count; i++)
		if (old[i])
			k->slots[slot_of(k, old[i]->id)] = old[i];
	free(old);
}

struct kept *kept_add(struct kept_store *k, uint64_t id)
{
	if (k->count * 2 >= k->slots_count)
		slots_grow(k);
	struct kept *one = calloc(1, sizeof *one);
	assert(one);
	one->id = id;
	one->load = calloc(1, sizeof *one->load);
	assert(one->load);
	size_t slot = slot_of(k, id);
	assert(!k->slots[slot]);
	k->slots[slot] = one;
	k->count++;
	return one;
}

struct kept *kept_find(const struct kept_store *k, uint64_t id)
{
	return k->slots_count ? k->slots[slot_of(k, id)] : NULL;
}

void kept_unload(struct kept *one)
{
	if (!one->load)
		return;
	buffer_cleanse(&one->load->bytes);
	tail_fini(&one->load->end);
	free(one->load);
	one->load = NULL;
}

static void kept_free(struct kept *one)
{
	kept_unload(one);
	hits_fini(&one->hits);
	free(one);
}

/* Close the gap, so that whatever was put behind it is still found (Knuth 6.4, algorithm R). */
static void slot_clear(struct kept_store *k, size_t gap)
{
	size_t mask = k->slots_count - 1;
	for (size_t slot = (gap + 1) & mask; k->slots[slot]; slot = (slot + 1) & mask) {
		size_t home = home_of(k, k->slots[slot]->id);
		if (((slot - home) & mask) < ((slot - gap) & mask))
			continue;
		k->slots[gap] = k->slots[slot];
		gap = slot;
	}
	k->slots[gap] = NULL;
}

void kept_leave(struct kept_store *k, const struct kept *one, uint64_t now)
{
	if (k->leaving_count == k->leaving_room) {
		size_t room = k->leaving_room ? k->leaving_room * 2 : 256;
		struct kept_leaving *ring = malloc(room * sizeof *ring);
		assert(ring);
		for (size_t i = 0; i < k->leaving_count; i++)
			ring[i] = k->leaving[(k->leaving_first + i) % k->leaving_room];
		free(k->leaving);
		k->leaving = ring;
		k->leaving_first = 0;
		k->leaving_room = room;
	}
	k->leaving[(k->leaving_first + k->leaving_count++) % k->leaving_room] =
		(struct kept_leaving){ .id = one->id, .after = now + KEPT_RECORDS };
}

void kept_expire(struct kept_store *k, uint64_t now)
{
	while (k->leaving_count && k->leaving[k->leaving_first].after < now) {
		uint64_t id = k->leaving[k->leaving_first].id;
		k->leaving_first = (k->leaving_first + 1) % k->leaving_room;
		k->leaving_count--;
		size_t slot = slot_of(k, id);
		if (!k->slots[slot])
			continue;
		kept_free(k->slots[slot]);
		slot_clear(k, slot);
		k->count--;
	}
}

void kept_fini(struct kept_store *k)
{
	for (size_t i = 0; i < k->slots_count; i++)
		if (k->slots[i])
			kept_free(k->slots[i]);
	free(k->slots);
	free(k->leaving);
	memset(k, 0, sizeof *k);
}
