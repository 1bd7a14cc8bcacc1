/* deliver.c - what leaves the top of an end: notices, messages, inner channels' bytes, packets. */
#include "sim/world/internal.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const notice_names[] = { [PIPE_OPENED] = "opened",
					    [PIPE_SECURED] = "secured",
					    [PIPE_CLOSED] = "closed",
					    [PIPE_FAILED] = "failed" };
static const char *const pipe_names[] = { [PIPE_STREAM] = "stream",
					  [PIPE_TLS] = "tls",
					  [PIPE_DTLS] = "dtls",
					  [PIPE_FRAME] = "frame",
					  [PIPE_HTTP] = "http" };

static void post(struct world *w, struct end *e, enum stimulus_kind kind)
{
	session_post(w, e->session,
		     &(struct event){ .stimulus = kind,
				      .channel = e->channel,
				      .has_channel = true,
				      .tag = e->tag });
}

/* Whether this layer is the one whose readiness makes the channel usable. */
static bool makes_ready(const struct world *w, const struct end *e, const struct pipe_notice *n)
{
	const struct flow_channel *c = &w->flow->channels[e->channel];
	bool secures = false;
	for (size_t i = 0; !e->relayed && i < c->pipes_count; i++)
		secures = secures || c->pipes[i] == PIPE_TLS || c->pipes[i] == PIPE_DTLS;
	return n->kind == (secures ? PIPE_SECURED : PIPE_OPENED);
}

void deliver_notice(struct world *w, struct end *e, const struct pipe_notice *n)
{
	char text[256];
	struct record r = log_record(w, RECORD_PIPE, e->actor);
	log_end_of(&r, w, e);
	snprintf(text, sizeof text, "%s%s%s%s%s", pipe_names[n->pipe], *n->detail ? " " : "",
		 n->detail, *n->why ? ": " : "", n->why);
	r.name = notice_names[n->kind];
	r.text = text;
	w->cause = log_append(w, &r);
	if (e->closed)
		return; /* its session has ended it, or was told before */
	if (makes_ready(w, e, n)) {
		e->ready = true;
		post(w, e, STIMULUS_SECURED);
	} else if (n->kind == PIPE_CLOSED || n->kind == PIPE_FAILED) {
		e->closed = true;
		post(w, e, n->kind == PIPE_CLOSED ? STIMULUS_PEER_CLOSED : STIMULUS_PEER_FAILED);
		stack_close(e->stack, w->now_ns);
	}
}

/* -- units -- */

static void record_accepted(struct world *w, struct end *e, struct bytes bytes, bool message)
{
	struct buffer scratch = { 0 };
	struct record r = log_record(w, RECORD_ACCEPTED, e->actor);
	log_end_of(&r, w, e);
	struct end *peer = end_numbered(w, e->peer);
	uint64_t sent = peer ? sending_take(peer, bytes, &w->device) : 0;
	r.number = (int64_t)sent;
	if (message)
		r.message = message_name(message_peek(bytes));
	if (sent == 0) { /* nobody sent it like this: the bytes are evidence of their own */
		r.bytes = bytes;
		if (message)
			log_redact(w, &r, &scratch);
	} else if (w->cause > sent) {
		r.parents[0] = sent;
		r.parents[1] = w->cause;
		r.parents_count = 2;
	}
	w->cause = log_append(w, &r);
	buffer_cleanse(&scratch);
}

/* The channel whose bytes this message carries to an end at this actor; -1: none, it is for a row.
 */
static int carried_channel(const struct world *w, const struct end *e, enum message_type type)
{
	for (size_t i = 0; i < w->flow->channels_count; i++) {
		const struct flow_channel *c = &w->flow->channels[i];
		for (size_t k = 0; c->base == BASE_RIDES && k < c->rides_count; k++)
			if (c->rides[k].channel == e->channel && c->rides[k].type == type &&
			    (k == 0 ? c->from : c->to) == e->actor->flow_index)
				return (int)i;
	}
	return -1;
}

static void deliver_carried(struct world *w, struct end *e, size_t channel, const struct message *m)
{
	struct unit inner = { 0 };
	bool opener = w->flow->channels[channel].from == e->actor->flow_index;
	struct end *to = end_riding(w, channel, m->as.carried.association, opener);
	if (!to || to->actor != e->actor || to->closed) {
		log_drop(w, e->actor, channel, "no such association is open",
			 m->as.carried.payload);
		return;
	}
	buffer_append(&inner.bytes, m->as.carried.payload);
	end_feed(w, to, PIPE_BELOW, &inner);
	unit_fini(&inner);
}

/* Not one of the checks that pipes put to the judge: the codec's, asked of every message and
 * recorded where it is false. Its record begins with whose end it was. */
static void reject(struct world *w, struct record *r, struct bytes bytes, enum message_error error)
{
	struct buffer scratch = { 0 };
	r->text = message_error_text(error);
	r->number = (int64_t)bytes.size;
	r->bytes = bytes;
	r->checks[r->checks_count++] =
		(struct record_check){ .id = pipe_checks[PIPE_CHECK_FORM].name, .holds = false };
	log_redact(w, r, &scratch);
	w->cause = log_append(w, r);
	buffer_cleanse(&scratch);
}

