/* scenario_acts.c - reads `do:` of an adversary's entry: what is done to a message, on wires, or by
 * an actor of its own accord. */
#include <stdio.h>
#include <string.h>

#include "proto/codec/patch.h"
#include "proto/pipe/forgery.h"
#include "sim/adversary/typing.h"
#include "sim/scenario/scenario_acts.h"
#include "sim/yaml/schema_scalar.h"

/* What a group of the file holds. NULL: absent. */
struct raw_acts {
	int64_t blackout_ns, delay_ns, until_ns;
	uint32_t duplicate;
	bool drop;
	const struct tree_node *keep, *raw, *set, *type, *delete, *capture, *send, *clock;
	struct raw_packet_acts packet;
};
#define HOUR_NS INT64_C(3600000000000)

/* clang-format off: one key, one entry. */
static const struct schema value_schema = { .text = "a value", .kind = SCHEMA_VALUE };
static const struct schema path_schema = { .text = "a field", .kind = SCHEMA_TEXT };
static const struct schema typing_schema = {
	.text = "how it is typed", .kind = SCHEMA_WORD, .size = sizeof(int), .words = typing_words
};
const struct schema plan_acts_fields[] = {
	{ "blackout", "on wires: for how long nothing passes", SCHEMA_DURATION,
	  SCHEMA_AT(struct raw_acts, blackout_ns), .least = 1, .most = 8784 * HOUR_NS },
	{ "capture", "keep the message under this name", SCHEMA_NAME,
	  SCHEMA_AT(struct raw_acts, capture) },
	{ "keep", "name: a value that later ones may have as \"@name\"", SCHEMA_MAP,
	  SCHEMA_AT(struct raw_acts, keep), .least = 1, .most = PLAN_ACTS_MAX,
	  .item = &value_schema },
	{ "raw", "what the message's whole unit becomes", SCHEMA_VALUE,
	  SCHEMA_AT(struct raw_acts, raw) },
	{ "set", "field: its new value", SCHEMA_MAP, SCHEMA_AT(struct raw_acts, set), .least = 1,
	  .most = PLAN_ACTS_MAX, .paths = true, .item = &value_schema },
	{ "type", "field: how a person types it", SCHEMA_MAP, SCHEMA_AT(struct raw_acts, type),
	  .least = 1, .most = PLAN_ACTS_MAX, .item = &typing_schema },
	{ "delete", "fields that the message has no more", SCHEMA_LIST,
	  SCHEMA_AT(struct raw_acts, delete), .least = 1, .most = PLAN_ACTS_MAX,
	  .item = &path_schema },
	{ "duplicate",
	  "how often more the message is said, or heard, or the packet goes on, at once",
	  SCHEMA_INTEGER, SCHEMA_AT(struct raw_acts, duplicate), .least = 1,
	  .most = PLAN_TIMES_MAX },
	{ "drop", "true: the message goes no further", SCHEMA_FLAG,
	  SCHEMA_AT(struct raw_acts, drop) },
	{ "delay", "the message is held back this long", SCHEMA_DURATION,
	  SCHEMA_AT(struct raw_acts, delay_ns), .least = 1, .most = 8784 * HOUR_NS },
	{ "until", "the message is held back until this virtual time", SCHEMA_DURATION,
	  SCHEMA_AT(struct raw_acts, until_ns), .least = 1, .most = 8784 * HOUR_NS },
	{ "flip", "on wires: this bit of the packet's payload; negative: from its end",
	  SCHEMA_SCALAR, SCHEMA_AT(struct raw_acts, packet.flip) },
	{ "checksum", "keep: a flipped segment's checksum stays, so that its receiver drops it",
	  SCHEMA_WORD, SCHEMA_AT(struct raw_acts, packet.checksum), .words = plan_checksum_words },
	{ "rewrite", "other bytes stand in the place of some, as many", SCHEMA_GROUP,
	  SCHEMA_AT(struct raw_acts, packet.rewrite), .fields = plan_rewrite_fields },
	{ "truncate", "only so many bytes of the payload are left; negative: so many are cut off",
	  SCHEMA_SCALAR, SCHEMA_AT(struct raw_acts, packet.truncate) },
	{ "split", "a TCP segment becomes two, at this byte of its payload", SCHEMA_SCALAR,
	  SCHEMA_AT(struct raw_acts, packet.split) },
	{ "replay", "a captured packet goes on the wire again", SCHEMA_GROUP,
	  SCHEMA_AT(struct raw_acts, packet.replay), .fields = plan_replay_fields },
	{ "inject", "bytes that nobody sent go on the wire", SCHEMA_GROUP,
	  SCHEMA_AT(struct raw_acts, packet.inject), .fields = plan_inject_fields },
	{ "reset", "true: a TCP reset in the packet's sender's name", SCHEMA_FLAG,
	  SCHEMA_AT(struct raw_acts, packet.reset) },
	{ "fin", "true: the TCP stream ends behind the packet, in its sender's name", SCHEMA_FLAG,
	  SCHEMA_AT(struct raw_acts, packet.fin) },
	{ "bytes", "at an actor: bytes below its messages, inside its session", SCHEMA_GROUP,
	  SCHEMA_AT(struct raw_acts, packet.bytes), .fields = plan_bytes_fields },
	{ "present", "at an actor: whose or what certificate it presents", SCHEMA_WORD,
	  SCHEMA_AT(struct raw_acts, packet.present), .words = tls_forgery_words },
	{ "channel", "beside present and speak: on this channel only", SCHEMA_NAME,
	  SCHEMA_AT(struct raw_acts, packet.channel) },
	{ "begins", "at an actor: its certificate is valid from this virtual time on",
	  SCHEMA_DURATION, SCHEMA_AT(struct raw_acts, packet.begins_ns), .least = 1,
	  .most = 8784 * HOUR_NS },
	{ "expires", "at an actor: its certificate is valid until this virtual time",
	  SCHEMA_DURATION, SCHEMA_AT(struct raw_acts, packet.expires_ns), .least = 1,
	  .most = 8784 * HOUR_NS },
	{ "speak", "at an actor: how its TLS and DTLS differ", SCHEMA_WORD,
	  SCHEMA_AT(struct raw_acts, packet.speak), .words = tls_speech_words },
	{ "send", "a message that the actor sends of its own accord", SCHEMA_GROUP,
	  SCHEMA_AT(struct raw_acts, send), .fields = plan_send_fields },
	{ "clock", "at an actor: how far its clock is ahead from then on; negative: behind",
	  SCHEMA_SCALAR, SCHEMA_AT(struct raw_acts, clock) },
	{ .name = NULL },
};
/* clang-format on */
static const struct schema acts_schema = { .kind = SCHEMA_GROUP, .fields = plan_acts_fields };
void plan_refuse(struct plan_reading *r, const struct tree_node *node, const char *what)
{
	schema_error(node, r->names->file, r->names->d, "%s", what);
}

