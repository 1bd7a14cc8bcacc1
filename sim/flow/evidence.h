/* evidence.h - what a record shows: names as numbers, a message read again from its bytes.
 *
 * Everything that the judges of order, claims and secrecy look at passes through here once. Nothing
 * that an actor's table says of itself (source, story, state) is among it.
 */
#ifndef SIM_FLOW_EVIDENCE_H
#define SIM_FLOW_EVIDENCE_H

#include "proto/message.h"
#include "proto/pipe/segment.h"
#include "sim/flow/findings.h"
#include "sim/flow/keys.h"
#include "sim/flow/search.h"

/* A message or packet on its way. Its bytes are held until it is delivered, then only what it was.
 */
struct kept {
	uint64_t id; /* of its RECORD_SENT or RECORD_PACKET */
	int from, to, channel;
	enum message_type type;
	uint64_t fields;     /* bit set over steps whose `with` it meets (order.c) */
	bool redacted;       /* some secret in it could not be filled in */
	struct buffer bytes; /* empty once delivered, or when secrets are not at hand */
	struct tail end;
	struct hits hits; /* secrets in it (secrecy.c) */
	bool is_segment;  /* it is a packet of TCP; its payload is the end of bytes */
	struct segment segment;
};

/* One record, seen. Borrowed until the next one. */
struct sight {
	const struct record *record;
	int actor, peer, channel; /* numbers; -1 where the record names none */
	bool eventful;            /* it is something that a step can be */
	enum step_event event;
	int from, to;
	enum message_type type; /* of a sent or accepted message */
	struct bytes bytes;     /* of a unit or packet, secrets filled in; empty when not at hand */
	bool redacted;          /* some secret could not be filled in */
	struct kept *kept;      /* sent, packet: itself. Accepted, arrival: what was delivered as
				   it was sent; NULL when its bytes are its own */
};

struct evidence_end { /* of a channel instance */
	int peer;
	bool opener, secured;
};
struct evidence {
	const struct flow *flow;
	const struct secrets *secrets; /* NULL: not at hand */
	struct findings *findings;
	struct keys actors, channels; /* the flow's own come first, with the same numbers */
	struct keys ends_keys;
	struct evidence_end *ends;
	size_t ends_room;
	size_t count, room;
	struct kept *kept; /* ids ascend */
	struct buffer filled;
	uint64_t messages; /* read again from their bytes */
	struct sight sight;
};

void evidence_init(struct evidence *e, const struct flow *f, const struct secrets *secrets,
		   struct findings *findings);
/* See one record. The result is good until the next call. */
const struct sight *evidence_see(struct evidence *e, const struct record *r);
/* The delivery that was seen last has been judged: let go of bytes that nobody waits for. */
void evidence_release(struct evidence *e);
/* Index of a secret by reference, or -1; -1 too when secrets are not at hand. */
int evidence_secret(const struct evidence *e, const char *reference);
void evidence_fini(struct evidence *e);

#endif
