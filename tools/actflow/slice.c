/* slice.c - keeps who follows from whom, and walks back; see slice.h. */
#include "tools/actflow/slice.h"

#include <stdlib.h>
#include <string.h>

#include "proto/list.h"
#include "sim/adversary/plan.h"

struct sliced {
	uint64_t parents[RECORD_PARENTS_MAX];
	uint64_t state;    /* step that its session's state comes from; 0: none */
	uint32_t captures; /* how many captures it may use */
	uint8_t count;
	bool marked;
};

/* Whether an act of this name only uses what its line in the scenario says. */
static bool uses_no_capture(const char *name)
{
	static const enum act_kind kinds[] = { ACT_BLACKOUT, ACT_DELAY, ACT_UNTIL,
					       ACT_DROP,     ACT_TYPE,  ACT_CAPTURE };
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(act_name(kinds[i]), name) == 0)
			return true;
	return strcmp(name, "crash") == 0;
}

static void see_act(struct slice *s, const struct record *r, struct sliced *one)
{
	if (!uses_no_capture(r->name))
		one->captures = (uint32_t)s->captures_count;
	if (strcmp(r->name, act_name(ACT_CAPTURE)) != 0)
		return;
	s->captures =
		list_grow(s->captures, s->captures_count, &s->captures_room, sizeof *s->captures);
	s->captures[s->captures_count++] = r->id;
}

static void see_step(struct slice *s, const struct record *r, struct sliced *one)
{
	bool added;
	size_t at = keys_add(&s->sessions, bytes_of(&r->session, sizeof r->session), &added);
	s->states = list_grow(s->states, at, &s->states_room, sizeof *s->states);
	one->state = added ? 0 : s->states[at];
	if (added || strcmp(r->state_from, r->state_to) != 0)
		s->states[at] = r->id;
}

void slice_feed(struct slice *s, const struct record *r)
{
	if (r->id > s->target)
		return;
	s->list = list_grow(s->list, (size_t)r->id, &s->room, sizeof *s->list);
	struct sliced *one = &s->list[r->id];
	s->last = r->id;
	*one = (struct sliced){ .count = (uint8_t)r->parents_count };
	memcpy(one->parents, r->parents, r->parents_count * sizeof *r->parents);
	if (r->kind == RECORD_ACT)
		see_act(s, r, one);
	else if (r->kind == RECORD_STEP)
		see_step(s, r, one);
}

/* Parents come before what follows from them, so one way back through all is enough. */
void slice_cut(struct slice *s)
{
	size_t captures = 0; /* of them, from the first, that are marked */
	if (s->last < s->target || s->target == 0)
		return; /* it never came */
	s->list[s->target].marked = true;
	for (uint64_t id = s->target; id > 0; id--) {
		const struct sliced *one = &s->list[id];
		if (!one->marked)
			continue;
		for (size_t i = 0; i < one->count; i++)
			if (one->parents[i] < id)
				s->list[one->parents[i]].marked = true;
		if (one->state > 0)
			s->list[one->state].marked = true;
		for (; captures < one->captures; captures++)
			s->list[s->captures[captures]].marked = true;
	}
}

bool slice_has(const struct slice *s, uint64_t id)
{
	return id > 0 && id <= s->target && s->last >= s->target && s->list[id].marked;
}

void slice_fini(struct slice *s)
{
	free(s->list);
	free(s->states);
	free(s->captures);
	keys_fini(&s->sessions);
	*s = (struct slice){ 0 };
}
