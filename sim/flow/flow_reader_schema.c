/* flow_reader_schema.c - the keys of a flow file: shape and ranges, nothing about meaning. */
#include "sim/flow/flow_reader.h"

#define HOUR_NS INT64_C(3600000000000)
#define AT_FLOW(member) SCHEMA_AT(struct raw_flow, member)
#define AT_CHANNEL(member) SCHEMA_AT(struct raw_channel, member)
#define AT_STEP(member) SCHEMA_AT(struct raw_step, member)
#define AT_VARIANT(member) SCHEMA_AT(struct raw_variant, member)
#define AT_PAIR(member) SCHEMA_AT(struct raw_pair, member)
#define AT_AGREE(member) SCHEMA_AT(struct raw_agree, member)
#define AT_WIRE(member) SCHEMA_AT(struct wire_spec, member)

/* clang-format off: one key, one line. */
static const struct schema name_schema = { .text = "a name", .kind = SCHEMA_NAME };
const struct schema profile_schema = { .text = "a policy setting and its value",
				       .kind = SCHEMA_MAP,
				       .least = 1,
				       .most = FLOW_SETTINGS_MAX,
				       .item = &name_schema };

static const struct schema address_schema = { .text = "the host's IPv4 address",
					      .kind = SCHEMA_ADDRESS };
static const struct schema hosts_schema = { .text = "the actor's hosts and their addresses",
					    .kind = SCHEMA_MAP,
					    .least = 1,
					    .most = FLOW_ACTOR_HOSTS_MAX,
					    .item = &address_schema };

static const char *const pipe_words[] = { "stream",      "tls",   "tls mutual", "dtls",
					  "dtls mutual", "frame", "http",       NULL };
const struct schema pipe_schema = {
	.text = "a pipe", .kind = SCHEMA_WORD, .size = sizeof(int), .words = pipe_words
};

static const struct schema wire_fields[] = {
	{ "delay", "one way, for each packet", SCHEMA_DURATION, AT_WIRE(delay_ns),
	  .most = 24 * HOUR_NS },
	{ "jitter", "0 to this much is added to the delay of each packet", SCHEMA_DURATION,
	  AT_WIRE(jitter_ns), .most = 24 * HOUR_NS },
	{ "loss", "probability that a packet is lost", SCHEMA_PROBABILITY, AT_WIRE(loss) },
	{ "duplicate", "probability that a packet comes twice", SCHEMA_PROBABILITY,
	  AT_WIRE(duplicate) },
	{ "reorder", "probability that a packet is held for one more delay and jitter",
	  SCHEMA_PROBABILITY, AT_WIRE(reorder) },
	{ "rate", "bits per second that pass", SCHEMA_RATE, AT_WIRE(rate_bps) },
	{ "mtu", "bytes of the largest IP packet", SCHEMA_INTEGER, AT_WIRE(mtu), .least = 576,
	  .most = 65535 },
	{ .name = NULL },
};
const struct schema wire_schema = { .text = "how packets fare",
				    .kind = SCHEMA_GROUP,
				    .fields = wire_fields };

static const struct schema channel_fields[] = {
	{ "from", "the actor that opens the channel", SCHEMA_NAME, AT_CHANNEL(from) },
	{ "to", "the actor towards whom it is opened", SCHEMA_NAME, AT_CHANNEL(to) },
	{ "host", "the host that is dialled and certified", SCHEMA_NAME, AT_CHANNEL(host) },
	{ "port", "the port that is dialled", SCHEMA_INTEGER, AT_CHANNEL(port), .least = 1,
	  .most = 65535 },
	{ "pipes", "what the channel is stacked from, bottom first", SCHEMA_LIST, AT_CHANNEL(pipes),
	  .most = STACK_PIPES_MAX, .item = &pipe_schema },
	{ "wire", "how its packets fare", SCHEMA_GROUP, AT_CHANNEL(wire), .fields = wire_fields },
	{ "local", "true: same place, no bytes on any wire", SCHEMA_FLAG, AT_CHANNEL(local) },
	{ "kept", "true: what is said on a local channel waits for who is down, as mail does",
	  SCHEMA_FLAG, AT_CHANNEL(kept) },
	{ "rides", "channel and message that carry its bytes, hop by hop, the opener's end first",
	  SCHEMA_MAP, AT_CHANNEL(rides), .least = FLOW_RIDES_MAX, .most = FLOW_RIDES_MAX,
	  .item = &name_schema },
	{ "relay", "the actor between the two hops", SCHEMA_NAME, AT_CHANNEL(relay) },
	{ "packets", "true: carries IP packets of other channels", SCHEMA_FLAG,
	  AT_CHANNEL(packets) },
	{ "inside", "the channel that carries its IP packets", SCHEMA_NAME, AT_CHANNEL(inside) },
	{ "dialled_by", "the actor that dials onwards at the other end", SCHEMA_NAME,
	  AT_CHANNEL(dialled_by) },
	{ .name = NULL },
};
const struct schema channel_schema = { .text = "a channel",
				       .kind = SCHEMA_GROUP,
				       .fields = channel_fields };

