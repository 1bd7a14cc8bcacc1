/* refused_ends.h - an end of a channel whose pipes refused something goes no further (U2), and that
 * is told once (U3). */
#ifndef TOOLS_ACTFLOW_REFUSED_ENDS_H
#define TOOLS_ACTFLOW_REFUSED_ENDS_H

#include "proto/record.h"
#include "sim/flow/flow.h"
#include "tools/actflow/fallen.h"

struct refused_end {
	char actor[FLOW_INSTANCE_MAX], channel[FLOW_INSTANCE_MAX], check[FLOW_INSTANCE_MAX];
	uint32_t tag;
	uint64_t session, record;
	uint64_t cause; /* from which the refusal followed; 0: none */
};
/* Zero it to begin. Memory: ends that were refused and not opened anew. */
struct refused_ends {
	size_t count, room;
	struct refused_end *list;
};

/* Each record is told once, in order. */
void refused_ends_feed(struct refused_ends *s, const struct record *r, struct fallen *f);
void refused_ends_fini(struct refused_ends *s);

#endif
