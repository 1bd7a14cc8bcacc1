/* scenario.c - reads a scenario, and the flow that it names, into one checked struct. */
#include "sim/scenario/scenario.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/flow/flow_reader.h"
#include "sim/scenario/cases.h"
#include "sim/scenario/scenario_reader.h"
#include "sim/yaml/schema_scalar.h"

enum {
	STEPS_DEFAULT = 10000,
	BYTES_DEFAULT = 16 * 1024 * 1024,
};
#define VIRTUAL_DEFAULT_NS INT64_C(600000000000) /* 10 min */

/* Scenario being read; has_flow: its flow is there to look names up in. */
struct scenario_reading {
	struct scenario *s;
	struct flow_reading names; /* looks up and reports in the scenario's file */
	bool has_flow;
};

static bool is_regular_file(const char *file)
{
	struct stat info;
	return stat(file, &info) == 0 && S_ISREG(info.st_mode);
}

static void read_flow(struct scenario_reading *r, const struct tree_node *node)
{
	if (!node)
		return;
	struct flow_reading *n = &r->names;
	r->s->flow_name = flow_copy(node->text);
	char *file = scenario_find_flow(n->file, node->text);
	if (!file)
		schema_error(node, n->file, n->d,
			     "flow, expected a folder called scenarios above this file");
	else if (!is_regular_file(file))
		schema_error(node, n->file, n->d, "unknown flow, expected a file %s", file);
	else
		r->has_flow = flow_read(file, &r->s->flow, n->d) == ERR_OK;
	free(file);
}

/* The channel whose wire is meant: its own, or that of the hop at the opener's end. SIZE_MAX when
 * the channel has none that a scenario could set. */
static size_t wire_of(const struct flow *f, size_t channel)
{
	if (f->channels[channel].base == BASE_WIRE)
		return channel;
	if (f->channels[channel].base == BASE_RIDES)
		return f->channels[channel].rides[0].channel;
	return SIZE_MAX;
}

static void refuse_wire(struct scenario_reading *r, const struct tree_node *key, size_t channel)
{
	const struct flow_channel *c = &r->s->flow.channels[channel];
	if (c->base == BASE_INSIDE)
		schema_error(
			key, r->names.file, r->names.d,
			"channel without a wire of its own, expected %s, inside which it travels",
			r->s->flow.channels[c->inside].name);
	else
		schema_error(key, r->names.file, r->names.d,
			     "channel without a wire, expected one that is not local");
}

static void read_wires(struct scenario_reading *r, const struct tree_node *wires)
{
	const struct tree_node *set[FLOW_CHANNELS_MAX] = { NULL };
	for (size_t i = 0; i < r->s->flow.channels_count; i++)
		r->s->wires[i] = r->s->flow.channels[i].wire;
	for (const struct tree_node *node = wires ? wires->first : NULL; node; node = node->next) {
		struct tree_node key = tree_key(node);
		size_t channel = 0;
		if (!schema_is_name(node->key) || !flow_find_channel(&r->names, &key, &channel))
			continue;
		size_t wire = wire_of(&r->s->flow, channel);
		if (wire == SIZE_MAX) {
			refuse_wire(r, &key, channel);
			continue;
		}
		if (set[wire])
			schema_error(&key, r->names.file, r->names.d,
				     "wire of %s, expected it once, set already as %s",
				     r->s->flow.channels[wire].name, set[wire]->key);
		set[wire] = node;
		schema_read(&wire_schema, node, r->names.file, &r->s->wires[wire], NULL);
	}
}

/* Whether the run has the device of a name; what has none speaks of all. */
static bool device_is_there(struct scenario_reading *r, const struct tree_node *key,
			    uint32_t device)
{
	if (device <= r->s->devices.count)
		return true;
	schema_error(key, r->names.file, r->names.d, "device, expected at most %u (devices.count)",
		     r->s->devices.count);
	return false;
}

static bool outcome_is_of_somebody(struct scenario_reading *r, const struct tree_node *key)
{
	size_t actor = 0;
	uint32_t device = 0;
	if (!strchr(key->text, '@'))
		return flow_find_actor(&r->names, key, &actor);
	return flow_find_instance(&r->names, key, &device) && device_is_there(r, key, device);
}

static void read_outcomes(struct scenario_reading *r, const struct tree_node *outcome)
{
	for (const struct tree_node *node = outcome ? outcome->first : NULL; node;
	     node = node->next) {
		struct tree_node key = tree_key(node);
		size_t count = r->s->expect.outcomes_count;
		if (count == SCENARIO_OUTCOMES_MAX || !schema_is_instance(node->key) ||
		    !outcome_is_of_somebody(r, &key))
			continue;
		r->s->expect.outcomes[count].actor = flow_copy(node->key);
		r->s->expect.outcomes[count].place = node->key_place;
		schema_read(&outcome_schema, node, r->names.file,
			    &r->s->expect.outcomes[count].result, NULL);
		r->s->expect.outcomes_count++;
	}
}

static bool reach_is_new(struct scenario_reading *r, const struct tree_node *key, uint32_t device)
{
	for (size_t i = 0; i < r->s->expect.reaches_count; i++)
		if (r->s->expect.reaches[i].device == device) {
			schema_error(key, r->names.file, r->names.d,
				     "reaches, expected one line for each device");
			return false;
		}
	return true;
}

