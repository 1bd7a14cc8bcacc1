/* scenario_plan.c - reads `devices:`, `crash:` and `adversary:` of a scenario into its plan. Every
 * name is looked up in the flow, every combination that would do nothing is refused. */
#include <stdlib.h>
#include <string.h>

#include "sim/adversary/typing.h"
#include "sim/scenario/scenario_reader.h"
#include "sim/yaml/schema_scalar.h"

/* What a group of the file holds. NULL: absent or of a wrong shape. */
struct raw_devices {
	uint32_t count;
	int64_t apart_ns;
};
struct raw_crash {
	const struct tree_node *actor, *when;
	uint64_t step;
	int point; /* -1: absent */
	int64_t down_ns;
};
struct raw_entry {
	const struct tree_node *at, *on, *when, *acts;
};
struct raw_acts {
	int64_t blackout_ns, delay_ns, until_ns;
	bool drop;
	const struct tree_node *set, *type, *capture, *send;
};
struct raw_send {
	const struct tree_node *message, *channel, *fields;
};

#define HOUR_NS INT64_C(3600000000000)
enum { DEVICES_MAX = 10000 };

/* clang-format off: one key, one entry. */
const struct schema devices_fields[] = {
	{ "count", "how many devices, each with its own user and apps", SCHEMA_INTEGER,
	  SCHEMA_AT(struct raw_devices, count), .required = true, .least = 1, .most = DEVICES_MAX },
	{ "apart", "how much later each device begins than the one before", SCHEMA_DURATION,
	  SCHEMA_AT(struct raw_devices, apart_ns), .most = 24 * HOUR_NS },
	{ .name = NULL },
};
const struct schema devices_schema = { .kind = SCHEMA_GROUP, .fields = devices_fields };

static const char *const point_words[] = { "before", "persisted", "sent", NULL };
static const struct schema crash_fields[] = {
	{ "actor", "who is killed: noc, or app@2 of several devices", SCHEMA_TEXT,
	  SCHEMA_AT(struct raw_crash, actor), .required = true },
	{ "step", "at which of its steps, counted from 1 over all its sessions", SCHEMA_UNSIGNED,
	  SCHEMA_AT(struct raw_crash, step) },
	{ "point", "where in that step: before it, when it is persisted, when all is sent",
	  SCHEMA_WORD, SCHEMA_AT(struct raw_crash, point), .words = point_words },
	{ "when", "instead of a step: a time, a step of the flow, or a message", SCHEMA_TEXT,
	  SCHEMA_AT(struct raw_crash, when) },
	{ "down", "how long until it begins again", SCHEMA_DURATION,
	  SCHEMA_AT(struct raw_crash, down_ns), .most = 8784 * HOUR_NS },
	{ .name = NULL },
};
const struct schema crash_schema = { .text = "a crash",
				     .kind = SCHEMA_GROUP,
				     .fields = crash_fields };

