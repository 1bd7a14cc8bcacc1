/* scenario_own_acts.c - reads what an actor does of its own accord, upon no message: it says
 * something, or its clock is wrong. */
#include <stdio.h>

#include "proto/codec/patch.h"
#include "sim/scenario/scenario_acts.h"
#include "sim/yaml/value.h"

/* What a group of the file holds. NULL: absent. */
struct raw_send {
	uint32_t times;
	const struct tree_node *message, *channel, *fields, *unit;
};

#define S_NS INT64_C(1000000000)
#define CLOCK_MOST_NS (876600 * INT64_C(3600000000000)) /* a hundred years */

/* clang-format off: one key, one entry. */
static const struct schema value_schema = { .text = "a value", .kind = SCHEMA_VALUE };
const struct schema plan_send_fields[] = {
	{ "channel", "the channel it goes on", SCHEMA_NAME, SCHEMA_AT(struct raw_send, channel),
	  .required = true },
	{ "message", "the message's name", SCHEMA_NAME, SCHEMA_AT(struct raw_send, message) },
	{ "fields", "field: its value", SCHEMA_MAP, SCHEMA_AT(struct raw_send, fields), .least = 1,
	  .most = VALUE_PARTS_MAX, .paths = true, .item = &value_schema },
	{ "unit", "instead of message and fields: the whole unit", SCHEMA_VALUE,
	  SCHEMA_AT(struct raw_send, unit) },
	{ "times", "how often", SCHEMA_INTEGER, SCHEMA_AT(struct raw_send, times), .least = 1,
	  .most = PLAN_TIMES_MAX },
	{ .name = NULL },
};
/* clang-format on */
static const struct schema send_schema = { .kind = SCHEMA_GROUP, .fields = plan_send_fields };

/* Whether literal fields make a message; of others it is told in the run. */
static bool is_sayable(const struct value *unit)
{
	struct buffer bytes = { 0 };
	struct message m;
	for (size_t i = 0; i < unit->count; i++)
		if (unit->parts[i].op != VALUE_BYTES)
			return true;
	bool whole = !value_make(unit, &(struct value_source){ 0 }, &bytes) &&
		     message_decode(bytes_of_buffer(&bytes), &m) == MESSAGE_OK;
	buffer_fini(&bytes);
	return whole;
}

/* Say so, and which fields are missing, as far as that can be told. */
static void refuse_unsayable(struct plan_reading *r, const struct value *unit,
			     const struct tree_node *node)
{
	struct message m = { .type = unit->type };
	struct buffer missing = { 0 };
	char text[256];
	for (size_t i = 0; i < unit->count; i++) {
		snprintf(text, sizeof text, "%.*s", (int)unit->parts[i].bytes.size,
			 (const char *)unit->parts[i].bytes.data);
		message_set_text(&m, unit->parts[i].into, text);
	}
	for (size_t i = 0; message_lacks(&m, i); i++) {
		buffer_append(&missing, bytes_of_string(i == 0 ? "" : ", "));
		buffer_append(&missing, bytes_of_string(message_lacks(&m, i)));
	}
	diag_add(r->names->d, r->names->file, node->place.line, node->place.column,
		 "send, expected fields that make a whole %s (unit: takes what makes none)%s%.*s",
		 message_name(unit->type),
		 missing.size > 0 ? ", actual none, or none that fits, for " : "",
		 (int)missing.size, (const char *)missing.data);
	buffer_fini(&missing);
}

static void read_send_channel(struct plan_reading *r, const struct plan_entry *e,
			      const struct tree_node *node, struct act *a)
{
	if (!flow_find_channel(r->names, node, &a->channel))
		return;
	const struct flow_channel *c = &r->s->flow.channels[a->channel];
	if (c->base == BASE_LOCAL || (e->at != (int)c->from && e->at != (int)c->to))
		plan_refuse(r, node, "channel, expected one that the actor is an end of");
}

void plan_read_send(struct plan_reading *r, struct plan_entry *e, const struct tree_node *node)
{
	struct raw_send raw = { .times = 1 };
	struct value_reading values = { .plan = r };
	schema_read(&send_schema, node, r->names->file, &raw, NULL);
	struct act *a = plan_act_new(r, e, node, ACT_SEND);
	if (!a)
		return;
	size_t before = plan_errors(r);
	a->times = raw.times;
	read_send_channel(r, e, raw.channel, a);
	if ((raw.message != NULL) == (raw.unit != NULL) || (raw.unit && raw.fields)) {
		plan_refuse(r, node, "send, expected either message, with its fields, or unit");
	} else if (raw.unit) {
		plan_read_value(&values, raw.unit, &a->value);
	} else {
		plan_read_unit(&values, raw.message, raw.fields, &a->value);
		if (plan_errors(r) == before && !is_sayable(&a->value))
			refuse_unsayable(r, &a->value, node);
	}
}

/* Certificates and keys are dated to the second. */
void plan_read_clock(struct plan_reading *r, struct plan_entry *e, const struct tree_node *node)
{
	struct act *a = plan_act_new(r, e, node, ACT_CLOCK);
	bool behind = node->text[0] == '-';
	int64_t ns = 0;
	if (!a)
		return;
	if (value_duration(node->text + behind, &ns) || ns > CLOCK_MOST_NS || ns % S_NS != 0)
		plan_refuse(r, node,
			    "clock, expected a duration from -876600h to 876600h, in whole seconds");
	a->ns = behind ? -ns : ns;
}
