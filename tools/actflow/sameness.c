/* sameness.c - numbers the records of a trace by what they are and follow from; see sameness.h. */
#include "tools/actflow/sameness.h"

#include <stdlib.h>
#include <string.h>

#include "proto/list.h"
#include "tools/actflow/telling.h"

/* What is said of a record to those that follow from it. */
struct cause {
	uint32_t names[RECORD_PARENTS_MAX]; /* identities, as far as they count */
	uint8_t count;
	bool carries;
};

/* -- what an identity is made of -- */

static void put_text(struct buffer *out, const char *text)
{
	buffer_append(out, bytes_of(text, strlen(text) + 1));
}

static uint32_t number_of(struct keys *k, const struct buffer *key)
{
	return (uint32_t)keys_add(k, bytes_of_buffer(key), NULL) + 1;
}

/* The ends of channels, by their names; tagged: with their numbers, which are this trace's own. */
static void end_key(const struct record *r, bool whose, struct buffer *out)
{
	buffer_clear(out);
	if (whose)
		put_text(out, r->actor);
	put_text(out, r->channel);
	buffer_append_u32(out, r->tag);
}

static uint32_t opening_of_end(struct sameness_reader *o, const struct record *r)
{
	end_key(r, true, &o->all->scratch);
	size_t at = keys_find(&o->ends, bytes_of_buffer(&o->all->scratch));
	return at == KEYS_NONE ? SAMENESS_NONE : o->ends_opened[at];
}

static uint32_t opening_of_channel(struct sameness_reader *o, const struct record *r)
{
	end_key(r, false, &o->all->scratch);
	size_t at = keys_find(&o->openers, bytes_of_buffer(&o->all->scratch));
	return at == KEYS_NONE ? SAMENESS_NONE : o->openers_opened[at];
}

static void remember_opening(struct sameness_reader *o, const struct record *r, uint32_t whole)
{
	end_key(r, true, &o->all->scratch);
	size_t at = keys_add(&o->ends, bytes_of_buffer(&o->all->scratch), NULL);
	o->ends_opened = list_grow_zero(o->ends_opened, at, &o->ends_room, sizeof *o->ends_opened);
	o->ends_opened[at] = whole;
	if (strcmp(r->text, "opener") != 0)
		return;
	end_key(r, false, &o->all->scratch);
	at = keys_add(&o->openers, bytes_of_buffer(&o->all->scratch), NULL);
	o->openers_opened =
		list_grow_zero(o->openers_opened, at, &o->openers_room, sizeof *o->openers_opened);
	o->openers_opened[at] = whole;
}

/* -- causes -- */

static void add_cause(struct cause *c, uint32_t name)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->names[i] == name)
			return;
	if (name != SAMENESS_NONE && c->count < RECORD_PARENTS_MAX)
		c->names[c->count++] = name;
}

/* What carried a record here is no cause of it, the end that it came to is; of an end, the one that
 * opened the channel. */
static uint32_t instead_of_carrier(struct sameness_reader *o, const struct record *r)
{
	if (!*r->channel)
		return SAMENESS_NONE;
	return r->kind == RECORD_OPEN ? opening_of_channel(o, r) : opening_of_end(o, r);
}

static void add_causes_of(struct sameness_reader *o, const struct record *r, uint64_t parent,
			  struct cause *c)
{
	if (parent >= o->records_room)
		return;
	const struct cause *p = &o->records[parent];
	for (size_t i = 0; i < p->count; i++)
		add_cause(c, p->names[i]);
	if (p->carries)
		add_cause(c, instead_of_carrier(o, r));
}

static struct cause causes_of(struct sameness_reader *o, const struct record *r, bool carries)
{
	struct cause c = { 0 };
	if (carries)
		add_cause(&c, opening_of_end(o, r));
	else if (r->kind == RECORD_ACCEPTED && r->number > 0)
		add_causes_of(o, r, (uint64_t)r->number, &c);
	else
		for (size_t i = 0; i < r->parents_count; i++)
			add_causes_of(o, r, r->parents[i], &c);
	return c;
}

/* A timer that only a relay of bytes has set, or that was. */
static bool is_relays_timer(const struct sameness_reader *o, const struct record *r)
{
	return r->kind == RECORD_TIMER && r->parents_count == 1 &&
	       r->parents[0] < o->records_room && o->records[r->parents[0]].carries;
}

/* An act upon a message that somebody says or hears anyway. */
static bool only_touches(const struct record *r)
{
	return r->kind == RECORD_ACT && r->session != 0;
}

