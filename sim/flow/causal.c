/* causal.c - keeps the clocks of causal.h. A record that names a parent which never came is taken
 * as having none: what cannot be shown to be before is not before.
 */
#include "sim/flow/causal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void causal_watch(struct causal *c, size_t actor)
{
	assert(c->count == 0);
	for (size_t i = 0; i < c->width; i++)
		if (c->actors[i] == actor)
			return;
	assert(c->width < CAUSAL_WIDTH_MAX);
	c->actors[c->width++] = actor;
}

size_t causal_component(const struct causal *c, size_t actor)
{
	size_t i = 0;
	while (c->actors[i] != actor)
		i++;
	assert(i < c->width);
	return i;
}

/* Index of a record by id; ids of a whole trace are 1, 2, 3 and so on, which the first look takes.
 */
static size_t index_of(const struct causal *c, uint64_t id)
{
	if (id && id <= c->count && c->ids[id - 1] == id)
		return (size_t)id - 1;
	size_t low = 0, high = c->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (c->ids[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < c->count && c->ids[low] == id ? low : SIZE_MAX;
}

static void clock_join(uint32_t *clock, const uint32_t *other, size_t width)
{
	for (size_t i = 0; i < width; i++)
		if (clock[i] < other[i])
			clock[i] = other[i];
}

static void grow(struct causal *c)
{
	if (c->count < c->room)
		return;
	c->room = c->room ? c->room * 2 : 1024;
	c->ids = realloc(c->ids, c->room * sizeof *c->ids);
	c->clocks = realloc(c->clocks, c->room * c->width * sizeof *c->clocks);
	assert(c->ids && c->clocks);
}

/* The clock of an actor's latest record; zero before its first. */
static uint32_t *last_of(struct causal *c, size_t actor)
{
	if (actor >= c->last_count) {
		size_t count = actor + 16;
		c->last = realloc(c->last, count * c->width * sizeof *c->last);
		assert(c->last);
		memset(c->last + c->last_count * c->width, 0,
		       (count - c->last_count) * c->width * sizeof *c->last);
		c->last_count = count;
	}
	return c->last + actor * c->width;
}

void causal_see(struct causal *c, const struct record *r, int actor)
{
	if (!c->width)
		return;
	grow(c);
	uint32_t *clock = c->clocks + c->count * c->width;
	memset(clock, 0, c->width * sizeof *clock);
	for (size_t i = 0; i < r->parents_count; i++) {
		size_t parent = index_of(c, r->parents[i]);
		if (parent != SIZE_MAX)
			clock_join(clock, c->clocks + parent * c->width, c->width);
	}
	if (actor >= 0) {
		uint32_t *last = last_of(c, (size_t)actor);
		clock_join(clock, last, c->width);
		for (size_t i = 0; i < c->width; i++)
			clock[i] += c->actors[i] == (size_t)actor;
		memcpy(last, clock, c->width * sizeof *clock);
	}
	c->ids[c->count++] = r->id;
}

const uint32_t *causal_now(const struct causal *c)
{
	assert(c->count > 0);
	return c->clocks + (c->count - 1) * c->width;
}

void causal_fini(struct causal *c)
{
	free(c->ids);
	free(c->clocks);
	free(c->last);
	memset(c, 0, sizeof *c);
}
