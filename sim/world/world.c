/* world.c - one run from its beginning to its end: the only loop of the simulator. */
#include "sim/world/world.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "proto/crypto/digest.h"
#include "proto/crypto/random.h"
#include "proto/pipe/tls_context.h"
#include "sim/world/internal.h"

enum { SHARED_KEY_MAX = 96 };

/* -- the beginning -- */

static void enter_start(struct world *w, const char *actor, const char *what)
{
	host_enter(w->host, &(struct host_purpose){ .actor = actor, .what = what });
}

static void begin_trace(struct world *w)
{
	const struct scenario *s = w->scenario;
	struct record r = log_record(w, RECORD_RUN, NULL);
	r.name = s->title;
	r.flow = s->flow_name;
	r.variant = w->flow->variants[s->variant].name;
	r.text = w->flow->digest;
	r.seed = w->seed;
	r.number = WORLD_EPOCH_S;
	w->cause = log_append(w, &r);
	for (size_t i = 0; i < w->policy.count; i++) {
		const struct policy_setting *p = &w->policy.settings[i];
		struct record_value v = { .name = p->name,
					  .value = bytes_of_string(p->values[w->policy.value[i]]) };
		struct record setting = log_record(w, RECORD_SETTING, NULL);
		setting.values[setting.values_count++] = v;
		setting.text = w->policy.value[i] != p->initial && p->weakened ? "weakened" : "";
		log_append(w, &setting);
	}
}

/* Whether an actor presents a certificate anywhere: to those who dial it, or as a known client. */
static bool is_certified(const struct flow *f, size_t actor)
{
	for (size_t i = 0; i < f->channels_count; i++) {
		const struct flow_channel *c = &f->channels[i];
		for (size_t k = 0; k < c->pipes_count; k++)
			if ((c->pipes[k] == PIPE_TLS || c->pipes[k] == PIPE_DTLS) &&
			    (c->to == actor || (c->mutual && c->from == actor)))
				return true;
	}
	return false;
}

static void make_keys(struct world *w)
{
	enter_start(w, "", "fingerprints");
	random_draw(w->crypto, w->salt, sizeof w->salt);
	secrets_add(w->secrets, "fingerprint_salt", "run", "", bytes_of(w->salt, sizeof w->salt));
	enter_start(w, "", "certificates");
	w->tls = tls_context_new(host_library(w->host), WORLD_EPOCH_S);
	for (size_t i = 0; i < w->flow->actors_count; i++) {
		const struct flow_actor *a = &w->flow->actors[i];
		const char *hosts[4];
		if (!is_certified(w->flow, i))
			continue;
		for (size_t h = 0; h < a->hosts_count; h++)
			hosts[h] = a->hosts[h].host;
		tls_context_identity(w->tls, a->name, hosts, a->hosts_count);
	}
}

static void make_wires(struct world *w)
{
	for (size_t i = 0; i < w->flow->channels_count; i++)
		for (uint8_t side = 0; side < 2; side++) {
			struct host_purpose p = { .actor = w->flow->channels[i].name,
						  .session = side,
						  .what = "wire" };
			wire_init(&w->wires[i][side], &w->scenario->wires[i],
				  host_seed(w->host, &p));
		}
}

static bool listens_with_first(const struct actor_class *c)
{
	for (size_t i = 0; i < c->listens_count; i++)
		if (c->listens[i].machine == 0)
			return true;
	return false;
}

static void introduce(struct world *w, struct actor *a)
{
	struct record r = log_record(w, RECORD_ACTOR, a);
	r.peer = a->spec->hosts_count > 0 ? a->spec->hosts[0].host : "";
	r.number = a->incarnation;
	log_append(w, &r);
	if (!listens_with_first(a->class))
		a->main = session_new(w, a, 0);
}

/* The key of a shared value: with the device's id where one actor serves all devices. Such an actor
 * is one to which others connect, for as long as a run has one device. */
static struct bytes shared_key(const struct shared *x, size_t holder, const struct actor *a,
			       char out[SHARED_KEY_MAX])
{
	const char *key = x->holders[holder].key;
	if (x->device && a->class->listens_count > 0)
		snprintf(out, SHARED_KEY_MAX, "%s@%s1", key, x->device);
	else
		snprintf(out, SHARED_KEY_MAX, "%s", key);
	return bytes_of_string(out);
}

