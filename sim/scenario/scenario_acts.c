/* scenario_acts.c - reads `do:` of an adversary's entry: what is done to a message, on wires, or by
 * an actor of its own accord. */
#include <string.h>

#include "sim/adversary/typing.h"
#include "sim/scenario/scenario_acts.h"
#include "sim/yaml/schema_scalar.h"

/* What a group of the file holds. NULL: absent. */
struct raw_acts {
	int64_t blackout_ns, delay_ns, until_ns;
	bool drop;
	const struct tree_node *set, *type, *capture, *send;
};
struct raw_send {
	const struct tree_node *message, *channel, *fields;
};

#define HOUR_NS INT64_C(3600000000000)

/* clang-format off: one key, one entry. */
static const struct schema text_schema = { .text = "a text", .kind = SCHEMA_TEXT };
static const struct schema typing_schema = {
	.text = "how it is typed", .kind = SCHEMA_WORD, .size = sizeof(int), .words = typing_words
};
static const struct schema send_fields[] = {
	{ "message", "the message's name", SCHEMA_NAME, SCHEMA_AT(struct raw_send, message),
	  .required = true },
	{ "channel", "the channel it goes on", SCHEMA_NAME, SCHEMA_AT(struct raw_send, channel),
	  .required = true },
	{ "fields", "field: its text", SCHEMA_MAP, SCHEMA_AT(struct raw_send, fields), .least = 1,
	  .most = PLAN_FIELDS_MAX, .item = &text_schema },
	{ .name = NULL },
};
const struct schema plan_acts_fields[] = {
	{ "blackout", "on wires: for how long nothing passes", SCHEMA_DURATION,
	  SCHEMA_AT(struct raw_acts, blackout_ns), .least = 1, .most = 8784 * HOUR_NS },
	{ "capture", "keep the message's texts under this name", SCHEMA_NAME,
	  SCHEMA_AT(struct raw_acts, capture) },
	{ "set", "field: its new text, or \"@name.field\" of a captured message", SCHEMA_MAP,
	  SCHEMA_AT(struct raw_acts, set), .least = 1, .most = PLAN_ACTS_MAX,
	  .item = &text_schema },
	{ "type", "field: how a person types it", SCHEMA_MAP, SCHEMA_AT(struct raw_acts, type),
	  .least = 1, .most = PLAN_ACTS_MAX, .item = &typing_schema },
	{ "drop", "true: the message goes no further", SCHEMA_FLAG,
	  SCHEMA_AT(struct raw_acts, drop) },
	{ "delay", "the message is held back this long", SCHEMA_DURATION,
	  SCHEMA_AT(struct raw_acts, delay_ns), .least = 1, .most = 8784 * HOUR_NS },
	{ "until", "the message is held back until this virtual time", SCHEMA_DURATION,
	  SCHEMA_AT(struct raw_acts, until_ns), .least = 1, .most = 8784 * HOUR_NS },
	{ "send", "a message that the actor sends of its own accord", SCHEMA_GROUP,
	  SCHEMA_AT(struct raw_acts, send), .fields = send_fields },
	{ .name = NULL },
};
/* clang-format on */
static const struct schema acts_schema = { .kind = SCHEMA_GROUP, .fields = plan_acts_fields };
static const struct schema send_schema = { .kind = SCHEMA_GROUP, .fields = send_fields };

void plan_refuse(struct plan_reading *r, const struct tree_node *node, const char *what)
{
	schema_error(node, r->names->file, r->names->d, "%s", what);
}

size_t plan_errors(const struct plan_reading *r)
{
	return r->names->d->count + r->names->d->beyond;
}

/* NULL, which has been said, when there are too many. */
static struct act *act_new(struct plan_reading *r, struct plan_entry *e,
			   const struct tree_node *node, enum act_kind kind)
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
	struct act *a = act_new(r, e, node, kind);
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

/* Whether a set's text is one, or speaks of a message that an entry before this one, or this one,
 * keeps, and of a text in it. */
static bool is_known(const struct plan_reading *r, const char *text)
{
	const char *dot = strchr(text, '.');
	if (*text != '@')
		return true;
	for (size_t i = 0; dot && i < r->s->plan.entries_count; i++) {
		const struct plan_entry *e = &r->s->plan.entries[i];
		for (size_t k = 0; k < e->acts_count; k++)
			if (e->acts[k].kind == ACT_CAPTURE && e->acts[k].text &&
			    strlen(e->acts[k].text) == (size_t)(dot - text - 1) &&
			    memcmp(e->acts[k].text, text + 1, (size_t)(dot - text - 1)) == 0)
				return is_text_field(e->when.type, dot + 1);
	}
	return false;
}

static bool text_is_known(struct plan_reading *r, const struct tree_node *node)
{
	if (is_known(r, node->text))
		return true;
	plan_refuse(
		r, node,
		"text, expected \"@name.field\" of a message captured before, and a text field of "
		"it");
	return false;
}

