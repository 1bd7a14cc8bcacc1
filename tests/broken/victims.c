/* victims.c - takes an honest trace apart. */
#include "tests/broken/victims.h"

#include <assert.h>
#include <string.h>

static bool same(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

const struct step_pattern *victim_pattern(const struct honest *h, size_t step)
{
	const struct flow_variant *v = &h->flow->variants[h->variant];
	for (size_t i = 0; i < v->overrides_count; i++)
		if (v->overrides[i].step == step)
			return &v->overrides[i].pattern;
	return &h->flow->steps[step].pattern;
}

bool victim_requires(const struct honest *h, size_t step)
{
	return h->flow->steps[step].simulated &&
	       !(h->flow->variants[h->variant].absent >> step & 1);
}

static bool is_of(const struct record *r, const struct step_pattern *p)
{
	if (!same(r->channel, p->channel))
		return false;
	bool forth = same(r->actor, p->from) && same(r->peer, p->to);
	bool back = same(r->actor, p->to) && same(r->peer, p->from);
	if (p->event == STEP_SENT)
		return r->kind == RECORD_SENT && forth && same(r->message, p->message);
	if (p->event == STEP_ACCEPTED)
		return r->kind == RECORD_ACCEPTED && back && same(r->message, p->message);
	return (forth || back) &&
	       (r->kind == RECORD_OPEN || (r->kind == RECORD_PIPE && same(r->name, "secured")));
}

/* Whether r is the acceptance of something that the step sent. */
static bool is_acceptance_of(const struct honest *h, const struct record *r,
			     const struct step_pattern *p)
{
	if (r->kind != RECORD_ACCEPTED || p->event != STEP_SENT || r->number <= 0)
		return false;
	size_t sent = records_index(h->records, (uint64_t)r->number);
	return sent != SIZE_MAX && is_of(&h->records->list[sent], p);
}

/* An acceptance that says itself what it accepted, so that it needs no sending before it. */
static void stand_alone(const struct honest *h, struct record *r)
{
	size_t sent = records_index(h->records, (uint64_t)r->number);
	if (r->kind != RECORD_ACCEPTED || sent == SIZE_MAX || r->bytes.size)
		return;
	r->bytes = h->records->list[sent].bytes;
	r->cuts_count = h->records->list[sent].cuts_count;
	memcpy(r->cuts, h->records->list[sent].cuts, sizeof r->cuts);
	r->number = 0;
}

void victim_without(struct records *out, const struct honest *h, size_t step)
{
	const struct step_pattern *p = victim_pattern(h, step);
	records_borrow(out, h->records);
	for (size_t i = out->count; i-- > 0;)
		if (is_of(&out->list[i], p) || is_acceptance_of(h, &out->list[i], p))
			records_remove(out, i);
	records_number(out);
}

static int latest_predecessor(const struct honest *h, size_t step)
{
	int latest = -1;
	for (size_t i = 0; i < h->flow->steps_count; i++)
		if (victim_requires(h, i) && flow_before(h->flow, i, step) &&
		    (latest < 0 || h->steps[i] > h->steps[latest]))
			latest = (int)i;
	return latest;
}

int victim_moved(struct records *out, const struct honest *h, size_t step)
{
	const struct step_pattern *p = victim_pattern(h, step);
	int before = latest_predecessor(h, step);
	records_borrow(out, h->records);
	if (before < 0)
		return before;
	size_t to = records_index(out, h->steps[before]);
	bool messages = p->message != NULL, moved = false;
	for (size_t i = 0; i < out->count && !(messages && moved); i++) {
		if (!is_of(&out->list[i], p) || i < to)
			continue;
		stand_alone(h, &out->list[i]);
		records_move(out, i, to++);
		moved = true;
	}
	assert(moved);
	records_number(out);
	return before;
}

void victim_elsewhere(struct records *out, const struct honest *h, size_t step)
{
	const struct step_pattern *p = victim_pattern(h, step);
	const char *other = same(p->channel, "handover") ? "out_of_band" : "handover";
	records_borrow(out, h->records);
	for (size_t i = 0; i < out->count; i++) {
		struct record *r = &out->list[i];
		bool own = is_of(r, p);
		if (own && p->event == STEP_ACCEPTED)
			stand_alone(h, r);
		if (own || is_acceptance_of(h, r, p))
			r->channel = other;
	}
}

void victim_between(struct records *out, const struct honest *h, size_t step, bool sender)
{
	const struct step_pattern *p = victim_pattern(h, step);
	const char *replaced = sender ? p->from : p->to;
	records_borrow(out, h->records);
	for (size_t i = 0; i < out->count; i++) {
		struct record *r = &out->list[i];
		if (!is_of(r, p) && !is_acceptance_of(h, r, p))
			continue;
		if (p->event == STEP_ACCEPTED)
			stand_alone(h, r);
		if (same(r->actor, replaced))
			r->actor = "stranger";
		else
			r->peer = "stranger";
	}
}

void victim_again(struct records *out, const struct honest *h, size_t step)
{
	size_t at = records_index(h->records, h->steps[step]);
	struct record again = h->records->list[at];
	stand_alone(h, &again);
	records_borrow(out, h->records);
	records_insert(out, at + 1, &again);
	records_number(out);
}

void victim_retold(struct records *out, const struct honest *h)
{
	struct record *last = NULL;
	records_borrow(out, h->records);
	for (size_t i = 0; i < out->count; i++) {
		struct record *r = &out->list[i];
		if (r->kind != RECORD_STEP)
			continue;
		struct record old = *r;
		r->source = last ? last->source : "S1.17";
		r->text = last ? last->text : "all is well";
		r->state_from = old.state_to;
		r->state_to = last ? last->state_from : "DONE";
		r->stimulus = "";
		last = r;
	}
	assert(last);
}

uint64_t victim_heard(struct records *out, const struct honest *h, const char *actor,
		      const struct bytes *pieces, size_t count)
{
	records_borrow(out, h->records);
	size_t at = out->count;
	while (at &&
	       (out->list[at - 1].kind == RECORD_END || out->list[at - 1].kind == RECORD_SECRETS))
		at--;
	struct record heard = { .kind = RECORD_ACCEPTED,
				.actor = actor,
				.channel = "out_of_band",
				.peer = same(actor, "user") ? "admin" : "user",
				.at_ns = at ? out->list[at - 1].at_ns : 0 };
	for (size_t i = 0; i < count; i++) {
		heard.bytes = pieces[i];
		records_insert(out, at + i, &heard);
	}
	records_number(out);
	return at + count;
}

size_t victim_find(const struct records *list, enum record_kind kind, const char *name,
		   const char *actor)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->list[i].kind == kind && (!name || same(list->list[i].name, name)) &&
		    (!actor || same(list->list[i].actor, actor)))
			return i;
	return SIZE_MAX;
}
