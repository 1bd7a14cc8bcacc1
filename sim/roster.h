/* roster.h - who takes part: each actor's machines, where its sessions come from, its settings.
 *
 * The simulator knows no actor; tools hand it a roster (actors/roster.c) and a flow, and the two are
 * joined by name.
 */
#ifndef SIM_ROSTER_H
#define SIM_ROSTER_H

#include "proto/bytes.h"
#include "proto/pipe/judge.h"
#include "sim/machine.h"
#include "sim/policy.h"

enum { ROSTER_MACHINES_MAX = 8, ROSTER_LISTENS_MAX = 8 };

/* A channel that, when opened towards the actor, makes a session of a machine. */
struct listen {
	uint8_t channel; /* the actors' channel enum */
	uint8_t machine; /* index into machines */
};
struct actor_class {
	const char                  *name;
	const struct machine *const *machines; /* [0] begins with the run */
	size_t                       machines_count;
	const struct listen         *listens;
	size_t                       listens_count;
	const char *const           *tables; /* names of its store's tables, by number */
	size_t                       tables_count;
	/* Whether a restart changes this entry of the store, in a weakened profile; value then is what it
	 * becomes, and empty where it is gone. NULL: what was stored stays, always. */
	bool (*forgets)(const struct policy *p, uint8_t table, struct buffer *value);
	/* Whether the actor takes a decision of its pipes for granted, in a weakened profile. NULL: none. */
	bool (*trusts)(const struct policy *p, enum pipe_check check);
};
/* 32 random bytes that one or two actors have in their stores when the run begins. */
enum { ROSTER_SHARED_SIZE = 32, SHARED_KEY_MAX = 96 };
struct shared {
	const char *name;  /* for messages and randomness: unique */
	const char *class; /* of the secret; NULL: it is none */
	/* NULL: one value for the whole run. Else the prefix of device ids, and there is a value for each
	 * device: under its plain key at an actor of the device, under "<key>@<prefix><number>" at one
	 * that serves all. */
	const char *device;
	size_t      holders_count;
	struct {
		uint8_t     actor; /* index into the roster's actors */
		uint8_t     table;
		const char *key;
	} holders[2];
};
/* A row that no scenario takes in one of its states or in any, and why none can or need. `actflow list
 * --rows` holds the table: a reason for a row that is none, or that is taken everywhere, is an error. */
struct unexercised {
	const char *machine, *story; /* of the row; stories are unique in a machine */
	const char *reason;
};
/* A check that cannot be knocked out, and why: what it keeps out, something else could not act upon. */
struct unknockable {
	const char *check; /* "uem.setup_point_is_on_curve" */
	const char *reason;
};
/* What a refusal does besides going where its row says, and what its answer must not tell: each with its
 * reason. What is not said here, no refusal may do: `actflow run` holds it against every run. */
enum refusal_kind {
	REFUSAL_STORES, /* it writes into a table of its actor's store: a counter, or what it ends */
	REFUSAL_TELLS,  /* it speaks to another session of its actor */
	REFUSAL_HIDES,  /* what it comes to hangs on a secret, so that it answers as all of its actor's
	                   that do, on that channel */
};
struct refusal_rule {
	const char       *check; /* "noc.access_key_hash_matches" */
	enum refusal_kind kind;
	const char       *machine; /* REFUSAL_TELLS: whose session; else NULL */
	const char       *what;    /* REFUSAL_STORES: the table; REFUSAL_TELLS: the stimulus; else NULL */
	const char       *reason;
};
struct roster {
	const char                      *name; /* "dynamics" */
	const struct actor_class *const *actors;
	size_t                           actors_count;
	const char *const               *channels; /* names by the actors' channel enum */
	size_t                           channels_count;
	const struct policy_setting     *settings;
	size_t                           settings_count;
	const struct shared             *shared;
	size_t                           shared_count;
	const struct unexercised        *unexercised; /* ends with an empty one; NULL: none */
	const struct unknockable        *unknockable; /* likewise */
	const struct refusal_rule       *refusals;    /* likewise */
	/* The actor by whose outcome, 0, a run of the flow is complete on its device. */
	const struct actor_class        *completes;
};

#endif
