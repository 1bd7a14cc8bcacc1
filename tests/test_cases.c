/* test_cases.c - a scenario file stands for its cases, and ${name} is replaced before it is read.
 */
#include <string.h>

#include "sim/scenario/cases.h"
#include "sim/scenario/scenario.h"
#include "tests/lib/files.h"
#include "tests/lib/suite.h"

static struct scenario scenario; /* too large for the stack of a test */
static const char path[] = "scenarios/x.yaml";

static void write_file(const char *text)
{
	file_write(path, bytes_of_string(text));
}

/* Names of all cases, one a line, in a static buffer. */
static const char *names_of(const char *text)
{
	static char shown[4096];
	struct cases c = { 0 };
	struct diags d = { 0 };
	struct buffer all = { 0 };
	write_file(text);
	CU_ASSERT_EQUAL_FATAL(cases_read(path, &c, &d), ERR_OK);
	for (size_t i = 0; i < c.count; i++) {
		cases_name(&c, i, &all);
		buffer_append_u8(&all, '\n');
	}
	snprintf(shown, sizeof shown, "%.*s", (int)all.size, all.size ? (char *)all.data : "");
	buffer_fini(&all);
	cases_fini(&c);
	return shown;
}

static void the_first_variable_varies_slowest(void)
{
	CU_ASSERT_STRING_EQUAL(names_of("actflow: 1\nfor: {a: [1, 2], b: [x, y, z]}\n"),
			       "a=1,b=x\na=1,b=y\na=1,b=z\na=2,b=x\na=2,b=y\na=2,b=z\n");
	CU_ASSERT_STRING_EQUAL(names_of("actflow: 1\nfor: {a: [1, 2], b: [3], c: [4, 5]}\n"),
			       "a=1,b=3,c=4\na=1,b=3,c=5\na=2,b=3,c=4\na=2,b=3,c=5\n");
}

static void a_list_is_the_cases_themselves(void)
{
	CU_ASSERT_STRING_EQUAL(names_of("actflow: 1\nfor:\n  - {typed: upper, result: 0}\n"
					"  - {result: -101, typed: wrong}\n"),
			       "typed=upper,result=0\ntyped=wrong,result=-101\n");
}

static void names_can_be_read_back(void)
{
	CU_ASSERT_STRING_EQUAL(names_of("actflow: 1\nfor: {a: ['x,y', 'x\\y', 'x=y z']}\n"),
			       "a=x\\,y\na=x\\\\y\na=x=y z\n");
	CU_ASSERT_STRING_EQUAL(names_of("actflow: 1\nseed: 1\n"), "");
}

static void only_true_is_of_the_thorough_set(void)
{
	static const struct {
		const char *text;
		bool thorough;
	} files[] = { { "actflow: 1\nthorough: true\n", true },
		      { "actflow: 1\nthorough: true\nfor: {a: [1, 2]}\n", true },
		      { "actflow: 1\nthorough: false\n", false },
		      { "actflow: 1\nthorough: ${a}\nfor: {a: [true]}\n", false },
		      { "actflow: 1\nseed: 1\n", false } };
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct cases c = { 0 };
		struct diags d = { 0 };
		write_file(files[i].text);
		CU_ASSERT_EQUAL(cases_read(path, &c, &d), ERR_OK);
		CU_ASSERT_EQUAL(c.thorough, files[i].thorough);
		cases_fini(&c);
	}
}

#define HEAD "actflow: 1\nscenario: %s\nflow: knox/flow.yaml\nvariant: next-app\nseed: %s\n%s"

static void write_scenario(const char *title, const char *seed, const char *rest)
{
	char text[2048];
	snprintf(text, sizeof text, HEAD, title, seed, rest);
	write_file(text);
}

static void read_case(size_t index)
{
	struct diags d = { 0 };
	CU_ASSERT_EQUAL_FATAL(scenario_read_case(path, index, &scenario, &d), ERR_OK);
}

static const char *errors_of_case(size_t index)
{
	struct diags d = { 0 };
	enum err e = scenario_read_case(path, index, &scenario, &d);
	CU_ASSERT_EQUAL(e, d.count > 0 ? ERR_INPUT : ERR_OK);
	scenario_fini(&scenario);
	return printed(&d);
}

