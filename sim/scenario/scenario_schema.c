/* scenario_schema.c - the keys of a scenario file; the reader and the editors' schema both use it.
 */
#include "sim/flow/flow_reader.h"
#include "sim/scenario/cases.h"
#include "sim/scenario/scenario_reader.h"

#define HOUR_NS INT64_C(3600000000000)
#define AT(member) SCHEMA_AT(struct raw_scenario, member)

/* clang-format off: one key, one entry. */
static const char *const verdict_words[] = {
	[VERDICT_HOLDS] = "holds",
	[VERDICT_VIOLATED] = "violated",
	[VERDICT_INCONCLUSIVE] = "inconclusive",
	[VERDICT_INCONCLUSIVE + 1] = NULL,
};
static const char *const steps_words[] = { "unchanged", NULL };
static const struct schema setting_schema = { .text = "the setting's value", .kind = SCHEMA_NAME };

static const struct schema outcome_fields[] = {
	{ "result", "the actor's last result code, 0 for success", SCHEMA_INTEGER, .required = true,
	  .size = sizeof(int32_t), .least = INT32_MIN, .most = INT32_MAX },
	{ .name = NULL },
};
const struct schema outcome_schema = { .text = "what the actor came to",
				       .kind = SCHEMA_GROUP,
				       .fields = outcome_fields };

static const struct schema check_schema = { .text = "the id of a check", .kind = SCHEMA_NAME };
static const struct schema by_forms[] = {
	{ .text = "the id of the check that refuses", .kind = SCHEMA_NAME },
	{ .text = "the ids, in the order in which the checks first refuse",
	  .kind = SCHEMA_LIST,
	  .least = 1,
	  .most = SCENARIO_BY_MAX,
	  .item = &check_schema },
	{ .text = NULL },
};
static const struct schema fall_schema = { .text = "the name of a rule or claim",
					   .kind = SCHEMA_TEXT };
static const struct schema falls_forms[] = {
	{ .text = "the name of the rule or claim that falls", .kind = SCHEMA_TEXT },
	{ .text = "their names, in any order",
	  .kind = SCHEMA_LIST,
	  .least = 1,
	  .most = SCENARIO_FALLS_MAX,
	  .item = &fall_schema },
	{ .text = NULL },
};
static const struct schema sight_schema = { .text = "a field, MESSAGE.field, or a name",
					    .kind = SCHEMA_TEXT };
static const struct schema sights_schema = { .text = "what it is shown",
					     .kind = SCHEMA_LIST,
					     .least = 1,
					     .most = SCENARIO_SEES_MAX,
					     .item = &sight_schema };
static const struct schema reach_schema = { .text = "a step of the flow", .kind = SCHEMA_NAME };

static const struct schema attack_schema = { .text = "a case of the catalogue", .kind = SCHEMA_NAME };
static const struct schema attack_forms[] = {
	{ .text = "a case of the catalogue, K27 (actflow list --attacks)", .kind = SCHEMA_NAME },
	{ .text = "several of them",
	  .kind = SCHEMA_LIST,
	  .least = 1,
	  .most = SCENARIO_ATTACKS_MAX,
	  .item = &attack_schema },
	{ .text = NULL },
};

