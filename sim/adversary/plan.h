/* plan.h - what a scenario wants to happen to a run that would not happen by itself: crashes, and
 * acts of an adversary (which also stands for people's mistakes). As read, with places; adversary.h
 * carries it out.
 */
#ifndef SIM_ADVERSARY_PLAN_H
#define SIM_ADVERSARY_PLAN_H

#include "sim/adversary/value.h"
#include "sim/flow/flow.h"

enum {
	PLAN_CRASHES_MAX = 16,
	PLAN_ENTRIES_MAX = 32,
	PLAN_ACTS_MAX = 16,     /* of one entry */
	PLAN_TIMES_MAX = 10000, /* how often an act says a message */
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
	ACT_BLACKOUT,  /* on wires: nothing passes, for ns */
	ACT_DELAY,     /* a message is held back for ns */
	ACT_UNTIL,     /* until ns of virtual time */
	ACT_DROP,      /* a message is not said, or not heard */
	ACT_RAW,       /* a message's unit becomes the value, whatever that is */
	ACT_SET,       /* a field of a message becomes the value */
	ACT_TYPE,      /* a text field is typed in another way */
	ACT_DELETE,    /* a message has a field no more */
	ACT_CAPTURE,   /* a message's unit is kept under a name */
	ACT_KEEP,      /* the value is, for later ones */
	ACT_DUPLICATE, /* a message is said, or heard, `times` more times */
	ACT_SEND,      /* the actor sends a unit of its own accord, `times` times */
	ACT_KINDS
};
/* How a person types what was meant. */
enum typing { TYPING_UPPER, TYPING_BARE, TYPING_WRONG, TYPING_SHORT, TYPINGS };
struct act {
	enum act_kind kind;
	int64_t ns;
	char *text; /* ACT_SET, ACT_TYPE, ACT_DELETE: path of a field; ACT_CAPTURE, ACT_KEEP: the name */
	enum typing typing;
	struct value value; /* ACT_RAW, ACT_SET, ACT_KEEP, ACT_SEND: what it becomes, the unit */
	uint32_t times;
	size_t channel; /* ACT_SEND */
	struct place place;
};
struct plan_entry {
	int at;             /* actor; -1: on wires */
	uint32_t at_device; /* 0: any */
	uint32_t on;        /* bit set over channels with a wire */
	struct trigger when;
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
/* "before", "persisted", "sent". */
const char *crash_point_name(enum crash_point point);
/* "blackout", ...: as scenario files and traces name them. */
const char *act_name(enum act_kind kind);

/* Read "app > noc ActivationRequest #2", "S1.5" or "3s" as a trigger; steps as the variant shows
 * them. NULL, or a static text that says what is expected ("an actor", ...); *wrong receives the
 * word that is not, cut to 63 bytes. */
const char *trigger_read(const char *text, const struct flow *f, size_t variant,
			 struct trigger *out, char wrong[64]);

#endif
