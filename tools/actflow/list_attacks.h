/* list_attacks.h - `actflow list --attacks`: the catalogue, and what its scenarios come to. */
#ifndef TOOLS_ACTFLOW_LIST_ATTACKS_H
#define TOOLS_ACTFLOW_LIST_ATTACKS_H

#include "tools/actflow/command.h"

/* Play the scenarios that name a case of the catalogue and print each case: its scenarios, the checks
 * that refuse, the result; or why it cannot happen here. ERR_NOT_AS_EXPECTED when a case has neither
 * scenario nor reason, or a scenario is not as expected. */
enum err list_attacks(const struct options *o);

#endif
