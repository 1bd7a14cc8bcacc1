/* adversary.c - triggers over records, orders that become due, and acts upon messages. */
#include "sim/adversary/adversary.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proto/list.h"
#include "sim/adversary/doings.h"
#include "sim/adversary/forge.h"

/* What a trigger does when it fires. */
enum watch_use { WATCH_ORDERS, WATCH_OPENS, WATCH_SHUTS };
/* Of one trigger: how many records have fitted. */
struct watch {
	const struct trigger *when;
	enum watch_use use;
	const struct plan_entry *entry; /* whose gate it looks at, or moves; NULL: a crash's */
	struct order order;
	uint64_t seen;
	bool fired;
};
struct adversary {
	const struct plan *plan;
	const struct flow *flow;
	uint32_t devices;
	size_t watches_count;
	struct watch watches[PLAN_CRASHES_MAX + 3 * PLAN_ENTRIES_MAX];
	bool looks;       /* some trigger is about records */
	uint32_t crashed; /* bit set over crashes: somebody was killed */
	bool touches;     /* some act is about messages */
	size_t due_count, due_room;
	struct order *due;
	uint32_t waiting, over; /* bit sets over entries: `after` has not come yet; `until` has */
	int64_t *dark_until_ns; /* [channel][device] */
	struct darkness {
		int64_t until_ns;
		uint32_t device;            /* 0: each */
	} darkness[PLAN_ENTRIES_MAX];       /* the last of each entry */
	uint64_t touched[PLAN_ENTRIES_MAX]; /* messages that fitted each entry */
	struct doings doings;
	struct hand *hand;
};

/* What an actor does of its own accord, or is: on no message. */
static bool is_its_own(enum act_kind kind)
{
	return kind == ACT_SEND || kind == ACT_CLOCK || kind == ACT_BYTES || kind == ACT_PRESENT ||
	       kind == ACT_SPEAK;
}

static bool acts_on_messages(const struct plan_entry *e)
{
	for (size_t i = 0; i < e->acts_count; i++)
		if (e->on == 0 && !is_its_own(e->acts[i].kind))
			return true;
	return false;
}

static void watch(struct adversary *a, struct watch x)
{
	if (x.when->kind == TRIGGER_NONE)
		return;
	a->watches[a->watches_count++] = x;
	a->looks = a->looks || x.when->kind != TRIGGER_TIME;
}

static void watch_entry(struct adversary *a, const struct plan_entry *e, size_t index)
{
	if (e->after.kind != TRIGGER_NONE)
		a->waiting |= UINT32_C(1) << index;
	if (acts_on_messages(e))
		a->touches = true;
	else
		watch(a, (struct watch){ .when = &e->when, .entry = e, .order = { .entry = e } });
	/* Behind the order: what opens a gate goes not through it. */
	watch(a, (struct watch){ .when = &e->after, .use = WATCH_OPENS, .entry = e });
	watch(a, (struct watch){ .when = &e->until, .use = WATCH_SHUTS, .entry = e });
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
			watch(a, (struct watch){ .when = &plan->crashes[i].when,
						 .order = { .crash = &plan->crashes[i] } });
	for (size_t i = 0; i < plan->entries_count; i++)
		watch_entry(a, &plan->entries[i], i);
	return a;
}

void adversary_free(struct adversary *a)
{
	if (!a)
		return;
	hand_free(a->hand);
	free(a->dark_until_ns);
	free(a->due);
	free(a);
}

bool adversary_is_idle(const struct adversary *a)
{
	return !a->touches;
}

/* -- triggers -- */

static uint32_t gate_of(const struct adversary *a, const struct plan_entry *e)
{
	return UINT32_C(1) << (e - a->plan->entries);
}

static bool is_open(const struct adversary *a, const struct plan_entry *e)
{
	return !e || !((a->waiting | a->over) & gate_of(a, e));
}

static void fire(struct adversary *a, struct watch *x, uint32_t device)
{
	if (x->use == WATCH_ORDERS && !is_open(a, x->entry))
		return; /* by the clock, at a time that is not its own */
	x->fired = true;
	if (x->use == WATCH_OPENS) {
		a->waiting &= ~gate_of(a, x->entry);
	} else if (x->use == WATCH_SHUTS) {
		a->over |= gate_of(a, x->entry);
	} else {
		a->due = list_grow(a->due, a->due_count, &a->due_room, sizeof *a->due);
		x->order.device = device;
		a->due[a->due_count++] = x->order;
	}
}

/* Whether the record or message that fits is the one that is meant, or one of them. */
static bool is_meant(const struct plan_entry *e, const struct trigger *t, uint64_t seen)
{
	return seen == t->number || (e && e->every && t == &e->when && seen > t->number);
}