static void read_reaches(struct scenario_reading *r, const struct tree_node *reaches)
{
	const struct flow_variant *v = &r->s->flow.variants[r->s->variant];
	for (const struct tree_node *node = reaches ? reaches->first : NULL; node;
	     node = node->next) {
		struct tree_node key = tree_key(node);
		uint32_t device = 0;
		size_t step = 0, count = r->s->expect.reaches_count;
		if (count == SCENARIO_REACHES_MAX || !schema_is_instance(node->key) ||
		    node->kind != TREE_SCALAR || !schema_is_name(node->text))
			continue;
		bool whose = flow_find_instance(&r->names, &key, &device) &&
			     device_is_there(r, &key, device);
		bool where = flow_find_step(&r->names, node, &step);
		if (where && v->absent >> step & 1)
			schema_error(node, r->names.file, r->names.d,
				     "step that must never be seen in variant %s, expected one "
				     "that can",
				     v->name);
		if (!whose || !where || !reach_is_new(r, &key, device))
			continue;
		r->s->expect.reaches[count].device = device;
		r->s->expect.reaches[count].step = step;
		r->s->expect.reaches[count].place = node->key_place;
		r->s->expect.reaches_count++;
	}
}

static void read_expect(struct scenario_reading *r, const struct raw_scenario *raw,
			const struct tree *t)
{
	r->s->expect.verdict_place = raw->title ? raw->title->place : t->root->place;
	if (raw->verdict >= 0) {
		r->s->expect.has_verdict = true;
		r->s->expect.verdict = (enum verdict)raw->verdict;
		r->s->expect.verdict_place =
			tree_get(tree_get(t->root, "expect"), "verdict")->place;
	}
	if (raw->unchanged >= 0) {
		const struct tree_node *steps = tree_get(tree_get(t->root, "expect"), "steps");
		r->s->expect.steps_unchanged = true;
		r->s->expect.steps_place = steps->place;
		if (r->s->plan.entries_count + r->s->plan.crashes_count == 0)
			schema_error(steps, r->names.file, r->names.d,
				     "steps, expected an adversary or a crash to compare without");
	}
	scenario_read_by(r->s, raw->by, r->names.file, r->names.d);
	if (raw->trace) {
		struct bytes text = bytes_of_buffer(&t->text);
		struct block b = block_find(text, raw->trace);
		r->s->expect.trace = flow_copy(raw->trace->text);
		r->s->expect.trace_place = raw->trace->place;
		if (b.end > b.begin)
			r->s->expect.trace_place =
				(struct place){ .line = raw->trace->place.line + 1,
						.column = (int)b.indent + 1 };
	}
	if (r->has_flow) {
		read_outcomes(r, raw->outcome);
		read_reaches(r, raw->reaches);
		scenario_read_falls(&r->names, r->s, raw->falls);
		scenario_read_sees(&r->names, r->s, raw->sees);
		scenario_read_traffic(&r->names, r->s, raw);
	}
}

static void read_parts(struct scenario_reading *r, const struct tree *t)
{
	struct scenario *s = r->s;
	struct raw_scenario raw = { .verdict = -1,
				    .unchanged = -1,
				    .virtual_ns = VIRTUAL_DEFAULT_NS,
				    .steps = STEPS_DEFAULT,
				    .bytes = BYTES_DEFAULT };
	schema_read(&scenario_schema, t->root, r->names.file, &raw, r->names.d);
	s->file = flow_copy(r->names.file);
	s->title = flow_copy(raw.title ? raw.title->text : NULL);
	s->seed = raw.seed;
	s->limits.virtual_ns = raw.virtual_ns;
	s->limits.steps = raw.steps;
	s->limits.bytes = raw.bytes;
	scenario_read_attacks(s, raw.attack, r->names.file, r->names.d);
	scenario_read_devices(s, raw.devices);
	s->settings_count = flow_read_settings(raw.profile, s->settings);
	read_flow(r, raw.flow);
	if (r->has_flow) {
		flow_find_variant(&r->names, raw.variant, &s->variant);
		read_wires(r, raw.wires);
		if (s->variant < s->flow.variants_count) {
			scenario_read_plan(&r->names, s, &raw);
			scenario_read_reveals(&r->names, s, &raw);
			scenario_read_guesses(&r->names, s, raw.guess);
		}
	}
	read_expect(r, &raw, t);
}

enum err scenario_read_case(const char *file, size_t index, struct scenario *s, struct diags *d)
{
	size_t before = d->count + d->beyond;
	struct tree t = { 0 };
	struct scenario_reading r = { .s = s, .names = { .flow = &s->flow, .file = file, .d = d } };
	memset(s, 0, sizeof *s);
	enum err e = tree_read(file, &t, d);
	if (t.root && schema_version_is_known(t.root, file, d) &&
	    scenario_choose_case(&t, index, s, file, d))
		read_parts(&r, &t);
	tree_fini(&t);
	if (d->count + d->beyond > before)
		e = ERR_INPUT;
	if (e != ERR_OK)
		scenario_fini(s);
	return e;
}

enum err scenario_read(const char *file, struct scenario *s, struct diags *d)
{
	return scenario_read_case(file, 0, s, d);
}

void scenario_fini(struct scenario *s)
{
	free(s->file);
	free(s->case_name);
	for (size_t i = 0; i < s->expect.by_count; i++)
		free(s->expect.by[i].check);
	for (size_t i = 0; i < s->attacks_count; i++)
		free(s->attacks[i].id);
	free(s->title);
	free(s->flow_name);
	flow_fini(&s->flow);
	for (size_t i = 0; i < s->settings_count; i++) {
		free(s->settings[i].name);
		free(s->settings[i].value);
	}
	for (size_t i = 0; i < s->expect.outcomes_count; i++)
		free(s->expect.outcomes[i].actor);
	for (size_t i = 0; i < s->expect.sees_count; i++)
		free(s->expect.sees[i].what);
	free(s->expect.trace);
	scenario_free_traffic(s);
	scenario_free_guesses(s);
	for (size_t i = 0; i < s->reveals_count; i++)
		free(s->reveals[i].at);
	plan_fini(&s->plan);
	memset(s, 0, sizeof *s);
}
