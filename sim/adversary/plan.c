/* plan.c - names, and releasing a plan. */
#include "sim/adversary/plan.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char *const point_names[CRASH_POINTS] = {
	[CRASH_BEFORE] = "before", [CRASH_PERSISTED] = "persisted", [CRASH_SENT] = "sent"
};
static const char *const act_names[ACT_KINDS] = {
	[ACT_BLACKOUT] = "blackout",   [ACT_DELAY] = "delay",   [ACT_UNTIL] = "until",
	[ACT_DROP] = "drop",           [ACT_RAW] = "raw",       [ACT_SET] = "set",
	[ACT_TYPE] = "type",           [ACT_DELETE] = "delete", [ACT_CAPTURE] = "capture",
	[ACT_DUPLICATE] = "duplicate", [ACT_SEND] = "send",
};

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

bool act_was_vain(const char *how)
{
	static const char *const begins[] = { ACT_VAIN_CHANGE, ACT_VAIN_SAYING, ACT_VAIN_HOLD,
					      ACT_VAIN_CRASH };
	for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
		if (strncmp(how, begins[i], strlen(begins[i])) == 0)
			return true;
	return false;
}

static void act_fini(struct act *a)
{
	free(a->text);
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
