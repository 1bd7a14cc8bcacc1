/* scenario_packets.c - reads of an adversary's entry what is done to packets on wires, and what an
 * actor is from the run's beginning.
 */
#include <string.h>

#include "proto/pipe/forgery.h"
#include "sim/scenario/scenario_acts.h"
#include "sim/yaml/schema_scalar.h"
#include "sim/yaml/value.h"

#define S_NS INT64_C(1000000000)
#define NO_HEX(what) what ", expected pairs of hexadecimal digits behind 0x"
enum { PLACE_MAX = 65535 * 8, TIMES_MAX = 1000, CHECKSUM_KEEP = 0 };

struct raw_replay {
	const struct tree_node *packet;
	uint16_t times;
	int64_t delay_ns;
	bool here;
};
struct raw_inject {
	const struct tree_node *bytes, *text, *from, *to;
	bool raw;
	uint16_t times;
};
struct raw_rewrite {
	const struct tree_node *find, *with;
};
struct raw_bytes {
	const struct tree_node *channel, *bytes, *text;
};

const char *const plan_checksum_words[] = { [CHECKSUM_KEEP] = "keep", NULL };
/* clang-format off: one key, one entry. */
const struct schema plan_rewrite_fields[] = {
	{ "find", "in hexadecimal: the first such bytes of the payload", SCHEMA_SCALAR,
	  SCHEMA_AT(struct raw_rewrite, find), .required = true },
	{ "with", "in hexadecimal: what stands there then, as many", SCHEMA_SCALAR,
	  SCHEMA_AT(struct raw_rewrite, with), .required = true },
	{ .name = NULL },
};
const struct schema plan_replay_fields[] = {
	{ "packet", "the name under which it was captured", SCHEMA_NAME,
	  SCHEMA_AT(struct raw_replay, packet), .required = true },
	{ "times", "how often; 1 when it is left out", SCHEMA_INTEGER,
	  SCHEMA_AT(struct raw_replay, times), .least = 1, .most = TIMES_MAX },
	{ "delay", "how much later than the packet that passes", SCHEMA_DURATION,
	  SCHEMA_AT(struct raw_replay, delay_ns), .most = 8784 * 3600 * S_NS },
	{ "here", "true: what it carries goes as a datagram of the connection that passes",
	  SCHEMA_FLAG, SCHEMA_AT(struct raw_replay, here) },
	{ .name = NULL },
};
const struct schema plan_inject_fields[] = {
	{ "bytes", "in hexadecimal: 0x160301", SCHEMA_SCALAR, SCHEMA_AT(struct raw_inject, bytes) },
	{ "text", "or as a text", SCHEMA_TEXT, SCHEMA_AT(struct raw_inject, text) },
	{ "from", "a datagram's source: an actor's host, in place of the packet's sender",
	  SCHEMA_NAME, SCHEMA_AT(struct raw_inject, from) },
	{ "to", "a datagram's receiver: one end of the wire, in place of the packet's", SCHEMA_NAME,
	  SCHEMA_AT(struct raw_inject, to) },
	{ "raw", "true: they are all of the datagram, and not what it carries", SCHEMA_FLAG,
	  SCHEMA_AT(struct raw_inject, raw) },
	{ "times", "how often; of another host, each from another port", SCHEMA_INTEGER,
	  SCHEMA_AT(struct raw_inject, times), .least = 1, .most = TIMES_MAX },
	{ .name = NULL },
};
const struct schema plan_bytes_fields[] = {
	{ "channel", "the channel they go on", SCHEMA_NAME, SCHEMA_AT(struct raw_bytes, channel),
	  .required = true },
	{ "bytes", "what they are", SCHEMA_VALUE, SCHEMA_AT(struct raw_bytes, bytes) },
	{ "text", "or as a text", SCHEMA_TEXT, SCHEMA_AT(struct raw_bytes, text) },
	{ .name = NULL },
};
/* clang-format on */
static const struct schema rewrite_schema = { .kind = SCHEMA_GROUP, .fields = plan_rewrite_fields };
static const struct schema replay_schema = { .kind = SCHEMA_GROUP, .fields = plan_replay_fields };
static const struct schema inject_schema = { .kind = SCHEMA_GROUP, .fields = plan_inject_fields };
static const struct schema bytes_schema = { .kind = SCHEMA_GROUP, .fields = plan_bytes_fields };

