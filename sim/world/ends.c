/* ends.c - the ends of channels: a stack of pipes between a session and a carrier.
 *
 * Whatever is fed into an end is pumped until it is quiet: notices and units go up (deliver.c),
 * bytes go down (carry.c), and the time of its next timer is scheduled.
 */
#include "sim/world/internal.h"

#include <stdlib.h>
#include <string.h>
#include <utlist.h>

enum { SESSION_BELOW_HEADERS = 128 };

struct end *end_new(struct world *w, struct session *s, size_t channel, uint32_t tag)
{
	struct end *e = calloc(1, sizeof *e);
	if (!e)
		abort();
	e->number = ++w->ends_count;
	e->actor = s->actor;
	e->session = s;
	e->channel = channel;
	e->tag = tag;
	e->base = w->flow->channels[channel].base;
	e->due_ns = PIPE_NEVER;
	e->sendings_tail = &e->sendings;
	DL_APPEND(s->actor->ends, e);
	DL_APPEND2(s->ends, e, session_prev, session_next);
	HASH_ADD(by_number, w->ends_by_number, number, sizeof e->number, e);
	if (s->actor->newest)
		s->actor->newest[channel] = NULL; /* looked for anew: it may turn out to be a leg */
	return e;
}

/* -- opening -- */

struct judging {
	struct world *w;
	struct end *e;
};

static void keylog(void *context, const char *line)
{
	struct judging *j = context;
	log_keylog(j->w, j->e, line);
}

static void drop_record(void *context, const char *why, struct bytes record)
{
	struct judging *j = context;
	log_drop(j->w, j->e->actor, j->e->channel, why, record);
}

static bool judge_pipe(void *context, enum pipe_check check, bool holds, const char *detail)
{
	struct judging *j = context;
	const struct actor_class *class = j->e->actor->class;
	char text[320]; /* a peer's certificate names what it likes */
	bool trusted = !holds && class->trusts && class->trusts(&j->w->policy, check);
	const char *id = pipe_checks[check].name;
	bool admitted = knockout_admits(j->w, id, holds || trusted);
	struct record r = log_record(j->w, RECORD_JUDGED, j->e->actor);
	log_end_of(&r, j->w, j->e);
	r.text = log_printable(detail, text, sizeof text);
	if (trusted) /* a weakened profile: the actor does not look */
		snprintf(text + strlen(text), sizeof text - strlen(text), ": not looked at");
	r.checks[r.checks_count++] = (struct record_check){
		.id = id, .holds = holds || trusted, .let_pass = admitted && !holds && !trusted
	};
	acts_clock_used(j->w, j->e->actor);
	log_append(j->w, &r);
	return admitted;
}

/* Bytes that the carrier takes in one piece: a tunnel's packets must fit the datagrams below it. */
static uint16_t carried_mtu(const struct world *w, const struct end *e)
{
	const struct flow_channel *c = &w->flow->channels[e->channel];
	size_t at = e->channel;
	if (e->base == BASE_WIRE)
		return w->scenario->wires[at].mtu;
	if (c->base == BASE_INSIDE)
		c = &w->flow->channels[c->inside];
	at = c->rides[0]
		     .channel; /* both ends see the opener's wire: the relay hides no bottleneck */
	uint16_t wire = w->scenario->wires[at].mtu;
	uint16_t below = e->base == BASE_INSIDE ? SESSION_BELOW_HEADERS : SESSION_BELOW_HEADERS / 2;
	return wire > 2 * SESSION_BELOW_HEADERS ? (uint16_t)(wire - below) : wire;
}

void end_start(struct world *w, struct end *e)
{
	const struct flow_channel *c = &w->flow->channels[e->channel];
	char room[FORGED_NAME_MAX];
	struct stack_spec spec = { .opener = e->opener,
				   .mutual = c->mutual,
				   .local = e->local,
				   .remote = e->remote,
				   .mtu = carried_mtu(w, e),
				   .association = e->tag,
				   .identity = forge_name(w, e->actor, e->channel, room),
				   .host = c->host,
				   .client = c->mutual ? w->flow->actors[c->from].name : NULL,
				   .tls = w->tls };
	end_index(w, e);
	struct record r = log_record(w, RECORD_OPEN, e->actor);
	log_end_of(&r, w, e);
	r.text = e->relayed ? "relay" : e->opener ? "opener" : "acceptor";
	w->cause = log_append(w, &r);
	spec.count = e->relayed ? 1 : c->pipes_count;
	memcpy(spec.pipes, c->pipes, sizeof spec.pipes);
	for (size_t i = 0; i < spec.count; i++)
		if (pipe_is_session(spec.pipes[i]))
			forge_used(w, e->actor, e->channel);
	for (size_t i = 0; i < spec.count; i++)
		e->speaks_http = e->speaks_http || spec.pipes[i] == PIPE_HTTP;
	e->judging = calloc(1, sizeof *e->judging);
	if (!e->judging)
		abort();
	*e->judging = (struct judging){ .w = w, .e = e };
	spec.clock_s = &e->actor->clock_s;
	spec.judge = (struct judge){ .ask = judge_pipe, .context = e->judging };
	spec.keylog = e->opener ? keylog : NULL; /* both ends would log the same secrets */
	spec.dropped = drop_record;
	spec.context = e->judging;
	end_operate(w, e);
	e->stack = stack_open(&spec, w->now_ns);
	e->ready = spec.count == 0;
	end_pump(w, e);
}