static void values_are_read_as_what_they_stand_for(void)
{
	write_scenario("after ${outage}, step ${step}", "${number}",
		       "for:\n  outage: [10s, 90s]\n  step: [S1.5]\n  number: [3, 4]\n"
		       "limits: {virtual: \"${outage}\", steps: \"${number}00\"}\n"
		       "expect:\n  outcome: {app: {result: \"${number}\"}}\n");
	struct diags d = { 0 };
	CU_ASSERT_EQUAL(scenario_read_case(path, 3, &scenario, &d), ERR_INPUT);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(printed(&d), "limits.steps is a string, expected")); /* quoted */
	write_scenario("after ${outage}, step ${step}", "${number}00",
		       "for:\n  outage: [10s, 90s]\n  step: [S1.5]\n  number: [3, 4]\n"
		       "limits: {virtual: \"${outage}\"}\n"
		       "expect:\n  outcome: {app: {result: \"${number}\"}}\n");
	read_case(3);
	CU_ASSERT_STRING_EQUAL(scenario.case_name, "outage=90s,step=S1.5,number=4");
	CU_ASSERT_STRING_EQUAL(scenario.title, "after 90s, step S1.5");
	CU_ASSERT_EQUAL(scenario.seed, 400);
	CU_ASSERT_EQUAL(scenario.limits.virtual_ns, INT64_C(90000000000));
	CU_ASSERT_EQUAL(scenario.expect.outcomes[0].result, 4); /* written bare in `for:` */
	scenario_fini(&scenario);
	CU_ASSERT_STRING_EQUAL(
		errors_of_case(4),
		"scenarios/x.yaml: case 5, expected at most 4 cases, actual fewer\n");
}

static void a_quoted_value_stays_text(void)
{
	write_scenario("${n}", "${n}", "for: {n: [1, \"2\"]}\n");
	read_case(0);
	CU_ASSERT_EQUAL(scenario.seed, 1);
	scenario_fini(&scenario);
	CU_ASSERT_STRING_EQUAL(errors_of_case(1),
			       "scenarios/x.yaml:5:7: seed is a string, expected an integer from 0 "
			       "to 18446744073709551615, actual \"2\"\n");
}

static void two_dollars_are_the_characters_themselves(void)
{
	write_scenario("$${a} is not ${a}, $ and {} are nothing, $$${a}", "7",
		       "for: {a: [b]}\nexpect:\n  trace: |\n    ${a} ${c} ${\n");
	read_case(0);
	CU_ASSERT_STRING_EQUAL(scenario.title, "${a} is not b, $ and {} are nothing, $${a}");
	CU_ASSERT_STRING_EQUAL(scenario.expect.trace, "${a} ${c} ${\n");
	scenario_fini(&scenario);
	write_scenario("$${a}", "7", "");
	read_case(0);
	CU_ASSERT_STRING_EQUAL(scenario.title, "${a}");
	CU_ASSERT_PTR_NULL(scenario.case_name);
	scenario_fini(&scenario);
}

static void without_for_there_are_no_variables(void)
{
	write_scenario("${a}", "7", "");
	CU_ASSERT_STRING_EQUAL(errors_of_case(0),
			       "scenarios/x.yaml:2:11: unknown variable in ${}, expected none, "
			       "actual \"a\"\n");
	write_scenario("b", "7", "");
	CU_ASSERT_STRING_EQUAL(
		errors_of_case(1),
		"scenarios/x.yaml: case 2, expected at most 0 cases, actual fewer\n");
}

static void what_is_replaced_is_bounded(void)
{
	static char title[1200], rest[1200], value[1000];
	memset(value, 'x', sizeof value - 1);
	for (size_t i = 0; i < 5; i++)
		memcpy(title + 4 * i, "${a}", 4);
	snprintf(rest, sizeof rest, "for: {a: [%s]}\n", value);
	write_scenario(title, "7", rest);
	CU_ASSERT_STRING_EQUAL(errors_of_case(0),
			       "scenarios/x.yaml:2:11: value, expected at most 4096 bytes once its "
			       "variables are replaced, actual \"${a}${a}${a}${a}${a}\"\n");
}