void adversary_see(struct adversary *a, const struct record *r)
{
	struct shown s;
	hand_see(a->hand, r);
	if (!a->looks || !trigger_show(a->flow, r, &s))
		return;
	/* What comes before `after` is no `until` yet, unless it is a time. */
	for (size_t i = 0; i < a->watches_count; i++) {
		struct watch *x = &a->watches[i];
		bool over = x->fired && !(x->use == WATCH_ORDERS && x->entry && x->entry->every);
		bool gated = x->use != WATCH_OPENS && !is_open(a, x->entry);
		if (over || gated || !trigger_fits(x->when, &s))
			continue;
		if (is_meant(x->entry, x->when, ++x->seen))
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
		    trigger_is_of(c->device, device)) {
			adversary_killed(a, c);
			return c;
		}
	}
	return NULL;
}

void adversary_undelivered(const struct adversary *a, uint32_t *crashes, uint32_t *entries)
{
	*crashes = *entries = 0;
	for (size_t i = 0; i < a->plan->crashes_count; i++)
		if (!(a->crashed >> i & 1))
			*crashes |= UINT32_C(1) << i;
	for (size_t i = 0; i < a->plan->entries_count; i++)
		if (!doings_all(&a->doings, &a->plan->entries[i], i))
			*entries |= UINT32_C(1) << i;
}

void adversary_killed(struct adversary *a, const struct crash *c)
{
	a->crashed |= UINT32_C(1) << (c - a->plan->crashes);
}

void adversary_did(struct adversary *a, const struct plan_entry *e, const struct act *act)
{
	doings_did(&a->doings, a->plan, e, act);
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
	a->darkness[e - a->plan->entries] = (struct darkness){ until_ns, device };
}

bool adversary_is_dark(const struct adversary *a, size_t channel, uint32_t device, int64_t now_ns)
{
	return now_ns < a->dark_until_ns[device * a->flow->channels_count + channel];
}

void adversary_swallow(struct adversary *a, size_t channel, uint32_t device, int64_t now_ns)
{
	for (size_t i = 0; i < a->plan->entries_count; i++) {
		const struct plan_entry *e = &a->plan->entries[i];
		const struct darkness *x = &a->darkness[i];
		if (now_ns < x->until_ns && e->on >> channel & 1 &&
		    (x->device == 0 || device == 0 || device == x->device))
			adversary_did(a, e, &e->acts[0]);
	}
}

/* -- messages -- */

struct telling {
	acted_fn *acted;
	void *context;
};

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
	return e->at == (int)here && trigger_is_of(e->at_device, device) &&
	       trigger_fits(&e->when, &s) && acts_on_messages(e);
}

/* The message in hand, and who is told what is done to it. */
struct touch {
	struct utterance *u;
	struct telling told;
};

static void act_on(struct adversary *a, const struct plan_entry *e, const struct act *act,
		   struct touch *t)
{
	struct utterance *u = t->u;
	char words[FORGE_WORDS_SIZE];
	const char *how = "held back";
	switch (act->kind) {
	case ACT_DELAY:
		u->until_ns = u->now_ns + act->ns;
		break;
	case ACT_UNTIL:
		u->until_ns = act->ns;
		if (act->ns <= u->now_ns)
			how = ACT_VAIN_HOLD "its time is over";
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
		how = forge_unit(a->hand, act, u, words);
		break;
	default: /* not upon messages */
		return;
	}
	doings_note(&a->doings, a->plan, e, act, how);
	t->told.acted(t->told.context, act, how);
}

void adversary_touch(struct adversary *a, struct utterance *u, acted_fn *acted, void *context)
{
	struct touch t = { .u = u, .told = { acted, context } };
	struct buffer was = { 0 };
	/* Who is meant is told by the message as it was, not by what the entries before made of it.
	 */
	uint64_t met = 0;
	for (size_t i = 0; i < a->plan->entries_count; i++)
		if (is_open(a, &a->plan->entries[i]) && entry_fits(&a->plan->entries[i], u) &&
		    is_meant(&a->plan->entries[i], &a->plan->entries[i].when, ++a->touched[i]))
			met |= UINT64_C(1) << i;
	if (met == 0)
		return;
	buffer_append(&was, bytes_of_buffer(u->bytes));
	for (size_t i = 0; i < a->plan->entries_count; i++)
		for (size_t k = 0; met >> i & 1 && k < a->plan->entries[i].acts_count; k++)
			act_on(a, &a->plan->entries[i], &a->plan->entries[i].acts[k], &t);
	doings_conclude(&a->doings, u->dropped,
			bytes_equal(bytes_of_buffer(&was), bytes_of_buffer(u->bytes)));
	buffer_cleanse(&was);
	if (u->dropped)
		u->until_ns = 0; /* it goes no further, also not later */
}

const char *adversary_compose(struct adversary *a, const struct plan_entry *e,
			      const struct act *act, uint32_t device, struct buffer *out)
{
	struct hand_place at = { .actor = e->at, .device = device };
	return hand_make(a->hand, &act->value, &at, out);
}