static const struct schema expect_fields[] = {
	{ "verdict", "the flow's judgement of the run", SCHEMA_WORD, AT(verdict),
	  .words = verdict_words },
	{ "outcome", "actor: what it came to; of several devices app is each, and app@2 one",
	  SCHEMA_MAP, AT(outcome), .least = 1, .most = SCENARIO_OUTCOMES_MAX, .instances = true,
	  .item = &outcome_schema },
	{ "by", "the checks that refuse: these, no other, and in this order", SCHEMA_EITHER, AT(by),
	  .fields = by_forms },
	{ "falls", "the rules and claims that are violated: these and no other", SCHEMA_EITHER,
	  AT(falls), .fields = falls_forms },
	{ "reaches", "device: the step at which its last attempt ends; device@2 for one of several",
	  SCHEMA_MAP, AT(reaches), .least = 1, .most = SCENARIO_REACHES_MAX, .instances = true,
	  .item = &reach_schema },
	{ "readable", "message: whether whoever has all that reveal hands over can read it", SCHEMA_MAP,
	  AT(readable), .least = 1, .most = SCENARIO_READABLE_MAX, .item = &readable_schema },
	{ "sees", "actor: the fields and names that it is shown: these and no other", SCHEMA_MAP,
	  AT(sees), .least = 1, .most = FLOW_ACTORS_MAX, .item = &sights_schema },
	{ "steps", "unchanged: each session does, step by step, what it does without adversary and crash",
	  SCHEMA_WORD, AT(unchanged), .words = steps_words },
	{ "dropped", "what is dropped at the file's own seed: these, so often, and nothing else",
	  SCHEMA_LIST, AT(dropped), .least = 1, .most = SCENARIO_DROPS_MAX,
	  .item = &dropped_schema },
	{ "amplification", "channel of datagrams: bytes said to an address for one heard from it, "
	  "before a cookie from there was seen", SCHEMA_MAP, AT(amplified), .least = 1,
	  .most = SCENARIO_AMPLIFIED_MAX, .item = &amplified_schema },
	{ "trace", "the story at the file's own seed; a line ... skips any number of lines",
	  SCHEMA_STORY, AT(trace) },
	{ .name = NULL },
};
static const struct schema limits_fields[] = {
	{ "steps", "steps of all sessions together", SCHEMA_INTEGER, AT(steps), .least = 1,
	  .most = 1000000000 },
	{ "bytes", "bytes on all wires together", SCHEMA_SIZE, AT(bytes), .least = 1,
	  .most = INT64_C(1) << 40 },
	{ "virtual", "virtual time of the run", SCHEMA_DURATION, AT(virtual_ns), .least = 1,
	  .most = 8784 * HOUR_NS },
	{ .name = NULL },
};
static const struct schema scenario_fields[] = {
	{ SCHEMA_VERSION_KEY, "the format version, 1", SCHEMA_INTEGER, .required = true,
	  .least = SCHEMA_VERSION, .most = SCHEMA_VERSION },
	{ "scenario", "what happens, in one sentence", SCHEMA_TEXT, .required = true, AT(title) },
	{ "attack", "the case of the catalogue that it shows", SCHEMA_EITHER, AT(attack),
	  .fields = attack_forms },
	{ SCENARIO_THOROUGH_KEY, "of a folder's files, it is played only with --thorough",
	  .kind = SCHEMA_FLAG },
	{ "flow", "the flow file, below the nearest folder called scenarios", SCHEMA_PATH,
	  .required = true, AT(flow) },
	{ SCHEMA_CASES_KEY, "the cases that the file stands for; ${name} in a value is replaced",
	  SCHEMA_EITHER, .fields = cases_forms },
	{ "variant", "a variant of the flow", SCHEMA_NAME, .required = true, AT(variant) },
	{ "seed", "the number that all randomness comes from", SCHEMA_UNSIGNED, .required = true,
	  AT(seed) },
	{ "wires", "channel: how its packets fare, where that differs from the flow", SCHEMA_MAP,
	  AT(wires), .least = 1, .most = FLOW_CHANNELS_MAX, .item = &wire_schema },
	{ "profile", "policy settings, on top of the variant's", SCHEMA_MAP, AT(profile),
	  .least = 1, .most = FLOW_SETTINGS_MAX, .item = &setting_schema },
	{ "devices", "how many devices take part, and when each begins", SCHEMA_GROUP, AT(devices),
	  .fields = devices_fields },
	{ "crash", "actors that are killed and begin again from what they have persisted",
	  SCHEMA_LIST, AT(crash), .least = 1, .most = PLAN_CRASHES_MAX, .item = &crash_schema },
	{ "adversary", "what is done to the run, by attackers and by people who make mistakes",
	  SCHEMA_LIST, AT(adversary), .least = 1, .most = PLAN_ENTRIES_MAX, .item = &entry_schema },
	{ "reveal", "secrets that are handed over to whoever has recorded every wire", SCHEMA_LIST,
	  AT(reveal), .least = 1, .most = REVEALS_MAX, .item = &reveal_schema },
	{ "guess", "guesses at a key, offline, against what an actor saw of it", SCHEMA_LIST,
	  AT(guess), .least = 1, .most = SCENARIO_GUESSES_MAX, .item = &guess_schema },
	{ "expect", "what must be seen", SCHEMA_GROUP, .fields = expect_fields },
	{ "limits", "where a run is cut off", SCHEMA_GROUP, .fields = limits_fields },
	{ .name = NULL },
};
/* clang-format on */
const struct schema scenario_schema = { .text = "a scenario",
					.kind = SCHEMA_GROUP,
					.fields = scenario_fields };

void scenario_print_schema(FILE *out)
{
	schema_print(&scenario_schema, "actflow scenario", out);
}

void scenario_print_template(const struct schema_example *examples, FILE *out)
{
	schema_print_template(&scenario_schema, examples, out);
}
