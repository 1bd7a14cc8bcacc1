/* adversary.c - triggers over records, orders that become due, and acts upon messages. */
#include "sim/adversary/adversary.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "proto/codec/patch.h"
#include "sim/adversary/hand.h"
#include "sim/adversary/typing.h"

/* Of one trigger: how many records have fitted. */
struct watch {
	const struct trigger *when;
	struct order order;
	uint64_t seen;
	bool fired;
};
struct adversary {
	const struct plan *plan;
	const struct flow *flow;
	uint32_t devices;
	size_t watches_count;
	struct watch watches[PLAN_CRASHES_MAX + PLAN_ENTRIES_MAX];
	bool looks;       /* some trigger is about records */
	uint32_t crashed; /* bit set over crashes at steps: that step has come */
	bool touches;     /* some act is about messages */
	size_t due_count;
	struct order due[PLAN_CRASHES_MAX + PLAN_ENTRIES_MAX];
	int64_t *dark_until_ns;             /* [channel][device] */
	uint64_t touched[PLAN_ENTRIES_MAX]; /* messages that fitted each entry */
	struct hand *hand;
	char words[128]; /* of the last act that changed nothing */
};

static bool acts_on_messages(const struct plan_entry *e)
{
	for (size_t i = 0; i < e->acts_count; i++)
		if (e->acts[i].kind != ACT_BLACKOUT && e->acts[i].kind != ACT_SEND)
			return true;
	return false;
}

static void watch(struct adversary *a, const struct trigger *when, struct order order)
{
	a->watches[a->watches_count++] = (struct watch){ .when = when, .order = order };
	a->looks = a->looks || when->kind == TRIGGER_STEP || when->kind == TRIGGER_MESSAGE;
}

struct adversary *adversary_new(const struct plan *plan, const struct flow *f, uint32_t devices,
				const struct adversary_means *means)
{
	struct adversary *a = calloc(1, sizeof *a);
	if (!a)
		abort();
	a->plan = plan;
	a->flow = f;
	a->devices = devices;
	a->hand = hand_new(plan, f, means);
	a->dark_until_ns = calloc((size_t)(devices + 1) * f->channels_count + 1, sizeof(int64_t));
	if (!a->dark_until_ns)
		abort();
	for (size_t i = 0; i < plan->crashes_count; i++)
		if (plan->crashes[i].step == 0)
			watch(a, &plan->crashes[i].when,
			      (struct order){ .crash = &plan->crashes[i] });
	for (size_t i = 0; i < plan->entries_count; i++) {
		if (acts_on_messages(&plan->entries[i]))
			a->touches = true;
		else
			watch(a, &plan->entries[i].when,
			      (struct order){ .entry = &plan->entries[i] });
	}
	return a;
}

void adversary_free(struct adversary *a)
{
	if (!a)
		return;
	hand_free(a->hand);
	free(a->dark_until_ns);
	free(a);
}

bool adversary_is_idle(const struct adversary *a)
{
	return !a->touches;
}

/* -- triggers -- */

/* What a record shows, as a step's pattern would say it. */
struct shown {
	enum step_event event;
	int from, to, channel;
	uint32_t from_device, to_device;
	enum message_type type;
};

static bool show(const struct adversary *a, const struct record *r, struct shown *out)
{
	uint32_t actor_device = 0, peer_device = 0;
	int actor, peer;
	*out = (struct shown){ .channel = -1 };
	if (r->kind == RECORD_SENT)
		out->event = STEP_SENT;
	else if (r->kind == RECORD_ACCEPTED)
		out->event = STEP_ACCEPTED;
	else if (r->kind == RECORD_OPEN && strcmp(r->text, "opener") == 0)
		out->event = STEP_OPENED;
	else if (r->kind == RECORD_PIPE && strcmp(r->name, "secured") == 0)
		out->event = STEP_SECURED;
	else
		return false;
	actor = flow_instance_index(a->flow, r->actor, &actor_device);
	peer = r->peer ? flow_instance_index(a->flow, r->peer, &peer_device) : -1;
	bool backwards = out->event == STEP_ACCEPTED;
	out->from = backwards ? peer : actor;
	out->to = backwards ? actor : peer;
	out->from_device = backwards ? peer_device : actor_device;
	out->to_device = backwards ? actor_device : peer_device;
	out->channel = flow_channel_index(a->flow, r->channel);
	out->type = r->message ? message_type_of_name(r->message) : MESSAGE_NONE;
	return true;
}

/* Devices have numbers only where there are several. */
static bool is_of(uint32_t wanted, uint32_t device)
{
	return wanted == 0 || wanted == device || (wanted == 1 && device == 0);
}

