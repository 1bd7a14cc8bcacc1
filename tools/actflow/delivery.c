/* delivery.c - one bit a record and a session, kept only where a scenario asks for it. */
#include "tools/actflow/delivery.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/list.h"
#include "sim/adversary/plan.h"

static bool has(const struct bits *b, uint64_t number)
{
	return number / 8 < b->room && b->list[number / 8] >> number % 8 & 1;
}

static void put(struct bits *b, uint64_t number)
{
	if (number / 8 >= b->room) {
		size_t room = (size_t)number / 4 + 256;
		b->list = realloc(b->list, room);
		if (!b->list)
			abort();
		memset(b->list + b->room, 0, room - b->room);
		b->room = room;
	}
	b->list[number / 8] |= (uint8_t)(1u << number % 8);
}

static bool has_stored(const struct delivery *d, const char *actor)
{
	for (size_t i = 0; i < d->actors_count; i++)
		if (strcmp(d->actors[i], actor) == 0)
			return true;
	return false;
}

static void stored(struct delivery *d, const char *actor)
{
	if (has_stored(d, actor))
		return;
	d->actors = list_grow(d->actors, d->actors_count, &d->actors_room, sizeof *d->actors);
	char *copy = strdup(actor);
	if (!copy)
		abort();
	d->actors[d->actors_count++] = copy;
}

/* What was only looked at, or did nothing, is none. */
static bool is_act(const struct record *r)
{
	return r->kind == RECORD_CRASH || (r->kind == RECORD_ACT && act_was_done(r->name, r->text));
}

static bool is_called(const struct record *r, enum act_kind kind)
{
	return r->kind == RECORD_ACT && strcmp(r->name, act_name(kind)) == 0;
}

static void pose(struct delivery *d, const struct record *r)
{
	bool clock = is_called(r, ACT_CLOCK);
	bool poses = clock || is_called(r, ACT_PRESENT) || is_called(r, ACT_SPEAK);
	if (!poses || d->posing_count == DELIVERY_POSING_MAX)
		return;
	struct posing *p = &d->posing[d->posing_count++];
	p->own = clock;
	snprintf(p->actor, sizeof p->actor, "%s", r->actor);
	snprintf(p->channel, sizeof p->channel, "%s", r->channel ? r->channel : "");
}

static bool is_of_posing(const struct delivery *d, const struct record *r)
{
	bool of_pipes = r->kind == RECORD_JUDGED || r->kind == RECORD_PIPE;
	for (size_t i = 0; of_pipes && i < d->posing_count; i++) {
		const struct posing *p = &d->posing[i];
		if ((!*p->channel || strcmp(p->channel, r->channel) == 0) &&
		    (strcmp(p->actor, r->actor) == 0 ||
		     (!p->own && strcmp(p->actor, r->peer) == 0)))
			return true;
	}
	return false;
}

bool delivery_feed(struct delivery *d, const struct record *r)
{
	bool act = is_act(r), follows = act;
	if (!d->wanted)
		return false;
	for (size_t i = 0; i < r->parents_count && !follows; i++)
		follows = has(&d->records, r->parents[i]);
	if (!follows && r->kind == RECORD_STEP)
		follows = has(&d->sessions, r->session) || has_stored(d, r->actor);
	follows = follows || is_of_posing(d, r);
	if (!follows)
		return false;
	if (act)
		pose(d, r);
	put(&d->records, r->id);
	if (r->session > 0 && (act || r->kind == RECORD_STEP))
		put(&d->sessions, r->session);
	if (r->kind == RECORD_PERSIST || is_called(r, ACT_CLOCK)) /* in all that it does */
		stored(d, r->actor);
	return true;
}

void delivery_fini(struct delivery *d)
{
	for (size_t i = 0; i < d->actors_count; i++)
		free(d->actors[i]);
	free(d->actors);
	free(d->records.list);
	free(d->sessions.list);
	*d = (struct delivery){ 0 };
}
