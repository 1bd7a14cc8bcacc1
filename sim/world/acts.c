/* acts.c - what the adversary does to this world, each act a record: actors die, wires go dark,
 * messages are held, changed or sent. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/world/internal.h"

/* Of the run's setting that is called so, in the words of its curves; the default where there is
 * none. */
static enum suite suite_of(const struct policy *p)
{
	static const struct {
		const char *word;
		enum suite suite;
	} list[] = { { "p256", SUITE_P256 }, { "p384", SUITE_P384 }, { "p521", SUITE_P521 } };
	for (size_t i = 0; i < p->count; i++)
		for (size_t k = 0; k < sizeof list / sizeof *list; k++)
			if (strcmp(p->settings[i].name, "suite") == 0 &&
			    strcmp(p->settings[i].values[p->value[i]], list[k].word) == 0)
				return list[k].suite;
	return SUITE_P521;
}

static void draw_as_adversary(void *context, uint64_t number)
{
	struct world *w = context;
	host_enter(w->host, &(struct host_purpose){
				    .actor = "adversary", .session = number, .what = "act" });
}

void acts_init(struct world *w)
{
	int64_t at_ns;
	uint64_t number;
	struct adversary_means means = { .crypto = w->crypto,
					 .suite = suite_of(&w->policy),
					 .secrets = w->secrets,
					 .draws = draw_as_adversary,
					 .context = w };
	w->adversary = adversary_new(&w->scenario->plan, w->flow, w->devices, &means);
	tamper_init(w);
	for (size_t i = 0; adversary_time(w->adversary, i, &at_ns, &number); i++)
		world_schedule(
			w, &(struct event){ .kind = EVENT_ORDER, .at_ns = at_ns, .end = number });
}

void acts_at_time(struct world *w, uint64_t order)
{
	adversary_fire(w->adversary, order);
}

/* -- orders -- */

static void darken(struct world *w, const struct order *o, const struct act *act)
{
	int64_t until_ns = w->now_ns + act->ns;
	for (size_t i = 0; i < w->flow->channels_count; i++) {
		struct record r = log_record(w, RECORD_ACT, NULL);
		if (!(o->entry->on >> i & 1))
			continue;
		r.name = act_name(act->kind);
		r.channel = w->flow->channels[i].name;
		r.text = "nothing passes";
		r.number = until_ns;
		log_append(w, &r);
	}
	adversary_darken(w->adversary, o->entry, until_ns, o->device);
}

/* Whether the adversary may say so many bytes more. No wire has them yet, and one act may say as
 * many as no machine can keep: so they count for themselves towards what wires may carry. */
static bool may_say(struct world *w, uint64_t size)
{
	w->said += size;
	if (w->said > (uint64_t)w->scenario->limits.bytes && !w->ended)
		log_limit(w, "bytes", w->scenario->limits.bytes);
	return !w->ended;
}

/* A unit of the actor's own accord, said by the session that has the channel. */
static void say_unasked(struct world *w, const struct plan_entry *e, const struct act *act,
			struct actor *a)
{
	struct buffer unit = { 0 };
	char how[128];
	struct end *end = end_newest(a, act->channel);
	const char *none = adversary_compose(w->adversary, e, act, a->device, &unit);
	struct record r = log_record(w, RECORD_ACT, a);
	w->device = a->device;
	r.name = act_name(act->kind);
	r.channel = w->flow->channels[act->channel].name;
	r.message = message_name(message_peek(bytes_of_buffer(&unit)));
	snprintf(how, sizeof how, "%s%s",
		 a->down || !end || !end->session || none ? ACT_VAIN_SAYING : "said unasked",
		 a->down                 ? "the actor is down"
		 : !end || !end->session ? "no such channel is open"
		 : none                  ? none
					 : "");
	r.text = how;
	w->cause = log_append(w, &r);
	if (!act_was_vain(how) && may_say(w, unit.size)) {
		adversary_did(w->adversary, e, act);
		channel_say(w, end->session,
			    &(struct effect){ .kind = EFFECT_SEND,
					      .what = w->channel_of_flow[act->channel],
					      .body = bytes_of_buffer(&unit) });
	}
	buffer_cleanse(&unit);
}

/* Bytes of the actor's own accord, below the messages of its channel. */
static void say_bytes(struct world *w, const struct plan_entry *e, const struct act *act,
		      struct actor *a)
{
	struct buffer bytes = { 0 };
	char how[128];
	struct end *end = end_newest(a, act->channel);
	bool open = !a->down && end && end->stack && end->ready && !end->closed;
	const char *none = adversary_compose(w->adversary, e, act, a->device, &bytes);
	struct record r = log_record(w, RECORD_ACT, a);
	w->device = a->device;
	r.name = act_name(act->kind);
	r.channel = w->flow->channels[act->channel].name;
	snprintf(how, sizeof how, "%s%s",
		 open && !none ? "said below the messages" : ACT_VAIN_SAYING,
		 !open  ? "no such channel is open"
		 : none ? none
			: "");
	r.text = how;
	r.number = (int64_t)bytes.size;
	w->cause = log_append(w, &r);
	if (!act_was_vain(how)) {
		adversary_did(w->adversary, e, act);
		end_operate(w, end);
		stack_feed_raw(end->stack, bytes_of_buffer(&bytes), w->now_ns);
		end_pump(w, end);
	}
	buffer_cleanse(&bytes);
}

