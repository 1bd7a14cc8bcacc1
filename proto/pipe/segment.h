/* segment.h - one TCP segment in one IPv4 packet, as plain struct and as bytes.
 *
 * Headers without options but for the segment size of a SYN; checksums are made and checked. Not a
 * state machine: stream.c decides what to send.
 */
#ifndef PROTO_PIPE_SEGMENT_H
#define PROTO_PIPE_SEGMENT_H

#include "proto/pipe/stack.h"

enum {
	SEGMENT_HEADERS = 20 + 20,  /* bytes of IPv4 and TCP header */
	SEGMENT_SIZE_DEFAULT = 536, /* payload bytes when the peer names none (RFC 9293 3.7.1) */
};

/* RFC 9293 3.1 */
enum segment_flags {
	SEGMENT_FIN = 0x01,
	SEGMENT_SYN = 0x02,
	SEGMENT_RST = 0x04,
	SEGMENT_PSH = 0x08,
	SEGMENT_ACK = 0x10,
};

struct segment {
	struct address from, to;
	uint16_t id; /* IPv4 identification */
	uint32_t sequence, acknowledged;
	uint8_t flags;
	uint16_t window;    /* bytes */
	uint16_t size_max;  /* option of a SYN: payload bytes; 0: none */
	struct bytes bytes; /* payload; borrowed from the packet that was read */
};

/* What a host answers to a segment of a connection that it does not know (RFC 9293 3.10.7.1). False
 * when nothing is answered: to a reset. */
bool segment_reset(const struct segment *to, struct segment *answer);
/* Append the packet of s to out; its payload must fit an IPv4 packet. */
void segment_append(const struct segment *s, struct buffer *out);
/* Read one whole packet. False when it is not an unfragmented IPv4 packet with a sound TCP segment:
 * version, lengths, both checksums. */
bool segment_read(struct bytes packet, struct segment *s);

#endif
