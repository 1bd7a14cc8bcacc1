/* flow.h - a flow file as a struct: topology, steps with their order, nevers, claims, variants.
 *
 * Read from YAML by flow_reader.c; used by the world (topology only) and by the checker (the rest).
 * Everything is owned by the struct and lives until flow_fini.
 */
#ifndef SIM_FLOW_FLOW_H
#define SIM_FLOW_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/message.h"
#include "proto/pipe/stack.h"
#include "sim/diag.h"

enum {
	FLOW_ACTORS_MAX = 16,
	FLOW_HOSTS_MAX = 32,
	FLOW_CHANNELS_MAX = 32,
	FLOW_STEPS_MAX = 64,
	FLOW_VARIANTS_MAX = 16,
	FLOW_RULES_MAX = 64,
	FLOW_ORDER_MAX = 2 * FLOW_RULES_MAX,
	FLOW_HOLDERS_MAX = 32,
	FLOW_SETTINGS_MAX = 16,
	FLOW_RIDES_MAX = 2,
	FLOW_MTU_DEFAULT = 1500, /* bytes */
	FLOW_ACTOR_HOSTS_MAX = 4,
	FLOW_AGREE_MAX = 8,
	FLOW_FRESH_MAX = 8,
	FLOW_ONE_TIME_MAX = 8,
	FLOW_VARIANT_MAX = 8,   /* overrides, and sets of holders, of one variant */
	STEP_WITH_MAX = 7,      /* fields that a step's message must hold */
	FLOW_ON_MAX = 9,        /* values that an agreement is about */
	FLOW_INSTANCE_MAX = 80, /* bytes of an instance's name, with its end */
	FLOW_DEVICE_MAX = 999999999,
};

struct flow_actor {
	char *name; /* "noc" */
	struct place place;
	size_t hosts_count;
	struct {
		char *host;  /* "relay.noc.example" */
		uint32_t ip; /* IPv4, host byte order */
	} hosts[FLOW_ACTOR_HOSTS_MAX];
};

/* How a channel's packets fare on their wire; a scenario may override each. */
struct wire_spec {
	int64_t delay_ns;  /* one way, >= 0 */
	int64_t jitter_ns; /* uniform 0..jitter added */
	double loss;       /* probability 0..1, per packet */
	double duplicate;  /* probability */
	double reorder;    /* probability that a packet is held for one more delay + jitter */
	int64_t rate_bps;  /* bits per second; 0: unlimited */
	uint16_t mtu;      /* bytes of the largest IP packet; 1500 by default */
};

enum channel_base {
	BASE_WIRE,   /* packets between two hosts */
	BASE_RIDES,  /* bytes travel as messages on other channels, hop by hop */
	BASE_INSIDE, /* IP packets routed into another channel (the tunnel) and dialled onwards */
	BASE_LOCAL,  /* same place: no bytes on any wire */
};
/* One hop of a channel that rides: bytes are wrapped in `message` on `channel`. */
struct ride {
	size_t channel; /* index */
	char *message;  /* "SignalData" */
	enum message_type type;
};
struct flow_channel {
	char *name;
	struct place place;
	size_t from, to; /* actor indices: who opens, towards whom. Local: unused (any pair) */
	enum channel_base base;
	char *host; /* all but BASE_LOCAL: host dialled and certified; must belong to `to` */
	uint16_t port;
	enum pipe_kind pipes[STACK_PIPES_MAX];
	size_t pipes_count;
	bool mutual;  /* tls or dtls with client certificate */
	bool packets; /* carries IP packets at its top (the tunnel) */
	bool kept;            /* BASE_LOCAL: what is said waits for a receiver that is down, as mail */
	struct ride
		rides[FLOW_RIDES_MAX]; /* BASE_RIDES: [0] at the opener's end, [1] at the other */
	size_t rides_count;
	size_t relay;  /* BASE_RIDES: actor that relays. BASE_INSIDE: actor that dials onwards */
	size_t inside; /* BASE_INSIDE: channel index of the tunnel */
	struct wire_spec
		wire; /* BASE_WIRE, and BASE_INSIDE: the leg from the dialler to the host */
};

enum step_event { STEP_SENT, STEP_ACCEPTED, STEP_OPENED, STEP_SECURED, STEP_EVENTS };
/* What must be seen on wire and pipe records. Empty strings match anything of their kind. */
struct step_pattern {
	enum step_event event;
	char *from, *to; /* actor names; the order of opener and acceptor for opened, secured */
	char *message;   /* message name; NULL for opened and secured */
	char *channel;
	char *with[STEP_WITH_MAX + 1]; /* fields the message must hold; NULL-terminated */
};
struct flow_step {
	char *id;   /* "S1.12"; a further pattern of the same sentence has a letter */
	char *text; /* the sentence in our own words */
	struct place place;
	bool simulated; /* false: `not simulated`, with a reason in text; no pattern */
	struct step_pattern pattern;
};

