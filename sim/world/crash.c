/* crash.c - an actor is killed and begins again. What is in memory goes: its sessions, what they
 * knew, its ends. What is on its disk stays: the store, which is read back from its saved bytes.
 * Its host resets the connections, as an operating system does for a process that is gone; ends
 * inside other channels had no host to speak for them. Randomness is another one each time.
 */
#include <assert.h>
#include <stdlib.h>

#include "sim/world/internal.h"

static void reset_ends(struct world *w, struct actor *a)
{
	for (struct end *e = a->ends; e; e = e->next)
		if (e->stack && e->base != BASE_RIDES && !e->relayed)
			end_reset(w, e);
	for (struct end *e = a->ends; e; e = e->next)
		if (e->stack)
			end_reset(w, e);
}

/* Ends outlive their session for what their peers have not accepted yet. */
static void free_sessions(struct world *w, struct actor *a)
{
	for (struct end *e = a->ends; e; e = e->next) {
		e->session = NULL;
		e->session_prev = e->session_next = NULL;
	}
	while (a->sessions) {
		a->sessions->ends = NULL;
		session_end(w, a->sessions);
	}
	a->main = NULL;
}

/* The disk: bytes out, bytes in. While an actor is down nobody can read or write its store. */
static void unload(struct actor *a)
{
	store_save(a->store, &a->disk);
	store_free(a->store);
	a->store = NULL;
}

static void reload(struct actor *a)
{
	a->store = store_new();
	bool whole = store_load(a->store, bytes_of_buffer(&a->disk));
	assert(whole);
	buffer_cleanse(&a->disk);
}

void actor_kill(struct world *w, struct actor *a, const char *point, const struct session *of,
		int64_t down_ns)
{
	struct record r = log_record(w, RECORD_CRASH, a);
	assert(!a->down);
	a->down = true;
	a->restart_ns = w->now_ns + down_ns;
	r.text = point;
	r.session = of ? of->number : 0;
	r.number = a->restart_ns;
	w->cause = log_append(w, &r);
	free_sessions(w, a);
	reset_ends(w, a);
	unload(a);
	world_schedule(w, &(struct event){ .kind = EVENT_RESTART,
					   .at_ns = a->restart_ns,
					   .cause = w->cause,
					   .to_actor = a->index });
}

/* A weakened profile may lose a part of what was stored; each entry that it changes has a record.
 */
static void forget(struct world *w, struct actor *a, uint8_t table)
{
	struct bytes key, value;
	for (size_t i = 0; store_at(a->store, table, i, &key, &value);) {
		struct buffer changed = { 0 };
		struct effect e = { .what = table, .key = key };
		buffer_append(&changed, value);
		bool forgets = a->class->forgets(&w->policy, table, &changed);
		e.body = bytes_of_buffer(&changed);
		i += !forgets || changed.size > 0; /* what is gone leaves its place to the next */
		if (forgets)
			actor_persist(w, a, 0, &e);
		buffer_cleanse(&changed);
	}
}

void actor_restart(struct world *w, struct actor *a)
{
	a->down = false;
	a->incarnation++;
	reload(a);
	if (w->restarted)
		w->restarted(w->restarted_context, a->name, a->store);
	actor_introduce(w, a);
	for (size_t i = 0; a->class->forgets && i < a->class->tables_count; i++)
		forget(w, a, (uint8_t)i);
	actor_begin(w, a, w->now_ns);
}