/* What actors have in their stores before the run: drawn once, and known to its holders alone. */
static void share(struct world *w, const struct shared *x)
{
	uint8_t value[ROSTER_SHARED_SIZE];
	char key[SHARED_KEY_MAX];
	enter_start(w, x->name, "shared");
	random_draw(w->crypto, value, sizeof value);
	for (size_t i = 0; i < x->holders_count; i++) {
		struct actor *a = w->actor_of_class[x->holders[i].actor];
		struct effect hold = { .text = x->class,
				       .origin = HOLD_INITIAL,
				       .body = bytes_of(value, sizeof value) };
		store_put(a->store, x->holders[i].table, shared_key(x, i, a, key), hold.body);
		if (x->class)
			log_hold(w, a, NULL, &hold);
	}
	OPENSSL_cleanse(value, sizeof value);
}

static void begin_actors(struct world *w)
{
	for (size_t i = 0; i < w->roster->actors_count; i++)
		introduce(w, w->actor_of_class[i]);
	for (size_t i = 0; i < w->roster->shared_count; i++)
		share(w, &w->roster->shared[i]);
	for (size_t i = 0; i < w->roster->actors_count; i++)
		if (w->actor_of_class[i]->main)
			session_begin(w, w->actor_of_class[i]->main, NULL);
}

/* -- the loop -- */

/* Whether an event has been overtaken by others: it is no event then, and takes no time. */
static bool is_void(struct world *w, struct event *e)
{
	if (e->kind == EVENT_TIMER)
		return e->session->closed || e->session->timers[e->what] != e->generation;
	if (e->kind != EVENT_DUE)
		return false;
	struct end *end = e->end;
	if (end->due_ns == e->at_ns)
		end->due_ns = PIPE_NEVER;
	int64_t due = stack_due(end->stack);
	if (due <= e->at_ns)
		return false;
	if (due != PIPE_NEVER && end->due_ns == PIPE_NEVER) {
		end->due_ns = due;
		events_push(&w->events,
			    &(struct event){ .kind = EVENT_DUE, .at_ns = due, .end = end });
	}
	return true;
}

static void take_timer(struct world *w, struct event *e)
{
	int on = machine_stimulus(e->session->machine, STIMULUS_TIMER, e->what, CHANNEL_ANY);
	struct record r = log_record(w, RECORD_TIMER, e->session->actor);
	r.session = e->session->number;
	r.name = "fired";
	r.stimulus = on < 0 ? "timer" : e->session->machine->stimuli[on].name;
	w->cause = log_append(w, &r);
	e->stimulus = STIMULUS_TIMER;
	session_take(w, e->session, e);
}

static void take_event(struct world *w, struct event *e)
{
	bool steps = e->kind == EVENT_STIMULUS || e->kind == EVENT_TIMER;
	w->cause = e->cause;
	if (steps && w->report->steps == (uint64_t)w->scenario->limits.steps) {
		log_limit(w, "steps", w->scenario->limits.steps);
		return;
	}
	switch (e->kind) {
	case EVENT_PACKET:
		carry_arrival(w, e);
		break;
	case EVENT_STIMULUS:
		session_take(w, e->session, e);
		break;
	case EVENT_DUE:
		end_expire(w, e->end);
		break;
	case EVENT_TIMER:
		take_timer(w, e);
		break;
	}
}

static void check_limits(struct world *w)
{
	const struct scenario *s = w->scenario;
	if (w->report->bytes > (uint64_t)s->limits.bytes)
		log_limit(w, "bytes", s->limits.bytes);
}

static void loop(struct world *w)
{
	struct event e;
	while (!w->ended && events_pop(&w->events, &e)) {
		if (!is_void(w, &e)) {
			if (e.at_ns > w->scenario->limits.virtual_ns) {
				w->cause = e.cause;
				log_limit(w, "virtual", w->scenario->limits.virtual_ns);
			} else {
				w->now_ns = e.at_ns;
				host_set_time(w->host, w->now_ns);
				take_event(w, &e);
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
	buffer_cleanse(&text);
	w->report->ended = end.text;
	w->report->virtual_ns = w->now_ns;
}

static void world_fini(struct world *w)
{
	ends_fini(w);
	sessions_fini(w);
	events_fini(&w->events);
	for (size_t i = 0; i < w->flow->actors_count; i++)
		store_free(w->actors[i].store);
	tls_context_free(w->tls);
	crypto_free(w->crypto);
	host_free(w->host);
	log_fini(w);
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
	w->sessions_tail = &w->sessions;
	w->ends_tail = &w->ends;
	if (!world_join(w, d)) {
		free(w);
		return ERR_INPUT;
	}
	w->effects = calloc(1, sizeof *w->effects);
	if (!w->effects)
		abort();
	w->host = host_new(w->seed, WORLD_EPOCH_S);
	w->crypto = crypto_new(host_library(w->host));
	begin_trace(w);
	make_keys(w);
	make_wires(w);
	begin_actors(w);
	loop(w);
	end_trace(w);
	world_fini(w);
	return ERR_OK;
}
