/* stream_send.h - the sending half of a stream, and what both halves share.
 *
 * Inside proto/pipe only: stream.c receives and keeps the states, stream_send.c sends and repeats.
 */
#ifndef PROTO_PIPE_STREAM_SEND_H
#define PROTO_PIPE_STREAM_SEND_H

#include "proto/pipe/layer.h"
#include "proto/pipe/reorder.h"
#include "proto/pipe/segment.h"

#define STREAM_RTO_FIRST_NS INT64_C(1000000000) /* RFC 6298 2.1 */
#define STREAM_RTO_MAX_NS (4 * STREAM_RTO_FIRST_NS)

enum {
	STREAM_TRIES_MAX = 30,
	STREAM_WINDOW = 65535, /* bytes under way at most, and announced */
};

/* RFC 9293 3.3.2, of which the ends after ESTABLISHED are told by flags. */
enum stream_state { STREAM_LISTENING, STREAM_SYN_SENT, STREAM_SYN_RECEIVED, STREAM_ESTABLISHED };

struct stream {
	struct layer layer;
	enum stream_state state;
	struct address local, remote;
	uint16_t id;       /* of the last packet */
	uint16_t size_own; /* payload bytes that our carrier takes, announced in the SYN */
	uint16_t size_max; /* payload bytes of what we send */

	struct buffer out;      /* from `head` on: what is not acknowledged */
	size_t head;            /* bytes of out that are */
	uint32_t oldest, next;  /* sequence: first not acknowledged; next to be sent */
	bool ending, end_sent;  /* a FIN is wanted; is part of what was sent */
	int64_t rto_ns, due_ns; /* due_ns: PIPE_NEVER when nothing is under way */
	unsigned tries, duplicates;
	bool recovering; /* until `recover` is acknowledged, each partial acknowledgement resends */
	uint32_t recover;

	uint32_t expected; /* sequence of the next byte to be delivered */
	struct buffer in;  /* delivered by this feed */
	bool owes_acknowledgement, peer_ended;
	struct reorder ahead;
};

/* Send a segment that acknowledges what has come. */
void stream_emit(struct stream *t, unsigned flags, uint32_t sequence, struct bytes bytes);
/* Send the oldest unacknowledged segment again, or a SYN. */
void stream_emit_oldest(struct stream *t);
/* Let the timer run when something is under way, from now on. */
void stream_arm(struct stream *t, int64_t now_ns);
/* Send what is new and fits under the window, and the FIN behind the last byte. */
void stream_transmit(struct stream *t, int64_t now_ns);
/* Something was lost: repeat the oldest segment, and the next at each partial acknowledgement. */
void stream_recover(struct stream *t);
void stream_take_acknowledgement(struct stream *t, const struct segment *s, int64_t now_ns);

#endif