static uint32_t session_of(const struct sameness_reader *o, const struct record *r)
{
	size_t at = keys_find(&o->sessions, bytes_of(&r->session, sizeof r->session));
	return at == KEYS_NONE ? 0 : o->sessions_begun[at];
}

static void remember_session(struct sameness_reader *o, const struct record *r, uint32_t base)
{
	bool added;
	size_t at = keys_add(&o->sessions, bytes_of(&r->session, sizeof r->session), &added);
	o->sessions_begun =
		list_grow_zero(o->sessions_begun, at, &o->sessions_room, sizeof *o->sessions_begun);
	if (added)
		o->sessions_begun[at] = base;
}

static void remember(struct sameness_reader *o, const struct record *r, const struct sameness *made,
		     const struct cause *causes, uint32_t base)
{
	size_t id = (size_t)r->id;
	o->records = list_grow_zero(o->records, id, &o->records_room, sizeof *o->records);
	struct cause *c = &o->records[id];
	*c = (struct cause){ .carries = made->carries };
	if (only_touches(r))
		*c = *causes;
	else if (!made->carries)
		add_cause(c, made->whole);
	if (r->kind == RECORD_OPEN)
		remember_opening(o, r, made->whole);
	if (r->session != 0 && !made->carries)
		remember_session(o, r, base);
}

/* -- numbers -- */

static uint32_t numbered_causes(struct sameness_reader *o, const struct cause *c)
{
	struct buffer *key = &o->all->scratch;
	buffer_clear(key);
	for (size_t i = 0; i < c->count; i++)
		buffer_append_u32(key, c->names[i]);
	return number_of(&o->all->causes, key);
}

static void put_stem(const struct record *r, uint32_t session, uint32_t causes, struct buffer *out)
{
	const char *const texts[] = { r->actor,   r->peer,     r->channel, r->message,
				      r->machine, r->stimulus, r->name };
	buffer_clear(out);
	buffer_append_u8(out, (uint8_t)r->kind);
	buffer_append_u32(out, session);
	buffer_append_u32(out, causes);
	for (size_t i = r->kind == RECORD_RUN ? 7 : 0; i < sizeof texts / sizeof *texts; i++)
		put_text(out, texts[i]);
	if (r->kind == RECORD_JUDGED && r->checks_count > 0)
		put_text(out, r->checks[0].id);
	if (r->kind == RECORD_SETTING && r->values_count > 0)
		put_text(out, r->values[0].name);
}

/* The row that a step took. */
static void put_row(const struct record *r, struct buffer *out)
{
	put_text(out, r->state_from);
	put_text(out, r->state_to);
	put_text(out, r->source);
	put_text(out, r->text);
}

static uint32_t numbered_whole(struct sameness_reader *o, uint32_t base)
{
	struct buffer *key = &o->all->scratch;
	o->counts = list_grow_zero(o->counts, base, &o->counts_room, sizeof *o->counts);
	buffer_clear(key);
	buffer_append_u32(key, base);
	buffer_append_u32(key, o->counts[base]++);
	return number_of(&o->all->whole, key);
}

struct sameness sameness_of(struct sameness_reader *o, const struct record *r)
{
	struct sameness made = { .carries = telling_carries(r) || is_relays_timer(o, r) };
	struct cause causes = causes_of(o, r, made.carries);
	struct buffer *key = &o->all->scratch;
	uint32_t session = made.carries && *r->channel ? 0 : session_of(o, r);
	made.causes = numbered_causes(o, &causes);
	put_stem(r, session, made.causes, key);
	made.stem = number_of(&o->all->stems, key);
	if (r->kind == RECORD_STEP)
		put_row(r, key);
	uint32_t base = number_of(&o->all->bases, key);
	made.whole = numbered_whole(o, base);
	remember(o, r, &made, &causes, base);
	return made;
}

void sameness_reader_fini(struct sameness_reader *o)
{
	free(o->counts);
	free(o->records);
	free(o->sessions_begun);
	keys_fini(&o->sessions);
	free(o->ends_opened);
	free(o->openers_opened);
	keys_fini(&o->ends);
	keys_fini(&o->openers);
	*o = (struct sameness_reader){ 0 };
}

void sameness_lists_fini(struct sameness_lists *i)
{
	keys_fini(&i->bases);
	keys_fini(&i->whole);
	keys_fini(&i->stems);
	keys_fini(&i->causes);
	keys_fini(&i->values);
	buffer_fini(&i->scratch);
	*i = (struct sameness_lists){ 0 };
}
