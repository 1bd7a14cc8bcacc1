/* plan.h - what a scenario wants to happen to a run that would not happen by itself: crashes, and
 * acts of an adversary (which also stands for people's mistakes). As read, with places; adversary.h
 * carries it out.
 */
#ifndef SIM_ADVERSARY_PLAN_H
#define SIM_ADVERSARY_PLAN_H

#include "proto/message.h"
#include "sim/flow/flow.h"

enum {
	PLAN_CRASHES_MAX = 16,
	PLAN_ENTRIES_MAX = 32,
	PLAN_ACTS_MAX = 4,   /* of one entry */
	PLAN_FIELDS_MAX = 4, /* of a message that an act sends */
};

/* When something happens: by the clock, at a step of the flow, or at a message. */
enum trigger_kind { TRIGGER_NONE, TRIGGER_TIME, TRIGGER_STEP, TRIGGER_MESSAGE };
struct trigger {
	enum trigger_kind kind;
	int64_t at_ns; /* TRIGGER_TIME: since the run began */
	/* the others: what is seen, as a step's pattern; -1: anything */
	enum step_event event;
	int from, to, channel;
	uint32_t from_device, to_device; /* 0: any */
	enum message_type type;
	uint64_t number; /* which one of those that fit, from 1 */
};

/* Where in a step an actor dies. */
enum crash_point { CRASH_BEFORE, CRASH_PERSISTED, CRASH_SENT, CRASH_POINTS };
struct crash {
	size_t actor;
	uint32_t device; /* 0: of every device, or the actor serves all */
	uint64_t step;   /* the actor's n-th step, from 1; 0: at `when` */
	struct trigger when;
	enum crash_point point;
	int64_t down_ns;
	struct place place;
};

enum act_kind {
	ACT_BLACKOUT, /* on wires: nothing passes, for ns */
	ACT_DELAY,    /* a message is held back for ns */
	ACT_UNTIL,    /* until ns of virtual time */
	ACT_DROP,     /* a message is not said, or not heard */
	ACT_SET,      /* a text field of a message becomes text, or what was captured */
	ACT_TYPE,     /* a text field is typed in another way */
	ACT_CAPTURE,  /* the text fields of a message are kept under a name */
	ACT_SEND,     /* the actor sends a message of its own accord */
	/* upon packets, on wires (tamper.c), where ACT_DROP, ACT_DELAY and ACT_CAPTURE are too */
	ACT_FLIP,      /* bit `number` of the payload */
	ACT_TRUNCATE,  /* only the first `number` bytes of the payload are left */
	ACT_SPLIT,     /* a segment becomes two, at byte `number` of its payload */
	ACT_DUPLICATE, /* it goes on `number` times more */
	ACT_REPLAY,    /* the packet kept as text goes again, `number` times, ns from now */
	ACT_INJECT,    /* bytes go, in a packet that none of both ends sent */
	ACT_RESET,     /* the connection is reset in its sender's name */
	ACT_FIN,       /* the stream is ended in its sender's name */
	/* what an actor is from the run's beginning */
	ACT_PRESENT, /* its certificate is another one */
	ACT_SPEAK,   /* it speaks TLS otherwise */
	ACT_BYTES,   /* at an actor: bytes go below its messages, inside its session */
	ACT_KINDS
};
/* How a person types what was meant. */
enum typing { TYPING_UPPER, TYPING_BARE, TYPING_WRONG, TYPING_SHORT, TYPINGS };
struct act {
	enum act_kind kind;
	int64_t ns;
	char *field,
		*text; /* ACT_SET: text "@name.field" is what was captured; ACT_CAPTURE: text */
	enum typing typing;
	int64_t number;      /* bits, bytes, times: see above; negative: from the end */
	bool stale;          /* ACT_FLIP: the checksum stays as it was */
	bool here;           /* ACT_REPLAY: in the association of the packet that passes */
	bool raw;            /* ACT_INJECT: all of a datagram, not what it carries */
	struct buffer bytes; /* ACT_INJECT, ACT_BYTES */
	int from, to;        /* ACT_INJECT: actors; -1: as the packet that passes */
	int only;            /* ACT_PRESENT, ACT_SPEAK: on this channel; -1: on all */
	int word;            /* ACT_PRESENT: enum tls_forgery; ACT_SPEAK: enum tls_speech */
	/* ACT_SEND, ACT_BYTES */
	enum message_type type;
	size_t channel;
	size_t fields_count;
	struct {
		char *name, *text;
	} fields[PLAN_FIELDS_MAX];
	struct place place;
};
/* Which packets on wires, of those that pass from when the entry is armed. */
struct packet_pattern {
	int from, to; /* actors at the wire's ends; -1: any */
	uint32_t from_device, to_device;
	uint64_t first, last; /* the first-th to the last-th of them, from 1 */
};
struct plan_entry {
	int at;              /* actor; -1: on wires */
	uint32_t at_device;  /* 0: any */
	uint32_t on;         /* bit set over channels with a wire */
	struct trigger when; /* of acts upon packets: what arms it; TRIGGER_NONE: at once */
	struct packet_pattern packet; /* of acts upon packets */
	size_t acts_count;
	struct act acts[PLAN_ACTS_MAX];
	struct place place;
};
struct plan {
	size_t crashes_count, entries_count;
	struct crash crashes[PLAN_CRASHES_MAX];
	struct plan_entry entries[PLAN_ENTRIES_MAX];
};
_Static_assert((int)PLAN_CRASHES_MAX <= 32 && (int)PLAN_ENTRIES_MAX <= 32, "bit sets over them");

void plan_fini(struct plan *p);

/* Which crashes and acts of a plan are meant; an entry of which no act is meant is not meant either. */
struct plan_left {
	uint32_t crashes;                /* bit set */
	uint32_t acts[PLAN_ENTRIES_MAX]; /* of each entry: bit set over its acts */
};
_Static_assert((int)PLAN_ACTS_MAX <= 32, "a bit set over them");
/* Make out the plan of only those, in their order. What it points at is p's. */
void plan_reduce(const struct plan *p, const struct plan_left *left, struct plan *out);
/* Whether an entry's acts are upon packets: on wires, and no blackout. */
bool plan_is_of_packets(const struct plan_entry *e);
/* Whether they are about what an actor is, from the run's beginning. */
bool plan_is_being(const struct plan_entry *e);
/* "before", "persisted", "sent". */
const char *crash_point_name(enum crash_point point);
/* "blackout", ...: as scenario files and traces name them. */
const char *act_name(enum act_kind kind);

/* Read "app > noc ActivationRequest #2", "S1.5" or "3s" as a trigger; steps as the variant shows
 * them. NULL, or a static text that says what is expected ("an actor", ...); *wrong receives the
 * word that is not, cut to 63 bytes. */
const char *trigger_read(const char *text, const struct flow *f, size_t variant,
			 struct trigger *out, char wrong[64]);
/* Whether a text is about packets: "FROM > TO packet...". */
bool packet_pattern_is(const char *text);
/* Read "device > infrastructure packet", "... packet #3", "... packet #3..8": NULL, or as
 * trigger_read. What stands behind " after " is not part of the text. */
const char *packet_pattern_read(const char *text, const struct flow *f, struct packet_pattern *out,
				char wrong[64]);

#endif
