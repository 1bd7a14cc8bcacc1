/* claims.h - the claims of CLAIMS.md that are judged over events: agree, fresh, and one-time
 * tables.
 *
 * Each is fed every record and keeps only what a later record can break. What never occurred is
 * inconclusive, never holds.
 */
#ifndef SIM_FLOW_CLAIMS_H
#define SIM_FLOW_CLAIMS_H

#include "sim/flow/causal.h"
#include "sim/flow/evidence.h"

/* -- agree: every commit has its own earlier run -- */

struct agree_event; /* a run or a commit */
struct agree {
	const struct flow *flow;
	struct findings *findings;
	const struct causal *causal;
	size_t count, room;
	struct agree_event *list;
	size_t commits[8], broken[8]; /* of each claim */
};
/* causal: begins to watch who agrees; it has seen each record before agree_see does. */
void agree_init(struct agree *a, const struct flow *f, struct causal *causal,
		struct findings *findings);
void agree_see(struct agree *a, const struct sight *s);
void agree_finish(struct agree *a);
void agree_fini(struct agree *a);

/* -- fresh: each value of a class is declared as drawn once, by one actor, in an open session, and
 * whatever else holds it follows from that. It rests on what that actor declares: no record can
 * show that a value was random -- */

struct fresh_value {
	size_t claim;
	bool told; /* a finding about it was made */
	bool drawn;
	uint32_t clock; /* of the actor that drew it, when it did */
};
struct fresh {
	const struct flow *flow;
	const struct causal *causal;
	struct findings *findings;
	struct keys sessions;   /* (actor, session) that were seen to be there */
	struct keys references; /* numbers of values */
	size_t room;
	struct fresh_value *values;
	size_t broken[8];
};
/* causal: as for agree_init, of who draws. */
void fresh_init(struct fresh *f, const struct flow *flow, struct causal *causal,
		struct findings *findings);
void fresh_see(struct fresh *f, const struct sight *s);
void fresh_finish(struct fresh *f);
void fresh_fini(struct fresh *f);

/* -- one time: a key is put into a table once, ever -- */

struct one_time {
	const struct flow *flow;
	struct findings *findings;
	struct keys written; /* (actor, table, key) */
	size_t puts[8], broken[8], unnamed[8];
};
void one_time_init(struct one_time *o, const struct flow *f, struct findings *findings);
void one_time_see(struct one_time *o, const struct sight *s);
void one_time_finish(struct one_time *o);
void one_time_fini(struct one_time *o);

#endif
