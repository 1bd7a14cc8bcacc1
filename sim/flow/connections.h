/* connections.h - bytes of connections as a listener has them: each direction of a TCP connection,
 * or of what rides as messages; and datagrams. It opens nothing.
 *
 * Packets come late, twice or not at all; connections_assemble puts them in order and says when
 * something is missing in between. What is in here may be plaintext of a tunnel: it is cleansed.
 */
#ifndef SIM_FLOW_CONNECTIONS_H
#define SIM_FLOW_CONNECTIONS_H

#include "proto/pipe/segment.h"
#include "sim/flow/keys.h"

/* Whose bytes: the channel, who sends them and to whom (instances, or -1: not said), the device
 * that they belong to (0: not known), and since which record the listener has them (0: always). */
struct heard {
	int channel;
	int32_t who, whom;
	uint32_t device;
	uint64_t since;
};

/* What tells directions apart: addresses and ports, and what rides there for which association
 * (RIDING_NOT: nothing does). */
struct stream_ends {
	struct address from, to;
	uint32_t rider, association;
};
enum { RIDING_NOT = 0 }; /* else 1 + the number of the riding channel */

struct recorded_piece {
	uint32_t sequence;
	size_t at, size; /* in the stream's bytes */
};
/* One direction of one connection. */
struct recorded_stream {
	struct heard heard;
	struct stream_ends ends;
	uint32_t start;               /* sequence number of its first byte, once begun */
	uint32_t answers;             /* that of the other direction, once it answers */
	bool begun, is_answer, ended; /* with a FIN */
	uint32_t end;                 /* number behind all that it is known to have said */
	uint32_t heard_to;            /* number up to which it has heard the other one */
	uint32_t older;               /* connection before between the same ends + 1; 0: none */
	struct buffer bytes;
	size_t count, room;
	struct recorded_piece *pieces;
};
struct recorded_packet {
	struct heard heard;
	size_t flow;     /* number that was given with it */
	size_t at, size; /* in packet_bytes */
};

/* Zero it to begin; connections_fini releases it. */
struct connections {
	struct keys ends;
	size_t between_room;
	struct recorded_between {         /* these ends: streams + 1; 0: none yet */
		uint32_t newest, current; /* current: what comes next belongs to it */
	} * between;                      /* by number of the ends */
	size_t streams_count, streams_room;
	struct recorded_stream *streams;
	size_t packets_count, packets_room;
	struct recorded_packet *packets;
	struct buffer packet_bytes;
};

/* A segment was carried. A SYN with another number than before begins another connection. */
void connections_segment(struct connections *x, const struct heard *h,
			 const struct segment *segment);
/* The next bytes of something that rides. */
void connections_ride(struct connections *x, const struct heard *h, const struct stream_ends *ends,
		      struct bytes bytes);
/* A datagram. flow: kept for the caller. */
void connections_packet(struct connections *x, const struct heard *h, size_t flow,
			struct bytes bytes);
struct bytes connections_packet_bytes(const struct connections *x, const struct recorded_packet *p);

/* All bytes of a stream from its beginning up to the first that is missing are appended. back: the
 * other direction, or NULL. False: more was said, by what follows or by what back has heard. */
bool connections_assemble(const struct recorded_stream *s, const struct recorded_stream *back,
			  struct buffer *out);
/* The other direction of the same connection, or NULL. */
const struct recorded_stream *connections_other(const struct connections *x,
						const struct recorded_stream *s);
void connections_fini(struct connections *x); /* cleanses */

#endif