static void read_field(struct plan_reading *r, struct plan_entry *e, const struct tree_node *node,
		       enum act_kind kind)
{
	if (!is_text_field(e->when.type, node->key)) {
		struct tree_node key = tree_key(node);
		schema_error(&key, r->names->file, r->names->d,
			     "field, expected one of %s that holds a text",
			     e->when.type == MESSAGE_NONE ? "a message"
							  : message_name(e->when.type));
		return;
	}
	struct act *a = act_new(r, e, node, kind);
	int typing = 0;
	if (!a)
		return;
	a->field = flow_copy(node->key);
	if (kind == ACT_TYPE)
		schema_read_scalar(&typing_schema, node, &typing);
	else if (text_is_known(r, node))
		a->text = flow_copy(node->text);
	a->typing = (enum typing)typing;
}

static void read_fields(struct plan_reading *r, struct plan_entry *e, const struct tree_node *map,
			enum act_kind kind)
{
	for (const struct tree_node *node = map ? map->first : NULL; node; node = node->next)
		read_field(r, e, node, kind);
}

static void read_send_fields(struct plan_reading *r, struct act *a, const struct tree_node *map)
{
	for (const struct tree_node *f = map ? map->first : NULL; f; f = f->next) {
		if (!is_text_field(a->type, f->key)) {
			struct tree_node key = tree_key(f);
			plan_refuse(r, &key,
				    "field, expected one of the message that holds a text");
		} else if (text_is_known(r, f)) {
			a->fields[a->fields_count].name = flow_copy(f->key);
			a->fields[a->fields_count++].text = flow_copy(f->text);
		}
	}
}

/* Whether the fields make a message, as far as that can be told before any value is captured; else
 * it is said, with what is missing. */
static void check_sayable(struct plan_reading *r, const struct act *a, const struct tree_node *node)
{
	struct message m = { .type = a->type };
	struct buffer missing = { 0 };
	bool whole = true;
	for (size_t i = 0; i < a->fields_count; i++) {
		if (a->fields[i].text[0] == '@')
			return;
		whole = message_set_text(&m, a->fields[i].name, a->fields[i].text) && whole;
	}
	for (size_t i = 0; message_lacks(&m, i); i++) {
		buffer_append(&missing, bytes_of_string(i == 0 ? "" : ", "));
		buffer_append(&missing, bytes_of_string(message_lacks(&m, i)));
	}
	if (missing.size > 0)
		diag_add(r->names->d, r->names->file, node->place.line, node->place.column,
			 "send, expected fields that make a whole %s, actual none, or none that "
			 "fits, for "
			 "%.*s",
			 message_name(a->type), (int)missing.size, (const char *)missing.data);
	else if (!whole || !message_is_whole(&m))
		plan_refuse(r, node, "send, expected fields that make a whole message");
	buffer_fini(&missing);
}

static void read_send(struct plan_reading *r, struct plan_entry *e, const struct tree_node *node)
{
	struct raw_send raw = { 0 };
	size_t channel = 0;
	schema_read(&send_schema, node, r->names->file, &raw, NULL);
	struct act *a = act_new(r, e, node, ACT_SEND);
	if (!a)
		return;
	a->type = flow_check_message(r->names, raw.message);
	if (flow_find_channel(r->names, raw.channel, &channel)) {
		const struct flow_channel *c = &r->s->flow.channels[channel];
		a->channel = channel;
		if (c->base == BASE_LOCAL || (e->at != (int)c->from && e->at != (int)c->to))
			plan_refuse(r, raw.channel,
				    "channel, expected one that the actor is an end of");
	}
	if (a->type == MESSAGE_NONE)
		return;
	size_t before = plan_errors(r);
	read_send_fields(r, a, raw.fields);
	if (plan_errors(r) == before)
		check_sayable(r, a, node);
}

void plan_read_acts(struct plan_reading *r, struct plan_entry *e, const struct tree_node *node)
{
	struct raw_acts raw = { 0 };
	struct act *a;
	schema_read(&acts_schema, node, r->names->file, &raw, NULL);
	if (raw.blackout_ns)
		act_for(r, e, tree_get(node, "blackout"), ACT_BLACKOUT, raw.blackout_ns);
	if (raw.capture && (a = act_new(r, e, raw.capture, ACT_CAPTURE)))
		a->text = flow_copy(raw.capture->text);
	read_fields(r, e, raw.set, ACT_SET);
	read_fields(r, e, raw.type, ACT_TYPE);
	if (raw.drop)
		act_for(r, e, tree_get(node, "drop"), ACT_DROP, 0);
	if (raw.delay_ns)
		act_for(r, e, tree_get(node, "delay"), ACT_DELAY, raw.delay_ns);
	if (raw.until_ns)
		act_for(r, e, tree_get(node, "until"), ACT_UNTIL, raw.until_ns);
	if (raw.send)
		read_send(r, e, raw.send);
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
	bool wires = false, messages = false, sends = false;
	for (size_t i = 0; i < e->acts_count; i++) {
		wires = wires || e->acts[i].kind == ACT_BLACKOUT;
		sends = sends || e->acts[i].kind == ACT_SEND;
		messages = messages ||
			   (e->acts[i].kind != ACT_BLACKOUT && e->acts[i].kind != ACT_SEND);
	}
	if (e->acts_count == 0)
		return "do, expected an act";
	if (wires != (e->on != 0) || (wires && (messages || sends)))
		return "adversary, expected blackout, and nothing else, with on";
	if (messages && sends)
		return "adversary, expected send in an entry of its own";
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