/* -- values -- */

static void read_number(struct plan_reading *r, struct plan_entry *e, const struct tree_node *node,
			enum act_kind kind)
{
	int64_t number = 0;
	struct act *a = node ? plan_act_new(r, e, node, kind) : NULL;
	if (!a)
		return;
	if (value_integer(node->text, &number) || number < -PLACE_MAX || number > PLACE_MAX)
		schema_error(node, r->names->file, r->names->d,
			     "%s, expected an integer from %d to %d", act_name(kind), -PLACE_MAX,
			     PLACE_MAX);
	a->number = number;
}

static int nibble(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c) : NULL;
	return at ? (int)(at - digits) : -1;
}

static bool read_hex(const char *text, struct buffer *out)
{
	if (strncmp(text, "0x", 2) != 0 || strlen(text) % 2 != 0 || text[2] == 0)
		return false;
	for (text += 2; *text; text += 2) {
		int high = nibble(text[0]), low = nibble(text[1]);
		if (high < 0 || low < 0)
			return false;
		buffer_append_u8(out, (uint8_t)(high * 16 + low));
	}
	return true;
}

/* Bytes or a text, one of them. node: of both. */
static void read_bytes(struct plan_reading *r, struct act *a, const struct tree_node *node,
		       const struct tree_node *bytes, const struct tree_node *text)
{
	if ((bytes != NULL) == (text != NULL))
		plan_refuse(r, node, "bytes, expected either bytes or text");
	else if (text)
		buffer_append(&a->bytes, bytes_of_string(text->text));
	else if (!read_hex(bytes->text, &a->bytes))
		plan_refuse(r, bytes, NO_HEX("bytes"));
}

static void read_rewrite(struct plan_reading *r, struct plan_entry *e, const struct tree_node *node)
{
	struct raw_rewrite raw = { 0 };
	schema_read(&rewrite_schema, node, r->names->file, &raw, NULL);
	struct act *a = plan_act_new(r, e, node, ACT_REWRITE);
	if (!a)
		return;
	if (!read_hex(raw.find->text, &a->find))
		plan_refuse(r, raw.find, NO_HEX("find"));
	else if (!read_hex(raw.with->text, &a->bytes))
		plan_refuse(r, raw.with, NO_HEX("with"));
	else if (a->find.size != a->bytes.size)
		plan_refuse(r, raw.with, "with, expected as many bytes as find has");
}

static bool is_captured(const struct plan *p, const char *name)
{
	for (size_t i = 0; i < p->entries_count; i++)
		for (size_t k = 0; k < p->entries[i].acts_count; k++)
			if (p->entries[i].on && p->entries[i].acts[k].kind == ACT_CAPTURE &&
			    strcmp(p->entries[i].acts[k].text, name) == 0)
				return true;
	return false;
}

/* -- acts -- */

static void read_replay(struct plan_reading *r, struct plan_entry *e, const struct tree_node *node)
{
	struct raw_replay raw = { .times = 1 };
	schema_read(&replay_schema, node, r->names->file, &raw, NULL);
	if (!is_captured(&r->s->plan, raw.packet->text)) {
		plan_refuse(r, raw.packet,
			    "packet, expected one that is captured on a wire before");
		return;
	}
	struct act *a = plan_act_new(r, e, node, ACT_REPLAY);
	if (!a)
		return;
	a->text = flow_copy(raw.packet->text);
	a->times = raw.times;
	a->ns = raw.delay_ns;
	a->here = raw.here;
}

static int read_end(struct plan_reading *r, const struct tree_node *node)
{
	size_t actor = 0;
	return node && flow_find_actor(r->names, node, &actor) ? (int)actor : -1;
}

static void read_inject(struct plan_reading *r, struct plan_entry *e, const struct tree_node *node)
{
	struct raw_inject raw = { .times = 1 };
	schema_read(&inject_schema, node, r->names->file, &raw, NULL);
	struct act *a = plan_act_new(r, e, node, ACT_INJECT);
	if (!a)
		return;
	read_bytes(r, a, node, raw.bytes, raw.text);
	a->from = read_end(r, raw.from);
	a->to = read_end(r, raw.to);
	a->raw = raw.raw;
	a->times = raw.times;
}

