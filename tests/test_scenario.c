/* test_scenario.c - a scenario file and its flow become one struct, or located errors of both. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "sim/scenario/scenario.h"
#include "tests/lib/files.h"
#include "tests/lib/suite.h"

static struct scenario scenario; /* too large for the stack of a test */

static const char head[] = "actflow: 1\nscenario: a test\nflow: knox/flow.yaml\n"
			   "variant: next-app\nseed: 7\n";

static const char *errors_of(const char *file)
{
	static const struct scenario empty;
	struct diags d = { 0 };
	enum err e = scenario_read(file, &scenario, &d);
	CU_ASSERT_EQUAL(e, d.count > 0 ? ERR_INPUT : ERR_OK);
	if (e != ERR_OK)
		CU_ASSERT_EQUAL(memcmp(&scenario, &empty, sizeof scenario), 0);
	scenario_fini(&scenario);
	return printed(&d);
}

static void write_below_head(const char *text)
{
	struct buffer all = { 0 };
	buffer_append(&all, bytes_of_string(head));
	buffer_append(&all, bytes_of_string(text));
	file_write("scenarios/x.yaml", bytes_of_buffer(&all));
	buffer_fini(&all);
}

static const char *errors_below_head(const char *text)
{
	write_below_head(text);
	return errors_of("scenarios/x.yaml");
}

static void read_below_head(const char *text)
{
	struct diags d = { 0 };
	write_below_head(text);
	CU_ASSERT_EQUAL_FATAL(scenario_read("scenarios/x.yaml", &scenario, &d), ERR_OK);
}

static const struct wire_spec *wire(const char *channel)
{
	int index = flow_channel_index(&scenario.flow, channel);
	CU_ASSERT_TRUE_FATAL(index >= 0);
	return &scenario.wires[index];
}

static void the_real_scenario_is_read(void)
{
	struct diags d = { 0 };
	file_copy(project_file("scenarios/knox/next-app.yaml"), "scenarios/knox/next-app.yaml");
	CU_ASSERT_EQUAL_FATAL(scenario_read("scenarios/knox/next-app.yaml", &scenario, &d), ERR_OK);
	CU_ASSERT_STRING_EQUAL(scenario.flow.file, "scenarios/knox/flow.yaml");
	CU_ASSERT_STRING_EQUAL(scenario.flow_name, "knox/flow.yaml");
	CU_ASSERT_STRING_EQUAL(scenario.flow.variants[scenario.variant].name, "next-app");
	CU_ASSERT_TRUE(scenario.expect.has_verdict);
	CU_ASSERT_EQUAL(scenario.expect.verdict, VERDICT_HOLDS);
	CU_ASSERT_EQUAL(wire("relay")->mtu, 1400);
	scenario_fini(&scenario);
}

static void defaults_are_those_of_the_header(void)
{
	read_below_head("");
	CU_ASSERT_EQUAL(scenario.seed, 7);
	CU_ASSERT_STRING_EQUAL(scenario.title, "a test");
	CU_ASSERT_EQUAL(scenario.limits.virtual_ns, INT64_C(600000000000));
	CU_ASSERT_EQUAL(scenario.limits.steps, 10000);
	CU_ASSERT_EQUAL(scenario.limits.bytes, 16 * 1024 * 1024);
	CU_ASSERT_FALSE(scenario.expect.has_verdict);
	CU_ASSERT_PTR_NULL(scenario.expect.trace);
	CU_ASSERT_EQUAL(scenario.settings_count, 0);
	CU_ASSERT_EQUAL(wire("signalling")->delay_ns, 20000000);
	scenario_fini(&scenario);
}