#define PATTERN_FIELDS                                                                             \
	{ "sent", "message that is sent", SCHEMA_NAME, AT_STEP(event[STEP_SENT]) },                \
		{ "accepted", "message that is accepted", SCHEMA_NAME,                             \
		  AT_STEP(event[STEP_ACCEPTED]) },                                                 \
		{ "opened", "channel that is opened", SCHEMA_NAME, AT_STEP(event[STEP_OPENED]) },  \
		{ "secured", "channel whose handshake is complete", SCHEMA_NAME,                   \
		  AT_STEP(event[STEP_SECURED]) },                                                  \
		{ "from", "the sender, or who opens the channel", SCHEMA_NAME, AT_STEP(from) },    \
		{ "to", "the receiver, or towards whom it is opened", SCHEMA_NAME, AT_STEP(to) },  \
		{ "channel", "the channel that the message travels on", SCHEMA_NAME,               \
		  AT_STEP(channel) },                                                              \
		{ "with",                                                                          \
		  "fields that the message must hold",                                             \
		  SCHEMA_LIST,                                                                     \
		  AT_STEP(with),                                                                   \
		  .least = 1,                                                                      \
		  .most = STEP_WITH_MAX,                                                           \
		  .item = &name_schema },                                                          \
	{                                                                                          \
		.name = NULL                                                                       \
	}

static const struct schema step_fields[] = {
	{ "say", "the sentence in our own words", SCHEMA_TEXT, .required = true, AT_STEP(say) },
	{ "not_simulated", "why nothing of it can be seen", SCHEMA_TEXT, AT_STEP(not_simulated) },
	PATTERN_FIELDS,
};
static const struct schema attempt_fields[] = {
	{ "repeats", "steps that each attempt may show again", SCHEMA_LIST, .required = true,
	  SCHEMA_AT(struct raw_attempt, repeats), .least = 1, .most = FLOW_STEPS_MAX,
	  .item = &name_schema },
	PATTERN_FIELDS,
};
const struct schema attempt_schema = { .text = "what begins an attempt, and what it repeats",
				       .kind = SCHEMA_GROUP,
				       .fields = attempt_fields };
static const struct schema override_fields[] = { PATTERN_FIELDS };
const struct schema step_schema = { .text = "a step", .kind = SCHEMA_GROUP, .fields = step_fields };
const struct schema override_schema = { .text = "a step as the variant shows it",
					.kind = SCHEMA_GROUP,
					.fields = override_fields };

static const struct schema order_line = { .text = "steps in order: A < B < C",
					  .kind = SCHEMA_TEXT };

static const struct schema within_fields[] = {
	{ "from", "the earlier step", SCHEMA_NAME, .required = true, AT_PAIR(first) },
	{ "to", "the later step", SCHEMA_NAME, .required = true, AT_PAIR(second) },
	{ "limit", "the longest time between them", SCHEMA_DURATION, .required = true,
	  AT_PAIR(limit_ns), .least = 1, .most = 8784 * HOUR_NS },
	{ .name = NULL },
};
const struct schema within_schema = { .text = "a limit",
				      .kind = SCHEMA_GROUP,
				      .fields = within_fields };

/* What a run or commit may bind: the values of both ends' view of one exchange of keys. */
static const char *const agree_words[] = { "uid", "app", "cid",  "uem", "su",
					   "A",   "B",   "salt", "th1", NULL };
_Static_assert(sizeof agree_words / sizeof *agree_words == FLOW_ON_MAX + 1, "all may be named");
static const struct schema agree_value = { .text = "a value that both bind",
					   .kind = SCHEMA_WORD,
					   .size = sizeof(int),
					   .words = agree_words };
static const struct schema agree_fields[] = {
	{ "who", "the actor that commits", SCHEMA_NAME, .required = true, AT_AGREE(who) },
	{ "with", "the actor that must have run", SCHEMA_NAME, .required = true, AT_AGREE(with) },
	{ "on", "the values that both must bind, and bind the same", SCHEMA_LIST, .required = true,
	  AT_AGREE(on), .least = 1, .most = FLOW_ON_MAX, .item = &agree_value },
	{ "opens", "the one of the two that speaks first: its run may lack B and th1", SCHEMA_NAME,
	  .required = true, AT_AGREE(opens) },
	{ .name = NULL },
};
const struct schema agree_schema = { .text = "an agreement",
				     .kind = SCHEMA_GROUP,
				     .fields = agree_fields };