static void set_clock(struct world *w, const struct plan_entry *e, const struct act *act,
		      struct actor *a)
{
	int64_t clock_s = act->ns / INT64_C(1000000000);
	struct record r = log_record(w, RECORD_ACT, a);
	w->device = a->device;
	r.name = act_name(act->kind);
	r.text = a->clock_s == clock_s ? ACT_VAIN_CHANGE "it shows that already"
		 : act->ns < 0         ? "behind the run's time"
				       : "ahead of the run's time";
	r.number = act->ns < 0 ? -act->ns : act->ns;
	log_append(w, &r);
	if (a->clock_s != clock_s) {
		a->clock_set.entry = e;
		a->clock_set.act = act;
	}
	a->clock_s = clock_s;
	if (clock_s == 0)
		acts_clock_used(w, a); /* right again: that ends an act, whoever looks */
}

/* A clock that is wrong while nobody looks at it is so in vain. */
void acts_clock_used(struct world *w, struct actor *a)
{
	if (a->clock_set.entry)
		adversary_did(w->adversary, a->clock_set.entry, a->clock_set.act);
	a->clock_set.entry = NULL;
}

/* The clock of each device's actor, where none is named and none has set it off. */
static void set_clocks(struct world *w, const struct order *o, const struct act *act)
{
	const struct plan_entry *e = o->entry;
	bool each = w->flow->each_device >> e->at & 1;
	uint32_t device = e->at_device ? e->at_device : o->device;
	if (!each || device > 0)
		set_clock(w, e, act, actor_of(w, (size_t)e->at, device ? device : 1));
	for (uint32_t k = 1; each && device == 0 && k <= w->devices; k++)
		set_clock(w, e, act, actor_of(w, (size_t)e->at, k));
}

static void carry_out_entry(struct world *w, const struct order *o)
{
	const struct plan_entry *e = o->entry;
	uint32_t device = e->at_device ? e->at_device : o->device ? o->device : 1;
	uint64_t cause = w->cause;
	if (plan_is_of_packets(e)) {
		tamper_arm(w, e, o->device);
		return;
	}
	for (size_t i = 0; i < e->acts_count && !w->ended; i++) {
		w->cause = cause;
		if (e->acts[i].kind == ACT_BLACKOUT)
			darken(w, o, &e->acts[i]);
		else if (e->acts[i].kind == ACT_CLOCK)
			set_clocks(w, o, &e->acts[i]);
		else if (e->acts[i].kind == ACT_BYTES)
			say_bytes(w, e, &e->acts[i], actor_of(w, (size_t)e->at, device));
		for (uint32_t k = 0;
		     e->acts[i].kind == ACT_SEND && k < e->acts[i].times && !w->ended; k++) {
			w->cause = cause;
			say_unasked(w, e, &e->acts[i], actor_of(w, (size_t)e->at, device));
		}
	}
	w->cause = cause;
}

static void kill_one(struct world *w, struct actor *a, const struct crash *c)
{
	struct record r = log_record(w, RECORD_ACT, a);
	if (!a->down) {
		adversary_killed(w->adversary, c);
		actor_kill(w, a, "outside", NULL, c->down_ns);
		return;
	}
	r.name = "crash";
	r.text = ACT_VAIN_CRASH "it is down already";
	log_append(w, &r);
}

static void carry_out_crash(struct world *w, const struct crash *c)
{
	bool each = w->flow->each_device >> c->actor & 1;
	if (!each || c->device > 0)
		kill_one(w, actor_of(w, c->actor, c->device), c);
	for (uint32_t k = 1; each && c->device == 0 && k <= w->devices; k++)
		kill_one(w, actor_of(w, c->actor, k), c);
}

void acts_carry_out(struct world *w)
{
	struct order o;
	while (!w->ended && adversary_order(w->adversary, &o)) {
		/* One that acts on each message may act on its own. */
		if (++w->orders > (uint64_t)w->scenario->limits.steps) {
			log_limit(w, "steps", w->scenario->limits.steps);
			return;
		}
		if (o.crash)
			carry_out_crash(w, o.crash);
		else
			carry_out_entry(w, &o);
	}
}

/* -- messages -- */

struct touching {
	struct world *w;
	const struct saying *s;
};

static void record_act(void *context, const struct act *act, const char *how)
{
	struct touching *t = context;
	struct record r = log_record(t->w, RECORD_ACT, t->s->heard ? t->s->to : t->s->from);
	r.session = t->s->session->number;
	r.name = act_name(act->kind);
	r.peer = (t->s->heard ? t->s->from : t->s->to)->name;
	r.channel = t->w->flow->channels[t->s->channel].name;
	r.message = message_name(message_peek(bytes_of_buffer(t->s->bytes)));
	r.text = how;
	r.number = act->kind == ACT_DUPLICATE ? act->times : act->ns;
	t->w->cause = log_append(t->w, &r);
}

bool acts_touch(struct world *w, struct saying *s)
{
	struct touching t = { .w = w, .s = s };
	struct utterance u = { .from = s->from->flow_index,
			       .to = s->to->flow_index,
			       .channel = s->channel,
			       .from_device = s->from->device,
			       .to_device = s->to->device,
			       .heard = s->heard,
			       .now_ns = w->now_ns,
			       .bytes = s->bytes };
	adversary_touch(w->adversary, &u, record_act, &t);
	s->hold_until_ns = u.until_ns;
	s->duplicates = may_say(w, (uint64_t)u.duplicates * u.bytes->size) ? u.duplicates : 0;
	return !u.dropped && u.until_ns <= w->now_ns;
}
