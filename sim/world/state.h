/* state.h - what a world holds: actors, sessions, ends, and the run they belong to. Included
 * through internal.h by the files of this folder only. */
#ifndef SIM_WORLD_STATE_H
#define SIM_WORLD_STATE_H

#include "proto/crypto/crypto.h"
#include "proto/pipe/stack.h"
#include "sim/host/host.h"
#include "sim/store.h"
#include "sim/world/events.h"
#include "sim/world/wire.h"
#include "sim/world/world.h"

enum { TIMERS_MAX = 8, CLASS_NAME_MAX = 32, FINGERPRINT_SIZE = 8, EPHEMERAL_PORT = 49152 };

struct session;
struct judging;

/* One party. Its index is the one of the flow's actor. */
struct actor {
	const struct actor_class *class;
	const struct flow_actor *spec;
	size_t index;
	uint32_t incarnation; /* counts restarts */
	uint16_t next_port;   /* of the channels it opens */
	uint8_t class_index;  /* in the roster: how actors name each other on local channels */
	struct store *store;
	struct session *main; /* of machines[0], where it begins with the run; else NULL */
};

/* One machine instance. Lives until the run ends; `closed` ones are stepped no more. */
struct session {
	uint64_t number; /* from 1 */
	struct actor *actor;
	const struct machine *machine;
	uint8_t machine_index;
	uint8_t state;
	bool closed;
	uint8_t key[SESSION_KEY_MAX];
	size_t key_size; /* 0: not found by EFFECT_TELL */
	uint64_t steps;
	uint64_t timers[TIMERS_MAX]; /* generation of each; an event of an older one is void */
	uint8_t *data;               /* machine->session_size bytes */
	struct session *next;
};

/* A unit that an end sent and its peer has not accepted yet: the honest other half of a message. */
struct sending {
	uint64_t record;
	struct buffer bytes;
	struct sending *next;
};
/* Who asked, where a channel speaks HTTP. */
struct asking {
	uint32_t request;
	struct session *session;
	struct asking *next;
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
	struct stack *stack;
	struct end *peer;    /* the other end, once it exists: for the trace only */
	struct end *carrier; /* the tunnel's end that a leg's packets travel in */
	struct end *inner;   /* of a leg dialled onwards: the leg it continues */
	size_t remote_actor; /* acceptor on a wire: who is at the other side of it */
	uint64_t operations;
	int64_t due_ns; /* when an event for its timers is scheduled; PIPE_NEVER: none */
	uint32_t next_request;
	struct asking *asking;
	struct sending *sendings, **sendings_tail;
	size_t sendings_count;
	struct judging *judging; /* what the pipes' judge and key log are handed */
	struct end *next;
};

/* Secrets by the first byte of their value, so that a scan looks at few of them. */
struct redactor {
	size_t indexed; /* secrets already in the index */
	size_t heads[256];
	size_t *next; /* per secret; 0 ends, else index + 1 */
	size_t room;
};

struct world {
	const struct scenario *scenario;
	const struct flow *flow;
	const struct roster *roster;
	struct world_report *report;
	struct policy policy;
	uint64_t seed;
	struct host *host;
	struct crypto *crypto;
	struct tls_context *tls;
	struct trace *trace;
	struct secrets *secrets;
	struct redactor redactor;
	uint8_t salt[32]; /* of fingerprints */
	struct events events;
	struct wire wires[FLOW_CHANNELS_MAX]
			 [2]; /* by direction: from the opener, from the acceptor */
	int64_t now_ns;
	const char *origin; /* of the step being taken: the message that set it off; "" for none */
	uint64_t cause;     /* record that causes what happens now; 0: the run's start */
	struct actor actors[FLOW_ACTORS_MAX];
	struct actor *actor_of_class[FLOW_ACTORS_MAX]; /* by the roster's order */
	uint8_t channel_of_flow[FLOW_CHANNELS_MAX];    /* flow index -> roster's channel enum */
	size_t flow_of_channel[FLOW_CHANNELS_MAX];     /* and back */
	struct session *sessions, **sessions_tail;
	struct end *ends, **ends_tail;
	uint64_t sessions_count, ends_count;
	struct effects *effects;
	_Alignas(16) uint8_t examined[MACHINE_EXAMINED_MAX];
	const char *ended; /* why the run must end now; NULL: it goes on */
};

#endif