size_t plan_errors(const struct plan_reading *r)
{
	return r->names->d->count + r->names->d->beyond;
}

struct act *plan_act_new(struct plan_reading *r, struct plan_entry *e, const struct tree_node *node,
			 enum act_kind kind)
{
	if (e->acts_count == PLAN_ACTS_MAX) {
		struct tree_node key = tree_key(node);
		schema_error(&key, r->names->file, r->names->d, "do, expected at most %d acts",
			     PLAN_ACTS_MAX);
		return NULL;
	}
	struct act *a = &e->acts[e->acts_count++];
	*a = (struct act){ .kind = kind, .place = node->key_place };
	return a;
}

static void act_for(struct plan_reading *r, struct plan_entry *e, const struct tree_node *node,
		    enum act_kind kind, int64_t ns)
{
	struct act *a = plan_act_new(r, e, node, kind);
	if (a)
		a->ns = ns;
}

static bool is_text_field(enum message_type type, const char *field)
{
	struct message m = { .type = type };
	struct bytes value;
	return message_set_text(&m, field, "a@b.cc") || message_set_text(&m, field, "") ||
	       (message_has_field(type, field) && message_field(&m, field, &value) &&
		value.size == 0);
}

/* The fields of a message, where one is named that it has not. */
static void refuse_field(struct plan_reading *r, const struct plan_entry *e,
			 const struct tree_node *node, const char *more)
{
	struct buffer names = { 0 };
	enum message_form form;
	const char *name;
	for (size_t i = 0; (name = message_field_name(e->when.type, i, &form)) != NULL; i++) {
		bool number, own = message_has_part(e->when.type, name, &number);
		buffer_append(&names, bytes_of(i > 0 ? ", " : " (", 2));
		buffer_append(&names, bytes_of("body.", own ? 0 : 5));
		buffer_append(&names, bytes_of(name, strlen(name)));
	}
	buffer_append(&names, bytes_of(names.size > 0 ? ")" : "", names.size > 0 ? 2 : 1));
	schema_error(node, r->names->file, r->names->d, "field, expected a field of %s%s%s",
		     e->when.type == MESSAGE_NONE ? "a message" : message_name(e->when.type), more,
		     (const char *)names.data);
	buffer_fini(&names);
}

