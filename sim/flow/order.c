/* order.c - matches records with steps and holds the flow's order against them. It reads patterns
 * and rules from the flow file alone.
 */
#include "sim/flow/order.h"

#include <inttypes.h>
#include <string.h>

static uint64_t bit(size_t step)
{
	return UINT64_C(1) << step;
}

static int index_of_actor(const struct flow *f, const char *name)
{
	return name && *name ? flow_actor_index(f, name) : -1;
}

static struct order_pattern pattern_of(const struct flow *f, const struct step_pattern *p)
{
	return (struct order_pattern){
		.event = p->event,
		.from = index_of_actor(f, p->from),
		.to = index_of_actor(f, p->to),
		.channel = p->channel && *p->channel ? flow_channel_index(f, p->channel) : -1,
		.type = p->message ? message_type_of_name(p->message) : MESSAGE_NONE,
		.with = p->with,
	};
}

static void patterns_init(struct order *o, const struct flow_variant *v)
{
	for (size_t i = 0; i < o->flow->steps_count; i++)
		o->steps[i].pattern = pattern_of(o->flow, &o->flow->steps[i].pattern);
	for (size_t i = 0; i < v->overrides_count; i++)
		o->steps[v->overrides[i].step].pattern =
			pattern_of(o->flow, &v->overrides[i].pattern);
}

/* A predecessor is nearest when no required step lies between: enough to find every wrong order,
 * and it names a moved step once instead of once for each that follows. */
static void rules_init(struct order *o)
{
	size_t count = o->flow->steps_count;
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < count; k++)
			if (flow_before(o->flow, k, i))
				o->steps[i].before |= bit(k);
	for (size_t i = 0; i < count; i++) {
		uint64_t further = 0;
		for (size_t k = 0; k < count; k++)
			if (o->steps[i].before & o->required & bit(k))
				further |= o->steps[k].before;
		o->steps[i].nearest = o->steps[i].before & o->required & ~further;
	}
}

void order_init(struct order *o, const struct flow *f, size_t variant, struct findings *findings)
{
	*o = (struct order){
		.flow = f, .findings = findings, .last = -1, .absent = f->variants[variant].absent
	};
	for (size_t i = 0; i < f->steps_count; i++)
		if (f->steps[i].simulated && !(o->absent & bit(i)))
			o->required |= bit(i);
	patterns_init(o, &f->variants[variant]);
	rules_init(o);
}

/* -- matching -- */

static bool pattern_fits_but_channel(const struct order_pattern *p, const struct sight *s)
{
	return p->event == s->event && (p->from < 0 || p->from == s->from) &&
	       (p->to < 0 || p->to == s->to) && (p->type == MESSAGE_NONE || p->type == s->type);
}

static bool channel_fits(const struct order_pattern *p, const struct sight *s)
{
	return p->channel < 0 || p->channel == s->channel;
}

static bool fields_are_there(const struct message *m, char *const *with)
{
	struct bytes value;
	for (size_t i = 0; i < STEP_WITH_MAX && with[i]; i++)
		if (!message_field(m, with[i], &value) || value.size == 0)
			return false;
	return true;
}

/* Bit set over steps about this type whose `with` the bytes meet. Read once, when they are sent. */
static uint64_t fields_met(const struct order *o, enum message_type type, struct bytes bytes)
{
	struct message m = { 0 };
	uint64_t met = 0;
	bool decoded = false;
	for (size_t i = 0; i < o->flow->steps_count; i++) {
		const struct order_pattern *p = &o->steps[i].pattern;
		if (p->type != type || type == MESSAGE_NONE || !p->with || !p->with[0])
			continue;
		if (!decoded && message_decode(bytes, &m) != MESSAGE_OK)
			break;
		decoded = true;
		if (fields_are_there(&m, p->with))
			met |= bit(i);
	}
	message_cleanse(&m);
	return met;
}

/* -- what a match means -- */

static void complain(struct order *o, enum finding_kind kind, size_t step, uint64_t record,
		     const char *text)
{
	findings_add(
		o->findings,
		(struct finding){ .kind = kind, .verdict = VERDICT_VIOLATED, .record = record },
		o->flow->steps[step].id, "%s %s: %s", o->flow->steps[step].id, text,
		o->flow->steps[step].text ? o->flow->steps[step].text : "");
}

/* This step has just come: whoever should have come after it and did not. */
static void late_see(struct order *o, size_t step, uint64_t record)
{
	for (size_t i = 0; i < o->flow->steps_count; i++)
		if (o->seen & bit(i) && o->steps[i].nearest & bit(step))
			findings_add(o->findings,
				     (struct finding){ .kind = FINDING_ORDER,
						       .verdict = VERDICT_VIOLATED,
						       .record = o->steps[i].record },
				     o->flow->steps[i].id,
				     "%s came before %s (records %" PRIu64 " and %" PRIu64 ")",
				     o->flow->steps[i].id, o->flow->steps[step].id,
				     o->steps[i].record, record);
}

static void within_see(struct order *o, size_t step)
{
	for (size_t i = 0; i < o->flow->within_count; i++) {
		const struct flow_within *w = &o->flow->within[i];
		if (w->to != step || !(o->seen & bit(w->from)))
			continue;
		int64_t took_ns = o->steps[step].at_ns - o->steps[w->from].at_ns;
		if (took_ns <= w->limit_ns)
			continue;
		findings_add(o->findings,
			     (struct finding){ .kind = FINDING_WITHIN,
					       .verdict = VERDICT_VIOLATED,
					       .record = o->steps[step].record },
			     o->flow->steps[step].id,
			     "%s came %" PRId64 " ms after %s, the limit is %" PRId64 " ms",
			     o->flow->steps[step].id, took_ns / 1000000, o->flow->steps[w->from].id,
			     w->limit_ns / 1000000);
	}
}

