/* scenario_plan.c - reads `devices:`, `crash:` and `adversary:` of a scenario into its plan. Every
 * name is looked up in the flow, every combination that would do nothing is refused. */
#include <stdlib.h>
#include <string.h>

#include "sim/adversary/typing.h"
#include "sim/scenario/scenario_acts.h"
#include "sim/yaml/schema_scalar.h"

/* What a group of the file holds. NULL: absent or of a wrong shape. */
struct raw_devices {
	uint32_t count;
	int64_t apart_ns;
};
struct raw_crash {
	const struct tree_node *actor, *when;
	uint64_t step; /* 0: absent */
	int point;     /* -1: absent */
	int64_t down_ns;
};
struct raw_when {
	const struct tree_node *on, *after, *until;
	bool every;
};
struct raw_entry {
	const struct tree_node *at, *on, *when, *acts;
};
#define HOUR_NS INT64_C(3600000000000)
enum { DEVICES_MAX = 10000, CRASH_STEP_MAX = 1000000000 }; /* as limits.steps */

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
	{ "step", "at which of its steps, counted from 1 over all its sessions", SCHEMA_INTEGER,
	  SCHEMA_AT(struct raw_crash, step), .least = 1, .most = CRASH_STEP_MAX },
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

static const struct schema when_fields[] = {
	{ "on", "what it acts on: as the trigger alone", SCHEMA_TEXT,
	  SCHEMA_AT(struct raw_when, on), .required = true },
	{ "after", "only after this trigger has fired", SCHEMA_TEXT,
	  SCHEMA_AT(struct raw_when, after) },
	{ "until", "and not after this one has", SCHEMA_TEXT, SCHEMA_AT(struct raw_when, until) },
	{ "every", "true: on each that fits, from the numbered one on", SCHEMA_FLAG,
	  SCHEMA_AT(struct raw_when, every) },
	{ .name = NULL },
};
static const struct schema when_forms[] = {
	{ .text = "a trigger", .kind = SCHEMA_TEXT },
	{ .text = "a trigger, between which others it acts, and how often",
	  .kind = SCHEMA_GROUP,
	  .fields = when_fields },
	{ .text = NULL },
};
static const struct schema name_schema = { .text = "a name", .kind = SCHEMA_NAME };
static const struct schema entry_fields[] = {
	{ "at", "inside an actor: between its table and its pipes", SCHEMA_TEXT,
	  SCHEMA_AT(struct raw_entry, at) },
	{ "on", "or on the wires of these channels", SCHEMA_LIST, SCHEMA_AT(struct raw_entry, on),
	  .least = 1, .most = FLOW_CHANNELS_MAX, .item = &name_schema },
	{ "when",
	  "a time (3s), a step of the flow (S1.5), a message (app > noc ActivationRequest #1), a "
	  "check "
	  "that is false (check uem.token_is_young), a state (state user \"await key\"), on wires "
	  "packets (device > infrastructure packet #3..8 after S1.6b), or a mapping",
	  SCHEMA_EITHER, SCHEMA_AT(struct raw_entry, when), .required = true,
	  .fields = when_forms },
	{ "do", "what is done", SCHEMA_GROUP, SCHEMA_AT(struct raw_entry, acts), .required = true,
	  .fields = plan_acts_fields },
	{ .name = NULL },
};
/* clang-format on */
const struct schema entry_schema = { .text = "an act of the adversary",
				     .kind = SCHEMA_GROUP,
				     .fields = entry_fields };