/* -- moving bytes -- */

void end_operate(struct world *w, struct end *e)
{
	host_enter(w->host, &(struct host_purpose){ .actor = e->actor->name,
						    .incarnation = e->actor->incarnation,
						    .session = e->number,
						    .step = ++e->operations,
						    .what = "pipe" });
}

static void schedule(struct world *w, struct end *e)
{
	int64_t due = stack_due(e->stack);
	if (due == PIPE_NEVER || (e->due_ns != PIPE_NEVER && e->due_ns <= due))
		return;
	e->due_ns = due < w->now_ns ? w->now_ns : due;
	world_schedule(w,
		       &(struct event){ .kind = EVENT_DUE, .at_ns = e->due_ns, .end = e->number });
}

void end_pump(struct world *w, struct end *e)
{
	struct pipe_notice n;
	struct unit u = { 0 };
	uint64_t cause = w->cause;
	bool ended = false;
	while (!ended && stack_notice(e->stack, &n)) {
		ended = n.kind == PIPE_CLOSED || n.kind == PIPE_FAILED;
		if (!ended)
			deliver_notice(w, e, &n);
		w->cause = cause;
	}
	while (stack_drain(e->stack, PIPE_ABOVE, &u)) {
		deliver_unit(w, e, &u);
		w->cause = cause;
	}
	while (ended) { /* what was said before the end comes before the end */
		deliver_notice(w, e, &n);
		w->cause = cause;
		ended = stack_notice(e->stack, &n);
	}
	while (stack_drain(e->stack, PIPE_BELOW, &u)) {
		carry_unit(w, e, bytes_of_buffer(&u.bytes));
		w->cause = cause;
	}
	unit_fini(&u);
	schedule(w, e);
	if (e->closed)
		sweep_end(w, e);
}

void end_feed(struct world *w, struct end *e, enum pipe_side from, const struct unit *u)
{
	end_operate(w, e);
	stack_feed(e->stack, from, u, w->now_ns);
	end_pump(w, e);
}

void end_expire(struct world *w, struct end *e)
{
	struct record r = log_record(w, RECORD_TIMER, e->actor);
	log_end_of(&r, w, e);
	r.name = "fired";
	r.stimulus = "pipe";
	w->cause = log_append(w, &r);
	end_operate(w, e);
	stack_expire(e->stack, w->now_ns);
	end_pump(w, e);
}

void end_close(struct world *w, struct end *e)
{
	e->closed = true;
	end_operate(w, e);
	stack_close(e->stack, w->now_ns);
	end_pump(w, e);
}

/* -- saying -- */

uint64_t end_say(struct world *w, struct end *e, const struct unit *u)
{
	const struct flow_channel *c = &w->flow->channels[e->channel];
	struct bytes bytes = bytes_of_buffer(&u->bytes);
	uint64_t cause = w->cause;
	if (!e->relayed) {
		struct buffer scratch = { 0 };
		struct record r = log_record(w, RECORD_SENT, e->actor);
		log_end_of(&r, w, e);
		r.bytes = bytes;
		if (!c->packets) {
			r.message = message_name(message_peek(bytes));
			log_redact(w, &r, &scratch);
		}
		w->cause = log_append(w, &r);
		buffer_cleanse(&scratch);
		sending_remember(e, w, w->cause, bytes);
	}
	uint64_t sent = w->cause;
	end_feed(w, e, PIPE_ABOVE, u);
	w->cause = cause;
	return sent;
}

/* -- the end -- */

void end_reset(struct world *w, struct end *e)
{
	struct unit u = { 0 };
	e->closed = true;
	end_operate(w, e);
	stack_reset(e->stack);
	while (stack_drain(e->stack, PIPE_BELOW, &u))
		carry_unit(w, e, bytes_of_buffer(&u.bytes));
	unit_fini(&u);
	end_unindex(w, e);
	stack_free(e->stack);
	e->stack = NULL;
	sweep_end(w, e);
}

void end_free(struct world *w, struct end *e)
{
	end_unindex(w, e);
	HASH_DELETE(by_number, w->ends_by_number, e);
	DL_DELETE(e->actor->ends, e);
	end_forget_newest(e);
	if (e->session) {
		DL_DELETE2(e->session->ends, e, session_prev, session_next);
		sweep_session(w, e->session);
	}
	stack_free(e->stack);
	sendings_fini(w, e);
	free(e->judging);
	free(e);
}