static void step_see(struct order *o, size_t step, const struct record *r)
{
	bool again = o->seen & bit(step);
	if (o->absent & bit(step)) {
		if (!again)
			complain(o, FINDING_NEVER, step, r->id, "was seen and must not be");
	} else if (again && o->flow->once & bit(step) && !(o->repeated & bit(step))) {
		complain(o, FINDING_ONCE, step, r->id, "was seen a second time");
		o->repeated |= bit(step);
	}
	if (again)
		return;
	o->seen |= bit(step);
	o->steps[step].record = r->id;
	o->steps[step].at_ns = r->at_ns;
	if (o->last < 0)
		o->last = (int)step;
	if (o->absent & bit(step))
		return;
	late_see(o, step, r->id);
	within_see(o, step);
}

/* The message of a step, between the right two, on a channel where no step has it. Connections have
 * no message to be known by; a step about one is then missing. */
static void stray_see(struct order *o, const struct sight *s)
{
	if (s->type == MESSAGE_NONE)
		return;
	for (size_t i = 0; i < o->flow->steps_count; i++) {
		const struct order_pattern *p = &o->steps[i].pattern;
		if (!o->flow->steps[i].simulated || p->type == MESSAGE_NONE || o->misled & bit(i) ||
		    !pattern_fits_but_channel(p, s) || channel_fits(p, s))
			continue;
		o->misled |= bit(i);
		complain(o, FINDING_CHANNEL, i, s->record->id, "was seen on another channel");
	}
}

static void like_see(struct order *o, size_t step, const struct sight *s)
{
	if (!o->steps[step].like)
		o->steps[step].like = s->record->id;
	o->steps[step].unclear = o->steps[step].unclear || s->redacted;
}

void order_see(struct order *o, const struct sight *s)
{
	o->last = -1;
	if (!s->eventful)
		return;
	bool whole = !s->kept || s->event == STEP_SENT;
	uint64_t met = whole ? fields_met(o, s->type, s->bytes) : s->kept->fields;
	if (s->kept)
		s->kept->fields = met;
	bool matched = false;
	for (size_t i = 0; i < o->flow->steps_count; i++) {
		const struct order_pattern *p = &o->steps[i].pattern;
		if (!o->flow->steps[i].simulated || !pattern_fits_but_channel(p, s) ||
		    !channel_fits(p, s))
			continue;
		matched = true;
		if (p->with && p->with[0] && !(met & bit(i)))
			like_see(o, i, s);
		else
			step_see(o, i, s->record);
	}
	if (!matched)
		stray_see(o, s);
}

/* -- at the end -- */

static void missing_see(struct order *o, size_t step, bool quiet)
{
	const struct order_step *s = &o->steps[step];
	const char *why = s->like ? " (a message like it lacked fields)" : "";
	bool clear = quiet && !(s->like && s->unclear);
	findings_add(o->findings,
		     (struct finding){ .kind = FINDING_MISSING,
				       .record = s->like,
				       .verdict = clear ? VERDICT_VIOLATED : VERDICT_INCONCLUSIVE },
		     o->flow->steps[step].id, "%s was not seen%s: %s", o->flow->steps[step].id, why,
		     o->flow->steps[step].text ? o->flow->steps[step].text : "");
}

static enum verdict worse(enum verdict a, enum verdict b)
{
	if (a == VERDICT_VIOLATED || b == VERDICT_VIOLATED)
		return VERDICT_VIOLATED;
	return a == VERDICT_HOLDS ? b : a;
}

static const char *words(enum verdict v)
{
	if (v == VERDICT_HOLDS)
		return "not disproved";
	return v == VERDICT_VIOLATED ? "disproved" : "not judged to the end";
}

static size_t bits_count(uint64_t bits)
{
	size_t count = 0;
	for (; bits; bits &= bits - 1)
		count++;
	return count;
}

static void judge_order(struct order *o)
{
	struct findings *f = o->findings;
	enum verdict v = worse(findings_verdict_of(f, FINDING_ORDER),
			       worse(findings_verdict_of(f, FINDING_MISSING),
				     findings_verdict_of(f, FINDING_CHANNEL)));
	findings_judge(
		f, "order", v,
		"%s: %zu of %zu steps seen, %zu before a predecessor, %zu on a wrong channel",
		words(v), bits_count(o->seen & o->required), bits_count(o->required),
		f->kinds[FINDING_ORDER][VERDICT_VIOLATED], bits_count(o->misled));
}

static void judge_kind(struct order *o, const char *name, enum finding_kind kind, size_t rules,
		       const char *what)
{
	if (!rules)
		return;
	enum verdict v = findings_verdict_of(o->findings, kind);
	findings_judge(o->findings, name, v, "%s: %zu %s%s, %zu broken", words(v), rules, what,
		       rules == 1 ? "" : "s", o->findings->kinds[kind][VERDICT_VIOLATED]);
}

void order_finish(struct order *o, bool quiet)
{
	for (size_t i = 0; i < o->flow->steps_count; i++)
		if (o->required & ~o->seen & bit(i))
			missing_see(o, i, quiet);
	judge_order(o);
	judge_kind(o, "never", FINDING_NEVER, bits_count(o->absent), "forbidden step");
	judge_kind(o, "once", FINDING_ONCE, bits_count(o->flow->once & ~o->absent), "single step");
	judge_kind(o, "within", FINDING_WITHIN, o->flow->within_count, "time limit");
}
