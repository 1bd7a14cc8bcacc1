/* triggers.h - what the triggers of a scenario name, held against the roster: the simulator knows
 * no check, machine or state by name. */
#ifndef TOOLS_ACTFLOW_TRIGGERS_H
#define TOOLS_ACTFLOW_TRIGGERS_H

#include "sim/roster.h"
#include "sim/scenario/scenario.h"

/* Report each `check` and `state` of a trigger that there is none of, with its place. */
void triggers_check(const struct scenario *s, const struct roster *roster, struct diags *d);

#endif
