/* kept.h - messages and packets on their way, found by the record that sent them.
 *
 * The bytes of each are held until it is delivered, then only what it was, so that a second
 * delivery is known again. What is delivered, or travels in datagrams that may be lost, is
 * forgotten KEPT_RECORDS records later: whatever arrives then was, for the checker, never sent. A
 * message of a stream or a local channel may wait as long as it likes.
 */
#ifndef SIM_FLOW_KEPT_H
#define SIM_FLOW_KEPT_H

#include "proto/message.h"
#include "proto/pipe/segment.h"
#include "sim/flow/search.h"

/* As many as a thousand devices write in some 600 ms when all begin at once. */
enum { KEPT_RECORDS = 1 << 18 };

struct kept_load {
	struct buffer bytes; /* empty when secrets are not at hand */
	struct tail end;
	struct segment segment;
	bool is_segment; /* it is a packet of TCP; its payload is the end of bytes */
};
struct kept {
	uint64_t id;      /* of its RECORD_SENT or RECORD_PACKET */
	uint64_t fields;  /* bit set over steps whose `with` it meets (order.c) */
	int32_t from, to; /* instances */
	int16_t channel;
	uint8_t type;           /* enum message_type */
	bool redacted;          /* some secret in it could not be filled in */
	struct hits hits;       /* secrets in it (secrecy.c) */
	struct kept_load *load; /* NULL once it was delivered */
};
/* Zero it to begin; kept_fini releases it. */
struct kept_store {
	size_t count, slots_count; /* a power of two, or 0 */
	struct kept **slots;
	size_t leaving_first, leaving_count, leaving_room; /* a ring */
	struct kept_leaving {
		uint64_t id, after; /* forget id when this record has come */
	} * leaving;
};

/* A new one, with an empty load. Ids ascend. Good until it is forgotten. */
struct kept *kept_add(struct kept_store *k, uint64_t id);
/* NULL: there is none, or none any more. */
struct kept *kept_find(const struct kept_store *k, uint64_t id);
/* It was delivered: its bytes are not needed again. */
void kept_unload(struct kept *one);
/* Forget it KEPT_RECORDS after record `now`. */
void kept_leave(struct kept_store *k, const struct kept *one, uint64_t now);
/* Forget all whose time has come. Not those that a sight still points at. */
void kept_expire(struct kept_store *k, uint64_t now);
void kept_fini(struct kept_store *k); /* cleanses */

#endif
