/* order.h - the steps of a flow over a trace, for each device: seen or missing, before and after,
 * once, in time.
 *
 * First occurrences count for order. That a step came first is said when the later one comes: so a
 * step whose predecessor never comes is not blamed for it, the predecessor is.
 *
 * When a device begins another attempt, the steps that an attempt repeats are forgotten: what is
 * missing of a failed attempt is not missing, but a step that came without its predecessor is told
 * then. The other steps keep their first occurrence. What still comes of an earlier attempt counts
 * for those only; that it must never be seen, or was seen elsewhere, is told of it as well.
 */
#ifndef SIM_FLOW_ORDER_H
#define SIM_FLOW_ORDER_H

#include "sim/flow/pattern.h"
#include "sim/flow/reach.h"

struct order_step {
	struct pattern pattern;
	uint64_t before;  /* bit set over steps that come earlier, whatever the way */
	uint64_t nearest; /* those of them with no required step in between */
};
/* What a device has shown of one step. */
struct order_seen {
	uint64_t record; /* that satisfied it; 0: none */
	int64_t at_ns;
	uint64_t like; /* a record that only lacked fields; 0: none */
};
struct order_device {
	uint64_t seen, repeated;
	uint64_t carried; /* of those seen: in an earlier attempt */
	uint64_t unclear; /* a record only lacked fields, but had secrets that are not at hand */
	uint64_t misled;  /* seen on another channel, or between devices */
	uint32_t attempt; /* whose steps these are */
	struct order_seen *last; /* of each step of the flow */
};
struct order {
	const struct flow *flow;
	const struct attribution *attribution;
	struct findings *findings;
	uint64_t required, absent; /* bit sets over steps */
	struct order_step steps[FLOW_STEPS_MAX];
	size_t room;
	struct order_device *devices; /* by slot */
	struct order_device nobodys;  /* what no device is known of */
	size_t missing, expected;     /* steps of all devices, at the end */
	size_t misled;                /* over all devices */
	int last;                     /* step of the record that was seen last, or -1 */
};

void order_init(struct order *o, const struct attribution *attribution, size_t variant,
		struct findings *findings);
void order_see(struct order *o, const struct sight *s);
/* quiet: the run came to its own end; only then is what was not seen missing. */
void order_finish(struct order *o, const struct reach *reach, bool quiet);
/* Record that satisfied a step on the device that came first; 0: none. */
uint64_t order_record(const struct order *o, size_t step);
/* Name what a finding is about when there are several devices: "app@2: ", else "". For a step, or
 * SIZE_MAX. */
const char *order_whose(const struct order *o, size_t step, uint32_t device,
			char text[FLOW_INSTANCE_MAX + 2]);
void order_fini(struct order *o);

#endif
