/* acts.c - what a scenario's adversary does, as things that can be left out one by one. */
#include "tools/actflow/acts.h"

#include <inttypes.h>

#include "tools/actflow/text.h"

void acts_of(const struct scenario *s, struct acts *out)
{
	const struct plan *p = &s->plan;
	out->scenario = s;
	out->count = 0;
	for (size_t i = 0; i < p->crashes_count; i++)
		out->list[out->count++] =
			(struct one_act){ .index = i, .place = p->crashes[i].place };
	for (size_t i = 0; i < p->entries_count; i++)
		for (size_t k = 0; k < p->entries[i].acts_count; k++)
			out->list[out->count++] =
				(struct one_act){ .entry = &p->entries[i],
						  .index = i,
						  .act = k,
						  .place = p->entries[i].acts[k].place };
}

struct plan_left acts_left(const struct acts *a, const bool *kept)
{
	struct plan_left left = { 0 };
	for (size_t i = 0; i < a->count; i++)
		if (kept[i] && a->list[i].entry)
			left.acts[a->list[i].index] |= 1u << a->list[i].act;
		else if (kept[i])
			left.crashes |= 1u << a->list[i].index;
	return left;
}

void acts_reduce(const struct acts *a, const bool *kept, struct scenario *out)
{
	struct plan_left left = acts_left(a, kept);
	*out = *a->scenario;
	plan_reduce(&a->scenario->plan, &left, &out->plan);
}

void acts_words(const struct acts *a, size_t number, struct buffer *out)
{
	const struct scenario *s = a->scenario;
	const struct one_act *one = &a->list[number];
	if (!one->entry) {
		const struct crash *c = &s->plan.crashes[one->index];
		text_printf(out, "crash %s", s->flow.actors[c->actor].name);
		return;
	}
	const struct act *act = &one->entry->acts[one->act];
	bool sends = act->kind == ACT_SEND && act->value.op == VALUE_UNIT;
	const char *what = sends ? message_name(act->value.type) : act->text;
	text_add(out, act_name(act->kind));
	text_add(out, what ? " " : "");
	text_safe(out, what ? what : "");
	if (one->entry->at >= 0)
		text_printf(out, " at %s", s->flow.actors[one->entry->at].name);
	if (one->entry->at_device)
		text_printf(out, "@%" PRIu32, one->entry->at_device);
}

size_t acts_kept(const struct acts *a, const bool *kept)
{
	size_t count = 0;
	for (size_t i = 0; i < a->count; i++)
		count += kept[i];
	return count;
}