/* "app@2": an actor, and which device's; -1 when there is none, which has been said. */
static int find_instance(struct plan_reading *r, const struct tree_node *node, uint32_t *device)
{
	int actor = flow_instance_index(&r->s->flow, node->text, device);
	size_t unused;
	if (actor < 0 && !strchr(node->text, '@'))
		flow_find_actor(r->names, node, &unused); /* says which there are */
	else if (actor < 0)
		plan_refuse(r, node,
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

/* The word of a trigger that is nearest to a wrong one; NULL: none is, or it is one itself. */
static const char *word_near(const struct flow *f, const char *wrong)
{
	const char *words[FLOW_ACTORS_MAX + FLOW_STEPS_MAX + MESSAGE_TYPES], *near;
	size_t count = 0;
	for (size_t i = 0; i < f->actors_count; i++)
		words[count++] = f->actors[i].name;
	for (size_t i = 0; i < f->steps_count; i++)
		words[count++] = f->steps[i].id;
	for (int type = MESSAGE_NONE + 1; type < MESSAGE_TYPES; type++)
		words[count++] = message_name((enum message_type)type);
	near = diag_nearest(wrong, words, count);
	return near && strcmp(near, wrong) != 0 ? near : NULL;
}

/* Say what is wrong with a trigger, with the word that is nearest to the wrong one. */
static bool refuse_trigger(struct plan_reading *r, const struct tree_node *node,
			   const char *expected, const char *wrong)
{
	const char *near = word_near(&r->s->flow, wrong);
	const char *quote = strcmp(wrong, "nothing") == 0 ? "" : "\"";
	diag_add(r->names->d, r->names->file, node->place.line, node->place.column,
		 "when, expected %s, actual %s%s%s%s%s%s", expected, quote, wrong, quote,
		 near ? " (did you mean \"" : "", near ? near : "", near ? "\"?)" : "");
	return false;
}

static bool read_trigger(struct plan_reading *r, const struct tree_node *node, struct trigger *out)
{
	char wrong[64];
	const char *expected = trigger_read(node->text, &r->s->flow, r->variant, out, wrong);
	out->place = node->place;
	return expected ? refuse_trigger(r, node, expected, wrong)
			: devices_are_there(r, node, out);
}

/* "device > infrastructure packet #3 after S1.5": which packets, and what arms that. */
static bool read_packets(struct plan_reading *r, const struct tree_node *node, struct plan_entry *e)
{
	char text[SCHEMA_TEXT_MAX + 1], wrong[64];
	struct tree_node after = *node;
	snprintf(text, sizeof text, "%s", node->text);
	char *behind = strstr(text, " after ");
	if (behind)
		*behind = 0;
	const char *expected = packet_pattern_read(text, &r->s->flow, &e->packet, wrong);
	if (expected)
		return refuse_trigger(r, node, expected, wrong);
	after.text = behind ? behind + strlen(" after ") : NULL;
	const struct trigger devices = { .from_device = e->packet.from_device,
					 .to_device = e->packet.to_device };
	return devices_are_there(r, node, &devices) &&
	       (!behind || read_trigger(r, &after, &e->when));
}

/* What an entry acts on: packets, or what a trigger fires at. */
static bool read_on(struct plan_reading *r, const struct tree_node *node, struct plan_entry *e)
{
	e->packet = (struct packet_pattern){ .from = -1, .to = -1, .first = 1, .last = 1 };
	char text[SCHEMA_TEXT_MAX + 1];
	snprintf(text, sizeof text, "%s", node->text);
	char *behind = strstr(text, " after ");
	if (behind)
		*behind = 0;
	return packet_pattern_is(text) ? read_packets(r, node, e) : read_trigger(r, node, &e->when);
}

/* Whether a group is of the right shape. What is not has been said when the file was read; nothing
 * follows from it. */
static bool is_sound(const struct schema *schema, const struct tree_node *node)
{
	struct diags d = { 0 };
	schema_read(schema, node, "", NULL, &d);
	bool sound = d.count == 0 && !tree_is_broken(node);
	diag_fini(&d);
	return sound;
}

/* -- crashes -- */

static void read_crash(struct plan_reading *r, const struct tree_node *node)
{
	struct raw_crash raw = { .point = -1 };
	struct crash c = { .place = node->place };
	if (!is_sound(&crash_schema, node))
		return;
	schema_read(&crash_schema, node, r->names->file, &raw, NULL);
	int actor = find_instance(r, raw.actor, &c.device);
	if ((raw.step > 0) == (raw.when != NULL))
		plan_refuse(r, node, "crash, expected either step (from 1) or when");
	else if (raw.when && raw.point >= 0)
		plan_refuse(r, tree_get(node, "point"), "point, expected none beside when");
	else if (actor >= 0 && (!raw.when || read_trigger(r, raw.when, &c.when))) {
		c.actor = (size_t)actor;
		c.step = raw.step;
		c.point = raw.point > 0 ? (enum crash_point)raw.point : CRASH_BEFORE;
		c.down_ns = raw.down_ns;
		r->s->plan.crashes[r->s->plan.crashes_count++] = c;
	}
}

/* Whether a channel has a wire of its own that can go dark; else it is said. */
static bool find_wire(struct flow_reading *names, const struct tree_node *node, size_t *channel)
{
	if (!flow_find_channel(names, node, channel))
		return false;
	enum channel_base base = names->flow->channels[*channel].base;
	if (base == BASE_WIRE || base == BASE_INSIDE)
		return true;
	schema_error(node, names->file, names->d, "on, expected a channel with a wire of its own");
	return false;
}

/* Where it acts; false when that is not known, which has been said. */
static bool read_where(struct plan_reading *r, struct plan_entry *e, const struct raw_entry *raw,
		       const struct tree_node *node)
{
	size_t before = plan_errors(r);
	if ((raw->at != NULL) == (raw->on != NULL))
		plan_refuse(r, node, "adversary, expected either at or on");
	else if (raw->at)
		e->at = find_instance(r, raw->at, &e->at_device);
	else
		e->on = (uint32_t)flow_read_set(r->names, raw->on, find_wire);
	return plan_errors(r) == before;
}

/* A trigger, or a mapping around it. */
static bool read_when(struct plan_reading *r, struct plan_entry *e, const struct tree_node *node)
{
	struct raw_when raw = { .on = node };
	if (node->kind == TREE_MAPPING)
		schema_read(&when_forms[1], node, r->names->file, &raw, NULL);
	bool good = read_on(r, raw.on, e);
	if (good && node->kind == TREE_MAPPING && packet_pattern_is(raw.on->text)) {
		plan_refuse(r, node,
			    "when, expected of packets no mapping: #3..8 says which, after S1.5 "
			    "from when on");
		return false;
	}
	good = (!raw.after || read_trigger(r, raw.after, &e->after)) && good;
	good = (!raw.until || read_trigger(r, raw.until, &e->until)) && good;
	e->every = raw.every;
	if (good && raw.every && e->when.kind == TRIGGER_TIME) {
		plan_refuse(r, tree_get(node, "every"), "every, expected none of a time");
		good = false;
	}
	return good;
}

/* Say what is wrong with an entry: at the value of the key that the words begin with, if any. */
static void refuse_entry(struct plan_reading *r, const struct tree_node *node, const char *fault)
{
	char key[16];
	snprintf(key, sizeof key, "%.*s", (int)strcspn(fault, ","), fault);
	const struct tree_node *value = tree_get(node, key);
	plan_refuse(r, value ? value : node, fault);
}

static void read_entry(struct plan_reading *r, const struct tree_node *node)
{
	struct raw_entry raw = { 0 };
	struct plan_entry *e = &r->s->plan.entries[r->s->plan.entries_count];
	if (!is_sound(&entry_schema, node))
		return;
	schema_read(&entry_schema, node, r->names->file, &raw, NULL);
	*e = (struct plan_entry){ .at = -1, .place = node->place };
	bool somewhere = read_where(r, e, &raw, node);
	if (!read_when(r, e, raw.when) || !somewhere)
		return;
	size_t before = plan_errors(r);
	r->s->plan.entries_count++;
	plan_read_acts(r, e, raw.acts);
	const char *fault = plan_errors(r) == before ? plan_fault_of(&r->s->flow, e) : NULL;
	if (fault)
		refuse_entry(r, node, fault);
	if (e->at >= 0 && e->acts_count > 0 && plan_is_being(e))
		e->when.kind = TRIGGER_NONE; /* before anything happens */
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
