/* world.c - one run from its beginning to its end: the only loop of the simulator. */
#include "sim/world/world.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "proto/crypto/digest.h"
#include "proto/crypto/random.h"
#include "proto/pipe/tls_context.h"
#include "sim/world/internal.h"

void world_schedule(struct world *w, struct event *e)
{
	e->device = w->device;
	w->foreground += !e->background;
	events_push(&w->events, e);
}

struct actor *world_meant(struct world *w, size_t flow_actor)
{
	bool each = w->flow->each_device >> flow_actor & 1;
	return each && w->device == 0 ? NULL : actor_of(w, flow_actor, w->device);
}

/* -- the loop -- */

/* Whether an end's timer still wants to be called now; when it wants it later, that is scheduled.
 */
static bool is_due(struct world *w, const struct event *e)
{
	struct end *end = end_numbered(w, e->end);
	if (!end || !end->stack)
		return false;
	if (end->due_ns == e->at_ns)
		end->due_ns = PIPE_NEVER;
	int64_t due = stack_due(end->stack);
	if (due <= e->at_ns)
		return true;
	if (due != PIPE_NEVER && end->due_ns == PIPE_NEVER) {
		end->due_ns = due;
		world_schedule(w,
			       &(struct event){ .kind = EVENT_DUE, .at_ns = due, .end = e->end });
	}
	return false;
}

/* Whether an event has been overtaken by others: it is no event then, and takes no time. */
static bool is_void(struct world *w, const struct event *e)
{
	const struct session *s = session_numbered(w, e->session);
	if (e->kind == EVENT_TIMER)
		return !s || s->closed || s->timers[e->what] != e->generation;
	return e->kind == EVENT_DUE && !is_due(w, e);
}

static void take_timer(struct world *w, struct session *s, struct event *e)
{
	int on = machine_stimulus(s->machine, STIMULUS_TIMER, e->what, CHANNEL_ANY);
	struct record r = log_record(w, RECORD_TIMER, s->actor);
	session_void_timer(w, s, e->what);
	w->overtaken--; /* this is its event */
	r.session = s->number;
	r.name = "fired";
	r.stimulus = on < 0 ? "timer" : s->machine->stimuli[on].name;
	w->cause = log_append(w, &r);
	e->stimulus = STIMULUS_TIMER;
	session_take(w, s, e);
}

/* A message that was held back, or posted: its session may have died meanwhile. */
static void take_posted(struct world *w, struct session *s, struct event *e)
{
	if (!s) {
		if (e->kind == EVENT_STIMULUS && e->stimulus != STIMULUS_MESSAGE &&
		    e->stimulus != STIMULUS_BYTES)
			return; /* what a dead process would have been told concerns nobody */
		if (e->sent)
			local_wait(w, e);
		else
			log_drop(w, &w->actors[e->to_actor], e->channel, "its session has died",
				 bytes_of_buffer(&e->bytes));
		return;
	}
	s->posted--;
	for (uint32_t i = 0; e->kind == EVENT_SAY && i <= e->duplicates; i++)
		channel_say(w, s,
			    &(struct effect){ .kind = e->answer ? EFFECT_ANSWER : EFFECT_SEND,
					      .what = w->channel_of_flow[e->channel],
					      .tag = e->tag,
					      .request = e->request,
					      .body = bytes_of_buffer(&e->bytes) });
	if (e->kind != EVENT_SAY)
		session_take(w, s, e);
	s = session_numbered(w, e->session);
	if (s)
		sweep_session(w, s);
}

static void take_event(struct world *w, struct event *e)
{
	bool steps = e->kind == EVENT_STIMULUS || e->kind == EVENT_TIMER;
	w->cause = e->cause;
	w->device = e->device;
	if (steps && w->report->steps == (uint64_t)w->scenario->limits.steps) {
		log_limit(w, "steps", w->scenario->limits.steps);
		return;
	}
	switch (e->kind) {
	case EVENT_PACKET:
		carry_arrival(w, e);
		break;
	case EVENT_STIMULUS:
	case EVENT_SAY:
		take_posted(w, session_numbered(w, e->session), e);
		break;
	case EVENT_DUE:
		end_expire(w, end_numbered(w, e->end));
		break;
	case EVENT_TIMER:
		take_timer(w, session_numbered(w, e->session), e);
		break;
	case EVENT_LOCAL:
		local_take(w, e);
		break;
	case EVENT_RESTART:
		actor_restart(w, &w->actors[e->to_actor]);
		break;
	case EVENT_ORDER:
		acts_at_time(w, e->end);
		break;
	}
}

