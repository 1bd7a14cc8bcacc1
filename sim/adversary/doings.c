/* doings.c - acts upon a message wait in two sets until it is known what came of them. */
#include "sim/adversary/doings.h"

#include <string.h>

static uint16_t bit_of(const struct plan_entry *e, const struct act *act)
{
	return (uint16_t)(1u << (act - e->acts));
}

static void commit(struct doings *d, const uint16_t waiting[PLAN_ENTRIES_MAX])
{
	for (size_t i = 0; i < PLAN_ENTRIES_MAX; i++)
		d->did[i] |= waiting[i];
}

void doings_did(struct doings *d, const struct plan *p, const struct plan_entry *e,
		const struct act *act)
{
	d->did[e - p->entries] |= bit_of(e, act);
}

void doings_note(struct doings *d, const struct plan *p, const struct plan_entry *e,
		 const struct act *act, const char *how)
{
	size_t i = (size_t)(e - p->entries);
	bool moves = act->kind == ACT_DELAY || act->kind == ACT_UNTIL || act->kind == ACT_DUPLICATE;
	bool changes = act->kind >= ACT_RAW && act->kind <= ACT_DELETE;
	bool tried = strncmp(how, ACT_TRIED, strlen(ACT_TRIED)) == 0;
	if (strcmp(how, ACT_VAIN_SAME) == 0)
		d->same[i] |= bit_of(e, act);
	if (act_was_vain(how))
		return;
	if (changes && !tried)
		d->changed[i] |= bit_of(e, act);
	else if (moves)
		d->moved[i] |= bit_of(e, act);
	else
		d->did[i] |= bit_of(e, act);
	if (act_only_looks(act->kind)) /* it has what the others made of the message */
		commit(d, d->changed);
}

void doings_conclude(struct doings *d, bool dropped, bool same)
{
	if (!dropped)
		commit(d, d->moved);
	if (!dropped && !same)
		commit(d, d->changed);
	memset(d->changed, 0, sizeof d->changed);
	memset(d->moved, 0, sizeof d->moved);
}

static bool has_sibling(const struct doings *d, const struct plan_entry *e, size_t index,
			size_t act)
{
	for (size_t k = 0; k < e->acts_count; k++)
		if (e->acts[k].kind == e->acts[act].kind && d->did[index] >> k & 1)
			return true;
	return false;
}

bool doings_all(const struct doings *d, const struct plan_entry *e, size_t index)
{
	for (size_t k = 0; k < e->acts_count; k++)
		if (!(d->did[index] >> k & 1) &&
		    !(d->same[index] >> k & 1 && has_sibling(d, e, index, k)))
			return false;
	return true;
}