static void read_bytes_act(struct plan_reading *r, struct plan_entry *e,
			   const struct tree_node *node)
{
	struct raw_bytes raw = { 0 };
	size_t channel = 0;
	schema_read(&bytes_schema, node, r->names->file, &raw, NULL);
	struct act *a = plan_act_new(r, e, node, ACT_BYTES);
	if (!a || !flow_find_channel(r->names, raw.channel, &channel))
		return;
	const struct flow_channel *c = &r->s->flow.channels[channel];
	a->channel = channel;
	if (c->pipes_count == 0 || (e->at != (int)c->from && e->at != (int)c->to))
		plan_refuse(r, raw.channel,
			    "channel, expected one with a session that the actor is an end of");
	if ((raw.bytes != NULL) == (raw.text != NULL)) {
		plan_refuse(r, node, "bytes, expected either bytes or text");
	} else if (raw.text) {
		a->value.op = VALUE_BYTES;
		buffer_append(&a->value.bytes, bytes_of_string(raw.text->text));
	} else {
		plan_read_value(&(struct value_reading){ .plan = r }, raw.bytes, &a->value);
	}
}

/* Where an actor is not who it is; -1: on all its channels, or an error that was said. */
static int read_only(struct plan_reading *r, const struct plan_entry *e,
		     const struct tree_node *node)
{
	size_t channel = 0;
	if (!node || !flow_find_channel(r->names, node, &channel))
		return -1;
	const struct flow_channel *c = &r->s->flow.channels[channel];
	bool session = false;
	for (size_t i = 0; i < c->pipes_count; i++)
		session = session || pipe_is_session(c->pipes[i]);
	if (!session || (e->at != (int)c->from && e->at != (int)c->to))
		plan_refuse(r, node,
			    "channel, expected one with TLS or DTLS that the actor is an end of");
	return (int)channel;
}

static void read_being(struct plan_reading *r, struct plan_entry *e,
		       const struct raw_packet_acts *raw, const struct tree_node *node)
{
	const struct tree_node *at = tree_get(node, "present");
	at = at ? at : tree_get(node, raw->begins_ns ? "begins" : "expires");
	struct act *a = at ? plan_act_new(r, e, at, ACT_PRESENT) : NULL;
	size_t before = plan_errors(r);
	int only = read_only(r, e, raw->channel);
	if (a) {
		a->only = only;
		a->word = raw->present < 0 ? FORGERY_NONE : raw->present;
		a->ns = raw->begins_ns;
		a->number = raw->expires_ns;
	}
	if (a && only >= 0 && plan_errors(r) == before &&
	    !flow_is_certified_on(&r->s->flow.channels[only], (size_t)e->at))
		plan_refuse(r, raw->channel,
			    "channel, expected one on which the actor presents a certificate");
	if (a && (a->ns % S_NS || a->number % S_NS))
		plan_refuse(r, at, "begins and expires, expected whole seconds");
	if (raw->speak >= 0 && (a = plan_act_new(r, e, tree_get(node, "speak"), ACT_SPEAK))) {
		a->only = only;
		a->word = raw->speak;
	}
}

void plan_read_packet_acts(struct plan_reading *r, struct plan_entry *e,
			   const struct raw_packet_acts *raw, const struct tree_node *node)
{
	size_t first = e->acts_count;
	read_number(r, e, raw->flip, ACT_FLIP);
	for (size_t i = first; i < e->acts_count; i++)
		e->acts[i].stale = raw->checksum == CHECKSUM_KEEP;
	if (!raw->flip && raw->checksum >= 0)
		plan_refuse(r, tree_get(node, "checksum"), "checksum, expected it beside flip");
	if (raw->rewrite)
		read_rewrite(r, e, raw->rewrite);
	read_number(r, e, raw->truncate, ACT_TRUNCATE);
	read_number(r, e, raw->split, ACT_SPLIT);
	if (raw->replay)
		read_replay(r, e, raw->replay);
	if (raw->inject)
		read_inject(r, e, raw->inject);
	if (raw->reset)
		plan_act_new(r, e, tree_get(node, "reset"), ACT_RESET);
	if (raw->fin)
		plan_act_new(r, e, tree_get(node, "fin"), ACT_FIN);
	if (raw->bytes)
		read_bytes_act(r, e, raw->bytes);
	read_being(r, e, raw, node);
}