static const struct schema text_schema = { .text = "a text", .kind = SCHEMA_TEXT };
static const struct schema name_schema = { .text = "a name", .kind = SCHEMA_NAME };
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
static const struct schema acts_fields[] = {
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
static const struct schema entry_fields[] = {
	{ "at", "inside an actor: between its table and its pipes", SCHEMA_TEXT,
	  SCHEMA_AT(struct raw_entry, at) },
	{ "on", "or on the wires of these channels", SCHEMA_LIST, SCHEMA_AT(struct raw_entry, on),
	  .least = 1, .most = FLOW_CHANNELS_MAX, .item = &name_schema },
	{ "when",
	  "a time (3s), a step of the flow (S1.5), or a message (app > noc ActivationRequest #1)",
	  SCHEMA_TEXT, SCHEMA_AT(struct raw_entry, when), .required = true },
	{ "do", "what is done", SCHEMA_GROUP, SCHEMA_AT(struct raw_entry, acts), .required = true,
	  .fields = acts_fields },
	{ .name = NULL },
};
/* clang-format on */
const struct schema entry_schema = { .text = "an act of the adversary",
				     .kind = SCHEMA_GROUP,
				     .fields = entry_fields };
static const struct schema acts_schema = { .kind = SCHEMA_GROUP, .fields = acts_fields };
static const struct schema send_schema = { .kind = SCHEMA_GROUP, .fields = send_fields };

/* What all of this needs. */
struct plan_reading {
	struct scenario *s;
	struct flow_reading *names;
	size_t variant;
};

static void refuse(struct plan_reading *r, const struct tree_node *node, const char *what)
{
	schema_error(node, r->names->file, r->names->d, "%s", what);
}

/* "app@2": an actor, and which device's; -1 when there is none, which has been said. */
static int find_instance(struct plan_reading *r, const struct tree_node *node, uint32_t *device)
{
	int actor = flow_instance_index(&r->s->flow, node->text, device);
	size_t unused;
	if (actor < 0 && !strchr(node->text, '@'))
		flow_find_actor(r->names, node, &unused); /* says which there are */
	else if (actor < 0)
		refuse(r, node,
		       "actor, expected one of each device in front of the @, and a number");
	else if (*device > r->s->devices.count) {
		schema_error(node, r->names->file, r->names->d,
			     "device, expected at most %u (devices.count)", r->s->devices.count);
		return -1;
	}
	return actor;
}

static bool devices_are_there(struct plan_reading *r, const struct tree_node *node,
			      const struct trigger *t)
{
	if (t->from_device <= r->s->devices.count && t->to_device <= r->s->devices.count)
		return true;
	schema_error(node, r->names->file, r->names->d,
		     "when, expected devices up to %u (devices.count)", r->s->devices.count);
	return false;
}

static bool read_trigger(struct plan_reading *r, const struct tree_node *node, struct trigger *out)
{
	char wrong[64];
	const char *expected = trigger_read(node->text, &r->s->flow, r->variant, out, wrong);
	if (!expected)
		return devices_are_there(r, node, out);
	diag_add(r->names->d, r->names->file, node->place.line, node->place.column,
		 "when, expected %s, actual %s", expected, wrong);
	return false;
}

/* -- crashes -- */

static void read_crash(struct plan_reading *r, const struct tree_node *node)
{
	struct raw_crash raw = { .point = -1 };
	struct crash c = { .place = node->place };
	schema_read(&crash_schema, node, r->names->file, &raw, NULL);
	int actor = raw.actor ? find_instance(r, raw.actor, &c.device) : -1;
	if ((raw.step > 0) == (raw.when != NULL))
		refuse(r, node, "crash, expected either step (from 1) or when");
	else if (raw.when && raw.point >= 0)
		refuse(r, tree_get(node, "point"), "point, expected none beside when");
	else if (actor >= 0 && (!raw.when || read_trigger(r, raw.when, &c.when))) {
		c.actor = (size_t)actor;
		c.step = raw.step;
		c.point = raw.point > 0 ? (enum crash_point)raw.point : CRASH_BEFORE;
		c.down_ns = raw.down_ns;
		r->s->plan.crashes[r->s->plan.crashes_count++] = c;
	}
}

/* -- acts -- */

static struct act *act_new(struct plan_reading *r, struct plan_entry *e,
			   const struct tree_node *node, enum act_kind kind)
{
	static struct act spare; /* beyond the last: read like any, and forgotten */
	struct act *a = &spare;
	if (e->acts_count < PLAN_ACTS_MAX)
		a = &e->acts[e->acts_count++];
	else
		schema_error(node, r->names->file, r->names->d, "do, expected at most %d acts",
			     PLAN_ACTS_MAX);
	*a = (struct act){ .kind = kind, .place = node->key_place };
	return a;
}

static bool is_text_field(enum message_type type, const char *field)
{
	struct message m = { .type = type };
	struct bytes value;
	return message_set_text(&m, field, "a@b.cc") || message_set_text(&m, field, "") ||
	       (message_has_field(type, field) && message_field(&m, field, &value) &&
		value.size == 0);
}

static void read_fields(struct plan_reading *r, struct plan_entry *e, const struct tree_node *map,
			enum act_kind kind)
{
	for (const struct tree_node *node = map ? map->first : NULL; node; node = node->next) {
		struct act *a = act_new(r, e, node, kind);
		int typing = 0;
		if (!is_text_field(e->when.type, node->key)) {
			struct tree_node key = tree_key(node);
			schema_error(&key, r->names->file, r->names->d,
				     "field, expected one of %s that holds a text",
				     message_name(e->when.type));
			e->acts_count--;
			continue;
		}
		a->field = flow_copy(node->key);
		if (kind == ACT_SET)
			a->text = flow_copy(node->text);
		schema_read_scalar(&typing_schema, node, kind == ACT_TYPE ? &typing : NULL);
		a->typing = (enum typing)typing;
	}
}

static void read_send(struct plan_reading *r, struct plan_entry *e, const struct tree_node *node)
{
	struct raw_send raw = { 0 };
	size_t channel = 0;
	schema_read(&send_schema, node, r->names->file, &raw, NULL);
	struct act *a = act_new(r, e, node, ACT_SEND);
	if (raw.message)
		a->type = flow_check_message(r->names, raw.message);
	if (!raw.channel || !flow_find_channel(r->names, raw.channel, &channel))
		return;
	const struct flow_channel *c = &r->s->flow.channels[channel];
	a->channel = channel;
	if (c->base == BASE_LOCAL || (e->at != (int)c->from && e->at != (int)c->to))
		refuse(r, raw.channel, "channel, expected one that the actor is an end of");
	for (const struct tree_node *f = raw.fields ? raw.fields->first : NULL; f; f = f->next) {
		if (a->fields_count < PLAN_FIELDS_MAX && is_text_field(a->type, f->key)) {
			a->fields[a->fields_count].name = flow_copy(f->key);
			a->fields[a->fields_count++].text = flow_copy(f->text);
		} else {
			struct tree_node key = tree_key(f);
			refuse(r, &key, "field, expected one of the message that holds a text");
		}
	}
}

static void read_acts(struct plan_reading *r, struct plan_entry *e, const struct tree_node *node)
{
	struct raw_acts raw = { 0 };
	schema_read(&acts_schema, node, r->names->file, &raw, NULL);
	if (raw.blackout_ns)
		act_new(r, e, tree_get(node, "blackout"), ACT_BLACKOUT)->ns = raw.blackout_ns;
	if (raw.capture)
		act_new(r, e, raw.capture, ACT_CAPTURE)->text = flow_copy(raw.capture->text);
	read_fields(r, e, raw.set, ACT_SET);
	read_fields(r, e, raw.type, ACT_TYPE);
	if (raw.drop)
		act_new(r, e, tree_get(node, "drop"), ACT_DROP);
	if (raw.delay_ns)
		act_new(r, e, tree_get(node, "delay"), ACT_DELAY)->ns = raw.delay_ns;
	if (raw.until_ns)
		act_new(r, e, tree_get(node, "until"), ACT_UNTIL)->ns = raw.until_ns;
	if (raw.send)
		read_send(r, e, raw.send);
}

/* What cannot work together, and why. */
static const char *fault_of(const struct plan_entry *e)
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
	return NULL;
}