struct flow_rule {            /* before -> after, over step ids */
	size_t before, after; /* step indices */
	struct place place;
};
struct flow_within {
	size_t from, to;
	int64_t limit_ns;
	struct place place;
};
struct flow_holders { /* secret class and the actors that may know it */
	char *secret;
	struct place place;
	uint32_t holders;     /* bit set over actors */
	bool ends_of_channel; /* holders are the two ends of the channel in the reference */
};
struct flow_agree { /* agree(a, b): each commit of a has an earlier run of b, on the same values */
	size_t a, b;
	size_t opens; /* the one of them that speaks first: its run binds no answer yet */
	char *on[FLOW_ON_MAX + 1]; /* names of the values; NULL-terminated, at least one */
	struct place place;
};
struct flow_setting {
	char *name, *value;
	struct place place, value_place;
};
struct flow_variant {
	char *name;
	struct place place;
	char *text;
	uint64_t absent; /* bit set over steps: must never be seen in this variant */
	struct flow_setting settings[FLOW_SETTINGS_MAX]; /* policy fields that the variant sets */
	size_t settings_count;
	struct {
		size_t step;
		struct step_pattern pattern;
	} overrides[FLOW_VARIANT_MAX]; /* steps that look different in this variant */
	size_t overrides_count;
	struct {
		size_t holders; /* index into flow.holders */
		uint32_t bits;  /* instead of the flow's own set of actors */
	} secrets[FLOW_VARIANT_MAX];
	size_t secrets_count;
};
struct flow_fresh { /* each value of a class is drawn by this actor, once */
	char *secret;
	size_t actor;
	struct place place;
};

/* What begins an attempt of a device, and which steps each attempt may show again. */
struct flow_attempt {
	bool there;                  /* the flow names one */
	struct step_pattern pattern; /* from or to is an actor of each device */
	uint64_t repeats;            /* bit set over steps */
	struct place place;
};

struct flow {
	char *file; /* as found */
	char *title;
	char digest[65]; /* SHA-256 of the file, hex */
	struct flow_actor actors[FLOW_ACTORS_MAX];
	size_t actors_count;
	uint32_t each_device; /* bit set over actors: those that exist once per device */
	struct flow_attempt attempt;
	struct flow_channel channels[FLOW_CHANNELS_MAX];
	size_t channels_count;
	struct flow_step steps[FLOW_STEPS_MAX];
	size_t steps_count;
	struct flow_rule order[FLOW_ORDER_MAX];
	size_t order_count;
	uint64_t later[FLOW_STEPS_MAX]; /* bit sets: steps after each, by order's closure */
	uint64_t once;                  /* bit set over steps: at most once in an attempt of a device */
	struct flow_within within[FLOW_RULES_MAX];
	size_t within_count;
	struct flow_holders holders[FLOW_HOLDERS_MAX];
	size_t holders_count;
	struct flow_agree agree[FLOW_AGREE_MAX];
	size_t agree_count;
	struct flow_fresh fresh[FLOW_FRESH_MAX];
	size_t fresh_count;
	char *one_time[FLOW_ONE_TIME_MAX]; /* tables: each key is written once, ever */
	size_t one_time_count;
	struct flow_variant variants[FLOW_VARIANTS_MAX];
	size_t variants_count;
};

/* Read a flow file. All errors go to d with their places; ERR_INPUT then, and *f is empty.
 * Names of messages are checked against message_type_of_name. */
enum err flow_read(const char *file, struct flow *f, struct diags *d);
void flow_fini(struct flow *f);

/* Index by name, or -1. */
int flow_actor_index(const struct flow *f, const char *name);
int flow_channel_index(const struct flow *f, const char *name);
int flow_step_index(const struct flow *f, const char *id);
int flow_variant_index(const struct flow *f, const char *name);

/* Index of the actor whose instance this is, or -1. *device: "app@3" is the app of device 3; 0
 * where the name says none. Refused: an @ on an actor that is not one of each device, @0, leading
 * zeros, more than nine digits. */
int flow_instance_index(const struct flow *f, const char *name, uint32_t *device);
/* Write the name of an actor's instance, as records have it: "app" in a run of one device, "app@3"
 * among several; an actor that exists once is never numbered. device: from 1; 0 for all of them.
 * Returns name. */
const char *flow_instance_name(const struct flow *f, size_t actor, uint32_t device,
			       uint32_t devices, char name[FLOW_INSTANCE_MAX]);

/* Whether order puts step a before step b, directly or through others, also through steps that are
 * absent in a variant. Indices into f->steps. */
bool flow_before(const struct flow *f, size_t a, size_t b);

/* Whether a kind of pipe proves who the peer is. */
bool pipe_is_session(enum pipe_kind kind);
/* Whether an actor presents a certificate on a channel, or anywhere: to those who dial it, or as a known client. */
bool flow_is_certified_on(const struct flow_channel *c, size_t actor);
bool flow_is_certified(const struct flow *f, size_t actor);

#endif
