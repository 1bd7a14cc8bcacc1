/* redactor.c - an index over the first eight bytes of every secret, so that a message is read once,
 * whatever the number of secrets. */
#include "sim/world/redactor.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_MIN = 256 };

/* Eight bytes times an odd number (2^64 by the golden ratio): the upper bits depend on all of them.
 * Asked at every byte of every message. */
static size_t slot_of(const struct redactor *x, const uint8_t *p)
{
	uint64_t eight;
	_Static_assert(sizeof eight == REDACTOR_SIZE_MIN, "a hash takes what every secret has");
	memcpy(&eight, p, sizeof eight);
	return (size_t)(eight * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (x->slots_count - 1);
}

/* What most places of a message fail at: asked first, for it costs less than slot_of. */
static size_t pair_of(const uint8_t *p)
{
	return (size_t)p[0] << 8 | p[1];
}

static void *grown(void *list, size_t count)
{
	void *more = reallocarray(list, count, sizeof(uint32_t));
	if (!more)
		abort();
	return more;
}

static void insert(struct redactor *x, const struct secrets *s, size_t i)
{
	const struct buffer *value = &s->list[i].value;
	x->next[i] = 0;
	if (value->size < REDACTOR_SIZE_MIN)
		return;
	uint32_t *slot = &x->slots[slot_of(x, value->data)];
	x->next[i] = *slot;
	*slot = (uint32_t)i + 1;
	x->pairs[pair_of(value->data) / 64] |= UINT64_C(1) << pair_of(value->data) % 64;
}

/* Twice as many slots as secrets: all go in again. */
static void widen(struct redactor *x, const struct secrets *s)
{
	size_t wanted = x->slots_count ? x->slots_count : SLOTS_MIN;
	while (wanted < 2 * s->count)
		wanted *= 2;
	if (wanted == x->slots_count)
		return;
	x->slots = grown(x->slots, wanted);
	memset(x->slots, 0, wanted * sizeof *x->slots);
	x->slots_count = wanted;
	for (size_t i = 0; i < x->indexed; i++)
		insert(x, s, i);
}

void redactor_index(struct redactor *x, const struct secrets *s)
{
	if (x->indexed == s->count)
		return;
	if (x->room < s->room) {
		x->room = s->room;
		x->next = grown(x->next, x->room);
	}
	widen(x, s);
	for (; x->indexed < s->count; x->indexed++)
		insert(x, s, x->indexed);
}

const struct secret *redactor_find(const struct redactor *x, const struct secrets *s,
				   struct bytes at)
{
	const struct secret *longest = NULL;
	if (at.size < REDACTOR_SIZE_MIN || x->slots_count == 0)
		return NULL;
	for (size_t i = x->slots[slot_of(x, at.data)]; i; i = x->next[i - 1]) {
		const struct secret *candidate = &s->list[i - 1];
		const struct buffer *value = &candidate->value;
		if (value->size <= at.size && (!longest || value->size > longest->value.size) &&
		    memcmp(value->data, at.data, value->size) == 0)
			longest = candidate;
	}
	return longest;
}

const struct secret *redactor_next(const struct redactor *x, const struct secrets *s,
				   struct bytes in, size_t *at)
{
	for (; *at + REDACTOR_SIZE_MIN <= in.size; ++*at) {
		const uint8_t *p = in.data + *at;
		if (!(x->pairs[pair_of(p) / 64] >> pair_of(p) % 64 & 1))
			continue;
		const struct secret *found = redactor_find(x, s, bytes_of(p, in.size - *at));
		if (found)
			return found;
	}
	return NULL;
}

void redactor_fini(struct redactor *x)
{
	free(x->slots);
	free(x->next);
	*x = (struct redactor){ 0 };
}
