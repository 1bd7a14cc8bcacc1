/* session.c - machine instances: how they are made, found, posted to and freed. */
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include <openssl/crypto.h>

#include "sim/world/internal.h"

/* What finds a session that EFFECT_KEY named. */
struct session_key {
	uint32_t actor, machine, size;
	uint8_t key[SESSION_KEY_MAX];
};
struct session_name {
	struct session_key key;
	struct session *session;
	bool indexed; /* else another session had the key before */
	UT_hash_handle hh;
};

struct session *session_new(struct world *w, struct actor *a, uint8_t machine)
{
	struct session *s = calloc(1, sizeof *s);
	if (!s)
		abort();
	s->number = ++w->sessions_count;
	s->actor = a;
	s->machine = a->class->machines[machine];
	s->machine_index = machine;
	DL_APPEND(a->sessions, s);
	HASH_ADD(by_number, w->sessions_by_number, number, sizeof s->number, s);
	return s;
}

struct session *session_numbered(struct world *w, uint64_t number)
{
	struct session *s = NULL;
	if (number)
		HASH_FIND(by_number, w->sessions_by_number, &number, sizeof number, s);
	return s;
}

/* -- by key: the first that took it has it, until it is closed -- */

static struct session_key key_of(const struct actor *a, uint8_t machine, struct bytes key)
{
	struct session_key whole;
	memset(&whole, 0, sizeof whole);
	whole.actor = (uint32_t)a->index;
	whole.machine = machine;
	whole.size = (uint32_t)key.size;
	if (key.size > 0)
		memcpy(whole.key, key.data, key.size);
	return whole;
}

struct session *session_of_key(struct world *w, const struct actor *a, uint8_t machine,
			       struct bytes key)
{
	struct session_key wanted = key_of(a, machine, key);
	struct session_name *found = NULL;
	if (key.size > 0)
		HASH_FIND(hh, w->sessions_by_key, &wanted, sizeof wanted, found);
	return found && !found->session->closed ? found->session : NULL;
}

static void enter_index(struct world *w, struct session_name *name)
{
	const struct session *s = name->session;
	struct bytes key = bytes_of(name->key.key, name->key.size);
	if (session_of_key(w, s->actor, s->machine_index, key))
		return;
	name->indexed = true;
	HASH_ADD(hh, w->sessions_by_key, key, sizeof name->key, name);
}

static void leave_index(struct world *w, struct session_name *name)
{
	if (name->indexed)
		HASH_DEL(w->sessions_by_key, name);
	name->indexed = false;
}

/* The first open session with this key that the index does not have. */
static void index_next(struct world *w, struct actor *a, const struct session_key *key)
{
	struct session *s;
	DL_FOREACH(a->sessions, s)
	if (!s->closed && s->name && !s->name->indexed && key->size > 0 &&
	    memcmp(&s->name->key, key, sizeof *key) == 0) {
		enter_index(w, s->name);
		return;
	}
}

void session_key(struct world *w, struct session *s, struct bytes key)
{
	struct session_key whole = key_of(s->actor, s->machine_index, key);
	if (s->name)
		leave_index(w, s->name);
	else
		s->name = calloc(1, sizeof *s->name);
	if (!s->name)
		abort();
	s->name->key = whole;
	s->name->session = s;
	enter_index(w, s->name);
}

void session_forget_key(struct world *w, struct session *s)
{
	if (!s->name || !s->name->indexed)
		return;
	struct session_key key = s->name->key;
	leave_index(w, s->name);
	free(s->name);
	s->name = NULL;
	index_next(w, s->actor, &key);
}

/* -- what reaches it -- */

void session_post(struct world *w, struct session *s, const struct event *e)
{
	struct event posted = *e;
	posted.kind = EVENT_STIMULUS;
	if (posted.at_ns < w->now_ns)
		posted.at_ns = w->now_ns;
	posted.cause = w->cause;
	posted.session = s->number;
	posted.to_actor = s->actor->index;
	s->posted++;
	world_schedule(w, &posted);
}

void session_begin(struct world *w, struct session *s, const struct end *e, int64_t at_ns)
{
	if (machine_stimulus(s->machine, STIMULUS_BEGIN, 0, CHANNEL_ANY) < 0)
		return; /* this machine awaits its first message instead */
	session_post(w, s,
		     &(struct event){ .stimulus = STIMULUS_BEGIN,
				      .at_ns = at_ns,
				      .channel = e ? e->channel : 0,
				      .has_channel = e != NULL,
				      .tag = e ? e->tag : 0 });
}

void session_void_timer(struct world *w, struct session *s, uint8_t timer)
{
	unsigned bit = 1u << timer;
	s->timers[timer]++;
	if (s->timers_set & bit) {
		w->overtaken++;
		w->foreground -= !(s->timers_background & bit);
	}
	s->timers_set = (uint8_t)(s->timers_set & ~bit);
	s->timers_background = (uint8_t)(s->timers_background & ~bit);
}

void session_void_timers(struct world *w, struct session *s)
{
	for (uint8_t i = 0; i < TIMERS_MAX; i++)
		session_void_timer(w, s, i);
}

void session_end(struct world *w, struct session *s)
{
	session_void_timers(w, s);
	session_forget_key(w, s);
	free(s->name);
	HASH_DELETE(by_number, w->sessions_by_number, s);
	DL_DELETE(s->actor->sessions, s);
	session_wipe(s);
	free(s);
}
