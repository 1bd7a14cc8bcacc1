/* scenario_traffic.c - reads what must be seen of the traffic itself: what is dropped, and how much
 * is said for how much.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/scenario_reader.h"
#include "sim/yaml/schema_scalar.h"

struct raw_dropped {
	const struct tree_node *why, *at;
	int64_t times;
};
struct raw_amplified {
	int32_t most, least;
};
enum { RATIO_MAX = 1000000, NO_RATIO = -1 };

/* clang-format off: one key, one entry. */
static const struct schema dropped_fields[] = {
	{ "why", "the words that the trace has for it", SCHEMA_TEXT,
	  SCHEMA_AT(struct raw_dropped, why), .required = true },
	{ "at", "the actor that it reached; device is that of each device", SCHEMA_NAME,
	  SCHEMA_AT(struct raw_dropped, at), .required = true },
	{ "times", "how often", SCHEMA_INTEGER, SCHEMA_AT(struct raw_dropped, times),
	  .required = true, .least = 1, .most = 1000000000 },
	{ .name = NULL },
};
const struct schema dropped_schema = { .text = "something that is dropped",
				       .kind = SCHEMA_GROUP,
				       .fields = dropped_fields };
static const struct schema amplified_fields[] = {
	{ "most", "at no time more than so many bytes are said for one heard", SCHEMA_INTEGER,
	  SCHEMA_AT(struct raw_amplified, most), .least = 1, .most = RATIO_MAX },
	{ "least", "at some time so many bytes or more are said for one heard: a victim",
	  SCHEMA_INTEGER, SCHEMA_AT(struct raw_amplified, least), .least = 1, .most = RATIO_MAX },
	{ .name = NULL },
};
const struct schema amplified_schema = { .text = "bytes said for one heard, to an address not yet "
						 "known to be reached",
					 .kind = SCHEMA_GROUP,
					 .fields = amplified_fields };
/* clang-format on */

static bool drop_is_new(const struct scenario *s, const char *actor, const char *why)
{
	for (size_t i = 0; i < s->expect.drops_count; i++)
		if (strcmp(s->expect.drops[i].actor, actor) == 0 &&
		    strcmp(s->expect.drops[i].why, why) == 0)
			return false;
	return true;
}

static void read_drop(struct flow_reading *n, struct scenario *s, const struct tree_node *node)
{
	struct raw_dropped raw = { 0 };
	size_t actor = 0, count = s->expect.drops_count;
	schema_read(&dropped_schema, node, n->file, &raw, NULL);
	if (!raw.why || !raw.at || !flow_find_actor(n, raw.at, &actor))
		return;
	if (!drop_is_new(s, raw.at->text, raw.why->text)) {
		schema_error(raw.why, n->file, n->d,
			     "dropped, expected one line for each actor and reason");
		return;
	}
	s->expect.drops[count].actor = flow_copy(raw.at->text);
	s->expect.drops[count].why = flow_copy(raw.why->text);
	s->expect.drops[count].times = (uint64_t)raw.times;
	s->expect.drops[count].place = raw.why->place;
	s->expect.drops_count++;
}

static void read_amplified(struct flow_reading *n, struct scenario *s, const struct tree_node *node)
{
	struct raw_amplified raw = { NO_RATIO, NO_RATIO };
	struct tree_node key = tree_key(node);
	size_t channel = 0, count = s->expect.amplified_count;
	if (!schema_is_name(node->key) || !flow_find_channel(n, &key, &channel))
		return;
	const struct flow_channel *c = &s->flow.channels[channel];
	if (c->base != BASE_WIRE || c->pipes_count > 0) {
		schema_error(&key, n->file, n->d, "channel, expected one of datagrams on a wire");
		return;
	}
	schema_read(&amplified_schema, node, n->file, &raw, NULL);
	if (raw.most == NO_RATIO && raw.least == NO_RATIO) {
		schema_error(node, n->file, n->d, "amplification, expected most or least");
		return;
	}
	if (raw.most != NO_RATIO && raw.least > raw.most) {
		schema_error(node, n->file, n->d, "amplification, expected least not above most");
		return;
	}
	s->expect.amplified[count].channel = channel;
	s->expect.amplified[count].most = raw.most;
	s->expect.amplified[count].least = raw.least;
	s->expect.amplified[count].place = node->key_place;
	s->expect.amplified_count++;
}

void scenario_read_traffic(struct flow_reading *n, struct scenario *s,
			   const struct raw_scenario *raw)
{
	const struct tree_node *at = raw->dropped ? raw->dropped->first : NULL;
	for (; at && s->expect.drops_count < SCENARIO_DROPS_MAX; at = at->next)
		if (at->kind == TREE_MAPPING)
			read_drop(n, s, at);
	at = raw->amplified ? raw->amplified->first : NULL;
	for (; at && s->expect.amplified_count < SCENARIO_AMPLIFIED_MAX; at = at->next)
		if (at->kind == TREE_MAPPING)
			read_amplified(n, s, at);
}

void scenario_free_traffic(struct scenario *s)
{
	for (size_t i = 0; i < s->expect.drops_count; i++) {
		free(s->expect.drops[i].actor);
		free(s->expect.drops[i].why);
	}
}
