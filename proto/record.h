/* record.h - one record of a trace as a plain struct, and its bytes.
 *
 * A trace file is the magic "actflow-trace 1\n" followed by records, each a 4-byte big-endian length
 * and a protobuf message of trace.proto. The chain is head(0) = SHA-256(magic), head(n) =
 * SHA-256(head(n-1) || length || record bytes). Nothing else is in the file, so the bytes are the run.
 *
 * Which fields a kind uses is said beside the kind; all others are empty. Strings and spans of a
 * record that is written are borrowed; those of a record that was read live in its record_memory.
 */
#ifndef PROTO_RECORD_H
#define PROTO_RECORD_H

#include "proto/bytes.h"

#define RECORD_MAGIC "actflow-trace 1\n"
enum {
	RECORD_PARENTS_MAX = 4,
	RECORD_CHECKS_MAX = 16,
	RECORD_CUTS_MAX = 32,
	RECORD_SIZE_MAX = 1024 * 1024, /* bytes of one record; more is refused before it is parsed */
};

enum record_kind {
	RECORD_RUN = 1,   /* first: name = scenario title, file, flow, variant, text = flow digest (hex),
	                     reference = the case of a file with `for:`,
	                     seed, at = 0, value = epoch (Unix seconds) in `number` */
	RECORD_ACTOR,     /* actor, peer = host name, number = incarnation */
	RECORD_OPEN,      /* an end of a channel exists: actor, peer, channel, tag, session,
	                     text = "opener" or "acceptor" */
	RECORD_PACKET,    /* actor sent a datagram or packet to peer: channel, bytes, text = fate:
	                     "carried", "lost", "duplicated", "blacked out", "no route", or "taken": the
	                     adversary changed it, and what became of it follows from its RECORD_ACT;
	                     number = delivery time ns */
	RECORD_ARRIVAL,   /* a packet reached actor from peer: channel; parent = its RECORD_PACKET */
	RECORD_PIPE,      /* something happened in a pipe of actor's end: channel, tag, peer, name =
	                     "opened", "secured", "closed", "failed"; text = pipe and detail */
	RECORD_JUDGED,    /* a pipe check: actor, channel, tag, checks[0], text = detail */
	RECORD_SENT,      /* actor gave a message unit to its end of channel: peer, message, bytes, cuts */
	RECORD_ACCEPTED,  /* a whole message unit left the pipes at actor's end: as RECORD_SENT;
	                     parent = the arrival or the RECORD_SENT of a local channel. When its bytes
	                     equal those of the RECORD_SENT that `number` names, they are not repeated */
	RECORD_REJECTED,  /* a unit that the codec refused: bytes, text = reason, checks[0] = pipe.message_form */
	RECORD_STEP,      /* session of actor took a row: machine, stimulus, message = what set it off, also
	                     through another session ("bytes": of a stream), state_from, state_to, checks,
	                     source, text = story; source "" and text = policy when no row answered */
	RECORD_TIMER,     /* name = "set", "cleared", "fired"; stimulus = timer; number = due ns */
	RECORD_PERSIST,   /* store of actor: name = table, number = bytes; text = key reference */
	RECORD_CLAIM,     /* name = "run" or "commit", peer = b, values = V */
	RECORD_HOLD,      /* actor holds a secret: name = class, reference, text = origin, source =
	                     classes it came from, values["fingerprint"] */
	RECORD_ERASE,     /* name = class */
	RECORD_OUTCOME,   /* number = result code, text = words */
	RECORD_LIMIT,     /* name = limit reached, number = value */
	RECORD_DROP,      /* something that reached actor was dropped: channel, text = why, bytes */
	RECORD_SECRETS,   /* last but one: text = SHA-256 of run.secrets (hex), number = its entries */
	RECORD_END,       /* last: number = records before it, text = "quiet", or the limit that ended it;
	                     values["head"], set by trace_append: the chain head of all before it, stepped
	                     over this record without it */
	RECORD_SETTING,   /* after RECORD_RUN: a policy field of this run: values[0]; text "weakened". So is
	                     each check that is knocked out: values["knockout"] = its id */
	RECORD_CRASH,     /* actor was killed, all its sessions with it: text = "before", "persisted" or
	                     "sent" (point of a step), or "outside"; session = whose step it was, or 0;
	                     number = when it begins again, ns. Then its RECORD_ACTOR comes again */
	RECORD_ACT,       /* the adversary acted: name = the act, actor, peer, channel, message = upon what;
	                     text = how, number = until when or how much */
	RECORD_KINDS
};

/* A span of `bytes` that held a secret: it reads as zeros here; the value is in run.secrets. */
struct record_cut {
	uint32_t    offset, size;
	const char *reference; /* "access_key#1" */
};
struct record_check {
	const char *id; /* "uem.setup_mac_is_good" */
	bool        holds;    /* its true result */
	bool        let_pass; /* it does not hold and was acted upon as if it did: it is knocked out */
};
struct record_value {
	const char  *name;
	struct bytes value;
};

struct record {
	uint64_t         id;    /* position in the trace, from 1 */
	int64_t          at_ns; /* virtual time */
	enum record_kind kind;
	uint64_t         parents[RECORD_PARENTS_MAX]; /* ids of what caused it, ascending */
	size_t           parents_count;
	const char      *actor, *peer, *channel;
	uint32_t         tag;      /* channel instance: association or connection number */
	uint64_t         session;  /* number of the machine instance, from 1; 0: none */
	const char      *message;  /* message name */
	struct bytes     bytes;
	const char      *machine, *stimulus, *state_from, *state_to;
	const char      *source, *text, *name, *reference;
	const char      *file, *flow, *variant;
	uint64_t         seed;
	int64_t          number;
	size_t           checks_count, cuts_count, values_count;
	/* Last, these three: beyond their counts they are not even zero. */
	struct record_check checks[RECORD_CHECKS_MAX];
	struct record_cut   cuts[RECORD_CUTS_MAX];
	struct record_value values[RECORD_CHECKS_MAX];
};

/* NULL strings and "" are the same on the wire; a record that was read has "" in every empty one.
 * Strings are UTF-8, without control characters but tab and line feed. */

/* Append the protobuf bytes of r (without length) to out. A record that record_decode would refuse is a
 * bug of ours and aborts. */
void record_encode(const struct record *r, struct buffer *out);

/* Owns what a record that was read points at. Zero it to begin; reused by each record_decode. */
struct record_memory {
	void *unpacked;
};
/* Decode one record. Returns NULL, or a static sentence that says what is wrong (then *r is empty).
 * r borrows from memory until the next call or record_memory_fini. */
const char *record_decode(struct bytes b, struct record *r, struct record_memory *memory);
void        record_memory_fini(struct record_memory *memory);

/* "sent", "step", ...: as the kinds are named in text and JSON. */
const char *record_kind_name(enum record_kind kind);

#endif