static void ten_thousand_cases_are_the_most(void)
{
	struct buffer text = { 0 };
	struct cases c = { 0 };
	struct diags d = { 0 };
	buffer_append(&text, bytes_of_string("actflow: 1\nfor:\n  a: [0"));
	for (int i = 1; i < CASES_MAX; i++) {
		char one[16];
		snprintf(one, sizeof one, ", %d", i);
		buffer_append(&text, bytes_of_string(one));
	}
	buffer_append(&text, bytes_of_string("]\n  b: [1]\n"));
	file_write(path, bytes_of_buffer(&text));
	CU_ASSERT_EQUAL_FATAL(cases_read(path, &c, &d), ERR_OK);
	CU_ASSERT_EQUAL(c.count, CASES_MAX);
	CU_ASSERT_STRING_EQUAL(cases_value(&c, 9999, "a"), "9999");
	CU_ASSERT_STRING_EQUAL(cases_value(&c, 9999, "b"), "1");
	CU_ASSERT_PTR_NULL(cases_value(&c, 9999, "c"));
	cases_fini(&c);
	text.size -= strlen("]\n");
	buffer_append(&text, bytes_of_string(", 2]\n"));
	file_write(path, bytes_of_buffer(&text));
	CU_ASSERT_EQUAL(cases_read(path, &c, &d), ERR_INPUT);
	CU_ASSERT_EQUAL(c.count, 0);
	CU_ASSERT_STRING_EQUAL(printed(&d), "scenarios/x.yaml:3:3: cases, expected at most 10000, "
					    "actual 20000 or more\n");
	buffer_fini(&text);
}

/* What the tree refused is told once, and nothing is made of it. */
static void a_for_that_yaml_refused_has_no_cases(void)
{
	static const char *const broken[] = {
		"for: {a: [*x]}\n",         "for: *x\n", "for: {<<: [1]}\n", "for: [{? [a] : 1}]\n",
		"for: {a: [1, \"\\0\"]}\n",
	};
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		write_scenario("${a}", "7", broken[i]);
		const char *errors = errors_of_case(0);
		CU_ASSERT_PTR_NOT_NULL(strstr(errors, "scenarios/x.yaml:6:"));
		CU_ASSERT_PTR_NULL(strstr(errors, "unknown variable"));
		CU_ASSERT_PTR_EQUAL(strchr(errors, '\n'), errors + strlen(errors) - 1);
	}
}

static void checks_that_refuse_are_read_with_their_places(void)
{
	write_scenario("x", "7", "for: {c: [uem.b]}\nexpect:\n  by: [noc.a, \"${c}\"]\n");
	CU_ASSERT_STRING_EQUAL(errors_of_case(0), "");
	read_case(0);
	CU_ASSERT_EQUAL(scenario.expect.by_count, 2);
	CU_ASSERT_STRING_EQUAL(scenario.expect.by[0].check, "noc.a");
	CU_ASSERT_STRING_EQUAL(scenario.expect.by[1].check, "uem.b");
	CU_ASSERT_EQUAL(scenario.expect.by[1].place.line, 8);
	CU_ASSERT_EQUAL(scenario.expect.by[1].place.column, 15);
	scenario_fini(&scenario);
	write_scenario("x", "7", "expect: {by: noc.a}\n");
	read_case(0);
	CU_ASSERT_EQUAL(scenario.expect.by_count, 1);
	scenario_fini(&scenario);
}

static const struct test_case tests[] = {
	TEST(the_first_variable_varies_slowest),
	TEST(a_list_is_the_cases_themselves),
	TEST(names_can_be_read_back),
		TEST(only_true_is_of_the_thorough_set),
	TEST(values_are_read_as_what_they_stand_for),
	TEST(a_quoted_value_stays_text),
	TEST(two_dollars_are_the_characters_themselves),
	TEST(without_for_there_are_no_variables),
	TEST(what_is_replaced_is_bounded),
	TEST(ten_thousand_cases_are_the_most),
	TEST(a_for_that_yaml_refused_has_no_cases),
	TEST(checks_that_refuse_are_read_with_their_places),
};

int main(void)
{
	folder_enter();
	int status = suite_run("cases", tests, sizeof tests / sizeof *tests);
	folder_leave();
	return status;
}
