/* order.h - the steps of a flow over a trace: seen or missing, before and after, once, in time.
 *
 * First occurrences count for order. That a step came first is said when the later one comes: so a
 * step whose predecessor never comes is not blamed for it, the predecessor is.
 */
#ifndef SIM_FLOW_ORDER_H
#define SIM_FLOW_ORDER_H

#include "sim/flow/evidence.h"

/* A step's pattern with names as numbers; -1 and MESSAGE_NONE match anything. */
struct order_pattern {
	enum step_event event;
	int from, to, channel;
	enum message_type type;
	char *const *with;
};
struct order_step {
	struct order_pattern pattern;
	uint64_t before;  /* bit set over steps that come earlier, whatever the way */
	uint64_t nearest; /* those of them with no required step in between */
	uint64_t record;  /* that satisfied it; 0: none */
	int64_t at_ns;
	uint64_t like; /* a record that only lacked fields; 0: none */
	bool unclear;  /* ... but had secrets in it that are not at hand */
};
struct order {
	const struct flow *flow;
	struct findings *findings;
	uint64_t required, absent;       /* bit sets over steps */
	uint64_t seen, repeated, misled; /* misled: seen on another channel */
	struct order_step steps[FLOW_STEPS_MAX];
	int last; /* step of the record that was seen last, or -1 */
};

void order_init(struct order *o, const struct flow *f, size_t variant, struct findings *findings);
void order_see(struct order *o, const struct sight *s);
/* quiet: the run came to its own end; only then is what was not seen missing. */
void order_finish(struct order *o, bool quiet);

#endif
