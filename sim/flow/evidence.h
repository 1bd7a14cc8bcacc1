/* evidence.h - what a record shows: names as numbers, a message read again from its bytes.
 *
 * Everything that the judges of order, claims and secrecy look at passes through here once. Nothing
 * that an actor's table says of itself (source, story, state) is among it.
 */
#ifndef SIM_FLOW_EVIDENCE_H
#define SIM_FLOW_EVIDENCE_H

#include "sim/flow/attribution.h"
#include "sim/flow/kept.h"

/* One record, seen. Borrowed until the next one. */
struct sight {
	const struct record *record;
	int actor, peer, channel;           /* numbers; -1 where the record names none */
	int who, whom;                      /* instances of actor and peer; -1 as well */
	uint32_t actor_device, peer_device; /* 0: of none */
	uint32_t device;  /* that the record belongs to; 0: to none, or not known */
	uint32_t attempt; /* of that device; 0: before the first */
	size_t slot;   /* small number of the device; SIZE_MAX: none. Of a run of one device: its */
	bool is_alone; /* no device has a number */
	bool is_late;  /* the device has begun another attempt since */
	bool eventful; /* it is something that a step can be */
	enum step_event event;
	int from, to;
	enum message_type type; /* of a sent or accepted message */
	struct bytes bytes;     /* of a unit or packet, secrets filled in; empty when not at hand */
	bool redacted;          /* some secret could not be filled in */
	struct kept *kept;      /* sent, packet: itself. Accepted, arrival: what was delivered as
				   it was sent; NULL when its bytes are its own */
};

struct evidence_end { /* of a channel instance */
	int32_t peer; /* instance */
	bool opener, secured;
};
struct evidence {
	const struct flow *flow;
	const struct secrets *secrets; /* NULL: not at hand */
	struct findings *findings;
	struct attribution *attribution;
	struct keys channels; /* the flow's own come first, with the same numbers */
	struct keys ends_keys;
	struct evidence_end *ends;
	size_t ends_room;
	struct kept_store kept;
	struct buffer filled;
	size_t indexed, references_count; /* secrets by reference: number + 1, 0 when free */
	uint32_t *references;
	uint64_t messages; /* read again from their bytes */
	bool is_mixed;     /* names of one device and of several were seen, and complained of */
	struct sight sight;
};

/* secrets, attribution, findings are borrowed. */
void evidence_init(struct evidence *e, const struct secrets *secrets,
		   struct attribution *attribution, struct findings *findings);
/* See one record. The result is good until the next call; device and attempt are not in it yet. */
struct sight *evidence_see(struct evidence *e, const struct record *r);
/* The delivery that was seen last has been judged: let go of bytes that nobody waits for. */
void evidence_release(struct evidence *e);
/* Index of a secret by reference, or -1; -1 too when secrets are not at hand. */
int evidence_secret(struct evidence *e, const char *reference);
void evidence_fini(struct evidence *e);

#endif
