/* state.h - what a world holds: actors, sessions, ends, and the run they belong to. Included
 * through internal.h by the files of this folder only.
 *
 * Sessions and ends go when nothing can reach them any more, so whoever keeps one for later keeps
 * its number and looks it up.
 */
#ifndef SIM_WORLD_STATE_H
#define SIM_WORLD_STATE_H

#include <uthash.h>

#include "proto/crypto/hmac.h"
#include "proto/pipe/stack.h"
#include "sim/adversary/adversary.h"
#include "sim/host/host.h"
#include "sim/store.h"
#include "sim/world/end.h"
#include "sim/world/events.h"
#include "sim/world/redactor.h"
#include "sim/world/wire.h"
#include "sim/world/world.h"

enum { TIMERS_MAX = 8, CLASS_NAME_MAX = 32, FINGERPRINT_SIZE = 8 };

/* One party: the only one of its kind, or that of one device. */
struct actor {
	const struct actor_class *class;
	const struct flow_actor *spec;
	char *name;               /* "noc"; of several devices "app@2" */
	size_t index;             /* into the world's actors */
	size_t flow_index;        /* of the flow's actor */
	uint32_t device;          /* from 1; 0: it serves all of them */
	uint32_t incarnation;     /* counts restarts */
	uint16_t next_port;       /* of the channels it opens */
	uint8_t class_index;      /* in the roster: how actors name each other on local channels */
	bool down;                /* killed, and not begun again */
	uint64_t steps;           /* of all its sessions, over all incarnations */
	int64_t restart_ns;       /* while it is down */
	int64_t clock_s;          /* how far its clock is ahead; survives it */
	struct {                  /* who set it, where nothing has been done by it since; or NULL */
		const struct plan_entry *entry;
		const struct act *act;
	} clock_set;
	struct store *store;      /* NULL while it is down */
	struct buffer disk;       /* what is left of it then */
	struct session *main;     /* of machines[0], where it begins with the run; else NULL */
	struct session *sessions; /* in order of making; utlist */
	struct end *ends;         /* likewise */
	struct end **newest;      /* of each channel, NULL: look; only while it has ends */
};

/* One machine instance. `closed` ones are stepped no more. */
struct session {
	uint64_t number; /* from 1 */
	struct actor *actor;
	const struct machine *machine;
	uint8_t machine_index;
	uint8_t state;
	bool closed;
	uint8_t timers_background; /* of those set: keep no run going */
	uint8_t timers_set;        /* bit set */
	uint32_t posted;           /* stimuli under way to it */
	uint32_t asks;             /* HTTP requests of its own that have no answer yet */
	struct session_name *name; /* its key; NULL: not found by EFFECT_TELL */
	uint64_t steps;
	uint32_t timers[TIMERS_MAX]; /* generation of each; an event of an older one is void */
	uint8_t *data;               /* machine->session_size bytes; NULL: it rests */
	struct buffer rested;        /* what it knows while it rests (rest.c) */
	struct end *ends;            /* its ends, in order of making; utlist by session_* */
	struct session *prev, *next;
	UT_hash_handle by_number;
};

/* Ends and sessions to be looked at after the event: nothing may reach them any more. */
struct sweep {
	uint64_t *list;
	size_t count, room;
};

struct world {
	const struct scenario *scenario;
	const struct flow *flow;
	const struct roster *roster;
	struct world_report *report;
	struct policy policy;
	uint64_t seed;
	struct host *host;
	struct crypto *crypto;
	struct tls_context *tls;
	struct trace *trace;
	struct secrets *secrets;
	struct redactor redactor;
	struct adversary *adversary;
	struct tampering *tampering;   /* acts upon packets; NULL: none */
	uint64_t orders; /* of the adversary's, carried out */
	uint64_t said;   /* bytes that it said, or had said again: they wait before they are sent */
	struct hmac_key *fingerprints; /* keyed with their salt */
	struct events events;
	uint64_t foreground; /* events to come that keep the run going; void timers are none */
	uint64_t overtaken;  /* events to come of timers that are void */
	struct wire *wires;  /* see world_wire */
	uint32_t shared_wires, each_wires;    /* pairs of each sort */
	size_t wire_place[FLOW_CHANNELS_MAX]; /* of a channel's pair among its sort */
	int64_t now_ns;
	const char *origin; /* of the step being taken: the message that set it off; "" for none */
	uint64_t cause;     /* record that causes what happens now; 0: the run's start */
	uint32_t device;    /* on whose behalf it happens; 0: on nobody's, or unknown */
	uint32_t devices;
	struct actor *actors; /* the shared ones of the flow, then those of each device */
	size_t actors_count;
	struct actor_place *places; /* in order of address */
	size_t places_count;
	uint32_t shared_count, each_count;          /* actors of each sort in the flow */
	size_t place_in_sort[FLOW_ACTORS_MAX];      /* of a flow's actor among its sort */
	size_t flow_of_class[FLOW_ACTORS_MAX];      /* the flow's actor, by the roster's order */
	uint8_t channel_of_flow[FLOW_CHANNELS_MAX]; /* flow index -> roster's channel enum */
	size_t flow_of_channel[FLOW_CHANNELS_MAX];  /* and back */
	struct session *sessions_by_number;
	struct session_name *sessions_by_key;
	struct end *ends_by_number, *ends_by_addresses, *ends_by_local, *ends_by_ride;
	uint64_t sessions_count, ends_count;
	struct sweep sweep_sessions, sweep_ends;
	struct effects *effects;
	_Alignas(16) uint8_t examined[MACHINE_EXAMINED_MAX];
	size_t knocked_count; /* checks that always pass */
	const char *const *knocked;
	restarted_fn *restarted;
	void *restarted_context;
	const char *ended; /* why the run must end now; NULL: it goes on */
};

#endif