static bool fits(const struct trigger *t, const struct shown *s)
{
	return t->event == s->event && (t->from < 0 || t->from == s->from) &&
	       (t->to < 0 || t->to == s->to) && (t->channel < 0 || t->channel == s->channel) &&
	       (t->type == MESSAGE_NONE || t->type == s->type) &&
	       is_of(t->from_device, s->from_device) && is_of(t->to_device, s->to_device);
}

static void fire(struct adversary *a, struct watch *x, uint32_t device)
{
	x->fired = true;
	x->order.device = device;
	a->due[a->due_count++] = x->order;
}

void adversary_see(struct adversary *a, const struct record *r)
{
	struct shown s;
	hand_see(a->hand, r);
	if (!a->looks || !show(a, r, &s))
		return;
	for (size_t i = 0; i < a->watches_count; i++) {
		struct watch *x = &a->watches[i];
		if (x->fired || x->when->kind == TRIGGER_TIME || !fits(x->when, &s))
			continue;
		if (++x->seen == x->when->number)
			fire(a, x, s.from_device ? s.from_device : s.to_device);
	}
}

bool adversary_order(struct adversary *a, struct order *out)
{
	if (a->due_count == 0)
		return false;
	*out = a->due[0];
	memmove(a->due, a->due + 1, --a->due_count * sizeof *a->due);
	return true;
}

bool adversary_time(const struct adversary *a, size_t index, int64_t *at_ns, uint64_t *number)
{
	for (size_t i = 0; i < a->watches_count; i++) {
		if (a->watches[i].when->kind != TRIGGER_TIME || index-- > 0)
			continue;
		*at_ns = a->watches[i].when->at_ns;
		*number = i;
		return true;
	}
	return false;
}

void adversary_fire(struct adversary *a, uint64_t number)
{
	fire(a, &a->watches[number], 0);
}

const struct crash *adversary_crash(struct adversary *a, size_t actor, uint32_t device,
				    uint64_t step, enum crash_point point)
{
	for (size_t i = 0; i < a->plan->crashes_count; i++) {
		const struct crash *c = &a->plan->crashes[i];
		if (c->step == step && step > 0 && c->point == point && c->actor == actor &&
		    is_of(c->device, device)) {
			a->crashed |= UINT32_C(1) << i;
			return c;
		}
	}
	return NULL;
}

void adversary_undelivered(const struct adversary *a, uint32_t *crashes, uint32_t *entries)
{
	*crashes = *entries = 0;
	for (size_t i = 0; i < a->plan->crashes_count; i++)
		if (a->plan->crashes[i].step > 0 && !(a->crashed >> i & 1))
			*crashes |= UINT32_C(1) << i;
	for (size_t i = 0; i < a->plan->entries_count; i++)
		if (acts_on_messages(&a->plan->entries[i]) &&
		    a->touched[i] < a->plan->entries[i].when.number)
			*entries |= UINT32_C(1) << i;
	for (size_t i = 0; i < a->watches_count; i++) {
		const struct order *o = &a->watches[i].order;
		if (a->watches[i].fired)
			continue;
		if (o->crash)
			*crashes |= UINT32_C(1) << (o->crash - a->plan->crashes);
		else
			*entries |= UINT32_C(1) << (o->entry - a->plan->entries);
	}
}

/* -- wires -- */

void adversary_darken(struct adversary *a, const struct plan_entry *e, int64_t until_ns,
		      uint32_t device)
{
	for (uint32_t k = 0; k <= a->devices; k++)
		for (size_t i = 0; i < a->flow->channels_count; i++) {
			int64_t *until = &a->dark_until_ns[k * a->flow->channels_count + i];
			bool here = device == 0 || k == 0 || k == device;
			if (here && e->on >> i & 1 && *until < until_ns)
				*until = until_ns;
		}
}

bool adversary_is_dark(const struct adversary *a, size_t channel, uint32_t device, int64_t now_ns)
{
	return now_ns < a->dark_until_ns[device * a->flow->channels_count + channel];
}

/* -- messages -- */

static bool entry_fits(const struct plan_entry *e, const struct utterance *u)
{
	struct shown s = { .event = e->when.event,
			   .from = (int)u->from,
			   .to = (int)u->to,
			   .channel = (int)u->channel,
			   .from_device = u->from_device,
			   .to_device = u->to_device,
			   .type = message_peek(bytes_of_buffer(u->bytes)) };
	size_t here = u->heard ? u->to : u->from;
	uint32_t device = u->heard ? u->to_device : u->from_device;
	return e->at == (int)here && is_of(e->at_device, device) && fits(&e->when, &s) &&
	       acts_on_messages(e);
}

