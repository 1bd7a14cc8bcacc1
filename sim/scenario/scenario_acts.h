/* scenario_acts.h - what the readers of a scenario's plan share. Included by scenario_plan.c,
 * scenario_acts.c and those of values only. */
#ifndef SIM_SCENARIO_SCENARIO_ACTS_H
#define SIM_SCENARIO_SCENARIO_ACTS_H

#include "sim/scenario/scenario_reader.h"

/* What reading a plan needs. */
struct plan_reading {
	struct scenario *s;
	struct flow_reading *names;
	size_t variant;
};

/* "WHAT, actual ...", at the node. */
void plan_refuse(struct plan_reading *r, const struct tree_node *node, const char *what);
/* How many errors there are so far. */
size_t plan_errors(const struct plan_reading *r);

/* What `do:` holds for packets and for what an actor is. NULL, false, 0: absent. */
struct raw_packet_acts {
	const struct tree_node *flip, *rewrite, *truncate, *split, *replay, *inject, *bytes,
		*channel;
	int checksum; /* -1: absent */
	bool reset, fin;
	int present, speak; /* -1: absent */
	int64_t begins_ns, expires_ns;
};
extern const struct schema plan_rewrite_fields[], plan_replay_fields[], plan_inject_fields[], plan_bytes_fields[];
extern const char *const plan_checksum_words[];

/* What `send` holds. */
extern const struct schema plan_send_fields[];
void plan_read_send(struct plan_reading *r, struct plan_entry *e, const struct tree_node *node);
void plan_read_clock(struct plan_reading *r, struct plan_entry *e, const struct tree_node *node);

/* NULL, which has been said, when there are too many. Its kind and place are set. */
struct act *plan_act_new(struct plan_reading *r, struct plan_entry *e, const struct tree_node *node,
			 enum act_kind kind);
/* Read those acts of `do:`, in the order in which they are done. */
void plan_read_packet_acts(struct plan_reading *r, struct plan_entry *e,
			   const struct raw_packet_acts *raw, const struct tree_node *node);
/* What cannot work in an entry upon packets, or about what an actor is; NULL: nothing. */
const char *plan_packet_fault_of(const struct flow *f, const struct plan_entry *e);
const char *plan_being_fault_of(const struct flow *f, const struct plan_entry *e);

/* Where a value stands: what it may speak of. */
struct value_reading {
	struct plan_reading *plan;
	enum message_type in_hand; /* MESSAGE_NONE: no message is in hand */
};
#define PLAN_SECRET "secret" /* stands where a capture's name would: @secret.k1 */
/* Read a value, whatever its shape; what is wrong is said with its place. */
void plan_read_value(struct value_reading *r, const struct tree_node *node, struct value *out);
/* As plan_read_value, of a scalar. */
void plan_read_scalar(struct value_reading *r, const struct tree_node *node, struct value *out);
/* The trigger of the entry, read already, that captures under this name; NULL: none does. */
const struct trigger *plan_captor(const struct plan_reading *r, const char *name);
/* Read a unit: message, a name, and fields, a mapping from paths to values, or NULL. */
void plan_read_unit(struct value_reading *r, const struct tree_node *message,
		    const struct tree_node *fields, struct value *out);
/* Of a field that takes a number: whether what stands at node may be one. */
void plan_check_number(struct plan_reading *r, const struct tree_node *node, const struct value *v);

extern const struct schema plan_acts_fields[];
/* Read `do:` into e, whose place and trigger are known. node: of a shape that the schema allows. */
void plan_read_acts(struct plan_reading *r, struct plan_entry *e, const struct tree_node *node);
/* What cannot work together in an entry, and why; NULL: nothing. */
const char *plan_fault_of(const struct flow *f, const struct plan_entry *e);

#endif
