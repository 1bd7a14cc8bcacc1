/* scenario_reveal.c - reads `reveal:` and what must then be readable. Names and times are looked up
 * in the flow; what an entry does is the checker's matter. */
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/scenario_reader.h"
#include "sim/yaml/schema_scalar.h"
#include "sim/yaml/value.h"

struct raw_reveal {
	const struct tree_node *secret, *channels, *from, *wires, *at, *reads;
};

/* clang-format off: one key, one entry. */
static const char *const readable_words[] = { "no", "yes", "not-followed", NULL };
const struct schema readable_schema = {
	.text = "yes, no or not-followed: keys were had, and the recorder lost track",
	.kind = SCHEMA_WORD,
	.size = sizeof(int),
	.words = readable_words
};
static const struct schema class_schema = { .text = "a class of secrets", .kind = SCHEMA_NAME };
static const struct schema secret_forms[] = {
	{ .text = "a class of the flow's secrets", .kind = SCHEMA_NAME },
	{ .text = "several of them",
	  .kind = SCHEMA_LIST,
	  .least = 1,
	  .most = FLOW_HOLDERS_MAX,
	  .item = &class_schema },
	{ .text = NULL },
};
static const struct schema channel_item = { .text = "a channel of the flow", .kind = SCHEMA_NAME };
static const struct schema reveal_fields[] = {
	{ "secret", "the class whose values are handed over: all that some actor still has then",
	  SCHEMA_EITHER, SCHEMA_AT(struct raw_reveal, secret), .required = true,
	  .fields = secret_forms },
	{ "channels", "of the class tls, only the secrets of these channels", SCHEMA_LIST,
	  SCHEMA_AT(struct raw_reveal, channels), .least = 1, .most = FLOW_CHANNELS_MAX,
	  .item = &channel_item },
	{ "from", "only what this actor still has then", SCHEMA_NAME,
	  SCHEMA_AT(struct raw_reveal, from) },
	{ "wires", "channels on whose wires was recorded, instead of on all", SCHEMA_LIST,
	  SCHEMA_AT(struct raw_reveal, wires), .least = 1, .most = FLOW_CHANNELS_MAX,
	  .item = &channel_item },
	{ "at", "when: a step of the flow, or a time", SCHEMA_SCALAR,
	  SCHEMA_AT(struct raw_reveal, at), .required = true },
	{ "reads", "message: whether it can be read with these alone", SCHEMA_MAP,
	  SCHEMA_AT(struct raw_reveal, reads), .least = 1, .most = SCENARIO_READABLE_MAX,
	  .item = &readable_schema },
	{ .name = NULL },
};
/* clang-format on */
const struct schema reveal_schema = { .text = "secrets, handed over",
				      .kind = SCHEMA_GROUP,
				      .fields = reveal_fields };

static bool read_class(struct flow_reading *n, const struct tree_node *node, struct reveal *out)
{
	size_t class = 0;
	if (node->kind != TREE_SCALAR || !schema_is_name(node->text) ||
	    !flow_find_holders(n, node, &class))
		return false;
	out->classes |= UINT32_C(1) << class;
	return true;
}

static bool read_classes(struct flow_reading *n, const struct tree_node *node, struct reveal *out)
{
	if (node && node->kind == TREE_SCALAR)
		return read_class(n, node, out);
	bool good = node != NULL;
	for (const struct tree_node *at = node ? node->first : NULL; at; at = at->next)
		good = read_class(n, at, out) && good;
	return good;
}

/* A step or a time; false when it is neither, which has been said. */
static bool read_when(struct flow_reading *n, const struct scenario *s,
		      const struct tree_node *node, struct reveal *out)
{
	size_t step = 0;
	out->step = -1;
	if (!node)
		return false;
	if (!value_duration(node->text, &out->at_ns)) {
		if (out->at_ns <= s->limits.virtual_ns)
			return true;
		schema_error(node, n->file, n->d, "at, expected a time within limits.virtual");
		return false;
	}
	if (!flow_find_step(n, node, &step))
		return false;
	if (s->flow.steps[step].simulated && !(s->flow.variants[s->variant].absent >> step & 1)) {
		out->step = (int)step;
		return true;
	}
	schema_error(node, n->file, n->d,
		     "at, expected a step that can be seen in this variant, or a time");
	return false;
}

