/* opening.h - a recording, opened with the secrets of a closure, layer by layer.
 *
 * What is had of a TLS connection or a DTLS association is decrypted with OpenSSL. Messages that
 * come out are read; those that carry others (SignalData, RelayedDatagram) give the bytes of what
 * rides on them, and a tunnel gives TCP connections, which are opened in their turn. So whatever is
 * inside of several layers needs a secret of each. No certificate is checked, nothing answered.
 *
 * It says where it lost track: a connection of which it has the secrets and that it cannot read to
 * the end, or not find where it should be. What was said there is neither readable nor safe.
 */
#ifndef SIM_FLOW_OPENING_H
#define SIM_FLOW_OPENING_H

#include "proto/crypto/protection.h"
#include "sim/flow/recording.h"

struct closure;
struct closure_value;

/* Who opens what. */
struct listening {
	const struct recording *recording; /* NULL: none */
	int32_t who;    /* an instance, on whose ends' wires it is; KNOWLEDGE_ATTACKER: on all */
	uint32_t wires; /* bit set over channels: only of these */
};

enum { FLOW_HELLOS_MAX = 4, FLOW_PAIRS_MAX = 8 }; /* of each side, in one association; of both */
struct opening_hello {
	uint16_t suite; /* of a ServerHello */
	bool keyed;     /* of a ClientHello: keys with each of the servers' were made */
	uint8_t random[PROTECTION_RANDOM];
};
/* Datagrams of one association, as they were on one hop. */
struct opening_flow {
	int channel;
	size_t clients_count, servers_count;
	struct opening_hello clients[FLOW_HELLOS_MAX], servers[FLOW_HELLOS_MAX];
	uint64_t since; /* when its keys were had */
	size_t pairs_count;
	struct protection keys[FLOW_PAIRS_MAX][2]; /* what the client writes with, and the server */
	size_t next;                               /* packet that comes next to be opened */
	size_t opened, failed;                     /* records */
};

/* Zero it to begin; opening_fini releases it. */
struct opening {
	struct connections inside; /* what came out of what was opened */
	bool *done[2];             /* by stream of the recording, and of inside */
	size_t done_room[2];
	size_t packets; /* of the recording, that were read */
	size_t noted;   /* packets of inside whose hellos were looked for */
	struct keys flows_keys;
	size_t flows_room;
	struct opening_flow *flows; /* as many as keys */
	bool *labels;               /* by label of the recording: what it belongs to was found */
	/* bit sets over channels */
	uint32_t heard;      /* something of it was read without any key */
	uint32_t opened;     /* some of it was decrypted */
	uint32_t keyed;      /* a secret of it is had */
	uint32_t unfound;    /* to one of these, nothing was found */
	uint32_t unfollowed; /* something had keys, and could not be read to its end */
};

/* Open all that can be opened now; c is changed when something came out. */
void opening_run(struct closure *c, const struct listening *l);
/* Nothing more will be had: say what was not found. */
void opening_settle(struct closure *c, const struct listening *l);
/* Whether what is said on this channel may have been had and was not followed. */
bool opening_lost(const struct opening *o, const struct listening *l, int channel);
void opening_fini(struct opening *o); /* cleanses */

/* -- its parts -- */

/* What was opened, and where: the direction that it came from, or NULL for a datagram. */
struct opened {
	int channel;
	const struct recorded_stream *stream;
	const struct closure_value *how;
};
/* The secret of this kind that belongs to a hello with this random, when it is had, or NULL. found:
 * receives the label, which the caller marks when it could use it. */
const struct closure_value *opening_secret(const struct closure *c, const struct recording *x,
					   enum tls_label label, const uint8_t *random,
					   size_t *found);
/* tls_open.c: true when there is no more to be had from this stream. */
bool opening_stream(struct closure *c, const struct listening *l, const struct connections *in,
		    size_t number);
/* dtls_open.c: note hellos and open records of all datagrams of inside. */
void opening_flows(struct closure *c, const struct listening *l);
/* unwrap.c: a message; and data of a stream, false when its end is cut off. */
void unwrap_unit(struct closure *c, const struct flow *f, const struct opened *from,
		 struct bytes unit);
bool unwrap_data(struct closure *c, const struct flow *f, const struct opened *from,
		 struct bytes data);

#endif
