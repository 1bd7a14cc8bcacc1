/* test_reduced.c - a scenario that is written with some of its acts is read as that scenario with
 * just those. */
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/scenario.h"
#include "tests/lib/files.h"
#include "tests/lib/suite.h"
#include "tools/actflow/text.h"

static const char whole[] =
	"actflow: 1 # a comment\n"
	"scenario: \"acts: ${who} \\\"quoted\\\"\"\n"
	"flow: knox/flow.yaml\n"
	"variant: first-app-admin\n"
	"for: {who: [one, two]}\n"
	"seed: 7\n"
	"devices: {count: 2, apart: 500ms}\n"
	"wires: {relay: {delay: 40ms, loss: 5%}}\n"
	"crash:\n"
	"  - {actor: proxy, step: 12, point: persisted}\n"
	"  - {actor: app@2, when: S1.14, down: 20s}\n"
	"adversary:\n"
	"  - {on: [relay, signalling], when: 3s, do: {blackout: 90s}}\n"
	"  - {at: user@1, when: \"user@1 > app@1 TypedKey\", do: {capture: first}}\n"
	"  - {at: user@2, when: \"user@2 > app@2 TypedKey #2\", do: {set: {uid: \"@first.uid\", "
	"key: \"@first.key\"}, "
	"delay: 100ms}}\n"
	"  - {at: admin@1, when: S1.11, do: {send: {message: RevokeKey, channel: console, fields: "
	"{uid: "
	"\"a@b.example\"}}}}\n"
	"expect:\n"
	"  verdict: holds\n"
	"  outcome: {app@1: {result: 0}}\n"
	"  reaches: {device@2: S1.10}\n";

static bool same_value(const struct value *a, const struct value *b)
{
	bool same = a->op == b->op && a->type == b->type && a->count == b->count &&
		    bytes_equal(bytes_of_buffer(&a->bytes), bytes_of_buffer(&b->bytes)) &&
		    strcmp(a->into ? a->into : "", b->into ? b->into : "") == 0;
	for (size_t i = 0; same && i < a->count; i++)
		same = same_value(&a->parts[i], &b->parts[i]);
	return same;
}

static bool same_act(const struct act *a, const struct act *b)
{
	return a->kind == b->kind && a->ns == b->ns && a->channel == b->channel &&
	       same_value(&a->value, &b->value) &&
	       strcmp(a->text ? a->text : "", b->text ? b->text : "") == 0;
}

static bool same_trigger(const struct trigger *a, const struct trigger *b)
{
	return a->kind == b->kind && a->at_ns == b->at_ns && a->from == b->from && a->to == b->to &&
	       a->type == b->type && a->number == b->number && a->from_device == b->from_device;
}

static bool same_plan(const struct plan *a, const struct plan *b)
{
	bool same = a->crashes_count == b->crashes_count && a->entries_count == b->entries_count;
	for (size_t i = 0; same && i < a->crashes_count; i++)
		same = a->crashes[i].actor == b->crashes[i].actor &&
		       a->crashes[i].step == b->crashes[i].step &&
		       a->crashes[i].point == b->crashes[i].point &&
		       a->crashes[i].down_ns == b->crashes[i].down_ns;
	for (size_t i = 0; same && i < a->entries_count; i++) {
		const struct plan_entry *one = &a->entries[i], *other = &b->entries[i];
		same = one->at == other->at && one->on == other->on &&
		       one->acts_count == other->acts_count &&
		       same_trigger(&one->when, &other->when);
		for (size_t k = 0; same && k < one->acts_count; k++)
			same = same_act(&one->acts[k], &other->acts[k]);
	}
	return same;
}

static void read_case(const char *file, size_t index, struct scenario *s)
{
	struct diags d = { 0 };
	enum err status = scenario_read_case(file, index, s, &d);
	CU_ASSERT_STRING_EQUAL(printed(&d), "");
	CU_ASSERT_EQUAL_FATAL(status, ERR_OK);
}

/* Write what is left, read it, and compare. */
static void try_left(const struct scenario *s, const struct plan_left *left)
{
	static struct scenario again;
	static struct plan wanted;
	struct buffer text = { 0 };
	struct diags d = { 0 };
	CU_ASSERT_EQUAL(scenario_format_reduced(s, 1, left, &text, &d), ERR_OK);
	file_write("scenarios/knox/minimal.yaml", bytes_of_buffer(&text));
	read_case("scenarios/knox/minimal.yaml", 0, &again);
	plan_reduce(&s->plan, left, &wanted);
	CU_ASSERT_TRUE(same_plan(&wanted, &again.plan));
	CU_ASSERT_STRING_EQUAL(again.title, s->title);
	CU_ASSERT_EQUAL(again.seed, s->seed);
	CU_ASSERT_EQUAL(again.devices.apart_ns, s->devices.apart_ns);
	CU_ASSERT_EQUAL(memcmp(again.wires, s->wires, sizeof s->wires), 0);
	CU_ASSERT_EQUAL(again.expect.verdict, VERDICT_VIOLATED);
	CU_ASSERT_EQUAL(again.expect.reaches_count, 1);
	CU_ASSERT_EQUAL(again.expect.outcomes_count, 0);
	CU_ASSERT_PTR_NULL(again.case_name);
	scenario_fini(&again);
	buffer_fini(&text);
}

/* Every choice but those that keep a set and not the capture that it speaks of: these are refused
 * when they are read. */
static void test_what_is_left_is_written(void)
{
	static struct scenario s;
	folder_enter();
	file_write("scenarios/knox/whole.yaml", bytes_of_string(whole));
	read_case("scenarios/knox/whole.yaml", 1, &s);
	CU_ASSERT_STRING_EQUAL(s.title, "acts: two \"quoted\"");
	CU_ASSERT_EQUAL_FATAL(s.plan.entries_count, 4);
	CU_ASSERT_EQUAL_FATAL(s.plan.entries[2].acts_count, 3);
	size_t tried = 0;
	for (uint32_t choice = 0; choice < 1u << 8; choice++) {
		struct plan_left left = { .crashes = choice & 3 };
		uint32_t sets = choice >> 4 & 7;
		left.acts[0] = choice >> 2 & 1;
		left.acts[1] = choice >> 3 & 1;
		left.acts[2] = sets;
		left.acts[3] = choice >> 7 & 1;
		if ((sets & 3) && !left.acts[1])
			continue;
		try_left(&s, &left);
		tried++;
	}
	CU_ASSERT_EQUAL(tried, 160);
	scenario_fini(&s);
	folder_leave();
}

int main(void)
{
	static const struct test_case cases[] = { TEST(test_what_is_left_is_written) };
	return suite_run("reduced", cases, sizeof cases / sizeof *cases);
}
