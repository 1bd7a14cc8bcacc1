/* apply.c - carries out what a step asked for.
 *
 * In two passes: first what the session holds, erases and persists, all of it before anything
 * leaves; then, in the order in which the action said it, what goes out.
 */
#include "sim/world/internal.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <utlist.h>

void actor_persist(struct world *w, struct actor *a, uint64_t session, const struct effect *e)
{
	char key[2 * FINGERPRINT_SIZE + 1], table[16];
	struct record r = log_record(w, RECORD_PERSIST, a);
	log_fingerprint(w, e->key, key); /* keys may be secret themselves */
	store_put(a->store, e->what, e->key, e->body);
	r.session = session;
	r.number = (int64_t)e->body.size;
	r.text = key;
	if (a->class->tables && e->what < a->class->tables_count) {
		r.name = a->class->tables[e->what];
	} else {
		snprintf(table, sizeof table, "table %u", e->what);
		r.name = table;
	}
	log_append(w, &r);
}

static void erase(struct world *w, struct session *s, const struct effect *e)
{
	struct record r = log_record(w, RECORD_ERASE, s->actor);
	r.session = s->number;
	r.name = e->text;
	log_append(w, &r);
}

/* The report keeps the last outcome of each actor that declared one; a trace has all of them. */
static void outcome(struct world *w, struct session *s, const struct effect *e)
{
	struct world_report *report = w->report;
	struct record r = log_record(w, RECORD_OUTCOME, s->actor);
	r.session = s->number;
	r.number = e->result;
	r.text = e->text;
	log_append(w, &r);
	size_t i = 0;
	while (i < report->outcomes_count && report->outcomes[i].actor != s->actor->class->name)
		i++;
	assert(i < SCENARIO_OUTCOMES_MAX);
	report->outcomes[i].actor = s->actor->class->name;
	report->outcomes[i].result = e->result;
	if (i == report->outcomes_count)
		report->outcomes_count++;
}

static const char *timer_name(const struct machine *m, uint8_t timer)
{
	int on = machine_stimulus(m, STIMULUS_TIMER, timer, CHANNEL_ANY);
	return on < 0 ? "timer" : m->stimuli[on].name;
}

static void timer(struct world *w, struct session *s, const struct effect *e)
{
	assert(e->what < TIMERS_MAX);
	bool sets = e->kind == EFFECT_TIMER_SET;
	struct record r = log_record(w, RECORD_TIMER, s->actor);
	r.session = s->number;
	r.stimulus = timer_name(s->machine, e->what);
	session_void_timer(w, s, e->what); /* whatever was set before */
	if (sets) {
		s->timers_set = (uint8_t)(s->timers_set | 1u << e->what);
		s->timers_background = (uint8_t)(s->timers_background | e->tag << e->what);
	}
	r.name = sets ? "set" : "cleared";
	r.number = sets ? w->now_ns + e->after_ns : 0;
	uint64_t id = log_append(w, &r);
	if (sets)
		world_schedule(w, &(struct event){ .kind = EVENT_TIMER,
						   .at_ns = r.number,
						   .cause = id,
						   .background = e->tag == 1,
						   .session = s->number,
						   .what = e->what,
						   .generation = s->timers[e->what] });
}

static void tell_one(struct world *w, struct session *to, const struct effect *e)
{
	struct event said = { .stimulus = STIMULUS_TOLD, .what = e->what, .origin = w->origin };
	buffer_append(&said.bytes, e->body);
	session_post(w, to, &said);
}

static void tell_all(struct world *w, const struct session *s, const struct effect *e)
{
	struct session *to;
	DL_FOREACH(s->actor->sessions, to)
	if (to->machine_index == e->machine && to != s && !to->closed)
		tell_one(w, to, e);
}

static void tell(struct world *w, struct session *s, const struct effect *e)
{
	if (e->tag == TELL_ALL) {
		tell_all(w, s, e);
		return;
	}
	struct session *to = session_of_key(w, s->actor, e->machine, e->key);
	if (!to && e->tag == TELL_PRESENT)
		return; /* nobody waits; the step record says what was to be told */
	if (!to) {
		to = session_new(w, s->actor, e->machine);
		session_key(w, to, e->key);
		session_begin(w, to, NULL, w->now_ns);
	}
	tell_one(w, to, e);
}

/* -- what is said on channels -- */

