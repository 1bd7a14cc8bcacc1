/* flow_reader_channels.c - the channels of a flow: which of the four bases each stands on, what it
 * is stacked from, and whether those two fit.
 */
#include "sim/flow/flow_reader.h"

#include <string.h>

#include "sim/yaml/schema_scalar.h"

/* Keys that a channel must and must not have, by its base. */
struct base_rule {
	const char *what;
	const char *required[7];
	const char *refused[10];
};
static const struct base_rule base_rules[] = {
	[BASE_WIRE] = { "a channel with a wire of its own",
			{ "from", "to", "host", "port", "pipes" },
			{ "relay", "dialled_by", "kept" } },
	[BASE_RIDES] = { "a channel that rides on others",
			 { "from", "to", "host", "pipes", "relay" },
			 { "port", "wire", "dialled_by", "kept" } },
	[BASE_INSIDE] = { "a channel inside another",
			  { "from", "to", "host", "port", "pipes", "dialled_by" },
			  { "relay", "packets", "kept" } },
	[BASE_LOCAL] = { "a local channel",
			 { NULL },
			 { "from", "to", "host", "port", "pipes", "wire", "relay", "packets",
			   "dialled_by" } },
};

static void check_keys(struct flow_reading *r, const struct tree_node *node,
		       const struct base_rule *rule)
{
	for (size_t i = 0; rule->required[i]; i++)
		if (!tree_get(node, rule->required[i]))
			diag_add(r->d, r->file, node->place.line, node->place.column,
				 "missing key \"%s\" in channels.%s, expected it in %s, actual "
				 "nothing",
				 rule->required[i], node->key, rule->what);
	for (size_t i = 0; rule->refused[i]; i++) {
		const struct tree_node *child = tree_get(node, rule->refused[i]);
		char shown[TREE_SHOWN_MAX];
		if (child)
			diag_add(r->d, r->file, child->key_place.line, child->key_place.column,
				 "key \"%s\" in channels.%s, expected none in %s, actual %s",
				 child->key, node->key, rule->what, tree_show(child, shown));
	}
}

/* The base that a channel names; more than one is an error of its own. */
static enum channel_base read_base(struct flow_reading *r, const struct tree_node *node,
				   const struct raw_channel *raw)
{
	if (raw->local + (raw->rides != NULL) + (raw->inside != NULL) > 1)
		diag_add(r->d, r->file, node->place.line, node->place.column,
			 "channels.%s, expected at most one of local, rides, inside, actual more",
			 node->key);
	const struct tree_node *local = tree_get(node, "local");
	if (local && !(local->text && strcmp(local->text, "false") == 0))
		return BASE_LOCAL; /* also when its value is none: that has been told */
	if (tree_get(node, "rides"))
		return BASE_RIDES;
	return tree_get(node, "inside") ? BASE_INSIDE : BASE_WIRE;
}

/* A channel is dialled at, and certified for, a host of the actor that it goes to. */
static void check_host(struct flow_reading *r, const struct tree_node *node,
		       const struct flow_actor *a)
{
	char kind[SCHEMA_NAME_MAX + 16];
	struct flow_names names = { .kind = kind };
	for (size_t i = 0; i < a->hosts_count; i++) {
		names.list[names.count++] = a->hosts[i].host;
		if (strcmp(a->hosts[i].host, node->text) == 0)
			return;
	}
	snprintf(kind, sizeof kind, "host of %s", a->name);
	flow_unknown(r, node, &names);
}

static void read_ends(struct flow_reading *r, const struct raw_channel *raw, struct flow_channel *c)
{
	bool from = flow_find_actor(r, raw->from, &c->from);
	bool to = flow_find_actor(r, raw->to, &c->to);
	if (from && to && c->from == c->to)
		schema_error(raw->to, r->file, r->d, "to, expected another actor than from");
	if (!raw->host)
		return;
	c->host = flow_copy(raw->host->text);
	if (to)
		check_host(r, raw->host, &r->flow->actors[c->to]);
}

/* Pipes stand in this order, each kind once; streams of bytes are what frame and http need below.
 */
static void check_pipe(struct flow_reading *r, const struct flow_channel *c,
		       const struct tree_node *node)
{
	static const int ranks[PIPE_KINDS] = { [PIPE_STREAM] = 0,
					       [PIPE_TLS] = 1,
					       [PIPE_DTLS] = 1,
					       [PIPE_FRAME] = 2,
					       [PIPE_HTTP] = 3 };
	enum pipe_kind kind = c->pipes[c->pipes_count - 1];
	bool bottom = c->pipes_count == 1;
	enum pipe_kind below = bottom ? PIPE_KINDS : c->pipes[c->pipes_count - 2];
	if (!bottom && ranks[kind] <= ranks[below])
		schema_error(node, r->file, r->d, "pipe out of order, expected %s",
			     "stream, then tls or dtls, then frame, then http");
	else if (kind == PIPE_STREAM && c->base == BASE_RIDES)
		schema_error(node, r->file, r->d, "pipe, expected none of IP packets on a ride");
	else if (kind == PIPE_DTLS && !bottom)
		schema_error(node, r->file, r->d,
			     "pipe, expected dtls at the bottom, on datagrams");
	else if ((kind == PIPE_FRAME || kind == PIPE_HTTP) && (bottom || below == PIPE_DTLS))
		schema_error(node, r->file, r->d, "pipe, expected a stream of bytes below");
	else if (kind == PIPE_TLS && bottom && c->base != BASE_RIDES)
		schema_error(node, r->file, r->d, "pipe, expected a stream below tls");
	else if (c->packets && kind != PIPE_DTLS)
		schema_error(node, r->file, r->d,
			     "pipe, expected none that loses the ends of packets");
}

