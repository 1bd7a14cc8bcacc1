/* flow_reader.h - what the files of the flow reader share. Others read sim/flow/flow.h; only the
 * scenario reader also takes the wire's table from here.
 *
 * Reading goes in this order: shape of the whole file by the tables; then names; then what refers
 * to names. A part that was refused is left out, and what refers to it is not complained about
 * again.
 */
#ifndef SIM_FLOW_FLOW_READER_H
#define SIM_FLOW_FLOW_READER_H

#include "proto/message.h"
#include "sim/flow/flow.h"
#include "sim/yaml/schema.h"

enum { FLOW_NAMES_MAX = 64 };
_Static_assert((int)FLOW_NAMES_MAX >= (int)FLOW_STEPS_MAX &&
		       (int)FLOW_NAMES_MAX >= (int)MESSAGE_TYPES,
	       "a list of names holds every step and every message");

struct flow_reading {
	struct flow *flow;
	const char *file;
	struct diags *d;
};

/* A flow file's top, and its claims. NULL: absent or of a wrong shape. */
struct raw_flow {
	const struct tree_node *title, *actors, *each_device, *channels, *steps, *order, *once,
		*within, *attempt, *secret, *agree, *fresh, *one_time, *variants;
};
struct raw_channel {
	const struct tree_node *from, *to, *host, *pipes, *rides, *relay, *inside, *dialled_by,
		*wire;
	uint16_t port;
	bool local, packets, kept;
};
struct raw_step {
	const struct tree_node *say, *not_simulated, *from, *to, *channel, *with;
	const struct tree_node *event[STEP_EVENTS]; /* by enum step_event: message or channel */
};
struct raw_attempt {
	struct raw_step pattern; /* first: its keys are those of a step */
	const struct tree_node *repeats;
};
struct raw_variant {
	const struct tree_node *say, *absent, *profile, *secret, *steps;
};
struct raw_pair { /* within: from, to, limit */
	const struct tree_node *first, *second;
	int64_t limit_ns;
};
struct raw_agree {
	const struct tree_node *who, *with, *on, *opens;
};

extern const struct schema flow_schema;     /* struct raw_flow */
extern const struct schema channel_schema;  /* struct raw_channel */
extern const struct schema step_schema;     /* struct raw_step */
extern const struct schema override_schema; /* struct raw_step, without say */
extern const struct schema attempt_schema;  /* struct raw_attempt */
extern const struct schema variant_schema;  /* struct raw_variant */
extern const struct schema within_schema;   /* struct raw_pair */
extern const struct schema agree_schema;    /* struct raw_agree */
extern const struct schema wire_schema;     /* struct wire_spec, shared with scenarios */
extern const struct schema pipe_schema;     /* int: index into the pipes' words */
extern const struct schema profile_schema;

/* Resolve a name, or report it. node NULL (reported before) is false and silent. */
bool flow_find_actor(struct flow_reading *r, const struct tree_node *node, size_t *index);
/* An actor that exists once per device, or its instance on one of several: "app@2". */
bool flow_find_instance(struct flow_reading *r, const struct tree_node *node, uint32_t *device);
bool flow_find_channel(struct flow_reading *r, const struct tree_node *node, size_t *index);
bool flow_find_holders(struct flow_reading *r, const struct tree_node *node, size_t *index);
/* A step that a rule may speak of: a simulated one. */
bool flow_find_step(struct flow_reading *r, const struct tree_node *node, size_t *index);
bool flow_find_variant(struct flow_reading *r, const struct tree_node *node, size_t *index);
/* What a name may be, for a message about one that is none of them. */
struct flow_names {
	const char *kind;                     /* "host of uem" */
	const char *list[FLOW_NAMES_MAX + 1]; /* NULL-terminated */
	size_t count;
};
void flow_unknown(struct flow_reading *r, const struct tree_node *node,
		  const struct flow_names *names);
/* A list of names as a bit set of actors or steps; a name that comes twice is reported. */
typedef bool flow_find_fn(struct flow_reading *r, const struct tree_node *node, size_t *index);
uint64_t flow_read_set(struct flow_reading *r, const struct tree_node *list, flow_find_fn *find);

/* Whether both ends of a channel were resolved; those of a local one are of no meaning. */
bool flow_ends_are_known(const struct flow_channel *c);
/* Whether c is between the actors a and b, whoever opens it. */
bool flow_joins(const struct flow_channel *c, size_t a, size_t b);

/* Check that a name is that of a message: its type, or MESSAGE_NONE after reporting. */
enum message_type flow_check_message(struct flow_reading *r, const struct tree_node *node);

/* A copy of a string; NULL stays NULL. Out of memory aborts. */
char *flow_copy(const char *text);

void flow_read_channels(struct flow_reading *r, const struct tree_node *channels);
void flow_read_steps(struct flow_reading *r, const struct tree_node *steps);
/* Read a pattern of a step or override into *p; node is its mapping. */
void flow_read_pattern(struct flow_reading *r, const struct raw_step *raw,
		       const struct tree_node *node, struct step_pattern *p);
void flow_read_attempt(struct flow_reading *r, const struct tree_node *attempt);
void flow_read_order(struct flow_reading *r, const struct tree_node *order);
void flow_read_claims(struct flow_reading *r, const struct raw_flow *raw);
void flow_read_variants(struct flow_reading *r, const struct tree_node *variants);
/* Settings of a profile mapping, with places; at most FLOW_SETTINGS_MAX. */
size_t flow_read_settings(const struct tree_node *profile, struct flow_setting *settings);

#endif
