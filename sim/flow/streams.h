/* streams.h - what an actor has of each stream of bytes, so that a value in pieces is found.
 *
 * A stream of messages or datagrams goes on where its last piece ended. Of TCP packets it is the
 * connection that goes on: see assembly.h. This finds the stream; secrecy.c searches it.
 */
#ifndef SIM_FLOW_STREAMS_H
#define SIM_FLOW_STREAMS_H

#include "sim/flow/assembly.h"
#include "sim/flow/evidence.h"

/* How an actor comes by bytes. */
enum way { WAY_SAID, WAY_HEARD, WAY_SENT_PACKETS, WAY_GOT_PACKETS, WAY_REFUSED };

/* A direction of a TCP connection, as one actor has it. */
struct connection {
	struct assembly assembly;
	int actor, who;  /* and its instance */
	uint32_t device; /* of that instance */
	uint64_t record; /* that added to it last */
	enum record_kind kind;
};
/* Zero it to begin; streams_fini releases it. */
struct streams {
	struct keys tails_keys; /* (instance, that of the peer, channel, tag, way) */
	size_t tails_room;
	struct tail *tails;
	struct keys connections_keys; /* (instance, whether it sends, both addresses and ports) */
	size_t connections_room;
	struct connection *connections; /* as many as keys */
};

/* Where the stream of this sight's messages or datagrams stands. Good until the next call. */
struct tail *streams_tail(struct streams *x, const struct sight *s, enum way way);
/* The connection that a TCP packet belongs to. Good until the next call. */
struct connection *streams_connection(struct streams *x, const struct sight *s, enum way way,
				      const struct segment *segment);
/* Whether the bytes of this sight are a packet of TCP: by the flow (the wire of a channel whose
 * lowest pipe is a stream, or a channel that carries packets) and by themselves. */
bool streams_segment(const struct flow *f, const struct sight *s, enum way way,
		     struct segment *segment);
void streams_fini(struct streams *x); /* cleanses */

#endif