static void everything_that_is_written_is_read(void)
{
	read_below_head("wires:\n"
			"  tunnel: {delay: 40ms, jitter: 5ms, loss: 30%, duplicate: 0.5%, "
			"reorder: 0.01, rate: 64kbit/s, mtu: 1200}\n"
			"  signal_session: {loss: 1%}\n"
			"profile: {reply_path: reverse, other: no}\n"
			"expect:\n"
			"  verdict: violated\n"
			"  outcome: {app: {result: -102}, uem: {result: 0}}\n"
			"  trace: |\n"
			"    [  0ms] one\n"
			"\n"
			"    ...\n"
			"limits: {steps: 400, bytes: 64KiB, virtual: 2min}\n");
	const struct wire_spec *w = wire("relay"); /* where the tunnel rides, at the opener's end */
	CU_ASSERT_TRUE(w->delay_ns == 40000000 && w->jitter_ns == 5000000 && w->mtu == 1200);
	CU_ASSERT_TRUE(w->rate_bps == 64000 && w->loss > 0.29 && w->loss < 0.31);
	CU_ASSERT_TRUE(w->duplicate > 0.0049 && w->duplicate < 0.0051);
	CU_ASSERT_TRUE(w->reorder > 0.009 && w->reorder < 0.011);
	CU_ASSERT_EQUAL(scenario.flow.channels[w - scenario.wires].wire.delay_ns, 20000000);
	CU_ASSERT_TRUE(wire("signalling")->loss > 0 && wire("signalling")->delay_ns == 20000000);
	CU_ASSERT_TRUE(wire("scp_link")->loss < 0.0001);
	CU_ASSERT_EQUAL(scenario.settings_count, 2);
	CU_ASSERT_STRING_EQUAL(scenario.settings[1].value, "no"); /* not false */
	CU_ASSERT_EQUAL(scenario.settings[1].place.column, 32);
	CU_ASSERT_EQUAL(scenario.expect.verdict, VERDICT_VIOLATED);
	CU_ASSERT_EQUAL(scenario.expect.verdict_place.line, 11);
	CU_ASSERT_EQUAL(scenario.expect.outcomes_count, 2);
	CU_ASSERT_STRING_EQUAL(scenario.expect.outcomes[0].actor, "app");
	CU_ASSERT_EQUAL(scenario.expect.outcomes[0].result, -102);
	CU_ASSERT_STRING_EQUAL(scenario.expect.trace, "[  0ms] one\n\n...\n");
	CU_ASSERT_EQUAL(scenario.expect.trace_place.line, 14);
	CU_ASSERT_EQUAL(scenario.expect.trace_place.column, 5);
	CU_ASSERT_EQUAL(scenario.limits.virtual_ns, INT64_C(120000000000));
	CU_ASSERT_EQUAL(scenario.limits.bytes, 65536);
	CU_ASSERT_EQUAL(scenario.limits.steps, 400);
	scenario_fini(&scenario);
}

static void every_broken_scenario_is_refused_at_all_places(void)
{
	static const char *const names[] = {
		"reaches",           "by-twice",           "for-braces",
		"for-cases",         "for-kinds",          "for-lists",
		"for-many",          "for-names",          "for-twins",
		"absolute-flow",     "durations",          "escape-sequence",
		"numbers",           "root-is-a-list",     "ten-errors",
		"traversing-flow",   "typo-in-key",        "unknown-flow",
		"version-2",         "wires-without-wire", "wrong-types",
		"plan-acts",         "plan-adversary",     "plan-captures",
		"plan-crash",        "plan-crash-many",    "plan-crash-when",
		"plan-crash-words",  "plan-devices",       "plan-devices-beyond",
		"plan-devices-many", "plan-devices-none",  "plan-sends",
		"plan-broken",       "plan-packets",      "plan-values",
		"plan-gates",        "plan-forged",        "sees",
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char from[128], file[128];
		snprintf(from, sizeof from, "tests/broken/yaml/%s.yaml", names[i]);
		snprintf(file, sizeof file, "scenarios/%s.yaml", names[i]);
		file_copy(project_file(from), file);
		snprintf(from, sizeof from, "tests/broken/yaml/%s.txt", names[i]);
		struct buffer expected = file_bytes(project_file(from));
		buffer_append_u8(&expected, 0);
		CU_ASSERT_STRING_EQUAL(errors_of(file), (const char *)expected.data);
		buffer_fini(&expected);
	}
}

static void a_run_may_be_said_to_end_early(void)
{
	file_write("scenarios/early.yaml",
		   bytes_of_string("actflow: 1\nscenario: x\nflow: knox/flow.yaml\n"
				   "variant: next-app\nseed: 1\ndevices: {count: 12}\n"
				   "expect: {reaches: {device: S1.10, app@12: S1.11}}\n"));
	struct diags d = { 0 };
	CU_ASSERT_EQUAL_FATAL(scenario_read("scenarios/early.yaml", &scenario, &d), ERR_OK);
	CU_ASSERT_EQUAL(scenario.expect.reaches_count, 2);
	CU_ASSERT_EQUAL(scenario.expect.reaches[0].device, 0);
	CU_ASSERT_EQUAL((int)scenario.expect.reaches[0].step,
			flow_step_index(&scenario.flow, "S1.10"));
	CU_ASSERT_EQUAL(scenario.expect.reaches[1].device, 12);
	CU_ASSERT_EQUAL((int)scenario.expect.reaches[1].step,
			flow_step_index(&scenario.flow, "S1.11"));
	scenario_fini(&scenario);
}

