/* flow_reader_steps.c - the steps of a flow and the patterns by which they are recognised.
 *
 * A pattern that no record could ever match is a mistake of the file: the message must exist and
 * hold the fields, and the channel must join the two actors.
 */
#include "sim/flow/flow_reader.h"

#include <stdlib.h>
#include <string.h>

#include "sim/yaml/schema_scalar.h"

static const char *const event_words[STEP_EVENTS] = {
	[STEP_SENT] = "sent",
	[STEP_ACCEPTED] = "accepted",
	[STEP_OPENED] = "opened",
	[STEP_SECURED] = "secured",
};

enum message_type flow_check_message(struct flow_reading *r, const struct tree_node *node)
{
	enum message_type found = message_type_of_name(node->text);
	if (found != MESSAGE_NONE)
		return found;
	struct flow_names names = { .kind = "message" };
	for (int type = MESSAGE_NONE + 1; type < MESSAGE_TYPES; type++)
		names.list[names.count++] = message_name((enum message_type)type);
	flow_unknown(r, node, &names);
	return MESSAGE_NONE;
}

static void read_fields(struct flow_reading *r, const struct tree_node *with,
			enum message_type type, struct step_pattern *p)
{
	size_t count = 0;
	for (const struct tree_node *item = with ? with->first : NULL; item; item = item->next) {
		if (item->kind != TREE_SCALAR || count == STEP_WITH_MAX)
			continue;
		p->with[count++] = flow_copy(item->text);
		if (type != MESSAGE_NONE && !message_has_field(type, item->text))
			schema_error(item, r->file, r->d, "unknown field, expected one of %s",
				     message_name(type));
	}
}

/* Whether what the pattern says of its channel can be: the ends of a wire are two certain actors.
 */
static void check_ends(struct flow_reading *r, const struct tree_node *at,
		       const struct step_pattern *p)
{
	int channel = flow_channel_index(r->flow, p->channel);
	int from = flow_actor_index(r->flow, p->from), to = flow_actor_index(r->flow, p->to);
	if (channel < 0 || from < 0 || to < 0)
		return;
	const struct flow_channel *c = &r->flow->channels[channel];
	bool opens = p->event == STEP_OPENED || p->event == STEP_SECURED;
	if (c->base == BASE_LOCAL) {
		if (opens)
			schema_error(at, r->file, r->d,
				     "channel, expected one that is opened and not a local one");
		return;
	}
	if (!flow_ends_are_known(c))
		return;
	bool good = opens ? c->from == (size_t)from && c->to == (size_t)to
			  : flow_joins(c, (size_t)from, (size_t)to);
	if (!good)
		diag_add(r->d, r->file, at->place.line, at->place.column,
			 "channel %s, expected %s %s %s, actual %s to %s", c->name,
			 r->flow->actors[c->from].name, opens ? "to" : "and",
			 r->flow->actors[c->to].name, p->from, p->to);
}

/* The one event that a pattern speaks of; STEP_EVENTS after reporting none or several. */
static enum step_event find_event(struct flow_reading *r, const struct tree_node *node)
{
	enum step_event found = STEP_EVENTS;
	size_t count = 0;
	for (int e = 0; e < STEP_EVENTS; e++)
		if (tree_get(node, event_words[e])) {
			found = (enum step_event)e;
			count++;
		}
	if (count == 1)
		return found;
	diag_add(r->d, r->file, node->place.line, node->place.column,
		 "step %s, expected one of sent, accepted, opened, secured%s, actual %s", node->key,
		 tree_get(node, "say") ? ", not_simulated" : "", count == 0 ? "none" : "several");
	return STEP_EVENTS;
}

/* Whether a key that the event needs is there, and one that it has no use for is not. */
static void check_key(struct flow_reading *r, const struct tree_node *node, const char *key,
		      bool wanted)
{
	const struct tree_node *child = tree_get(node, key);
	if (!child && wanted)
		diag_add(r->d, r->file, node->place.line, node->place.column,
			 "missing key \"%s\" in step %s, expected a name, actual nothing", key,
			 node->key);
	else if (child && !wanted)
		diag_add(r->d, r->file, child->key_place.line, child->key_place.column,
			 "key \"%s\" in step %s, expected none beside such an event, actual \"%s\"",
			 key, node->key, key);
}

