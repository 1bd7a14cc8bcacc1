/* plan.h - what a scenario wants to happen to a run that would not happen by itself: crashes, and
 * acts of an adversary (which also stands for people's mistakes). As read, with places; adversary.h
 * carries it out.
 */
#ifndef SIM_ADVERSARY_PLAN_H
#define SIM_ADVERSARY_PLAN_H

#include "sim/adversary/trigger.h"
#include "sim/adversary/value.h"

enum {
	PLAN_CRASHES_MAX = 16,
	PLAN_ENTRIES_MAX = 32,
	PLAN_ACTS_MAX = 16,     /* of one entry */
	PLAN_TIMES_MAX = 10000, /* how often an act says a message */
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
	ACT_BLACKOUT,  /* on wires: nothing passes, for ns */
	ACT_DELAY,     /* a message is held back for ns */
	ACT_UNTIL,     /* until ns of virtual time */
	ACT_DROP,      /* a message is not said, or not heard */
	ACT_RAW,       /* a message's unit becomes the value, whatever that is */
	ACT_SET,       /* a field of a message becomes the value */
	ACT_TYPE,      /* a text field is typed in another way */
	ACT_DELETE,    /* a message has a field no more */
	ACT_DUPLICATE, /* a message, or a packet, goes on `times` more times */
	ACT_CAPTURE,   /* a message's unit is kept under a name */
	ACT_KEEP,      /* the value is, for later ones */
	ACT_SEND,      /* the actor sends a unit of its own accord, `times` times */
	ACT_CLOCK,     /* the actor's clock is ns ahead of the run's time from then on; negative: behind */
	/* upon packets, on wires (tamper.c), where ACT_DROP, ACT_DELAY, ACT_DUPLICATE and ACT_CAPTURE are too */
	ACT_FLIP,      /* bit `number` of the payload */
	ACT_REWRITE,   /* the first `find` of the payload becomes `bytes`, as many */
	ACT_TRUNCATE,  /* only the first `number` bytes of the payload are left */
	ACT_SPLIT,     /* a segment becomes two, at byte `number` of its payload */
	ACT_REPLAY,    /* the packet kept as text goes again, `times` times, ns from now */
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
	char *text; /* ACT_SET, ACT_TYPE, ACT_DELETE: path of a field; ACT_CAPTURE, ACT_KEEP: the name */
	enum typing typing;
	int64_t number;      /* bits, bytes, times: see above; negative: from the end */
	bool stale;          /* ACT_FLIP: the checksum stays as it was */
	bool here;           /* ACT_REPLAY: in the association of the packet that passes */
	bool raw;            /* ACT_INJECT: all of a datagram, not what it carries */
	struct buffer bytes; /* ACT_INJECT, ACT_REWRITE */
	struct buffer find;  /* ACT_REWRITE: not empty */
	int from, to;        /* ACT_INJECT: actors; -1: as the packet that passes */
	int only;            /* ACT_PRESENT, ACT_SPEAK: on this channel; -1: on all */
	int word;            /* ACT_PRESENT: enum tls_forgery; ACT_SPEAK: enum tls_speech */
	struct value value; /* ACT_RAW, ACT_SET, ACT_KEEP, ACT_SEND, ACT_BYTES: what it becomes, what is said */
	uint32_t times;     /* ACT_SEND, ACT_DUPLICATE, ACT_REPLAY, ACT_INJECT */
	size_t channel;     /* ACT_SEND, ACT_BYTES */
	struct place place;
};
struct plan_entry {
	int at;             /* actor; -1: on wires */
	uint32_t at_device; /* 0: any */
	uint32_t on;        /* bit set over channels with a wire */
	struct trigger when; /* of acts upon packets: what arms it; TRIGGER_NONE: at once */
	struct packet_pattern packet; /* of acts upon packets */
	struct trigger after,
		until; /* it acts behind the one, and not behind the other; may be none */
	bool every;    /* on each that fits, from the `number`th on; else on that one */
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

/* Whether an act of this kind only keeps what it sees, so that the run is the same without it. */
bool act_only_looks(enum act_kind kind);

/* How the record of an act that did nothing begins; then comes why. */
#define ACT_VAIN_CHANGE "nothing changed: "
#define ACT_VAIN_SAYING "not said: "
#define ACT_VAIN_HOLD "not held back: "
#define ACT_VAIN_CRASH "not killed: "
/* Of one act whose value is what stands there already. */
#define ACT_SAME "it is that already"
#define ACT_VAIN_SAME ACT_VAIN_CHANGE ACT_SAME
/* How the record of one begins that tried what it could, and failed: that is an act. */
#define ACT_TRIED "tried in vain: "
bool act_was_vain(const char *how);
/* Whether a record's act did something to the run: by its name and how it was done. */
bool act_was_done(const char *name, const char *how);

#endif