static void read_pipes(struct flow_reading *r, const struct tree_node *pipes,
		       struct flow_channel *c)
{
	static const struct {
		enum pipe_kind kind;
		bool mutual;
	} meaning[] = { { PIPE_STREAM, false }, { PIPE_TLS, false }, { PIPE_TLS, true },
			{ PIPE_DTLS, false },   { PIPE_DTLS, true }, { PIPE_FRAME, false },
			{ PIPE_HTTP, false } };
	const struct tree_node *item = pipes ? pipes->first : NULL;
	for (; item && c->pipes_count < STACK_PIPES_MAX; item = item->next) {
		int word = -1;
		schema_read(&pipe_schema, item, r->file, &word, NULL);
		if (word < 0)
			continue;
		c->pipes[c->pipes_count++] = meaning[word].kind;
		c->mutual = c->mutual || meaning[word].mutual;
		check_pipe(r, c, item);
	}
}

/* First pass: every channel by its name, so that those that ride can find those that come later. */
static void read_channel(struct flow_reading *r, const struct tree_node *node)
{
	struct raw_channel raw = { 0 };
	schema_read(&channel_schema, node, r->file, &raw, NULL);
	struct flow_channel *c = &r->flow->channels[r->flow->channels_count++];
	c->name = flow_copy(node->key);
	c->place = node->key_place;
	c->wire.mtu = FLOW_MTU_DEFAULT;
	if (node->kind != TREE_MAPPING)
		return;
	c->base = read_base(r, node, &raw);
	c->port = raw.port;
	c->packets = raw.packets;
	c->kept = raw.kept;
	check_keys(r, node, &base_rules[c->base]);
	if (c->base == BASE_LOCAL)
		return;
	c->from = c->to = SIZE_MAX;
	read_ends(r, &raw, c);
	read_pipes(r, raw.pipes, c);
	schema_read(&wire_schema, raw.wire, r->file, &c->wire, NULL);
}

bool flow_joins(const struct flow_channel *c, size_t a, size_t b)
{
	return (c->from == a && c->to == b) || (c->from == b && c->to == a);
}

static bool has_pipe(const struct flow_channel *c, enum pipe_kind kind)
{
	for (size_t i = 0; i < c->pipes_count; i++)
		if (c->pipes[i] == kind)
			return true;
	return false;
}

/* One hop: a channel with a wire, between the ends a and b, and a message to wrap bytes in. */
static void read_ride(struct flow_reading *r, const struct tree_node *node, struct flow_channel *c,
		      size_t a, size_t b)
{
	struct tree_node name = tree_key(node);
	struct ride *ride = &c->rides[c->rides_count];
	if (!flow_find_channel(r, &name, &ride->channel))
		return;
	ride->message = flow_copy(node->text);
	c->rides_count++;
	ride->type = flow_check_message(r, node);
	const struct flow_channel *on = &r->flow->channels[ride->channel];
	if (on->base != BASE_WIRE)
		schema_error(&name, r->file, r->d, "channel to ride on, expected one with a wire");
	else if (flow_ends_are_known(on) && !flow_joins(on, a, b))
		schema_error(&name, r->file, r->d,
			     "channel to ride on, expected one between %s and %s",
			     r->flow->actors[a].name, r->flow->actors[b].name);
	else if (has_pipe(c, PIPE_TLS) && !has_pipe(on, PIPE_STREAM))
		schema_error(&name, r->file, r->d,
			     "channel to ride on, expected one with a stream below tls");
}

static void read_rides(struct flow_reading *r, const struct raw_channel *raw,
		       struct flow_channel *c)
{
	if (!flow_ends_are_known(c) || !flow_find_actor(r, raw->relay, &c->relay) || !raw->rides)
		return;
	size_t end = c->from, other = c->relay;
	for (const struct tree_node *ride = raw->rides->first;
	     ride && c->rides_count < FLOW_RIDES_MAX; ride = ride->next) {
		if (ride->kind == TREE_SCALAR && schema_is_name(ride->key) &&
		    schema_is_name(ride->text))
			read_ride(r, ride, c, end, other);
		end = c->relay;
		other = c->to;
	}
}

static void read_inside(struct flow_reading *r, const struct raw_channel *raw,
			struct flow_channel *c)
{
	bool dialler = flow_find_actor(r, raw->dialled_by, &c->relay);
	if (!flow_find_channel(r, raw->inside, &c->inside))
		return;
	const struct flow_channel *tunnel = &r->flow->channels[c->inside];
	if (!tunnel->packets)
		schema_error(raw->inside, r->file, r->d,
			     "inside, expected a channel with packets: true");
	else if (dialler && flow_ends_are_known(tunnel) && tunnel->to != c->relay)
		schema_error(raw->dialled_by, r->file, r->d,
			     "dialled_by, expected %s, where %s ends",
			     r->flow->actors[tunnel->to].name, tunnel->name);
}

void flow_read_channels(struct flow_reading *r, const struct tree_node *channels)
{
	const struct tree_node *nodes[FLOW_CHANNELS_MAX];
	for (const struct tree_node *node = channels ? channels->first : NULL; node;
	     node = node->next)
		if (r->flow->channels_count < FLOW_CHANNELS_MAX && schema_is_name(node->key)) {
			nodes[r->flow->channels_count] = node;
			read_channel(r, node);
		}
	for (size_t i = 0; i < r->flow->channels_count; i++) {
		struct raw_channel raw = { 0 };
		struct flow_channel *c = &r->flow->channels[i];
		schema_read(&channel_schema, nodes[i], r->file, &raw, NULL);
		if (c->base == BASE_RIDES)
			read_rides(r, &raw, c);
		else if (c->base == BASE_INSIDE)
			read_inside(r, &raw, c);
	}
}
