/* explain_flow.h - `actflow explain` for what flows and messages have names for. */
#ifndef TOOLS_ACTFLOW_EXPLAIN_FLOW_H
#define TOOLS_ACTFLOW_EXPLAIN_FLOW_H

#include <stdbool.h>

#include "sim/flow/flow.h"

/* Whoever wants to know all names that could have been meant. name: borrowed for the call. */
struct name_taker {
	void (*take)(void *context, const char *name);
	void *context;
};

/* Print what `id` is in this flow: one of its steps, actors, channels or variants. Every name of
 * these goes to names. False, and nothing printed, when it is none. */
bool explain_in_flow(const struct flow *f, const char *id, const struct name_taker *names);
/* Print the type and the fields of the message called `id`. All messages' names go to names. */
bool explain_message(const char *id, const struct name_taker *names);
/* Print the steps of the flow in which it is said. */
void explain_message_steps(const struct flow *f, const char *id);

#endif
