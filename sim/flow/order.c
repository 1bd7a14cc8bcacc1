/* order.c - matches records with steps and holds the flow's order against them, device by device.
 * It reads patterns and rules from the flow file alone.
 */
#include "sim/flow/order.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static uint64_t bit(size_t step)
{
	return UINT64_C(1) << step;
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

void order_init(struct order *o, const struct attribution *attribution, size_t variant,
		struct findings *findings)
{
	const struct flow *f = attribution->flow;
	*o = (struct order){ .flow = f,
			     .attribution = attribution,
			     .findings = findings,
			     .last = -1,
			     .absent = f->variants[variant].absent };
	for (size_t i = 0; i < f->steps_count; i++)
		if (f->steps[i].simulated && !(o->absent & bit(i)))
			o->required |= bit(i);
	patterns_init(o, &f->variants[variant]);
	rules_init(o);
}

/* -- devices -- */

static void device_init(struct order *o, struct order_device *d)
{
	*d = (struct order_device){ 0 };
	d->last = calloc(o->flow->steps_count, sizeof *d->last);
	assert(d->last);
}

/* The device's state; of a record without one, that of none. */
static struct order_device *device_of(struct order *o, size_t slot)
{
	if (slot == SIZE_MAX) {
		if (!o->nobodys.last)
			device_init(o, &o->nobodys);
		return &o->nobodys;
	}
	while (slot >= o->room) {
		size_t room = o->room ? o->room * 2 : 2;
		o->devices = realloc(o->devices, room * sizeof *o->devices);
		assert(o->devices);
		for (; o->room < room; o->room++)
			device_init(o, &o->devices[o->room]);
	}
	return &o->devices[slot];
}

const char *order_whose(const struct order *o, size_t step, uint32_t device,
			char text[FLOW_INSTANCE_MAX + 2])
{
	const struct pattern *p = &o->steps[step].pattern;
	uint32_t each = o->flow->each_device;
	int actor = p->from >= 0 && each >> p->from & 1 ? p->from
		    : p->to >= 0 && each >> p->to & 1   ? p->to
							: -1;
	if (attribution_devices(o->attribution) == 1)
		text[0] = 0;
	else if (actor < 0 || !device)
		snprintf(text, FLOW_INSTANCE_MAX + 2, "device %" PRIu32 ": ", device);
	else
		snprintf(text, FLOW_INSTANCE_MAX + 2, "%.60s@%" PRIu32 ": ",
			 o->flow->actors[actor].name, device);
	return text;
}

/* -- matching -- */

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
		const struct pattern *p = &o->steps[i].pattern;
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

/* One record that is a step of one device, or like it. */
struct match {
	struct order *o;
	struct order_device *d;
	uint32_t device;
	const struct record *r;
};

static void complain(const struct match *m, enum finding_kind kind, size_t step, const char *text)
{
	char whose[FLOW_INSTANCE_MAX + 2];
	const struct flow_step *s = &m->o->flow->steps[step];
	findings_add(
		m->o->findings,
		(struct finding){ .kind = kind, .verdict = VERDICT_VIOLATED, .record = m->r->id },
		s->id, "%s%s %s: %s", order_whose(m->o, step, m->device, whose), s->id, text,
		s->text ? s->text : "");
}

/* This step has just come: whoever should have come after it and did not. What is left from an
 * earlier attempt came after that attempt's own. */
static void late_see(const struct match *m, size_t step)
{
	char whose[FLOW_INSTANCE_MAX + 2];
	const struct order *o = m->o;
	for (size_t i = 0; i < o->flow->steps_count; i++)
		if (m->d->seen & ~m->d->carried & bit(i) && o->steps[i].nearest & bit(step))
			findings_add(o->findings,
				     (struct finding){ .kind = FINDING_ORDER,
						       .verdict = VERDICT_VIOLATED,
						       .record = m->d->last[i].record },
				     o->flow->steps[i].id,
				     "%s%s came before %s (records %" PRIu64 " and %" PRIu64 ")",
				     order_whose(o, i, m->device, whose), o->flow->steps[i].id,
				     o->flow->steps[step].id, m->d->last[i].record, m->r->id);
}

static void within_see(const struct match *m, size_t step)
{
	char whose[FLOW_INSTANCE_MAX + 2];
	const struct order *o = m->o;
	for (size_t i = 0; i < o->flow->within_count; i++) {
		const struct flow_within *w = &o->flow->within[i];
		if (w->to != step || !(m->d->seen & bit(w->from)))
			continue;
		int64_t took_ns = m->d->last[step].at_ns - m->d->last[w->from].at_ns;
		if (took_ns <= w->limit_ns)
			continue;
		findings_add(o->findings,
			     (struct finding){ .kind = FINDING_WITHIN,
					       .verdict = VERDICT_VIOLATED,
					       .record = m->r->id },
			     o->flow->steps[step].id,
			     "%s%s came %" PRId64 " ms after %s, the limit is %" PRId64 " ms",
			     order_whose(o, step, m->device, whose), o->flow->steps[step].id,
			     took_ns / 1000000, o->flow->steps[w->from].id, w->limit_ns / 1000000);
	}
}

static void step_see(const struct match *m, size_t step)
{
	struct order *o = m->o;
	bool again = m->d->seen & bit(step);
	if (o->absent & bit(step)) {
		if (!again)
			complain(m, FINDING_NEVER, step, "was seen and must not be");
	} else if (again && o->flow->once & bit(step) && !(m->d->repeated & bit(step))) {
		complain(m, FINDING_ONCE, step, "was seen a second time");
		m->d->repeated |= bit(step);
	}
	if (again)
		return;
	m->d->seen |= bit(step);
	m->d->last[step].record = m->r->id;
	m->d->last[step].at_ns = m->r->at_ns;
	if (o->last < 0)
		o->last = (int)step;
	if (o->absent & bit(step))
		return;
	late_see(m, step);
	within_see(m, step);
}

/* The message of a step, between the right two, on a channel where no step has it; or between two
 * devices. Connections have no message to be known by; a step about one is then missing. */
static void stray_see(const struct match *m, const struct sight *s, bool crosses)
{
	if (s->type == MESSAGE_NONE)
		return;
	for (size_t i = 0; i < m->o->flow->steps_count; i++) {
		const struct pattern *p = &m->o->steps[i].pattern;
		if (!m->o->flow->steps[i].simulated || p->type == MESSAGE_NONE ||
		    m->d->misled & bit(i) || !pattern_fits_but_channel(p, s) ||
		    (!crosses && pattern_fits(p, s)))
			continue;
		m->d->misled |= bit(i);
		m->o->misled++;
		complain(m, FINDING_CHANNEL, i,
			 crosses ? "was seen between two devices" : "was seen on another channel");
	}
}

static void like_see(const struct match *m, size_t step, const struct sight *s)
{
	if (!m->d->last[step].like)
		m->d->last[step].like = m->r->id;
	m->d->unclear |= s->redacted ? bit(step) : 0;
}

/* -- attempts -- */

/* A step of the attempt that has ended came, and one that must be before it did not. */
static void lacking_see(const struct match *m, size_t step)
{
	char whose[FLOW_INSTANCE_MAX + 2];
	const struct order *o = m->o;
	for (size_t i = 0; i < o->flow->steps_count; i++)
		if (o->steps[step].nearest & ~m->d->seen & bit(i))
			findings_add(
				o->findings,
				(struct finding){ .kind = FINDING_ORDER,
						  .verdict = VERDICT_VIOLATED,
						  .record = m->d->last[step].record },
				o->flow->steps[step].id,
				"%s%s came without %s in attempt %" PRIu32 " (record %" PRIu64 ")",
				order_whose(o, step, m->device, whose), o->flow->steps[step].id,
				o->flow->steps[i].id, m->d->attempt, m->d->last[step].record);
}

static void attempt_begin(const struct match *m, uint32_t attempt)
{
	struct order_device *d = m->d;
	uint64_t repeats = m->o->flow->attempt.repeats & ~m->o->absent;
	uint64_t ended = d->seen & repeats;
	bool first = d->attempt == 0;
	if (!first)
		for (size_t i = 0; i < m->o->flow->steps_count; i++)
			if (ended & bit(i))
				lacking_see(m, i);
	d->attempt = attempt;
	if (first)
		return; /* what came before is of the first attempt */
	d->seen &= ~repeats;
	d->repeated &= ~repeats;
	d->unclear &= ~repeats;
	d->carried = d->seen;
	for (size_t i = 0; i < m->o->flow->steps_count; i++)
		if (repeats & bit(i))
			d->last[i] = (struct order_seen){ 0 };
}

/* What a record of an attempt that is over may still be: a step that no attempt repeats, or one
 * that must never be. */
static uint64_t open_to(const struct order *o, const struct sight *s)
{
	return s->is_late ? ~o->flow->attempt.repeats | o->absent : UINT64_MAX;
}

void order_see(struct order *o, const struct sight *s)
{
	o->last = -1;
	struct match m = { o, NULL, s->is_alone ? 1 : s->device, s->record };
	if (s->slot != SIZE_MAX && s->attempt > device_of(o, s->slot)->attempt) {
		m.d = device_of(o, s->slot);
		attempt_begin(&m, s->attempt);
	}
	if (!s->eventful)
		return;
	m.d = device_of(o, s->slot);
	bool whole = !s->kept || s->event == STEP_SENT;
	uint64_t met = whole ? fields_met(o, s->type, s->bytes) : s->kept->fields;
	if (s->kept)
		s->kept->fields = met;
	bool matched = false;
	bool crosses = s->actor_device && s->peer_device && s->actor_device != s->peer_device;
	for (size_t i = 0; i < o->flow->steps_count && !crosses; i++) {
		const struct pattern *p = &o->steps[i].pattern;
		if (!o->flow->steps[i].simulated || !pattern_fits(p, s))
			continue;
		matched = true;
		if (!(open_to(o, s) & bit(i)))
			continue;
		if (p->with && p->with[0] && !(met & bit(i)))
			like_see(&m, i, s);
		else
			step_see(&m, i);
	}
	if (!matched)
		stray_see(&m, s, crosses);
}

uint64_t order_record(const struct order *o, size_t step)
{
	uint64_t first = o->nobodys.last ? o->nobodys.last[step].record : 0;
	for (size_t slot = 0; slot < o->room && slot < o->attribution->devices.count; slot++) {
		uint64_t record = o->devices[slot].last[step].record;
		if (record && (!first || record < first))
			first = record;
	}
	return first;
}

void order_fini(struct order *o)
{
	for (size_t i = 0; i < o->room; i++)
		free(o->devices[i].last);
	free(o->devices);
	free(o->nobodys.last);
	memset(o, 0, sizeof *o);
}