static void read_typing(struct plan_reading *r, struct plan_entry *e, const struct tree_node *node)
{
	struct tree_node key = tree_key(node);
	int typing = 0;
	if (!is_text_field(e->when.type, node->key)) {
		refuse_field(r, e, &key, " that holds a text");
		return;
	}
	struct act *a = plan_act_new(r, e, node, ACT_TYPE);
	if (!a)
		return;
	schema_read_scalar(&typing_schema, node, &typing);
	a->text = flow_copy(node->key);
	a->typing = (enum typing)typing;
}

static void read_set(struct plan_reading *r, struct plan_entry *e, const struct tree_node *node)
{
	struct tree_node key = tree_key(node);
	bool number;
	if (!message_has_part(e->when.type, node->key, &number)) {
		refuse_field(r, e, &key, "");
		return;
	}
	struct act *a = plan_act_new(r, e, node, ACT_SET);
	if (!a)
		return;
	a->text = flow_copy(node->key);
	plan_read_value(&(struct value_reading){ .plan = r, .in_hand = e->when.type }, node,
			&a->value);
	if (number)
		plan_check_number(r, node, &a->value);
}

static void read_deleted(struct plan_reading *r, struct plan_entry *e, const struct tree_node *list)
{
	for (const struct tree_node *node = list ? list->first : NULL; node; node = node->next) {
		struct act *a;
		bool number;
		if (!message_has_part(e->when.type, node->text, &number))
			refuse_field(r, e, node, "");
		else if ((a = plan_act_new(r, e, node, ACT_DELETE)))
			a->text = flow_copy(node->text);
	}
}

static void read_capture(struct plan_reading *r, struct plan_entry *e, const struct tree_node *node)
{
	struct act *a = plan_act_new(r, e, node, ACT_CAPTURE);
	if (strchr(node->text, '.') || strcmp(node->text, PLAN_SECRET) == 0)
		plan_refuse(r, node, "capture, expected a name without a dot, and not \"secret\"");
	else if (a)
		a->text = flow_copy(node->text);
}

static void read_keep(struct plan_reading *r, struct plan_entry *e, const struct tree_node *node)
{
	struct tree_node key = tree_key(node);
	struct act *a = plan_act_new(r, e, node, ACT_KEEP);
	if (strchr(node->key, '.') || strcmp(node->key, PLAN_SECRET) == 0)
		plan_refuse(r, &key, "keep, expected a name without a dot, and not \"secret\"");
	else if (a)
		plan_read_value(&(struct value_reading){ .plan = r, .in_hand = e->when.type }, node,
				&a->value);
	if (a)
		a->text = flow_copy(node->key); /* now: it may not speak of itself */
}

static void read_raw(struct plan_reading *r, struct plan_entry *e, const struct tree_node *node)
{
	struct act *a = plan_act_new(r, e, node, ACT_RAW);
	if (a)
		plan_read_value(&(struct value_reading){ .plan = r, .in_hand = e->when.type }, node,
				&a->value);
}

