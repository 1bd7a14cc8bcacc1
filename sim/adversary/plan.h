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
	ACT_CAPTURE,   /* a message's unit is kept under a name */
	ACT_DUPLICATE, /* a message is said, or heard, `times` more times */
	ACT_SEND,      /* the actor sends a unit of its own accord, `times` times */
	ACT_KINDS
};
/* How a person types what was meant. */
enum typing { TYPING_UPPER, TYPING_BARE, TYPING_WRONG, TYPING_SHORT, TYPINGS };
struct act {
	enum act_kind kind;
	int64_t ns;
	char *text; /* ACT_SET, ACT_TYPE, ACT_DELETE: path of a field; ACT_CAPTURE: the name */
	enum typing typing;
	struct value value; /* ACT_RAW, ACT_SET, ACT_SEND: what it becomes, the unit */
	uint32_t times;
	size_t channel; /* ACT_SEND */
	struct place place;
};
struct plan_entry {
	int at;             /* actor; -1: on wires */
	uint32_t at_device; /* 0: any */
	uint32_t on;        /* bit set over channels with a wire */
	struct trigger when;
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
/* "before", "persisted", "sent". */
const char *crash_point_name(enum crash_point point);
/* "blackout", ...: as scenario files and traces name them. */
const char *act_name(enum act_kind kind);

/* How the record of an act that did nothing begins; then comes why. */
#define ACT_VAIN_CHANGE "nothing changed: "
#define ACT_VAIN_SAYING "not said: "
#define ACT_VAIN_HOLD "not held back: "
#define ACT_VAIN_CRASH "not killed: "
bool act_was_vain(const char *how);

#endif