static void what_falls_implies_the_verdict(void)
{
	read_below_head("expect: {falls: [\"agree(app, uem)\", order]}\n");
	CU_ASSERT_TRUE(scenario.expect.has_verdict);
	CU_ASSERT_EQUAL(scenario.expect.verdict, VERDICT_VIOLATED);
	CU_ASSERT_EQUAL_FATAL(scenario.expect.falls_count, 2);
	CU_ASSERT_STRING_EQUAL(scenario.expect.falls[0].name, "agree(app, uem)");
	CU_ASSERT_STRING_EQUAL(scenario.expect.falls[1].name, "order");
	CU_ASSERT_EQUAL(scenario.expect.falls[1].place.column, 37);
	scenario_fini(&scenario);
	read_below_head("expect: {verdict: violated, falls: secret(tls)}\n");
	CU_ASSERT_EQUAL_FATAL(scenario.expect.falls_count, 1);
	CU_ASSERT_EQUAL(scenario.expect.verdict_place.column, 19);
	scenario_fini(&scenario);
}

static void errors_of_flow_and_scenario_come_together(void)
{
	file_write("scenarios/small.yaml", bytes_of_string("actflow: 1\nflow: small\n"));
	file_write("scenarios/x.yaml",
		   bytes_of_string(
			   "actflow: 1\nscenario: x\nflow: small.yaml\nvariant: v\nseed: -1\n"));
	CU_ASSERT_STRING_EQUAL(
		errors_of("scenarios/x.yaml"),
		"scenarios/small.yaml:1:1: missing key \"actors\", expected the actors, actual "
		"nothing\n"
		"scenarios/small.yaml:1:1: missing key \"channels\", expected the channels between "
		"them, actual nothing\n"
		"scenarios/small.yaml:1:1: missing key \"steps\", expected what must be seen, "
		"actual "
		"nothing\n"
		"scenarios/small.yaml:1:1: missing key \"variants\", expected the forms that the "
		"flow takes, actual nothing\n"
		"scenarios/x.yaml:5:7: seed is negative, expected an integer from 0 to "
		"18446744073709551615, actual \"-1\"\n");
}

static void the_nearest_scenarios_folder_is_the_root(void)
{
	CU_ASSERT_EQUAL(mkdir("scenarios/deep", 0755) + mkdir("scenarios/deep/scenarios", 0755), 0);
	file_write("scenarios/deep/x.yaml", bytes_of_string(head));
	CU_ASSERT_STRING_EQUAL(errors_of("scenarios/deep/x.yaml"), "");
	file_write("scenarios/deep/scenarios/x.yaml", bytes_of_string(head));
	CU_ASSERT_STRING_EQUAL(
		errors_of("scenarios/deep/scenarios/x.yaml"),
		"scenarios/deep/scenarios/x.yaml:3:7: unknown flow, expected a file "
		"scenarios/deep/scenarios/knox/flow.yaml, actual \"knox/flow.yaml\"\n");
	file_write("outside.yaml", bytes_of_string(head));
	CU_ASSERT_STRING_EQUAL(errors_of("outside.yaml"),
			       "outside.yaml:3:7: flow, expected a folder called scenarios above "
			       "this file, actual \"knox/flow.yaml\"\n");
	/* A link from elsewhere leads to the real place. */
	CU_ASSERT_EQUAL(symlink("scenarios/deep/x.yaml", "link.yaml"), 0);
	CU_ASSERT_STRING_EQUAL(errors_of("link.yaml"), "");
	/* From inside the folder no spelling of it is at hand. */
	CU_ASSERT_EQUAL(chdir("scenarios/deep"), 0);
	CU_ASSERT_STRING_EQUAL(errors_of("x.yaml"), "");
	CU_ASSERT_STRING_EQUAL(errors_of("../deep/x.yaml"), "");
	CU_ASSERT_EQUAL(chdir("../.."), 0);
}