static const char *const *message_names(void)
{
	static const char *names[MESSAGE_TYPES];
	for (int type = MESSAGE_NONE + 1; type < MESSAGE_TYPES; type++)
		names[type - 1] = message_name((enum message_type)type);
	return names; /* the last stays NULL */
}

static void read_readable(struct flow_reading *n, struct scenario *s, size_t reveal,
			  const struct tree_node *map)
{
	for (const struct tree_node *node = map ? map->first : NULL; node; node = node->next) {
		struct tree_node key = tree_key(node);
		enum message_type type = message_type_of_name(node->key);
		int word = 0;
		if (s->expect.readable_count == SCENARIO_READABLE_MAX || node->kind != TREE_SCALAR)
			continue;
		if (type == MESSAGE_NONE) {
			schema_error_unknown(&key, n->file, n->d, "message", message_names());
			continue;
		}
		schema_read(&readable_schema, node, n->file, &word, NULL);
		s->expect.readable[s->expect.readable_count].reveal = reveal;
		s->expect.readable[s->expect.readable_count].type = type;
		s->expect.readable[s->expect.readable_count].wanted = (enum readable)word;
		s->expect.readable[s->expect.readable_count++].place = node->key_place;
	}
}

/* Only a class whose values belong to channels can be told apart by them. */
static void check_channels(struct flow_reading *n, const struct tree_node *node,
			   const struct reveal *what)
{
	uint32_t ends = 0;
	for (size_t i = 0; i < n->flow->holders_count; i++)
		ends |= (uint32_t)n->flow->holders[i].ends_of_channel << i;
	if (node && what->classes & ~ends)
		schema_error(node, n->file, n->d,
			     "channels, expected only secrets beside it that belong to channels");
}

/* Only a channel on a wire of its own can be recorded there. */
static void check_wires(struct flow_reading *n, const struct tree_node *list)
{
	const struct tree_node *item = list && list->kind == TREE_SEQUENCE ? list->first : NULL;
	for (; item; item = item->next) {
		int channel =
			item->kind == TREE_SCALAR ? flow_channel_index(n->flow, item->text) : -1;
		enum channel_base base = channel < 0 ? BASE_WIRE : n->flow->channels[channel].base;
		if (base == BASE_RIDES || base == BASE_LOCAL)
			schema_error(item, n->file, n->d,
				     "wires, expected a channel that has a wire of its own");
	}
}

/* Whose, of which channels, and what was recorded. */
static bool read_scope(struct flow_reading *n, const struct raw_reveal *raw, struct reveal *out)
{
	size_t actor = 0;
	bool named = raw->from && flow_find_actor(n, raw->from, &actor);
	out->channels = (uint32_t)flow_read_set(n, raw->channels, flow_find_channel);
	out->wires = (uint32_t)flow_read_set(n, raw->wires, flow_find_channel);
	out->from = named ? UINT32_C(1) << actor : 0;
	check_channels(n, raw->channels, out);
	check_wires(n, raw->wires);
	return named || !raw->from;
}

static void read_reveal(struct flow_reading *n, struct scenario *s, const struct tree_node *node)
{
	struct raw_reveal raw = { 0 };
	struct reveal what = { .step = -1 };
	schema_read(&reveal_schema, node, n->file, &raw, NULL);
	bool classes = read_classes(n, raw.secret, &what);
	bool scope = read_scope(n, &raw, &what);
	if (!read_when(n, s, raw.at, &what) || !classes || !scope)
		return;
	s->reveals[s->reveals_count].what = what;
	s->reveals[s->reveals_count].at = flow_copy(raw.at->text);
	s->reveals[s->reveals_count].place = node->place;
	read_readable(n, s, s->reveals_count++, raw.reads);
}

void scenario_read_reveals(struct flow_reading *names, struct scenario *s,
			   const struct raw_scenario *raw)
{
	const struct tree_node *node = raw->reveal ? raw->reveal->first : NULL;
	for (; node && s->reveals_count < REVEALS_MAX; node = node->next)
		if (node->kind == TREE_MAPPING)
			read_reveal(names, s, node);
	read_readable(names, s, s->reveals_count, raw->readable);
	if (raw->readable && !raw->reveal)
		schema_error(raw->readable, names->file, names->d,
			     "expect.readable, expected reveal: beside it: nothing is handed over");
}