/* What the adversary let through may be another message than what was said, or none. */
static void look_again(struct world *w, const struct saying *heard, struct event *e)
{
	struct message m;
	struct bytes bytes = bytes_of_buffer(heard->bytes);
	enum message_error error = message_decode(bytes, &m);
	/* What came out of pipes was looked at there already. */
	if (error != MESSAGE_OK && (e->what != MESSAGE_NONE || e->sent > 0)) {
		struct record r = log_record(w, RECORD_REJECTED, heard->to);
		r.peer = heard->from->name;
		r.channel = w->flow->channels[heard->channel].name;
		r.tag = w->flow->channels[heard->channel].base == BASE_LOCAL ? 0 : e->tag;
		r.session = heard->session->number;
		reject(w, &r, bytes, error);
	}
	e->what = (uint8_t)m.type;
	message_cleanse(&m);
}

void deliver_heard(struct world *w, struct session *s, struct event *e)
{
	struct end *peer = end_numbered(w, e->end);
	struct saying heard = { .session = s,
				.from = peer ? peer->actor : &w->actors[e->from_actor],
				.to = s->actor,
				.channel = e->channel,
				.heard = true,
				.bytes = &e->bytes };
	bool now = acts_touch(w, &heard);
	if (!now && heard.hold_until_ns <= w->now_ns)
		return;
	if (!now)
		e->at_ns = heard.hold_until_ns;
	if (!adversary_is_idle(w->adversary))
		look_again(w, &heard, e);
	for (uint32_t i = 0; i < heard.duplicates; i++) {
		struct event again = *e;
		again.bytes = (struct buffer){ 0 };
		buffer_append(&again.bytes, bytes_of_buffer(&e->bytes));
		session_post(w, s, &again);
	}
	session_post(w, s, e);
	e->bytes = (struct buffer){ 0 };
}

/* Who is at the other side, also when its end is gone: known by the address. */
static const struct actor *speaker(struct world *w, const struct end *e)
{
	const struct end *peer = end_numbered(w, e->peer);
	const struct actor *there = peer ? peer->actor : NULL;
	if (!there && e->base != BASE_RIDES)
		there = actor_at(w, e->remote.ip);
	return there ? there : e->actor;
}

static void deliver_message(struct world *w, struct end *e, const struct unit *u,
			    enum message_type type)
{
	struct session *to = u->answer ? asking_take(w, e, u->request) : e->session;
	struct event heard = { .stimulus = STIMULUS_MESSAGE,
			       .what = (uint8_t)type,
			       .channel = e->channel,
			       .has_channel = true,
			       .tag = e->tag,
			       .end = e->peer,
			       .from_actor = speaker(w, e)->index,
			       .request = u->answer ? 0 : u->request };
	if (!to) {
		log_drop(w, e->actor, e->channel, "an answer that nobody asked for",
			 bytes_of_buffer(&u->bytes));
		return;
	}
	buffer_append(&heard.bytes, bytes_of_buffer(&u->bytes));
	deliver_heard(w, to, &heard);
	buffer_cleanse(&heard.bytes);
}

static void deliver_bytes(struct world *w, struct end *e, struct bytes bytes)
{
	struct event posted = { .stimulus = STIMULUS_BYTES,
				.channel = e->channel,
				.has_channel = true,
				.tag = e->tag };
	buffer_append(&posted.bytes, bytes);
	session_post(w, e->session, &posted);
}

/* Its session has ended the channel: what was under way on it then is for nobody. */
static void drop_late(struct world *w, struct end *e, struct bytes bytes)
{
	struct end *peer = end_numbered(w, e->peer);
	if (peer)
		sending_take(peer, bytes, &w->device);
	log_drop(w, e->actor, e->channel, "its session has closed the channel", bytes);
}

void deliver_unit(struct world *w, struct end *e, const struct unit *u)
{
	struct bytes bytes = bytes_of_buffer(&u->bytes);
	struct message m;
	if (e->relayed) {
		deliver_bytes(w, e, bytes);
		return;
	}
	if (e->closed) {
		drop_late(w, e, bytes);
		return;
	}
	bool packets = w->flow->channels[e->channel].packets;
	record_accepted(w, e, bytes, !packets);
	if (packets) {
		carry_routed(w, e, bytes);
		return;
	}
	enum message_error error = message_decode(bytes, &m);
	int inner = error == MESSAGE_OK ? carried_channel(w, e, m.type) : -1;
	if (error != MESSAGE_OK) {
		struct record r = log_record(w, RECORD_REJECTED, NULL);
		log_end_of(&r, w, e);
		reject(w, &r, bytes, error);
	}
	if (inner >= 0)
		deliver_carried(w, e, (size_t)inner, &m);
	else
		deliver_message(w, e, u, m.type);
	message_cleanse(&m);
}