static const char *const holders_words[] = { "ends", NULL };
static const struct schema holders_schema = { .text = "who may know it",
					      .kind = SCHEMA_LIST,
					      .least = 1,
					      .most = FLOW_ACTORS_MAX,
					      .words = holders_words,
					      .item = &name_schema };
static const struct schema variant_holders_schema = { .text = "who may know it",
						      .kind = SCHEMA_LIST,
						      .least = 1,
						      .most = FLOW_ACTORS_MAX,
						      .item = &name_schema };

static const struct schema claims_fields[] = {
	{ "secret", "class of secrets: who may know it, or ends", SCHEMA_MAP, AT_FLOW(secret),
	  .least = 1, .most = FLOW_HOLDERS_MAX, .item = &holders_schema },
	{ "agree", "each commit of who has an earlier run of with", SCHEMA_LIST, AT_FLOW(agree),
	  .least = 1, .most = FLOW_AGREE_MAX, .item = &agree_schema },
	{ "fresh", "class of secrets: the actor that draws each value, once", SCHEMA_MAP,
	  AT_FLOW(fresh), .least = 1, .most = FLOW_FRESH_MAX, .item = &name_schema },
	{ "one_time", "store tables in which each key is written once", SCHEMA_LIST,
	  AT_FLOW(one_time), .least = 1, .most = FLOW_ONE_TIME_MAX, .item = &name_schema },
	{ .name = NULL },
};
static const struct schema variant_fields[] = {
	{ "say", "what it is, in one sentence", SCHEMA_TEXT, .required = true, AT_VARIANT(say) },
	{ "absent", "steps that must never be seen", SCHEMA_LIST, AT_VARIANT(absent),
	  .most = FLOW_STEPS_MAX, .item = &name_schema },
	{ "profile", "policy settings", SCHEMA_MAP, AT_VARIANT(profile), .least = 1,
	  .most = FLOW_SETTINGS_MAX, .item = &name_schema },
	{ "secret", "class of secrets: who may know it in this variant", SCHEMA_MAP,
	  AT_VARIANT(secret), .least = 1, .most = FLOW_VARIANT_MAX,
	  .item = &variant_holders_schema },
	{ "steps", "steps that look different", SCHEMA_MAP, AT_VARIANT(steps), .least = 1,
	  .most = FLOW_VARIANT_MAX, .item = &override_schema },
	{ .name = NULL },
};
const struct schema variant_schema = { .text = "a variant",
				       .kind = SCHEMA_GROUP,
				       .fields = variant_fields };

static const struct schema flow_fields[] = {
	{ SCHEMA_VERSION_KEY, "the format version, 1", SCHEMA_INTEGER, .required = true,
	  .least = SCHEMA_VERSION, .most = SCHEMA_VERSION },
	{ "flow", "the flow's title", SCHEMA_TEXT, .required = true, AT_FLOW(title) },
	{ "actors", "the actors", SCHEMA_MAP, .required = true, AT_FLOW(actors), .least = 1,
	  .most = FLOW_ACTORS_MAX, .item = &hosts_schema },
	{ "each_device", "actors that exist once per device", SCHEMA_LIST, AT_FLOW(each_device),
	  .least = 1, .most = FLOW_ACTORS_MAX, .item = &name_schema },
	{ "channels", "the channels between them", SCHEMA_MAP, .required = true, AT_FLOW(channels),
	  .least = 1, .most = FLOW_CHANNELS_MAX, .item = &channel_schema },
	{ "steps", "what must be seen", SCHEMA_MAP, .required = true, AT_FLOW(steps), .least = 1,
	  .most = FLOW_STEPS_MAX, .item = &step_schema },
	{ "order", "lines such as A < B < C", SCHEMA_LIST, AT_FLOW(order), .most = FLOW_RULES_MAX,
	  .item = &order_line },
	{ "once", "steps that happen at most once in an attempt of a device", SCHEMA_LIST,
	  AT_FLOW(once), .most = FLOW_STEPS_MAX, .item = &name_schema },
	{ "within", "time limits between steps", SCHEMA_LIST, AT_FLOW(within),
	  .most = FLOW_RULES_MAX, .item = &within_schema },
	{ "attempt", "what begins an attempt of a device, and what it repeats", SCHEMA_GROUP,
	  AT_FLOW(attempt), .fields = attempt_fields },
	{ "claims", "what is claimed beyond the order", SCHEMA_GROUP, .fields = claims_fields },
	{ "variants", "the forms that the flow takes", SCHEMA_MAP, .required = true,
	  AT_FLOW(variants), .least = 1, .most = FLOW_VARIANTS_MAX, .item = &variant_schema },
	{ .name = NULL },
};
/* clang-format on */
const struct schema flow_schema = { .text = "a flow", .kind = SCHEMA_GROUP, .fields = flow_fields };