void plan_read_acts(struct plan_reading *r, struct plan_entry *e, const struct tree_node *node)
{
	struct raw_acts raw = { .packet = { .checksum = -1, .present = -1, .speak = -1 } };
	struct act *a;
	schema_read(&acts_schema, node, r->names->file, &raw, NULL);
	if (raw.blackout_ns)
		act_for(r, e, tree_get(node, "blackout"), ACT_BLACKOUT, raw.blackout_ns);
	if (raw.capture)
		read_capture(r, e, raw.capture);
	for (const struct tree_node *f = raw.keep ? raw.keep->first : NULL; f; f = f->next)
		read_keep(r, e, f);
	if (raw.raw)
		read_raw(r, e, raw.raw);
	for (const struct tree_node *f = raw.set ? raw.set->first : NULL; f; f = f->next)
		read_set(r, e, f);
	for (const struct tree_node *f = raw.type ? raw.type->first : NULL; f; f = f->next)
		read_typing(r, e, f);
	read_deleted(r, e, raw.delete);
	if (raw.duplicate && (a = plan_act_new(r, e, tree_get(node, "duplicate"), ACT_DUPLICATE)))
		a->times = raw.duplicate;
	if (raw.drop)
		act_for(r, e, tree_get(node, "drop"), ACT_DROP, 0);
	if (raw.delay_ns)
		act_for(r, e, tree_get(node, "delay"), ACT_DELAY, raw.delay_ns);
	if (raw.until_ns)
		act_for(r, e, tree_get(node, "until"), ACT_UNTIL, raw.until_ns);
	plan_read_packet_acts(r, e, &raw.packet, node);
	if (raw.send)
		plan_read_send(r, e, raw.send);
	if (raw.clock)
		plan_read_clock(r, e, raw.clock);
}

/* Whether pipes say or take this message, and not the actor's table: one that carries another
 * channel's bytes, at an end of that channel. */
static bool is_of_pipes(const struct flow *f, const struct plan_entry *e)
{
	for (size_t i = 0; i < f->channels_count; i++) {
		const struct flow_channel *c = &f->channels[i];
		for (size_t k = 0; c->base == BASE_RIDES && k < c->rides_count; k++)
			if (c->rides[k].type == e->when.type &&
			    e->at == (int)(k == 0 ? c->from : c->to))
				return true;
	}
	return false;
}

const char *plan_fault_of(const struct flow *f, const struct plan_entry *e)
{
	bool wires = false, messages = false, own = false;
	for (size_t i = 0; i < e->acts_count; i++) {
		bool is_own = e->acts[i].kind == ACT_SEND || e->acts[i].kind == ACT_CLOCK;
		wires = wires || e->acts[i].kind == ACT_BLACKOUT;
		own = own || is_own;
		messages = messages || (e->acts[i].kind != ACT_BLACKOUT && !is_own);
	}
	if (e->acts_count == 0)
		return "do, expected an act";
	if (plan_is_of_packets(e))
		return plan_packet_fault_of(f, e);
	if (e->when.kind == TRIGGER_NONE)
		return "when, expected packets only with on and acts upon packets";
	if (e->acts[0].kind >= ACT_FLIP)
		return plan_being_fault_of(f, e);
	if (wires != (e->on != 0) || (wires && (messages || own)))
		return "adversary, expected blackout, and nothing else, with on";
	if (messages && own)
		return "adversary, expected send and clock in an entry of their own";
	if (messages && e->when.kind != TRIGGER_MESSAGE)
		return "adversary, expected a message as trigger of an act upon it";
	if (messages && e->at != (e->when.event == STEP_ACCEPTED ? e->when.to : e->when.from))
		return "at, expected the actor that says the message, or, where it is accepted, "
		       "hears it";
	uint32_t device = e->when.event == STEP_ACCEPTED ? e->when.to_device : e->when.from_device;
	if (messages && e->at_device && device && e->at_device != device)
		return "at, expected the device of the message";
	if (e->when.kind == TRIGGER_MESSAGE && e->when.from_device && e->when.to_device &&
	    e->when.from_device != e->when.to_device)
		return "when, expected one device: no message goes from one to another";
	if (messages && is_of_pipes(f, e))
		return "at, expected an actor whose table sees the message: here it only carries "
		       "another channel's bytes";
	return NULL;
}