void flow_read_pattern(struct flow_reading *r, const struct raw_step *raw,
		       const struct tree_node *node, struct step_pattern *p)
{
	p->event = find_event(r, node);
	if (p->event == STEP_EVENTS)
		return;
	bool message = p->event == STEP_SENT || p->event == STEP_ACCEPTED;
	const struct tree_node *subject = raw->event[p->event];
	const struct tree_node *channel = message ? raw->channel : subject;
	size_t index = 0;
	check_key(r, node, "from", true);
	check_key(r, node, "to", true);
	if (message || raw->channel)
		check_key(r, node, "channel", message);
	if (raw->with && !message)
		check_key(r, node, "with", false);
	if (message && subject) {
		p->message = flow_copy(subject->text);
		read_fields(r, raw->with, flow_check_message(r, subject), p);
	}
	if (flow_find_actor(r, raw->from, &index))
		p->from = flow_copy(raw->from->text);
	if (flow_find_actor(r, raw->to, &index))
		p->to = flow_copy(raw->to->text);
	if (flow_find_channel(r, channel, &index))
		p->channel = flow_copy(channel->text);
	if (p->from && p->to && p->channel)
		check_ends(r, channel, p);
}

/* A sentence of which nothing can be seen says why, and has no pattern. */
static void read_not_simulated(struct flow_reading *r, const struct raw_step *raw,
			       const struct tree_node *node, struct flow_step *s)
{
	static const char *const keys[] = { "sent", "accepted", "opened",  "secured",
					    "from", "to",       "channel", "with" };
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		check_key(r, node, keys[i], false);
	char *text = NULL;
	if (asprintf(&text, "%s; not simulated: %s", s->text ? s->text : "",
		     raw->not_simulated->text) < 0)
		abort();
	free(s->text);
	s->text = text;
}

static void read_step(struct flow_reading *r, const struct tree_node *node)
{
	struct raw_step raw = { 0 };
	schema_read(&step_schema, node, r->file, &raw, NULL);
	struct flow_step *s = &r->flow->steps[r->flow->steps_count++];
	s->id = flow_copy(node->key);
	s->place = node->key_place;
	s->text = flow_copy(raw.say ? raw.say->text : NULL);
	s->simulated = !tree_get(node, "not_simulated");
	if (node->kind != TREE_MAPPING)
		return;
	if (s->simulated)
		flow_read_pattern(r, &raw, node, &s->pattern);
	else if (raw.not_simulated)
		read_not_simulated(r, &raw, node, s);
}

/* An attempt is of one device, which only an actor of each device can tell. */
static bool tells_device(const struct flow *f, const char *actor)
{
	int index = actor ? flow_actor_index(f, actor) : -1;
	return index < 0 || f->each_device >> index & 1;
}

void flow_read_attempt(struct flow_reading *r, const struct tree_node *attempt)
{
	struct raw_attempt raw = { 0 };
	if (!attempt || attempt->kind != TREE_MAPPING)
		return;
	struct flow_attempt *a = &r->flow->attempt;
	schema_read(&attempt_schema, attempt, r->file, &raw, NULL);
	a->there = true;
	a->place = attempt->key_place;
	flow_read_pattern(r, &raw.pattern, attempt, &a->pattern);
	if (raw.pattern.with)
		schema_error(raw.pattern.with, r->file, r->d,
			     "with, expected none in what begins an attempt");
	a->repeats = flow_read_set(r, raw.repeats, flow_find_step);
	if (!tells_device(r->flow, a->pattern.from) && !tells_device(r->flow, a->pattern.to))
		diag_add(r->d, r->file, attempt->place.line, attempt->place.column,
			 "attempt, expected from or to among each_device, actual %s to %s",
			 a->pattern.from, a->pattern.to);
}

void flow_read_steps(struct flow_reading *r, const struct tree_node *steps)
{
	for (const struct tree_node *node = steps ? steps->first : NULL; node; node = node->next)
		if (r->flow->steps_count < FLOW_STEPS_MAX && schema_is_name(node->key))
			read_step(r, node);
}
