/* pattern.h - whether a record is what a pattern of the flow speaks of: its event, the two actors,
 * the message and the channel. What fields a message holds is order.c's matter.
 */
#ifndef SIM_FLOW_PATTERN_H
#define SIM_FLOW_PATTERN_H

#include "sim/flow/evidence.h"

/* A step's pattern with names as numbers; -1 and MESSAGE_NONE match anything. */
struct pattern {
	enum step_event event;
	int from, to, channel;
	enum message_type type;
	char *const *with; /* borrowed */
};

/* The names of a flow's pattern, looked up. p is borrowed. */
struct pattern pattern_of(const struct flow *f, const struct step_pattern *p);
/* Whether an eventful sight fits, on whatever channel; of whichever device its ends are. */
bool pattern_fits_but_channel(const struct pattern *p, const struct sight *s);
bool pattern_fits(const struct pattern *p, const struct sight *s);

#endif