static void check_limits(struct world *w)
{
	const struct scenario *s = w->scenario;
	if (!w->ended && w->report->bytes > (uint64_t)s->limits.bytes)
		log_limit(w, "bytes", s->limits.bytes);
}

static bool is_overtaken(void *context, const struct event *e)
{
	return e->kind == EVENT_TIMER && is_void(context, e);
}

/* A timer of minutes would outlive its session by that much. Once half of all is void, each is
 * looked at as seldom as it was voided. */
static void forget_overtaken(struct world *w)
{
	if (w->overtaken <= w->events.count / 2)
		return;
	events_forget(&w->events, is_overtaken, w);
	w->overtaken = 0;
}

static void loop(struct world *w)
{
	struct event e;
	while (!w->ended && w->foreground > 0 && events_pop(&w->events, &e)) {
		bool dead = is_void(w, &e);
		if (e.kind != EVENT_TIMER) /* those are counted while they are set */
			w->foreground -= !e.background;
		else
			w->overtaken -= dead;
		if (!dead) {
			if (e.at_ns > w->scenario->limits.virtual_ns) {
				w->cause = e.cause;
				log_limit(w, "virtual", w->scenario->limits.virtual_ns);
			} else {
				w->now_ns = e.at_ns;
				host_set_time(w->host, w->now_ns);
				take_event(w, &e);
				acts_carry_out(w);
				sweep(w);
				forget_overtaken(w);
				check_limits(w);
			}
		}
		buffer_cleanse(&e.bytes);
	}
}

/* -- the end -- */

static void end_trace(struct world *w)
{
	struct buffer text = { 0 };
	uint8_t digest[32];
	char hex[65];
	secrets_format(w->secrets, &text);
	if (!digest_of(w->crypto, DIGEST_SHA256, bytes_of_buffer(&text), digest))
		abort();
	buffer_cleanse(&text); /* as large as all secrets twice */
	for (size_t i = 0; i < sizeof digest; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	w->cause = 0;
	struct record r = log_record(w, RECORD_SECRETS, NULL);
	r.text = hex;
	r.number = (int64_t)w->secrets->count;
	uint64_t id = log_append(w, &r);
	struct record end = log_record(w, RECORD_END, NULL);
	end.number = (int64_t)id;
	end.text = w->ended ? w->ended : "quiet";
	log_append(w, &end);
	w->report->ended = end.text;
	adversary_undelivered(w->adversary, &w->report->crashes_undelivered,
			      &w->report->entries_undelivered);
	w->report->entries_undelivered |= tamper_undone(w);
	w->report->virtual_ns = w->now_ns;
	w->report->sessions_made = w->sessions_count;
	w->report->ends_made = w->ends_count;
	w->report->sessions_left = HASH_CNT(by_number, w->sessions_by_number);
	w->report->ends_left = HASH_CNT(by_number, w->ends_by_number);
}

static void world_fini(struct world *w)
{
	sweep_all(w);
	events_fini(&w->events);
	actors_fini(w);
	free(w->wires);
	adversary_free(w->adversary);
	tamper_fini(w);
	tls_context_free(w->tls);
	hmac_key_free(w->fingerprints);
	crypto_free(w->crypto);
	host_free(w->host);
	redactor_fini(&w->redactor);
	OPENSSL_cleanse(w->effects, sizeof *w->effects);
	free(w->effects);
	OPENSSL_cleanse(w, sizeof *w);
	free(w);
}

enum err world_run(const struct scenario *s, const struct world_setup *setup,
		   struct world_report *report, struct diags *d)
{
	struct world *w = calloc(1, sizeof *w);
	if (!w)
		abort();
	*report = (struct world_report){ 0 };
	w->scenario = s;
	w->flow = &s->flow;
	w->roster = setup->roster;
	w->report = report;
	w->seed = setup->seed;
	w->trace = setup->trace;
	w->secrets = setup->secrets;
	w->devices = s->devices.count;
	w->knocked_count = setup->knocked_count;
	w->knocked = setup->knocked;
	w->restarted = setup->restarted;
	w->restarted_context = setup->restarted_context;
	if (!world_join(w, d)) {
		actors_fini(w);
		free(w);
		return ERR_INPUT;
	}
	w->effects = calloc(1, sizeof *w->effects);
	if (!w->effects)
		abort();
	w->host = host_new(w->seed, WORLD_EPOCH_S);
	w->crypto = crypto_new(host_library(w->host));
	if (w->knocked_count > 0)
		crypto_yield_unauthentic(w->crypto);
	acts_init(w);
	run_begin(w);
	loop(w);
	end_trace(w);
	world_fini(w);
	return ERR_OK;
}
