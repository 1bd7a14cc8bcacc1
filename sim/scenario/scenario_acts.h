/* scenario_acts.h - what the readers of a scenario's plan share. Included by scenario_plan.c and
 * scenario_acts.c only. */
#ifndef SIM_SCENARIO_SCENARIO_ACTS_H
#define SIM_SCENARIO_SCENARIO_ACTS_H

#include "sim/scenario/scenario_reader.h"

/* What reading a plan needs. */
struct plan_reading {
	struct scenario *s;
	struct flow_reading *names;
	size_t variant;
};

/* "WHAT, actual ...", at the node. */
void plan_refuse(struct plan_reading *r, const struct tree_node *node, const char *what);
/* How many errors there are so far. */
size_t plan_errors(const struct plan_reading *r);

extern const struct schema plan_acts_fields[];
/* Read `do:` into e, whose place and trigger are known. node: of a shape that the schema allows. */
void plan_read_acts(struct plan_reading *r, struct plan_entry *e, const struct tree_node *node);
/* What cannot work together in an entry, and why; NULL: nothing. */
const char *plan_fault_of(const struct flow *f, const struct plan_entry *e);

#endif
