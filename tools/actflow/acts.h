/* acts.h - what a scenario's adversary does, as things that can be left out one by one. */
#ifndef TOOLS_ACTFLOW_ACTS_H
#define TOOLS_ACTFLOW_ACTS_H

#include "sim/scenario/scenario.h"
#include "tools/actflow/ddmin.h"

enum { ACTS_MAX = PLAN_CRASHES_MAX + PLAN_ENTRIES_MAX * PLAN_ACTS_MAX };
_Static_assert((int)ACTS_MAX <= (int)DDMIN_MAX, "each act is a thing to leave out");

struct one_act {
	const struct plan_entry *entry; /* borrowed from the scenario; NULL: a crash */
	size_t index, act;              /* of the crash or entry; of the act in it */
	struct place place;
};
struct acts {
	const struct scenario *scenario; /* borrowed */
	size_t count;
	struct one_act list[ACTS_MAX]; /* crashes first, then as they stand in the file */
};

/* The acts of s, which outlives out. */
void acts_of(const struct scenario *s, struct acts *out);
/* What a set of them leaves of the plan. kept: one for each act. */
struct plan_left acts_left(const struct acts *a, const bool *kept);
/* The scenario with these acts only; all that it points at is the whole one's, which owns it. */
void acts_reduce(const struct acts *a, const bool *kept, struct scenario *out);
/* "set uid at noc", "capture first at app@2", "send RevokeKey at admin", "crash uem". */
void acts_words(const struct acts *a, size_t number, struct buffer *out);
/* How many of them are kept. */
size_t acts_kept(const struct acts *a, const bool *kept);

#endif
