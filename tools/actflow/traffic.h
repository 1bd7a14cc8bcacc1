/* traffic.h - what a run dropped, and how much was said to an address for what was heard from it.
 *
 * Read from the records alone. Kept only where a scenario asks for it: of amplification some bytes
 * for each record, to know from which address follows what is judged.
 */
#ifndef TOOLS_ACTFLOW_TRAFFIC_H
#define TOOLS_ACTFLOW_TRAFFIC_H

#include "proto/record.h"
#include "sim/scenario/scenario.h"
#include "sim/yaml/schema.h"

struct dropped {
	char actor[FLOW_INSTANCE_MAX]; /* of the flow: without a device's number */
	char why[SCHEMA_TEXT_MAX + 1];
	uint64_t times;
};
/* A host that spoke on a channel of datagrams, to the end that answers. */
struct speaker {
	size_t channel;
	char name[FLOW_INSTANCE_MAX];
	uint64_t heard, said; /* bytes of packets: arrived from it, and sent to it, until now */
	uint64_t causes; /* bit set over the first 64 speakers: what was said to it follows from
			    them */
	bool reached;    /* a cookie that follows from its packets was good: it is there */
	/* at the moment of the most said to it for one heard from it and from whom that follows */
	uint64_t worst_heard, worst_said;
};
/* Zero it to begin. */
struct traffic {
	const struct scenario *scenario; /* borrowed; NULL: nothing is asked */
	size_t dropped_count, dropped_room;
	struct dropped *dropped;
	size_t speakers_count, speakers_room;
	struct speaker *speakers;
	struct origin *origins; /* by record */
	size_t origins_room;
};

/* Ask what the scenario expects of drops and amplification. Before the first record. */
void traffic_attend(struct traffic *t, const struct scenario *s);
void traffic_feed(struct traffic *t, const struct record *r);
/* Compare with expect.dropped, if `exact`, and with expect.amplification; each difference goes to d
 * with its place. */
void traffic_compare(const struct traffic *t, bool exact, struct diags *d);
/* Whether somewhere more was said than the scenario's `most`: the channel; NULL: nowhere. */
const char *traffic_amplifies(const struct traffic *t);
/* Append, as words, the most that was said on each channel of which something is expected. */
void traffic_tell(const struct traffic *t, struct buffer *out);
void traffic_fini(struct traffic *t);

#endif
