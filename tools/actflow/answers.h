/* answers.h - what refusals that hang on a secret say on the wire: the same, each time (U7).
 *
 * Of each actor and channel the first such answer is kept, and every other one of the run, and of
 * the other runs of an invocation, must be it: the same messages of the same bytes, or of the same
 * length where they hold secrets, packets of the same lengths, the same ends. When they leave is
 * not compared: virtual time shows nothing of what an answer takes.
 */
#ifndef TOOLS_ACTFLOW_ANSWERS_H
#define TOOLS_ACTFLOW_ANSWERS_H

#include "sim/flow/flow.h"
#include "tools/actflow/owed.h"

/* One answer, in words. All owned. */
struct answered {
	char *actor; /* the kind of actor: "noc" */
	char *channel, *check, *said;
	char *where; /* in which run; "" in the one under way */
};
/* Zero it to begin. Memory: one answer an actor and channel. */
struct answers {
	size_t count, room;
	struct answered *list;
	/* the refusal whose answer is being heard */
	uint64_t record; /* 0: none */
	uint64_t looked; /* the last act that only looked at it; 0: none */
	bool hides, touched;
	char check[FLOW_INSTANCE_MAX], actor[FLOW_INSTANCE_MAX], channel[FLOW_INSTANCE_MAX];
	struct buffer said;
};

/* A refusal begins; hides: it hangs on a secret. All is copied. */
void answers_begin(struct answers *a, const struct record *r, const char *check,
		   const struct occasion *occasion, bool hides);
/* Each record is told, in order; what follows at once from the refusal is its answer. */
void answers_feed(struct answers *a, const struct flow *flow, const struct record *r,
		  struct fallen *f);
/* After the last record. */
void answers_end(struct answers *a, struct fallen *f);
void answers_fini(struct answers *a);

/* To bytes and back; false when they are not whole. */
void answers_pack(const struct answers *a, struct buffer *out);
bool answers_unpack(struct bytes packed, struct answers *a);
/* Put those of one run, called `where`, to those of others; each that differs falls. */
void answers_merge(struct answers *all, const struct answers *one, const char *where,
		   struct fallen *f);

#endif