static void a_flow_that_cannot_be_read_is_named(void)
{
	CU_ASSERT_EQUAL(mkfifo("scenarios/fifo.yaml", 0600), 0);
	file_write("scenarios/x.yaml", bytes_of_string("actflow: 1\nscenario: x\nflow: fifo.yaml\n"
						       "variant: v\nseed: 1\n"));
	CU_ASSERT_STRING_EQUAL(errors_of("scenarios/x.yaml"),
			       "scenarios/x.yaml:3:7: unknown flow, expected a file "
			       "scenarios/fifo.yaml, actual \"fifo.yaml\"\n");
	CU_ASSERT_STRING_EQUAL(errors_of("scenarios/fifo.yaml"),
			       "scenarios/fifo.yaml: cannot be read, expected a regular file, "
			       "actual: a FIFO\n");
	CU_ASSERT_STRING_EQUAL(
		errors_of("scenarios/absent.yaml"),
		"scenarios/absent.yaml: cannot be opened: No such file or directory\n");
}

static void windows_line_ends_are_accepted(void)
{
	write_below_head("expect:\n  trace: |\n    one\n    two\n");
	struct buffer text = file_bytes("scenarios/x.yaml"), with = { 0 };
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] == '\n')
			buffer_append_u8(&with, '\r');
		buffer_append_u8(&with, text.data[i]);
	}
	file_write("scenarios/x.yaml", bytes_of_buffer(&with));
	struct diags d = { 0 };
	CU_ASSERT_EQUAL_FATAL(scenario_read("scenarios/x.yaml", &scenario, &d), ERR_OK);
	CU_ASSERT_STRING_EQUAL(scenario.expect.trace, "one\ntwo\n");
	CU_ASSERT_EQUAL(scenario.seed, 7);
	scenario_fini(&scenario);
	buffer_fini(&text);
	buffer_fini(&with);
}

static void the_whole_range_of_seeds_is_read(void)
{
	static const char text[] = "actflow: 1\nscenario: x\nflow: knox/flow.yaml\n"
				   "variant: next-app\nseed: 18446744073709551615\n";
	struct diags d = { 0 };
	file_write("scenarios/x.yaml", bytes_of_string(text));
	CU_ASSERT_EQUAL_FATAL(scenario_read("scenarios/x.yaml", &scenario, &d), ERR_OK);
	CU_ASSERT_EQUAL(scenario.seed, UINT64_MAX);
	scenario_fini(&scenario);
}

static void a_repeated_setting_is_told_with_both_places(void)
{
	CU_ASSERT_STRING_EQUAL(errors_below_head("profile: {a: b, a: c}\n"),
			       "scenarios/x.yaml:6:17: duplicate key, expected it once, actual "
			       "\"a\" again (first at 6:11)\n");
}

static void the_printed_schema_knows_the_same_keys(void)
{
	FILE *out = fopen("schema.json", "wb");
	CU_ASSERT_PTR_NOT_NULL_FATAL(out);
	scenario_print_schema(out);
	CU_ASSERT_EQUAL(fclose(out), 0);
	json_error_t error;
	json_t *schema = json_load_file("schema.json",
					JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(schema);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(schema, "$schema")),
			       "http://json-schema.org/draft-07/schema#");
	CU_ASSERT_TRUE(json_is_false(json_object_get(schema, "additionalProperties")));
	CU_ASSERT_EQUAL(json_array_size(json_object_get(schema, "required")), 5);
	/* What the reader lists for an unknown key is what the schema allows, in the same order. */
	char list[256] = "";
	const char *key;
	json_t *value;
	json_object_foreach(json_object_get(schema, "properties"), key, value)
	{
		size_t used = strlen(list);
		snprintf(list + used, sizeof list - used, "%s%s", used > 0 ? ", " : "", key);
		CU_ASSERT_TRUE(json_is_string(json_object_get(value, "description")));
	}
	CU_ASSERT_PTR_NOT_NULL(strstr(errors_below_head("unheard: of\n"), list));
	json_decref(schema);
}

static const struct test_case cases[] = {
	TEST(the_real_scenario_is_read),
	TEST(defaults_are_those_of_the_header),
	TEST(everything_that_is_written_is_read),
	TEST(every_broken_scenario_is_refused_at_all_places),
	TEST(a_run_may_be_said_to_end_early),
	TEST(what_falls_implies_the_verdict),
	TEST(errors_of_flow_and_scenario_come_together),
	TEST(the_nearest_scenarios_folder_is_the_root),
	TEST(a_flow_that_cannot_be_read_is_named),
	TEST(windows_line_ends_are_accepted),
	TEST(the_whole_range_of_seeds_is_read),
	TEST(a_repeated_setting_is_told_with_both_places),
	TEST(the_printed_schema_knows_the_same_keys),
};

int main(void)
{
	folder_enter();
	int status = suite_run("scenario", cases, sizeof cases / sizeof *cases);
	folder_leave();
	return status;
}
