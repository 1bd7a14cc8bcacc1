/* events.h - the queue of what will happen: ordered by virtual time, then by when it was scheduled.
 */
#ifndef SIM_WORLD_EVENTS_H
#define SIM_WORLD_EVENTS_H

#include "proto/pipe/stack.h"
#include "sim/machine.h"

enum event_kind {
	EVENT_PACKET,
	EVENT_STIMULUS,
	EVENT_DUE,
	EVENT_TIMER,
	EVENT_LOCAL,   /* a local message reaches its actor */
	EVENT_SAY,     /* a message that the adversary held back is said now */
	EVENT_RESTART, /* an actor begins again, after a crash */
	EVENT_ORDER,   /* the adversary's, by the clock */
};

struct event {
	int64_t at_ns;
	uint64_t sequence; /* breaks ties: never a pointer, never a hash */
	bool background;   /* keeps no run going by itself */
	enum event_kind kind;
	uint64_t cause;  /* record that scheduled it */
	uint32_t device; /* on whose behalf; set by world_schedule */
	/* EVENT_PACKET */
	size_t channel; /* flow index; EVENT_STIMULUS too */
	struct address from, to;
	size_t from_actor, to_actor; /* EVENT_LOCAL and EVENT_RESTART: to_actor */
	/* EVENT_STIMULUS */
	uint64_t session; /* number; EVENT_TIMER and EVENT_SAY too */
	enum stimulus_kind stimulus;
	uint8_t what;       /* message type, tell number; EVENT_TIMER: timer */
	const char *origin; /* STIMULUS_TOLD: the message that made its teller speak; static */
	uint32_t tag, request;
	bool has_channel;
	uint64_t sent; /* a local message: the record of its sending; else 0 */
	uint8_t said;  /* and its type when it was sent: what is heard may be another */
	bool answer;   /* EVENT_SAY: over HTTP */
	uint32_t duplicates; /* EVENT_SAY: how often more */
	/* EVENT_DUE; EVENT_ORDER: its number */
	uint64_t end;
	/* EVENT_TIMER */
	uint32_t generation;
	struct buffer bytes; /* packet, unit or told bytes; owned */
};

struct events {
	struct event *list; /* a binary heap */
	size_t count, room;
	uint64_t sequence;
};

/* Schedule e (its bytes are taken over). */
void events_push(struct events *q, struct event *e);
/* Take the next one; false when there is none. The caller owns its bytes. */
bool events_pop(struct events *q, struct event *out);
/* Forget all of which `is_dead` says so; the others come in the order in which they would have. */
void events_forget(struct events *q, bool (*is_dead)(void *context, const struct event *e),
		   void *context);
void events_fini(struct events *q);

#endif
