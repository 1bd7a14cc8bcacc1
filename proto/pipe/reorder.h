/* reorder.h - what a stream has received ahead of its turn, sorted by sequence number and bounded.
 */
#ifndef PROTO_PIPE_REORDER_H
#define PROTO_PIPE_REORDER_H

#include "proto/bytes.h"

enum { REORDER_MAX = 128 }; /* pieces held; more are dropped and come again */

/* A run of stream bytes at its place in sequence space. */
struct piece {
	uint32_t sequence;
	struct buffer bytes; /* owned */
	bool last;           /* a FIN follows the bytes */
};
struct reorder {
	size_t count, room;
	struct piece *list; /* allocated with the first piece: most streams never need one */
};

/* Whether sequence number a comes before b, modulo 2^32 (RFC 9293 3.4). */
bool sequence_before(uint32_t a, uint32_t b);

/* Keep a copy of bytes. Of two pieces with one sequence number the longer stays. */
void reorder_keep(struct reorder *r, uint32_t sequence, struct bytes bytes, bool last);
/* Hand over the first piece when it does not begin after `expected`; the caller releases its bytes.
 */
bool reorder_take(struct reorder *r, uint32_t expected, struct piece *out);
void reorder_fini(struct reorder *r);

#endif
