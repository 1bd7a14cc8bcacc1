/* internal.h - what the files of sim/world share. Nothing outside this folder includes it. */
#ifndef SIM_WORLD_INTERNAL_H
#define SIM_WORLD_INTERNAL_H

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
	struct wire wires[FLOW_CHANNELS_MAX][2]; /* by direction: from the opener, from the acceptor */
	int64_t now_ns;
	const char *origin; /* of the step being taken: the message that set it off; "" for none */
	uint64_t cause; /* record that causes what happens now; 0: the run's start */
	struct actor actors[FLOW_ACTORS_MAX];
	struct actor *actor_of_class[FLOW_ACTORS_MAX]; /* by the roster's order */
	uint8_t channel_of_flow[FLOW_CHANNELS_MAX]; /* flow index -> roster's channel enum */
	size_t flow_of_channel[FLOW_CHANNELS_MAX];  /* and back */
	struct session *sessions, **sessions_tail;
	struct end *ends, **ends_tail;
	uint64_t sessions_count, ends_count;
	struct effects *effects;
	_Alignas(16) uint8_t examined[MACHINE_EXAMINED_MAX];
	const char *ended; /* why the run must end now; NULL: it goes on */
};

/* -- setup.c -- */
bool world_join(struct world *w, struct diags *d); /* actors and channels of roster and flow */

/* -- log.c: every record passes here -- */
/* Begin a record of now, caused by w->cause. */
struct record log_record(const struct world *w, enum record_kind kind, const struct actor *actor);
void log_end_of(struct record *r, const struct world *w, const struct end *e);
uint64_t log_append(struct world *w, struct record *r);
void log_drop(struct world *w, const struct actor *actor, size_t channel, const char *why,
              struct bytes bytes);
void log_limit(struct world *w, const char *name, int64_t value);
/* A secret that an actor holds from now on; from: classes it came from, or NULL. */
void log_hold(struct world *w, const struct actor *actor, const struct session *s,
              const struct effect *e);
void log_keylog(struct world *w, const struct end *e, const char *line);
void log_fingerprint(struct world *w, struct bytes value, char hex[2 * FINGERPRINT_SIZE + 1]);
/* Cut every known secret out of r->bytes: `scratch` receives the redacted copy and must outlive r. */
void log_redact(struct world *w, struct record *r, struct buffer *scratch);
void log_fini(struct world *w);

/* -- session.c -- */
struct session *session_new(struct world *w, struct actor *a, uint8_t machine);
struct session *session_of_key(struct world *w, const struct actor *a, uint8_t machine,
                               struct bytes key);
void session_begin(struct world *w, struct session *s, const struct end *e);
/* Let a stimulus reach s: taken up by the loop at the same virtual time, in order. */
void session_post(struct world *w, struct session *s, const struct event *e);
void session_take(struct world *w, struct session *s, const struct event *e);
void sessions_fini(struct world *w);

/* -- apply.c -- */
/* Carry out w->effects for s: what it holds and persists first, then what it says. */
void effects_apply(struct world *w, struct session *s);

/* -- ends.c -- */
struct end *end_new(struct world *w, struct session *s, size_t channel, uint32_t tag);
struct end *end_find(struct world *w, const struct actor *a, size_t channel, uint32_t tag);
struct end *end_of_session(struct world *w, const struct session *s, size_t channel, uint32_t tag);
/* Open the stack of e towards its carrier; opener sides begin to speak. */
void end_start(struct world *w, struct end *e);
void end_feed(struct world *w, struct end *e, enum pipe_side from, const struct unit *u);
/* From here on, OpenSSL draws for this end's next operation. */
void end_operate(struct world *w, struct end *e);
void end_pump(struct world *w, struct end *e);
/* The record of the oldest sending of e with these bytes, which is then forgotten; 0: none. */
uint64_t end_take_sending(struct end *e, struct bytes bytes);
/* Give a whole unit to e to send; answer and request for HTTP. Returns the record of its sending. */
uint64_t end_say(struct world *w, struct end *e, const struct unit *u);
void end_expire(struct world *w, struct end *e);
void end_close(struct world *w, struct end *e);
void ends_fini(struct world *w);

/* -- deliver.c: what leaves the top of an end -- */
void deliver_unit(struct world *w, struct end *e, const struct unit *u);
void deliver_notice(struct world *w, struct end *e, const struct pipe_notice *n);

/* -- carry.c: what leaves the bottom of an end -- */
void carry_unit(struct world *w, struct end *e, struct bytes b);
void carry_arrival(struct world *w, struct event *e);
/* An IP packet came out of the tunnel at `at`. */
void carry_routed(struct world *w, struct end *tunnel, struct bytes packet);

/* -- open.c: ends come to be -- */
void open_channel(struct world *w, struct session *s, size_t channel, uint32_t tag);
void open_expected(struct world *w, struct session *s, size_t channel, uint32_t tag);
/* Ends made by the first packet of a connection; NULL when no machine listens there. */
struct end *open_arrived(struct world *w, struct actor *a, size_t channel, struct address from);
struct end *open_routed(struct world *w, struct end *tunnel, size_t channel, struct address from);
/* Where a channel's acceptor listens. */
struct address open_listening(const struct world *w, size_t channel);

#endif