void channel_say(struct world *w, struct session *s, const struct effect *e)
{
	size_t channel = w->flow_of_channel[e->what];
	if (w->flow->channels[channel].base == BASE_LOCAL) {
		local_say(w, s, e, channel);
		return;
	}
	struct end *end = end_of_session(s, channel, e->tag);
	if (!end)
		end = end_newest(s->actor, channel);
	if (!end || end->closed || (e->tag != 0 && end->tag != e->tag)) {
		log_drop(w, s->actor, channel, "no such channel is open", e->body);
		return;
	}
	struct unit u = { .answer = e->kind == EFFECT_ANSWER, .request = e->request };
	if (end->speaks_http && !u.answer) {
		u.request = ++end->next_request;
		asking_remember(end, u.request, s);
	}
	buffer_append(&u.bytes, e->body);
	end_say(w, end, &u);
	buffer_cleanse(&u.bytes);
}

/* To whom a message goes, as far as its sender can know. */
static const struct actor *hearer(struct world *w, const struct session *s, const struct effect *e,
				  size_t channel)
{
	const struct flow_channel *c = &w->flow->channels[channel];
	uint32_t device = s->actor->device > 0 ? s->actor->device : 1;
	if (c->base == BASE_LOCAL)
		return actor_of(w, w->flow_of_class[e->tag], device);
	struct end *end = end_of_session(s, channel, e->tag);
	struct end *peer = end ? end_numbered(w, end->peer) : NULL;
	if (peer)
		return peer->actor;
	return actor_of(w, c->from == s->actor->flow_index ? c->to : c->from, device);
}

/* The adversary may sit between a table and its pipes. */
static void send(struct world *w, struct session *s, const struct effect *e)
{
	size_t channel = w->flow_of_channel[e->what];
	struct buffer bytes = { 0 };
	if (adversary_is_idle(w->adversary)) {
		channel_say(w, s, e);
		return;
	}
	buffer_append(&bytes, e->body);
	struct saying said = { .session = s,
			       .from = s->actor,
			       .to = hearer(w, s, e, channel),
			       .channel = channel,
			       .bytes = &bytes };
	struct effect now = *e;
	if (acts_touch(w, &said)) {
		now.body = bytes_of_buffer(&bytes);
		for (uint32_t i = 0; i <= said.duplicates; i++)
			channel_say(w, s, &now);
	} else if (said.hold_until_ns > w->now_ns) {
		struct event later = { .kind = EVENT_SAY,
				       .at_ns = said.hold_until_ns,
				       .cause = w->cause,
				       .session = s->number,
				       .to_actor = s->actor->index, /* whose it stays */
				       .channel = channel,
				       .tag = e->tag,
				       .request = e->request,
				       .answer = e->kind == EFFECT_ANSWER,
				       .duplicates = said.duplicates,
				       .bytes = bytes };
		bytes = (struct buffer){ 0 };
		s->posted++;
		world_schedule(w, &later);
	}
	buffer_cleanse(&bytes);
}

static void close_channel(struct world *w, struct session *s, const struct effect *e)
{
	struct end *end = end_of_session(s, w->flow_of_channel[e->what], e->tag);
	if (end && !end->closed)
		end_close(w, end);
}

void effects_keep(struct world *w, struct session *s)
{
	for (size_t i = 0; i < w->effects->count; i++) {
		const struct effect *e = &w->effects->list[i];
		if (e->kind == EFFECT_HOLD)
			log_hold(w, s->actor, s, e);
		else if (e->kind == EFFECT_PERSIST)
			actor_persist(w, s->actor, s->number, e);
		else if (e->kind == EFFECT_ERASE)
			erase(w, s, e);
		else if (e->kind == EFFECT_OUTCOME)
			outcome(w, s, e);
	}
}

static void say_one(struct world *w, struct session *s, const struct effect *e)
{
	switch (e->kind) {
	case EFFECT_SEND:
	case EFFECT_ANSWER:
		send(w, s, e);
		break;
	case EFFECT_OPEN:
		open_channel(w, s, w->flow_of_channel[e->what], e->tag);
		break;
	case EFFECT_ACCEPT:
		open_expected(w, s, w->flow_of_channel[e->what], e->tag);
		break;
	case EFFECT_CLOSE:
		close_channel(w, s, e);
		break;
	case EFFECT_TIMER_SET:
	case EFFECT_TIMER_CLEAR:
		timer(w, s, e);
		break;
	case EFFECT_TELL:
		tell(w, s, e);
		break;
	case EFFECT_KEY:
		session_key(w, s, e->key);
		break;
	case EFFECT_HOLD:
	case EFFECT_PERSIST:
	case EFFECT_ERASE:
	case EFFECT_OUTCOME:
		break; /* kept before */
	}
}

void effects_say(struct world *w, struct session *s)
{
	uint64_t step = w->cause;
	for (size_t i = 0; i < w->effects->count; i++) {
		w->cause = step;
		say_one(w, s, &w->effects->list[i]);
	}
	w->cause = step;
}