/* -- what goes together -- */

/* Whether an actor is an end of a channel's wire: a host that a tunnel's inner channel is dialled
 * from is one of its. */
static bool is_end(const struct flow_channel *c, int actor)
{
	int near = c->base == BASE_INSIDE ? (int)c->relay : (int)c->from;
	return actor < 0 || actor == near || actor == (int)c->to;
}

static const char *fault_of_ends(const struct flow *f, const struct plan_entry *e)
{
	for (size_t i = 0; i < f->channels_count; i++) {
		if (!(e->on >> i & 1))
			continue;
		if (!is_end(&f->channels[i], e->packet.from) ||
		    !is_end(&f->channels[i], e->packet.to) ||
		    (e->packet.from >= 0 && e->packet.from == e->packet.to))
			return "when, expected the two ends of a wire of on: of a channel inside a "
			       "tunnel, who dials onwards and the host";
	}
	return NULL;
}

static const char *fault_on_channel(const struct flow_channel *c, const struct act *a)
{
	bool datagrams = c->pipes_count == 0;
	bool of_stream = a->kind == ACT_SPLIT || a->kind == ACT_RESET || a->kind == ACT_FIN;
	if (datagrams && (of_stream || a->stale))
		return "do, expected split, reset, fin and checksum on TCP streams only";
	if (!datagrams &&
	    (a->here || a->raw || (a->kind == ACT_INJECT && (a->from >= 0 || a->to >= 0))))
		return "do, expected here, raw, from and to on channels of datagrams only";
	if (a->kind == ACT_INJECT && !is_end(c, a->to))
		return "to, expected an end of the wire";
	return NULL;
}

const char *plan_packet_fault_of(const struct flow *f, const struct plan_entry *e)
{
	const char *fault = fault_of_ends(f, e);
	if (!fault && e->every)
		fault = "when, expected no every with acts upon packets: the first packet behind "
			"it is meant";
	for (size_t k = 0; k < e->acts_count && !fault; k++) {
		const struct act *a = &e->acts[k];
		bool known = a->kind == ACT_DROP || a->kind == ACT_DELAY ||
			     a->kind == ACT_CAPTURE || a->kind == ACT_DUPLICATE ||
			     (a->kind >= ACT_FLIP && a->kind <= ACT_FIN);
		if (!known)
			fault = "do, expected with on either blackout alone, or acts upon packets";
		for (size_t i = 0; i < f->channels_count && !fault; i++)
			if (e->on >> i & 1)
				fault = fault_on_channel(&f->channels[i], a);
	}
	return fault;
}

const char *plan_being_fault_of(const struct flow *f, const struct plan_entry *e)
{
	bool bytes = e->acts[0].kind == ACT_BYTES;
	if (e->on != 0 || (bytes && e->acts_count > 1))
		return "do, expected bytes in an entry of its own, at an actor";
	if (bytes)
		return NULL;
	for (size_t k = 0; k < e->acts_count; k++)
		if (e->acts[k].kind != ACT_PRESENT && e->acts[k].kind != ACT_SPEAK)
			return "do, expected present, begins, expires and speak in an entry of "
			       "their own";
	if (e->acts[0].kind == ACT_PRESENT && !flow_is_certified(f, (size_t)e->at))
		return "at, expected an actor that presents a certificate";
	for (size_t k = 0; k < e->acts_count; k++)
		if (e->acts[k].kind == ACT_PRESENT && e->acts[k].word == FORGERY_OTHER_DEVICE &&
		    !(f->each_device >> e->at & 1))
			return "do, expected present: other-device at an actor that each device "
			       "has";
	if (e->when.kind != TRIGGER_TIME || e->when.at_ns != 0 || e->after.kind != TRIGGER_NONE ||
	    e->until.kind != TRIGGER_NONE)
		return "when, expected 0s: an actor is who it is from the beginning";
	return NULL;
}
