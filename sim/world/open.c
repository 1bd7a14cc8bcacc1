/* open.c - how ends come to be: opened by a session, expected by one, or made by what arrives. */
#include "sim/world/internal.h"

#include <assert.h>
#include <string.h>

enum { LEG_INNER = 1, LEG_OUTER = 2 }; /* tags of the two legs at the actor that dials onwards */

struct address open_listening(const struct world *w, size_t channel)
{
	const struct flow_channel *c = &w->flow->channels[channel];
	const struct flow_actor *a = &w->flow->actors[c->to];
	for (size_t i = 0; c->host && i < a->hosts_count; i++)
		if (strcmp(a->hosts[i].host, c->host) == 0)
			return (struct address){ .ip = a->hosts[i].ip, .port = c->port };
	return (struct address){ 0 };
}

/* Two ends that have found each other. */
static void pair(struct end *e, struct end *peer)
{
	if (!peer)
		return;
	e->peer = peer->number;
	peer->peer = e->number;
}

void open_channel(struct world *w, struct session *s, size_t channel, uint32_t tag)
{
	const struct flow_channel *c = &w->flow->channels[channel];
	bool onwards = c->base == BASE_INSIDE && c->relay == s->actor->flow_index;
	struct end *inner = onwards ? end_of_session(s, channel, LEG_INNER) : NULL;
	if (onwards && !inner) {
		log_drop(w, s->actor, channel, "the connection to be continued is closed",
			 bytes_of(NULL, 0));
		return;
	}
	struct end *e = end_new(w, s, channel, tag);
	e->opener = true;
	if (onwards) {
		e->relayed = true;
		e->base = BASE_WIRE;
		e->tag = LEG_OUTER;
		e->inner = inner->number;
	}
	if (e->base == BASE_RIDES) {
		pair(e, end_riding(w, channel, tag, false));
	} else {
		e->local = actor_address(w, s->actor);
		e->remote = open_listening(w, channel);
	}
	end_start(w, e);
}

void open_expected(struct world *w, struct session *s, size_t channel, uint32_t tag)
{
	const struct flow_channel *c = &w->flow->channels[channel];
	struct end *e = end_new(w, s, channel, tag);
	assert(c->base == BASE_RIDES); /* anything else is made by what arrives */
	pair(e, end_riding(w, channel, tag, true));
	end_start(w, e);
}

/* A session for what arrives on a channel, of the machine that listens there. */
static struct session *listener(struct world *w, struct actor *a, size_t channel)
{
	for (size_t i = 0; i < a->class->listens_count; i++)
		if (a->class->listens[i].channel == w->channel_of_flow[channel])
			return session_new(w, a, a->class->listens[i].machine);
	return NULL;
}

/* Who opened the connection that arrives from this address; through a dialler, who is behind it. */
static struct end *opener_at(struct world *w, struct address from)
{
	struct end *e = end_dialled_from(w, from);
	if (!e || !e->inner)
		return e;
	struct end *inner = end_numbered(w, e->inner);
	return inner ? end_numbered(w, inner->peer) : NULL;
}

struct end *open_arrived(struct world *w, struct actor *a, size_t channel, struct address from)
{
	struct session *s = listener(w, a, channel);
	if (!s)
		return NULL;
	struct end *e = end_new(w, s, channel, 0);
	e->base = BASE_WIRE;
	e->local = open_listening(w, channel);
	e->remote = from;
	pair(e, opener_at(w, from));
	end_start(w, e);
	session_begin(w, s, e, w->now_ns);
	return e;
}

struct end *open_routed(struct world *w, struct end *tunnel, size_t channel, struct address from)
{
	struct session *s = listener(w, tunnel->actor, channel);
	if (!s)
		return NULL;
	struct end *e = end_new(w, s, channel, LEG_INNER);
	e->relayed = true;
	e->carrier = tunnel->number;
	e->local = open_listening(w, channel);
	e->remote = from;
	struct end *opener = opener_at(w, from);
	e->peer = opener ? opener->number : 0; /* whose own peer is the target */
	end_start(w, e);
	session_begin(w, s, e, w->now_ns);
	return e;
}