static uint32_t read_on(struct plan_reading *r, const struct tree_node *on)
{
	uint32_t set = (uint32_t)flow_read_set(r->names, on, flow_find_channel);
	for (size_t i = 0; i < r->s->flow.channels_count; i++)
		if (set >> i & 1 && r->s->flow.channels[i].base != BASE_WIRE &&
		    r->s->flow.channels[i].base != BASE_INSIDE)
			schema_error(on, r->names->file, r->names->d,
				     "on, expected channels with a wire of their own, not %s",
				     r->s->flow.channels[i].name);
	return set;
}

static void read_entry(struct plan_reading *r, const struct tree_node *node)
{
	struct raw_entry raw = { 0 };
	struct plan_entry *e = &r->s->plan.entries[r->s->plan.entries_count];
	schema_read(&entry_schema, node, r->names->file, &raw, NULL);
	*e = (struct plan_entry){ .at = -1, .place = node->place };
	if ((raw.at != NULL) == (raw.on != NULL)) {
		refuse(r, node, "adversary, expected either at or on");
		return;
	}
	if (raw.at && (e->at = find_instance(r, raw.at, &e->at_device)) < 0)
		return;
	e->on = read_on(r, raw.on);
	if (!raw.when || !raw.acts || !read_trigger(r, raw.when, &e->when))
		return;
	r->s->plan.entries_count++;
	read_acts(r, e, raw.acts);
	const char *fault = fault_of(e);
	if (fault)
		refuse(r, node, fault);
}

void scenario_read_plan(struct flow_reading *names, struct scenario *s,
			const struct raw_scenario *raw)
{
	struct plan_reading r = { .s = s, .names = names, .variant = s->variant };
	const struct tree_node *node = raw->crash ? raw->crash->first : NULL;
	for (; node && s->plan.crashes_count < PLAN_CRASHES_MAX; node = node->next)
		if (node->kind == TREE_MAPPING)
			read_crash(&r, node);
	node = raw->adversary ? raw->adversary->first : NULL;
	for (; node && s->plan.entries_count < PLAN_ENTRIES_MAX; node = node->next)
		if (node->kind == TREE_MAPPING)
			read_entry(&r, node);
}

void scenario_read_devices(struct scenario *s, const struct tree_node *node)
{
	struct raw_devices raw = { .count = 1 };
	schema_read(&devices_schema, node, "", &raw, NULL);
	s->devices.count = raw.count;
	s->devices.apart_ns = raw.apart_ns;
}
