/* step.c - one step of one session: from what reached it to the record of what it did. The points
 * at which an actor can be killed are here. */
#include <stdio.h>
#include <stdlib.h>

#include <openssl/crypto.h>

#include "sim/world/internal.h"

enum { CHECK_ID_MAX = 80 };

struct stepping {
	struct world *w;
	const struct session *s;
	struct host_purpose purpose;
};

/* Examining may draw (OpenSSL blinds some operations), actions may draw, judging may not. */
static void enter_phase(void *context, enum machine_phase phase)
{
	struct stepping *x = context;
	x->purpose.what = phase == PHASE_EXAMINE ? "examine" : "action";
	host_enter(x->w->host, &x->purpose);
	if (phase == PHASE_JUDGE)
		host_forbid(x->w->host);
}

/* "uem.setup_mac_is_good" */
static void id_of(const struct session *s, const struct check *check, char id[CHECK_ID_MAX])
{
	snprintf(id, CHECK_ID_MAX, "%s.%s", s->actor->class->name, check->name);
}

static bool judge(void *context, const struct check *check, bool holds)
{
	const struct stepping *x = context;
	char id[CHECK_ID_MAX];
	id_of(x->s, check, id);
	return knockout_admits(x->w, id, holds);
}

static uint64_t record_step(struct world *w, const struct session *s, const struct step_report *p,
			    const char *stimulus)
{
	char ids[MACHINE_CHECKS_MAX][CHECK_ID_MAX];
	struct record r = log_record(w, RECORD_STEP, s->actor);
	r.session = s->number;
	r.machine = s->machine->name;
	r.message = w->origin;
	r.stimulus = stimulus;
	r.state_from = s->machine->states[p->from];
	r.state_to = s->machine->states[p->to];
	r.source = p->row ? p->row->source : "";
	r.text = p->row ? p->row->story : "no row answers: the session fails closed";
	for (size_t i = 0; i < p->checks_count; i++) {
		const struct check_result *c = &p->checks[i];
		id_of(s, c->check, ids[i]);
		r.checks[r.checks_count++] = (struct record_check){
			.id = ids[i], .holds = c->holds, .let_pass = c->admitted && !c->holds
		};
	}
	return log_append(w, &r);
}

/* Fail closed: one policy for every machine. The session is stepped no more, what it knew is wiped,
 * and its ends are closed. The actor lives on: a machine that keeps it going begins anew. */
static void end_session(struct world *w, struct session *s)
{
	struct record r = log_record(w, RECORD_ERASE, s->actor);
	r.session = s->number;
	r.name = "session";
	r.text = "all that the session knew";
	log_append(w, &r);
	session_wipe(s);
	s->closed = true;
	session_void_timers(w, s);
	session_forget_key(w, s);
	for (struct end *e = s->ends, *next; e; e = next) {
		next = e->session_next;
		if (!e->closed)
			end_close(w, e);
	}
	if (s->actor->main == s && s->machine->renews) {
		s->actor->main = session_new(w, s->actor, s->machine_index);
		session_begin(w, s->actor->main, NULL, w->now_ns);
	}
	sweep_session(w, s);
}

static bool is_killed(struct world *w, const struct session *s, enum crash_point point)
{
	const struct crash *c = adversary_crash(w->adversary, s->actor->flow_index,
						s->actor->device, s->actor->steps, point);
	if (!c)
		return false;
	actor_kill(w, s->actor, crash_point_name(point), s, c->down_ns);
	return true;
}

static void fail_closed(struct world *w, struct session *s, const char *stimulus)
{
	struct step_report p = { .from = s->state, .to = s->machine->unexpected };
	s->state = s->machine->unexpected;
	w->cause = record_step(w, s, &p, stimulus);
	/* Nothing is persisted or sent: both points are here. */
	if (!is_killed(w, s, CRASH_PERSISTED) && !is_killed(w, s, CRASH_SENT))
		end_session(w, s);
}

/* A claim names the kind of its peer; which one it is, is told by whose message set it off. */
static const char *peer_of_claim(struct world *w, const char *peer)
{
	int kind = peer ? flow_actor_index(w->flow, peer) : -1;
	const struct actor *meant = kind < 0 ? NULL : world_meant(w, (size_t)kind);
	return meant ? meant->name : peer;
}

static void record_claim(struct world *w, const struct session *s, const struct row *row,
			 const struct step *step)
{
	struct claim_values v = { 0 };
	s->machine->claim(s->data, step, &v);
	const struct record_value all[] = {
		{ "uid", v.uid }, { "app", v.app },   { "cid", v.cid },
		{ "uem", v.uem }, { "su", v.su },     { "A", v.a },
		{ "B", v.b },     { "salt", v.salt }, { "th1", v.th1 },
	};
	struct record r = log_record(w, RECORD_CLAIM, s->actor);
	r.session = s->number;
	r.name = row->claims == CLAIM_RUN ? "run" : "commit";
	r.peer = peer_of_claim(w, v.peer);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i].value.size > 0)
			r.values[r.values_count++] = all[i];
	log_append(w, &r);
}

/* -- one step -- */

