/* apply.c - carries out what a step asked for.
 *
 * In two passes: first what the session holds, erases and persists, all of it before anything
 * leaves; then, in the order in which the action said it, what goes out.
 */
#include "sim/world/internal.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void persist(struct world *w, struct session *s, const struct effect *e)
{
	char key[2 * FINGERPRINT_SIZE + 1], table[16];
	struct record r = log_record(w, RECORD_PERSIST, s->actor);
	store_put(s->actor->store, e->what, e->key, e->body);
	log_fingerprint(w, e->key, key); /* keys may be secret themselves */
	r.session = s->number;
	r.number = (int64_t)e->body.size;
	r.text = key;
	if (s->actor->class->tables && e->what < s->actor->class->tables_count) {
		r.name = s->actor->class->tables[e->what];
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
	struct record r = log_record(w, RECORD_TIMER, s->actor);
	r.session = s->number;
	r.stimulus = timer_name(s->machine, e->what);
	s->timers[e->what]++; /* whatever was set before is void */
	r.name = e->kind == EFFECT_TIMER_SET ? "set" : "cleared";
	r.number = e->kind == EFFECT_TIMER_SET ? w->now_ns + e->after_ns : 0;
	uint64_t id = log_append(w, &r);
	if (e->kind == EFFECT_TIMER_SET)
		events_push(&w->events, &(struct event){ .kind = EVENT_TIMER,
							 .at_ns = r.number,
							 .cause = id,
							 .session = s,
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
	for (struct session *to = w->sessions; to; to = to->next)
		if (to->actor == s->actor && to->machine_index == e->machine && to != s &&
		    !to->closed)
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
		memcpy(to->key, e->key.data, e->key.size);
		to->key_size = e->key.size;
		session_begin(w, to, NULL);
	}
	tell_one(w, to, e);
}

/* A local message needs no bytes on any wire: it is sent and accepted, both as records. */
static void send_local(struct world *w, struct session *s, const struct effect *e, size_t channel)
{
	struct buffer scratch = { 0 };
	struct actor *to = e->tag < w->flow->actors_count ? w->actor_of_class[e->tag] : NULL;
	assert(to && to->main);
	struct record r = log_record(w, RECORD_SENT, s->actor);
	r.session = s->number;
	r.channel = w->flow->channels[channel].name;
	r.peer = to->spec->name;
	r.message = message_name(message_peek(e->body));
	r.bytes = e->body;
	log_redact(w, &r, &scratch);
	uint64_t sent = log_append(w, &r);
	buffer_cleanse(&scratch);
	struct event said = { .stimulus = STIMULUS_MESSAGE,
			      .what = (uint8_t)message_peek(e->body),
			      .channel = channel,
			      .has_channel = true,
			      .tag = s->actor->class_index };
	struct record a = { .kind = RECORD_ACCEPTED,
			    .at_ns = w->now_ns,
			    .actor = to->spec->name,
			    .peer = s->actor->spec->name,
			    .channel = r.channel,
			    .message = r.message,
			    .session = to->main->number,
			    .number = (int64_t)sent,
			    .parents = { sent },
			    .parents_count = 1 };
	uint64_t before = w->cause;
	w->cause = log_append(w, &a);
	buffer_append(&said.bytes, e->body);
	session_post(w, to->main, &said);
	w->cause = before;
}

static void remember_asker(struct end *e, uint32_t request, struct session *s)
{
	struct asking *a = calloc(1, sizeof *a);
	if (!a)
		abort();
	*a = (struct asking){ .request = request, .session = s, .next = e->asking };
	e->asking = a;
}

static void send(struct world *w, struct session *s, const struct effect *e)
{
	size_t channel = w->flow_of_channel[e->what];
	if (w->flow->channels[channel].base == BASE_LOCAL) {
		send_local(w, s, e, channel);
		return;
	}
	struct end *end = end_of_session(w, s, channel, e->tag);
	if (!end)
		end = end_find(w, s->actor, channel, e->tag);
	if (!end || end->closed) {
		log_drop(w, s->actor, channel, "no such channel is open", e->body);
		return;
	}
	struct unit u = { .answer = e->kind == EFFECT_ANSWER, .request = e->request };
	if (end->speaks_http && !u.answer) {
		u.request = ++end->next_request;
		remember_asker(end, u.request, s);
	}
	buffer_append(&u.bytes, e->body);
	end_say(w, end, &u);
	buffer_cleanse(&u.bytes);
}

static void close_channel(struct world *w, struct session *s, const struct effect *e)
{
	struct end *end = end_of_session(w, s, w->flow_of_channel[e->what], e->tag);
	if (end && !end->closed)
		end_close(w, end);
}

/* What must be true before anything leaves. */
static void apply_kept(struct world *w, struct session *s, const struct effect *e)
{
	if (e->kind == EFFECT_HOLD)
		log_hold(w, s->actor, s, e);
	else if (e->kind == EFFECT_PERSIST)
		persist(w, s, e);
	else if (e->kind == EFFECT_ERASE)
		erase(w, s, e);
	else if (e->kind == EFFECT_OUTCOME)
		outcome(w, s, e);
}

static void apply_said(struct world *w, struct session *s, const struct effect *e)
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
		memcpy(s->key, e->key.data, e->key.size);
		s->key_size = e->key.size;
		break;
	case EFFECT_HOLD:
	case EFFECT_PERSIST:
	case EFFECT_ERASE:
	case EFFECT_OUTCOME:
		break; /* done before */
	}
}

void effects_apply(struct world *w, struct session *s)
{
	const struct effects *all = w->effects;
	uint64_t step = w->cause;
	for (size_t i = 0; i < all->count; i++)
		apply_kept(w, s, &all->list[i]);
	for (size_t i = 0; i < all->count; i++) {
		w->cause = step;
		apply_said(w, s, &all->list[i]);
	}
	w->cause = step;
}
