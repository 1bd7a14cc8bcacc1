/* adversary.h - carries out a plan while a run goes on. It sees every record, sits between an
 * actor's table and its pipes, and on the wires. It owns no actor and no wire: it says what is to
 * happen, the world does it, and records it.
 */
#ifndef SIM_ADVERSARY_ADVERSARY_H
#define SIM_ADVERSARY_ADVERSARY_H

#include "proto/crypto/ecdh.h"
#include "proto/record.h"
#include "sim/adversary/plan.h"
#include "sim/trace/trace.h"

struct adversary;

/* What it computes with; borrowed for its life. */
struct adversary_means {
	struct crypto *crypto;
	enum suite suite;              /* of key pairs that it draws */
	const struct secrets *secrets; /* of the run: it takes those that its actor holds */
	/* Called before the number-th thing is drawn, from 1: from here on randomness is the
	 * adversary's own, so that no other draw shifts. */
	void (*draws)(void *context, uint64_t number);
	void *context;
};
/* All borrowed for the adversary's life. devices: how many the run has. */
struct adversary *adversary_new(const struct plan *plan, const struct flow *f, uint32_t devices,
				const struct adversary_means *means);
void adversary_free(struct adversary *a); /* NULL-safe */

/* A record has been written: triggers may fire. */
void adversary_see(struct adversary *a, const struct record *r);

/* Something to be done, after the event. */
struct order {
	const struct crash *crash;      /* an actor is killed; or NULL */
	const struct plan_entry *entry; /* acts begin: blackouts, messages of its own */
	uint32_t device;                /* whose record fired it; 0: none */
};
/* The next order that has become due; false when there is none. */
bool adversary_order(struct adversary *a, struct order *out);
/* Orders by the clock: the index-th time and its number; false past the end. */
bool adversary_time(const struct adversary *a, size_t index, int64_t *at_ns, uint64_t *number);
/* That time has come. */
void adversary_fire(struct adversary *a, uint64_t number);

/* The crash that this point of this step of an actor is named in, or NULL. */
const struct crash *adversary_crash(struct adversary *a, size_t actor, uint32_t device,
				    uint64_t step, enum crash_point point);

/* A crash's actor, or one of its actors, has been killed: at a step adversary_crash knows that. */
void adversary_killed(struct adversary *a, const struct crash *c);

/* Bit sets of a plan's crashes and entries of which not all was done: a trigger never fired, nobody
 * was there to be killed, or an act did nothing each time. */
void adversary_undelivered(const struct adversary *a, uint32_t *crashes, uint32_t *entries);

/* An order's act, or one upon a message, did something. */
void adversary_did(struct adversary *a, const struct plan_entry *e, const struct act *act);

/* Wires go dark, from now_ns on. */
void adversary_darken(struct adversary *a, const struct plan_entry *e, int64_t until_ns,
		      uint32_t device);
bool adversary_is_dark(const struct adversary *a, size_t channel, uint32_t device, int64_t now_ns);
/* A packet that would have passed did not, because its wire was dark: each blackout that darkens it
 * now did something. */
void adversary_swallow(struct adversary *a, size_t channel, uint32_t device, int64_t now_ns);

/* Whether no act is about messages. */
bool adversary_is_idle(const struct adversary *a);

/* A message about to be said or heard. Names of actors are flow indices. */
struct utterance {
	size_t from, to, channel;
	uint32_t from_device, to_device; /* 0: it serves all */
	bool heard;                      /* else said */
	int64_t now_ns;
	struct buffer *bytes; /* the unit; acts may change it */
	int64_t until_ns;     /* > now_ns: held back */
	uint32_t duplicates;  /* how often more it goes on */
	bool dropped;
};
/* Told of each act, for the trace: which, and how in words. */
typedef void acted_fn(void *context, const struct act *act, const char *how);
/* Let the acts at this actor do their work on it. */
void adversary_touch(struct adversary *a, struct utterance *u, acted_fn *acted, void *context);
/* Append the unit or bytes that an act of this entry says, made inside `device`'s actor. NULL, or
 * why there are none, as value_make says it. */
const char *adversary_compose(struct adversary *a, const struct plan_entry *e,
			      const struct act *act, uint32_t device, struct buffer *out);

#endif