static void take_step(struct world *w, struct session *s, struct step *step)
{
	struct stepping x = { .w = w,
			      .s = s,
			      .purpose = { .actor = s->actor->name,
					   .incarnation = s->actor->incarnation,
					   .session = s->number,
					   .step = ++s->steps } };
	struct machine_hooks hooks = { .judge = w->knocked_count > 0 ? judge : NULL,
				       .phase = enter_phase,
				       .context = &x };
	session_wake(s);
	struct instance instance = { s->machine, s->data, &s->state, w->examined };
	struct step_report p = machine_step(&instance, step, w->effects, &hooks);
	w->cause = record_step(w, s, &p, s->machine->stimuli[step->on].name);
	w->report->steps++;
	if (p.row && p.row->claims != CLAIM_NONE)
		record_claim(w, s, p.row, step);
	effects_keep(w, s);
	if (!is_killed(w, s, CRASH_PERSISTED)) {
		effects_say(w, s);
		if (!is_killed(w, s, CRASH_SENT)) {
			if (!p.row)
				end_session(w, s);
			else
				session_rest(w, s);
		}
	}
	OPENSSL_cleanse(w->effects->arena, w->effects->used);
}

static const char *const kind_names[] = {
	[STIMULUS_BEGIN] = "begin",
	[STIMULUS_MESSAGE] = "message",
	[STIMULUS_BYTES] = "bytes",
	[STIMULUS_SECURED] = "secured",
	[STIMULUS_PEER_FAILED] = "peer failed",
	[STIMULUS_PEER_CLOSED] = "peer closed",
	[STIMULUS_TIMER] = "timer",
	[STIMULUS_TOLD] = "told",
};

/* A peer that closes or fails a channel whose loss no row speaks of ends nothing else. */
static bool may_be_ignored(enum stimulus_kind kind)
{
	return kind == STIMULUS_SECURED || kind == STIMULUS_PEER_CLOSED ||
	       kind == STIMULUS_PEER_FAILED;
}

static bool answers(const struct session *s, int on)
{
	for (size_t i = 0; on >= 0 && i < s->machine->rows_count; i++)
		if (row_answers(&s->machine->rows[i], s->state, (uint8_t)on))
			return true;
	return false;
}

/* What set this off, in the words of the trace: a message's name, "bytes", or "". */
static const char *origin_of(const struct event *e)
{
	if (e->stimulus == STIMULUS_MESSAGE)
		return message_name((enum message_type)e->what);
	if (e->stimulus == STIMULUS_TOLD)
		return e->origin;
	return e->stimulus == STIMULUS_BYTES ? kind_names[STIMULUS_BYTES] : "";
}

/* Who is at the other end of the channel that this came on, as its certificate says. */
static const char *peer_of(const struct session *s, const struct event *e)
{
	const struct end *end = e->has_channel ? end_of_session(s, e->channel, e->tag) : NULL;
	return end && end->stack ? stack_peer(end->stack) : "";
}

static void step_on(struct world *w, struct session *s, const struct event *e, int on)
{
	struct message message = { .type = MESSAGE_NONE };
	struct bytes bytes = bytes_of_buffer(&e->bytes);
	acts_clock_used(w, s->actor);
	if (e->stimulus == STIMULUS_MESSAGE && message_decode(bytes, &message) != MESSAGE_OK)
		abort(); /* it was decoded when it left the pipes */
	struct step step = { .on = (uint8_t)on,
			     .now_ns = w->now_ns,
			     .epoch_s = WORLD_EPOCH_S + s->actor->clock_s,
			     .message = e->stimulus == STIMULUS_MESSAGE ? &message : NULL,
			     .wire = bytes,
			     .told = e->stimulus == STIMULUS_TOLD ? bytes : bytes_of(NULL, 0),
			     .request = e->request,
			     .channel =
				     e->has_channel ? w->channel_of_flow[e->channel] : CHANNEL_ANY,
			     .tag = e->tag,
			     .crypto = w->crypto,
			     .store = s->actor->store,
			     .policy = &w->policy,
			     .actor = s->actor->name,
			     .peer = peer_of(s, e),
			     .device = s->actor->device };
	take_step(w, s, &step);
	message_cleanse(&message);
}

void session_take(struct world *w, struct session *s, struct event *e)
{
	uint8_t channel = e->has_channel ? w->channel_of_flow[e->channel] : CHANNEL_ANY;
	if (s->closed) {
		if (!may_be_ignored(e->stimulus))
			log_drop(w, s->actor, e->channel, "its session is closed",
				 bytes_of_buffer(&e->bytes));
		return;
	}
	w->origin = origin_of(e);
	if (s->actor->device)
		w->device = s->actor->device;
	int on = machine_stimulus(s->machine, e->stimulus, e->what, channel);
	if (!answers(s, on) && may_be_ignored(e->stimulus))
		return; /* the pipe's own record says what happened */
	s->actor->steps++;
	if (is_killed(w, s, CRASH_BEFORE)) {
		local_wait(w, e);
		return;
	}
	if (on >= 0)
		step_on(w, s, e, on);
	else
		fail_closed(w, s,
			    e->stimulus == STIMULUS_MESSAGE
				    ? message_name((enum message_type)e->what)
				    : kind_names[e->stimulus]);
}
