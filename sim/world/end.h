/* end.h - one end of one channel, and what it keeps. Included through state.h by the files of this
 * folder only. */
#ifndef SIM_WORLD_END_H
#define SIM_WORLD_END_H

#include <uthash.h>

#include "proto/pipe/stack.h"
#include "sim/flow/flow.h"

struct actor;
struct session;
struct judging;

/* A unit that an end sent and its peer has not accepted yet: the honest other half of a message. */
struct sending {
	uint64_t record;
	uint32_t device; /* on whose behalf it was sent */
	struct buffer bytes;
	struct sending *next;
};
/* Who asked, where a channel speaks HTTP. */
struct asking {
	uint32_t request;
	uint64_t session;
	struct asking *next;
};

/* What finds an end whose bytes travel in packets, and one whose bytes ride on messages. */
enum { ADDRESS_KEY_SIZE = 4 + 2 }; /* bytes of an address as a key: no padding is part of it */
struct end_addresses {
	uint8_t local[ADDRESS_KEY_SIZE], remote[ADDRESS_KEY_SIZE];
};
struct end_ride {
	uint32_t channel, tag, opener;
};

/* One end of one channel. */
struct end {
	uint64_t number; /* from 1 */
	struct actor *actor;
	struct session *session;
	size_t channel; /* index into the flow's channels */
	uint32_t tag;
	bool opener;
	bool relayed; /* a leg at the actor that dials onwards: bytes, not messages */
	bool ready;   /* secured, or open where nothing secures */
	bool closed;
	bool speaks_http;
	enum channel_base base; /* what carries this end's bytes */
	struct address local, remote;
	struct stack *stack; /* NULL: its process is gone */
	uint64_t peer;       /* number of the other end, once it exists: for the trace only */
	uint64_t carrier;    /* of the tunnel's end that a leg's packets travel in */
	uint64_t inner;      /* of a leg dialled onwards: the leg it continues */
	uint64_t operations;
	int64_t due_ns; /* when an event for its timers is scheduled; PIPE_NEVER: none */
	uint32_t next_request;
	struct asking *asking;
	struct sending *sendings, **sendings_tail;
	size_t sendings_count;
	struct judging *judging; /* what the pipes' judge and key log are handed */
	struct end *prev, *next;
	struct end *session_prev, *session_next;
	struct end_addresses addresses; /* key of by_addresses, as it was indexed */
	struct end_ride ride;           /* key of by_ride */
	bool indexed;
	UT_hash_handle by_number, by_addresses, by_local, by_ride;
};

#endif