/* The unit becomes what was made; the old one may have held secrets. */
static void replace(struct utterance *u, struct buffer *made)
{
	buffer_cleanse(u->bytes);
	*u->bytes = *made;
	*made = (struct buffer){ 0 };
}

/* Make the act's value, and the unit with it. NULL, or why nothing changes. */
static const char *forge(struct adversary *a, const struct act *act, struct utterance *u)
{
	struct buffer value = { 0 }, unit = { 0 };
	struct hand_place at = { .actor = (int)(u->heard ? u->to : u->from),
				 .device = u->heard ? u->to_device : u->from_device,
				 .here = bytes_of_buffer(u->bytes) };
	bool deletes = act->kind == ACT_DELETE;
	const char *wrong = deletes ? NULL : hand_make(a->hand, &act->value, &at, &value);
	struct bytes becomes = bytes_of_buffer(&value);
	struct patch patch = { .path = act->text, .value = deletes ? NULL : &becomes };
	if (!wrong && act->kind == ACT_KEEP)
		hand_capture(a->hand, act->text, becomes);
	else if (!wrong && act->kind == ACT_RAW)
		replace(u, &value);
	else if (!wrong && message_patch(at.here, &patch, &unit))
		replace(u, &unit);
	else if (!wrong)
		wrong = deletes ? "there is no such field" : "the field does not take it";
	buffer_cleanse(&value);
	buffer_cleanse(&unit);
	return wrong;
}

/* As a person types it: the message stays one. */
static const char *type(const struct act *act, struct utterance *u)
{
	char room[UNIT_MAX];
	struct message m;
	const char *wrong = "no such field, or it does not take that text";
	if (message_decode(bytes_of_buffer(u->bytes), &m) != MESSAGE_OK)
		return "no message";
	const char *text = typing_of(&m, act->text, act->typing, room, sizeof room);
	if (text && message_set_text(&m, act->text, text)) {
		buffer_cleanse(u->bytes);
		message_encode(&m, u->bytes);
		wrong = NULL;
	}
	OPENSSL_cleanse(room, sizeof room);
	message_cleanse(&m);
	return wrong;
}

/* In the words of its record. */
static const char *change(struct adversary *a, const struct act *act, struct utterance *u)
{
	const char *wrong = act->kind == ACT_TYPE ? type(act, u) : forge(a, act, u);
	if (!wrong)
		return act->kind == ACT_RAW ? "another unit" : act->text;
	snprintf(a->words, sizeof a->words, "nothing changed: %s", wrong);
	return a->words;
}

static void act_on(struct adversary *a, const struct act *act, struct utterance *u, acted_fn *acted,
		   void *context)
{
	const char *how = "held back";
	switch (act->kind) {
	case ACT_DELAY:
		u->until_ns = u->now_ns + act->ns;
		break;
	case ACT_UNTIL:
		u->until_ns = act->ns;
		if (act->ns <= u->now_ns)
			how = "not held back: its time is over";
		break;
	case ACT_DROP:
		u->dropped = true;
		how = "not passed on";
		break;
	case ACT_DUPLICATE:
		u->duplicates += act->times;
		how = "passed on again";
		break;
	case ACT_CAPTURE:
		hand_capture(a->hand, act->text, bytes_of_buffer(u->bytes));
		how = "kept";
		break;
	case ACT_KEEP:
	case ACT_RAW:
	case ACT_SET:
	case ACT_TYPE:
	case ACT_DELETE:
		how = change(a, act, u);
		break;
	case ACT_BLACKOUT:
	case ACT_SEND:
	case ACT_KINDS:
		return;
	}
	acted(context, act, how);
}

void adversary_touch(struct adversary *a, struct utterance *u, acted_fn *acted, void *context)
{
	/* Who is meant is told by the message as it was, not by what the entries before made of it.
	 */
	uint64_t met = 0;
	for (size_t i = 0; i < a->plan->entries_count; i++)
		if (entry_fits(&a->plan->entries[i], u) &&
		    ++a->touched[i] == a->plan->entries[i].when.number)
			met |= UINT64_C(1) << i;
	for (size_t i = 0; i < a->plan->entries_count; i++)
		for (size_t k = 0; met >> i & 1 && k < a->plan->entries[i].acts_count; k++)
			act_on(a, &a->plan->entries[i].acts[k], u, acted, context);
}

const char *adversary_compose(struct adversary *a, const struct plan_entry *e,
			      const struct act *act, uint32_t device, struct buffer *out)
{
	struct hand_place at = { .actor = e->at, .device = device };
	return hand_make(a->hand, &act->value, &at, out);
}
