/* owed.h - messages that reached a session, until a record says what came of each (U3).
 *
 * Nothing is silently dropped: an accepted message is answered by a step, or by a record that says
 * why not. What carries bytes for another channel is answered by that channel.
 */
#ifndef TOOLS_ACTFLOW_OWED_H
#define TOOLS_ACTFLOW_OWED_H

#include "proto/record.h"
#include "sim/flow/flow.h"
#include "tools/actflow/fallen.h"

/* Who said what to whom. */
struct occasion {
	uint64_t record; /* that it came; 0: none */
	char actor[FLOW_INSTANCE_MAX], peer[FLOW_INSTANCE_MAX], channel[FLOW_INSTANCE_MAX];
	bool formless; /* the codec refused it: no row may answer it */
	bool touched;  /* by the adversary, who may say it never, or twice: nothing is owed */
	bool proved;   /* no message: who the other end is has been proved, which nobody need answer */
};
/* Zero it to begin. Memory: what is on its way to a session, and acts on messages. */
struct owed {
	size_t count, room;
	struct occasion *list; /* by record, ascending */
};

/* Each record is told once, in order. Returns what a step answers; record is 0 where that was
 * neither a message nor a secured channel. What was never answered falls when the trace ends. */
struct occasion owed_feed(struct owed *o, const struct flow *flow, const struct record *r,
			  struct fallen *f);
void owed_fini(struct owed *o);

#endif
