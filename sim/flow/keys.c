/* keys.c - the set behind keys.h: one pool of bytes, one list, one open-addressed table of numbers.
 * It does not forget: what is judged over a whole run is needed until its end.
 */
#include "sim/flow/keys.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS_FIRST = 64 };

/* FNV-1a: speed for short keys; an unlucky table costs time, never a different answer. */
static uint32_t hash_of(struct bytes key)
{
	uint32_t hash = 2166136261u;
	for (size_t i = 0; i < key.size; i++)
		hash = (hash ^ key.data[i]) * 16777619u;
	return hash;
}

/* The slot that holds key, or the free one where it belongs. */
static size_t slot_of(const struct keys *k, struct bytes key, uint32_t hash)
{
	size_t slot = hash & (k->slots_count - 1);
	for (; k->slots[slot]; slot = (slot + 1) & (k->slots_count - 1)) {
		size_t number = k->slots[slot] - 1;
		if (k->list[number].hash == hash && bytes_equal(keys_text(k, number), key))
			break;
	}
	return slot;
}

static void slots_grow(struct keys *k)
{
	free(k->slots);
	k->slots_count = k->slots_count ? k->slots_count * 2 : SLOTS_FIRST;
	k->slots = calloc(k->slots_count, sizeof *k->slots);
	assert(k->slots);
	for (size_t number = 0; number < k->count; number++)
		k->slots[slot_of(k, keys_text(k, number), k->list[number].hash)] =
			(uint32_t)number + 1;
}

size_t keys_add(struct keys *k, struct bytes key, bool *added)
{
	if (k->count * 2 >= k->slots_count)
		slots_grow(k);
	uint32_t hash = hash_of(key);
	size_t slot = slot_of(k, key, hash);
	if (added)
		*added = !k->slots[slot];
	if (k->slots[slot])
		return k->slots[slot] - 1;
	if (k->count == k->room) {
		k->room = k->room ? k->room * 2 : SLOTS_FIRST;
		k->list = realloc(k->list, k->room * sizeof *k->list);
		assert(k->list);
	}
	assert(k->count < UINT32_MAX && k->pool.size + key.size <= UINT32_MAX);
	k->list[k->count] = (struct key){ .offset = (uint32_t)k->pool.size,
					  .size = (uint32_t)key.size,
					  .hash = hash };
	buffer_append(&k->pool, key);
	k->slots[slot] = (uint32_t)++k->count;
	return k->count - 1;
}

size_t keys_find(const struct keys *k, struct bytes key)
{
	if (!k->slots_count)
		return KEYS_NONE;
	size_t slot = slot_of(k, key, hash_of(key));
	return k->slots[slot] ? k->slots[slot] - 1 : KEYS_NONE;
}

struct bytes keys_text(const struct keys *k, size_t number)
{
	assert(number < k->count);
	return bytes_of(k->list[number].size ? k->pool.data + k->list[number].offset : NULL,
			k->list[number].size);
}

void keys_fini(struct keys *k)
{
	buffer_fini(&k->pool);
	free(k->list);
	free(k->slots);
	memset(k, 0, sizeof *k);
}
