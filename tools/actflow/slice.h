/* slice.h - the records of a run from which one of them follows.
 *
 * A record follows from its parents. A step follows from the step that brought its session into the
 * state that it left, too; and an act that may use what the adversary captured from all captures
 * before it: both are in the trace, but not among the parents.
 */
#ifndef TOOLS_ACTFLOW_SLICE_H
#define TOOLS_ACTFLOW_SLICE_H

#include "sim/flow/keys.h"
#include "sim/trace/trace.h"

/* Zero it but for target; slice_fini releases it. */
struct slice {
	uint64_t target; /* id of the record in question */
	uint64_t last;   /* id of the record that was taken last */
	size_t room;
	struct sliced *list;  /* by id, up to the target's */
	struct keys sessions; /* by number */
	size_t states_room, captures_count, captures_room;
	uint64_t *states;   /* of each session: the step that brought it into its state */
	uint64_t *captures; /* records */
};

/* Take one record, in order; those behind the target are not kept. Strings are not NULL. */
void slice_feed(struct slice *s, const struct record *r);
/* All have been taken: mark those from which the target follows, and itself. */
void slice_cut(struct slice *s);
bool slice_has(const struct slice *s, uint64_t id);
void slice_fini(struct slice *s);

#endif
