/* order_end.c - what can only be said of a flow's order when the run is over: what is missing, what
 * went beyond where it was to end, and the lines of the table.
 */
#include <assert.h>
#include <inttypes.h>

#include "sim/flow/order.h"

static uint64_t bit(size_t step)
{
	return UINT64_C(1) << step;
}

/* One device at the end of the run. */
struct ended {
	struct order *o;
	const struct order_device *d;
	uint32_t device;
	int reach; /* step at which it was to end, or REACH_NONE */
};

static void missing_see(const struct ended *e, size_t step, bool quiet)
{
	char whose[FLOW_INSTANCE_MAX + 2];
	const struct flow_step *s = &e->o->flow->steps[step];
	uint64_t like = e->d->last ? e->d->last[step].like : 0;
	bool unclear = like && e->d->unclear & bit(step);
	const char *why = like ? " (a message like it lacked fields)" : "";
	findings_add(e->o->findings,
		     (struct finding){ .kind = FINDING_MISSING,
				       .record = like,
				       .verdict = quiet && !unclear ? VERDICT_VIOLATED
								    : VERDICT_INCONCLUSIVE },
		     s->id, "%s%s was not seen%s: %s", order_whose(e->o, step, e->device, whose),
		     s->id, why, s->text ? s->text : "");
}

static void beyond_see(const struct ended *e, size_t step)
{
	char whose[FLOW_INSTANCE_MAX + 2];
	const struct flow_step *s = &e->o->flow->steps[step];
	findings_add(e->o->findings,
		     (struct finding){ .kind = FINDING_NEVER,
				       .record = e->d->last[step].record,
				       .verdict = VERDICT_VIOLATED },
		     s->id, "%s%s was seen, and the run was to end at %s: %s",
		     order_whose(e->o, step, e->device, whose), s->id,
		     e->o->flow->steps[e->reach].id, s->text ? s->text : "");
}

static void device_judge(const struct ended *e, const struct reach *reach, bool quiet)
{
	uint64_t required = reach_required(reach, e->device, e->o->required);
	uint64_t beyond = reach_beyond(reach, e->device) & ~e->o->absent;
	for (size_t i = 0; i < e->o->flow->steps_count; i++) {
		bool seen = e->d->seen & bit(i);
		e->o->expected += (required & bit(i)) != 0;
		e->o->missing += required & bit(i) && !seen;
		if (required & bit(i) && !seen)
			missing_see(e, i, quiet);
		else if (beyond & bit(i) && seen)
			beyond_see(e, i);
	}
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

/* "23 of 23 steps seen", "230 of 230 steps of 10 devices seen" */
static void judge_order(struct order *o, const struct reach *reach)
{
	char of[40] = "";
	const char *early = reach_is_early(reach) ? " up to where it was to end" : "";
	struct findings *f = o->findings;
	uint32_t devices = attribution_devices(o->attribution);
	enum verdict v = worse(findings_verdict_of(f, FINDING_ORDER),
			       worse(findings_verdict_of(f, FINDING_MISSING),
				     findings_verdict_of(f, FINDING_CHANNEL)));
	if (devices > 1)
		snprintf(of, sizeof of, " of %" PRIu32 " devices", devices);
	findings_judge(f, claim_name_rule(RULE_ORDER), v,
		       "%s: %zu of %zu steps%s%s seen, %zu before a predecessor, %zu on a wrong "
		       "channel",
		       words(v), o->expected - o->missing, o->expected, of, early,
		       f->kinds[FINDING_ORDER][VERDICT_VIOLATED], o->misled);
}

static void judge_kind(struct order *o, enum claim_rule rule, enum finding_kind kind, size_t rules,
		       const char *what)
{
	char of[40] = "";
	uint32_t devices = attribution_devices(o->attribution);
	if (!rules)
		return;
	if (devices > 1)
		snprintf(of, sizeof of, " for each of %" PRIu32 " devices", devices);
	enum verdict v = findings_verdict_of(o->findings, kind);
	findings_judge(o->findings, claim_name_rule(rule), v, "%s: %zu %s%s%s, %zu broken",
		       words(v), rules, what, rules == 1 ? "" : "s", of,
		       o->findings->kinds[kind][VERDICT_VIOLATED]);
}

/* Steps that some device of this run must not show. */
static uint64_t forbidden(const struct order *o, const struct reach *reach)
{
	uint64_t steps = o->absent;
	for (size_t slot = 0; slot < o->attribution->devices.count; slot++)
		steps |= reach_beyond(reach, attribution_device(o->attribution, slot));
	return steps;
}

static void reach_judge(const struct order *o, const struct reach *reach)
{
	uint32_t device = reach_missing(reach);
	if (device)
		findings_add(
			o->findings,
			(struct finding){ .kind = FINDING_MISSING, .verdict = VERDICT_VIOLATED },
			claim_name_rule(RULE_ORDER),
			"device %" PRIu32 " was to end at %s, and is not in the run", device,
			o->flow->steps[reach_said(reach, device)].id);
}

void order_finish(struct order *o, const struct reach *reach, bool quiet)
{
	static const struct order_device nothing;
	size_t devices = o->attribution->devices.count;
	for (size_t slot = 0; slot < devices; slot++) {
		uint32_t device = attribution_device(o->attribution, slot);
		struct ended e = { o, slot < o->room ? &o->devices[slot] : &nothing, device,
				   reach_of(reach, device) };
		device_judge(&e, reach, quiet);
	}
	if (!devices) { /* a trace without anybody: all is missing */
		struct ended e = { o, &nothing, 1, reach_of(reach, 1) };
		device_judge(&e, reach, quiet);
	}
	reach_judge(o, reach);
	judge_order(o, reach);
	judge_kind(o, RULE_NEVER, FINDING_NEVER, bits_count(forbidden(o, reach)), "forbidden step");
	judge_kind(o, RULE_ONCE, FINDING_ONCE, bits_count(o->flow->once & ~o->absent),
		   "single step");
	judge_kind(o, RULE_WITHIN, FINDING_WITHIN, o->flow->within_count, "time limit");
}
