/* causal.c - joins what actors know, record by record; see causal.h. A record that names a parent
 * which never came is taken as having none.
 */
#include "sim/flow/causal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Since version `since` of what the one knows, it knows `marks` of the other. */
struct change {
	uint32_t since, marks;
};
struct knowledge {
	uint32_t count, room;
	struct change *list; /* ascending in both */
};

void causal_init(struct causal *c, struct attribution *attribution)
{
	*c = (struct causal){ .attribution = attribution };
}

void causal_watch(struct causal *c, size_t actor)
{
	assert(c->others.count == 0);
	for (size_t i = 0; i < c->width; i++)
		if (c->actors[i] == actor)
			return;
	assert(c->width < CAUSAL_WIDTH_MAX);
	c->actors[c->width++] = actor;
}

/* -- what one knows of another -- */

static struct knowledge *knowledge_find(const struct causal *c, int who, int of)
{
	int32_t key[2] = { who, of };
	size_t number = keys_find(&c->known_keys, bytes_of(key, sizeof key));
	return number == KEYS_NONE ? NULL : &c->known[number];
}

static struct knowledge *knowledge_of(struct causal *c, int who, int of)
{
	bool added;
	int32_t key[2] = { who, of };
	size_t number = keys_add(&c->known_keys, bytes_of(key, sizeof key), &added);
	if (number >= c->known_room) {
		c->known_room = number * 2 + 8;
		c->known = realloc(c->known, c->known_room * sizeof *c->known);
		assert(c->known);
	}
	if (added)
		c->known[number] = (struct knowledge){ 0 };
	return &c->known[number];
}

/* Marks of `of` that `who` knew of in this version. */
static uint32_t known_at(const struct causal *c, int who, int of, uint32_t version)
{
	const struct knowledge *k = knowledge_find(c, who, of);
	size_t low = 0, high = k ? k->count : 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (k->list[middle].since <= version)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? k->list[low - 1].marks : 0;
}

/* The instance learns something: one new version for each change, so that a record says which. */
static void learn(struct causal *c, int who, int of, uint32_t marks)
{
	struct knowledge *k = knowledge_of(c, who, of);
	if ((k->count ? k->list[k->count - 1].marks : 0) >= marks)
		return;
	if (k->count == k->room) {
		k->room = k->room ? k->room * 2 : 2;
		k->list = realloc(k->list, k->room * sizeof *k->list);
		assert(k->list);
	}
	k->list[k->count++] = (struct change){ ++c->versions[who], marks };
}

/* -- records -- */

static void room_for(struct causal *c, int who)
{
	size_t number = (size_t)who;
	if (number < c->marks_room)
		return;
	size_t room = number * 2 + 16;
	c->marks = realloc(c->marks, room * sizeof *c->marks);
	c->versions = realloc(c->versions, room * sizeof *c->versions);
	assert(c->marks && c->versions);
	memset(c->marks + c->marks_room, 0, (room - c->marks_room) * sizeof *c->marks);
	memset(c->versions + c->marks_room, 0, (room - c->marks_room) * sizeof *c->versions);
	c->marks_room = room;
}

static bool is_watched(const struct causal *c, int actor)
{
	for (size_t i = 0; i < c->width; i++)
		if ((int)c->actors[i] == actor)
			return true;
	return false;
}

/* The instance of a watched actor on this device, or -1 when it has no mark. */
static int other_of(const struct causal *c, size_t actor, uint32_t device)
{
	bool each = c->attribution->flow->each_device >> actor & 1;
	uint32_t key[2] = { (uint32_t)actor, each ? device : 0 };
	size_t number = keys_find(&c->others, bytes_of(key, sizeof key));
	return number == KEYS_NONE ? -1 : c->others_who[number];
}

static void other_add(struct causal *c, const struct sight *s)
{
	bool added;
	uint32_t key[2] = { (uint32_t)s->actor, s->actor_device };
	size_t number = keys_add(&c->others, bytes_of(key, sizeof key), &added);
	if (number >= c->others_room) {
		c->others_room = number * 2 + 8;
		c->others_who = realloc(c->others_who, c->others_room * sizeof *c->others_who);
		assert(c->others_who);
	}
	if (added)
		c->others_who[number] = s->who;
}

/* What the parent's actor knew then of the watched actors of this device. */
static void hear(struct causal *c, int who, const struct lineage_entry *parent, uint32_t device)
{
	int from = (int)parent->who - 1;
	if (from < 0 || from == who)
		return;
	for (size_t i = 0; i < c->width; i++) {
		int of = other_of(c, c->actors[i], device);
		uint32_t marks = of < 0 ? 0 : known_at(c, from, of, parent->version);
		if (marks)
			learn(c, who, of, marks);
	}
}

void causal_see(struct causal *c, const struct sight *s, bool marked)
{
	struct lineage_entry parent;
	const struct record *r = s->record;
	c->version = 0;
	if (!c->width || s->who < 0)
		return;
	room_for(c, s->who);
	uint32_t device = s->is_alone ? 1 : s->device;
	for (size_t i = 0; i < r->parents_count; i++) {
		if (!lineage_find(&c->attribution->lineage, r->parents[i], &parent))
			continue;
		hear(c, s->who, &parent, device);
		if (!s->is_alone && parent.device != device)
			hear(c, s->who, &parent, parent.device);
	}
	if (marked && is_watched(c, s->actor)) {
		other_add(c, s);
		learn(c, s->who, s->who, ++c->marks[s->who]);
	}
	c->version = c->versions[s->who];
}

uint32_t causal_known(const struct causal *c, const struct sight *s, int of)
{
	return s->who < 0 || of < 0 ? 0 : known_at(c, s->who, of, c->version);
}

void causal_fini(struct causal *c)
{
	for (size_t i = 0; i < c->known_keys.count; i++)
		free(c->known[i].list);
	keys_fini(&c->known_keys);
	keys_fini(&c->others);
	free(c->known);
	free(c->others_who);
	free(c->marks);
	free(c->versions);
	memset(c, 0, sizeof *c);
}
