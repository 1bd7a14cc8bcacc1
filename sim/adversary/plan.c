/* plan.c - names, and releasing a plan. */
#include "sim/adversary/plan.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char *const point_names[CRASH_POINTS] = {
	[CRASH_BEFORE] = "before", [CRASH_PERSISTED] = "persisted", [CRASH_SENT] = "sent"
};
static const char *const act_names[ACT_KINDS] = {
	[ACT_BLACKOUT] = "blackout", [ACT_DELAY] = "delay",
	[ACT_UNTIL] = "until",       [ACT_DROP] = "drop",
	[ACT_RAW] = "raw",           [ACT_SET] = "set",
	[ACT_TYPE] = "type",         [ACT_DELETE] = "delete",
	[ACT_CAPTURE] = "capture",   [ACT_SEND] = "send",
	[ACT_FLIP] = "flip",         [ACT_TRUNCATE] = "truncate",
	[ACT_SPLIT] = "split",       [ACT_DUPLICATE] = "duplicate",
	[ACT_REPLAY] = "replay",     [ACT_INJECT] = "inject",
	[ACT_RESET] = "reset",       [ACT_FIN] = "fin",
	[ACT_PRESENT] = "present",   [ACT_SPEAK] = "speak",
	[ACT_BYTES] = "bytes",       [ACT_KEEP] = "keep",
	[ACT_CLOCK] = "clock",       [ACT_REWRITE] = "rewrite",
};

void plan_reduce(const struct plan *p, const struct plan_left *left, struct plan *out)
{
	*out = (struct plan){ 0 };
	for (size_t i = 0; i < p->crashes_count; i++)
		if (left->crashes >> i & 1)
			out->crashes[out->crashes_count++] = p->crashes[i];
	for (size_t i = 0; i < p->entries_count; i++) {
		struct plan_entry *e = &out->entries[out->entries_count];
		if (!left->acts[i])
			continue;
		*e = p->entries[i];
		e->acts_count = 0;
		for (size_t k = 0; k < p->entries[i].acts_count; k++)
			if (left->acts[i] >> k & 1)
				e->acts[e->acts_count++] = p->entries[i].acts[k];
		out->entries_count++;
	}
}

const char *crash_point_name(enum crash_point point)
{
	assert((size_t)point < CRASH_POINTS);
	return point_names[point];
}

const char *act_name(enum act_kind kind)
{
	assert((size_t)kind < ACT_KINDS);
	return act_names[kind];
}

bool act_only_looks(enum act_kind kind)
{
	return kind == ACT_CAPTURE || kind == ACT_KEEP;
}

bool act_was_vain(const char *how)
{
	static const char *const begins[] = { ACT_VAIN_CHANGE, ACT_VAIN_SAYING, ACT_VAIN_HOLD,
					      ACT_VAIN_CRASH };
	for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
		if (strncmp(how, begins[i], strlen(begins[i])) == 0)
			return true;
	return false;
}

bool act_was_done(const char *name, const char *how)
{
	for (int kind = 0; kind < ACT_KINDS; kind++)
		if (act_only_looks((enum act_kind)kind) && strcmp(name, act_names[kind]) == 0)
			return false;
	return !act_was_vain(how);
}

static void act_fini(struct act *a)
{
	free(a->text);
	buffer_fini(&a->bytes);
	buffer_fini(&a->find);
	value_fini(&a->value);
}

static void entry_fini(struct plan_entry *e)
{
	for (size_t k = 0; k < e->acts_count; k++)
		act_fini(&e->acts[k]);
}

void plan_fini(struct plan *p)
{
	for (size_t i = 0; i < p->entries_count; i++)
		entry_fini(&p->entries[i]);
	*p = (struct plan){ 0 };
}

bool plan_is_of_packets(const struct plan_entry *e)
{
	return e->on != 0 && e->acts_count > 0 && e->acts[0].kind != ACT_BLACKOUT;
}

bool plan_is_being(const struct plan_entry *e)
{
	return e->acts_count > 0 &&
	       (e->acts[0].kind == ACT_PRESENT || e->acts[0].kind == ACT_SPEAK);
}
