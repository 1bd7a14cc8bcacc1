/* test_golden.c - golden stories are compared with "..." in them, and rewritten without touching
 * anything else of their file.
 */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/scenario/scenario.h"
#include "tests/lib/files.h"
#include "tests/lib/suite.h"

static struct scenario scenario;

#define HEAD                                                                                       \
	"actflow: 1\nscenario: a test # said so\nflow: knox/flow.yaml\n"                           \
	"variant: next-app\nseed: 7\n"
static const char path[] = "scenarios/x.yaml";

static void goldens_are_compared_line_by_line(void)
{
	static const struct {
		const char *golden, *actual;
		int line, actual_line;
	} cases[] = {
		{ "a\nb\n", "a\nb\n", 0, 0 },
		{ "a\nb", "a\nb\n", 0, 0 },
		{ "", "", 0, 0 },
		{ "a\nb\n", "a\nc\n", 2, 2 },
		{ "a\nb\n", "a\n", 2, 0 },
		{ "a\n", "a\nb\n", 2, 2 },
		{ "", "a\n", 1, 1 },
		{ "a \n", "a\n", 1, 1 },
		{ "...\n", "", 0, 0 },
		{ "...\n", "a\nb\n", 0, 0 },
		{ "...\n...\n", "a\n", 0, 0 },
		{ "a\n...\n", "a\n", 0, 0 },
		{ "a\n  ...  \nd\n", "a\nb\nc\nd\n", 0, 0 },
		{ "a\n...\nd\n", "a\nd\n", 0, 0 },
		{ "a\n...\nd\n", "a\nd\ne\n", 4, 3 },
		{ "a\n...\nd\n", "a\nd\nx\nd\n", 0, 0 },
		{ "a\n...\nd\ne\n", "a\nd\nx\nd\ne\n", 0, 0 },
		{ "a\n...\nd\ne\n...\n", "a\nd\nx\nd\nf\n", 4, 3 },
		{ "...\nb\n...\nd\n", "a\nb\nc\nd\n", 0, 0 },
		{ "...\nb\n...\nb\n", "a\nb\nc\n", 4, 0 },
		{ "...\nd\n...\n", "a\nb\n", 2, 0 },
		{ "b\n...\n", "a\nb\n", 1, 1 },
		{ "...x\n", "a\n", 1, 1 },
		{ "a\n\nb\n", "a\n\nb\n", 0, 0 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int actual = -1;
		int line = scenario_golden_differs(cases[i].golden, cases[i].actual, &actual);
		CU_ASSERT_EQUAL(line, cases[i].line);
		CU_ASSERT_EQUAL(actual, cases[i].actual_line);
		if (line != cases[i].line || actual != cases[i].actual_line)
			printf("case %zu: %d %d\n", i, line, actual);
	}
}

static void long_goldens_are_compared_in_no_time(void)
{
	struct buffer golden = { 0 }, actual = { 0 };
	for (int i = 0; i < 2000; i++)
		buffer_append(&golden, bytes_of_string("...\na\n"));
	for (int i = 0; i < 20000; i++)
		buffer_append(&actual, bytes_of_string("a\n"));
	buffer_append_u8(&golden, 0);
	buffer_append_u8(&actual, 0);
	int line = 0;
	CU_ASSERT_EQUAL(scenario_golden_differs((char *)golden.data, (char *)actual.data, &line),
			0);
	buffer_fini(&golden);
	buffer_fini(&actual);
}

/* Update the file's story; the text that the file has then, in a static buffer. */
static const char *updated(const char *text, const char *story, enum err expected)
{
	static char now[8192];
	struct diags d = { 0 };
	file_write(path, bytes_of_string(text));
	CU_ASSERT_EQUAL_FATAL(scenario_read(path, &scenario, &d), ERR_OK);
	CU_ASSERT_EQUAL(scenario_update_golden(&scenario, story, &d), expected);
	CU_ASSERT_EQUAL(d.count, expected == ERR_OK ? 0 : 1);
	scenario_fini(&scenario);
	struct buffer all = file_bytes(path);
	snprintf(now, sizeof now, "%.*s", (int)all.size, (const char *)all.data);
	buffer_fini(&all);
	if (expected == ERR_OK) {
		CU_ASSERT_EQUAL_FATAL(scenario_read(path, &scenario, &d), ERR_OK);
		CU_ASSERT_STRING_EQUAL(scenario.expect.trace, story);
		scenario_fini(&scenario);
	} else {
		CU_ASSERT_STRING_EQUAL(now, text);
	}
	diag_fini(&d);
	return now;
}

static void only_the_golden_block_is_rewritten(void)
{
	CU_ASSERT_STRING_EQUAL(
		updated(HEAD "expect:\n  trace: |  # the story\n    old\n\n      story\n\n\n"
			     "  verdict: holds   # as \xc3\xa4ver\n\n# end\nlimits: {steps: 5}",
			"[  0ms] new\n[ 12ms] \xe2\x82\xac \xf0\x9f\x94\x91  \n\n  indented\n",
			ERR_OK),
		HEAD "expect:\n  trace: |  # the story\n    [  0ms] new\n"
		     "    [ 12ms] \xe2\x82\xac \xf0\x9f\x94\x91  \n\n      indented\n\n\n"
		     "  verdict: holds   # as \xc3\xa4ver\n\n# end\nlimits: {steps: 5}");
}

static void indentation_is_kept_and_comments_end_a_block(void)
{
	CU_ASSERT_STRING_EQUAL(
		updated(HEAD "expect:\n   trace: |\n         old\n   # mine\n", "a\nb\n", ERR_OK),
		HEAD "expect:\n   trace: |\n         a\n         b\n   # mine\n");
	CU_ASSERT_STRING_EQUAL(updated(HEAD "expect:\n trace: |\n  # text\n  old", "a\n", ERR_OK),
			       HEAD "expect:\n trace: |\n  a\n");
	CU_ASSERT_STRING_EQUAL(updated("expect:\n  trace: |2-\n     old\n\n" HEAD, "a\n", ERR_OK),
			       "expect:\n  trace: |\n    a\n\n" HEAD);
}

static void stories_that_begin_or_end_oddly_come_back(void)
{
	static const char *const stories[] = {
		"",
		"\n",
		"\n\n",
		"  a\n",
		"\ta\n",
		"\n\na\n",
		"a",
		"a\n\n\n",
		"  a\nb",
		"# a\n",
		"- a\n",
		"a: b\n",
		"...\n",
		"---\n",
		"a\n   \nb\n",
		"\n  a\nb\n",
		"a\n    \n",
		"%YAML\n",
		"'\"\\\n",
		"a\tb \n",
		"   \n",
		"   \n  a\n\n",
		"|\n",
		">\n",
		"\xe2\x82\xac\n",
	};
	static const char *const files[] = {
		HEAD "expect:\n  trace: |\n    old\nlimits: {steps: 5}\n",
		HEAD "expect:\n  trace: |+\n    old\n\n\nlimits: {steps: 5}\n",
		HEAD "expect:\n  trace: |\n    old\n\n  \n  verdict: holds\n",
		HEAD "expect:\n  trace: |\n",
		HEAD "expect:\n  trace: |",
		HEAD "expect: # mine\n  verdict: holds # mine\nlimits: {steps: 5}\n",
		HEAD "expect:\n  outcome: {app:\n     {result: 0}}",
		HEAD,
	};
	for (size_t f = 0; f < sizeof files / sizeof *files; f++)
		for (size_t s = 0; s < sizeof stories / sizeof *stories; s++) {
			const char *now = updated(files[f], stories[s], ERR_OK);
			CU_ASSERT_EQUAL(strncmp(now, HEAD, sizeof HEAD - 1), 0);
			if (strstr(files[f], "limits"))
				CU_ASSERT_PTR_NOT_NULL(strstr(now, "limits: {steps: 5}\n"));
		}
}

static void a_missing_block_is_added(void)
{
	CU_ASSERT_STRING_EQUAL(
		updated(HEAD "expect:\n    verdict: holds # so\n\nlimits: {steps: 5}\n", "a\nb\n",
			ERR_OK),
		HEAD "expect:\n    verdict: holds # so\n    trace: |\n      a\n      b\n"
		     "\nlimits: {steps: 5}\n");
	CU_ASSERT_STRING_EQUAL(updated(HEAD "limits: {steps: 5}", "a\n", ERR_OK),
			       HEAD "limits: {steps: 5}\nexpect:\n  trace: |\n    a\n");
}

static void windows_line_ends_are_kept(void)
{
	CU_ASSERT_STRING_EQUAL(
		updated("actflow: 1\r\nscenario: x\r\nflow: knox/flow.yaml\r\nvariant: next-app\r\n"
			"seed: 7\r\nexpect:\r\n  trace: |\r\n    old\r\n\r\n  verdict: holds\r\n",
			"a\n\nb\n", ERR_OK),
		"actflow: 1\r\nscenario: x\r\nflow: knox/flow.yaml\r\nvariant: next-app\r\n"
		"seed: 7\r\nexpect:\r\n  trace: |\r\n    a\r\n\r\n    b\r\n\r\n  verdict: "
		"holds\r\n");
}

static void what_cannot_be_written_leaves_the_file_alone(void)
{
	static const char block[] = HEAD "expect:\n  trace: |\n    old\n";
	updated(HEAD "expect: {verdict: holds}\n", "a\n", ERR_INPUT);
	updated("{actflow: 1, scenario: x, flow: knox/flow.yaml, variant: next-app, seed: 7}\n",
		"a\n", ERR_INPUT);
	updated(block, "a\x1b[0m\n", ERR_INPUT);
	updated(block, "a\r\n", ERR_INPUT);
	updated(block, "a\xff\n", ERR_INPUT);
	updated(block, "a\xe2\x80\xa8\n", ERR_INPUT);
}

static void a_rewritten_file_keeps_mode_and_link(void)
{
	struct diags d = { 0 };
	struct stat info;
	file_write(path, bytes_of_string(HEAD "expect:\n  trace: |\n    old\n"));
	CU_ASSERT_EQUAL(chmod(path, 0640), 0);
	CU_ASSERT_EQUAL(symlink("scenarios/x.yaml", "link.yaml"), 0);
	CU_ASSERT_EQUAL_FATAL(scenario_read("link.yaml", &scenario, &d), ERR_OK);
	CU_ASSERT_EQUAL(scenario_update_golden(&scenario, "new\n", &d), ERR_OK);
	scenario_fini(&scenario);
	CU_ASSERT_TRUE(lstat("link.yaml", &info) == 0 && S_ISLNK(info.st_mode));
	CU_ASSERT_TRUE(stat(path, &info) == 0 && (info.st_mode & 07777) == 0640);
	CU_ASSERT_EQUAL_FATAL(scenario_read(path, &scenario, &d), ERR_OK);
	CU_ASSERT_STRING_EQUAL(scenario.expect.trace, "new\n");
	scenario_fini(&scenario);
}

static void a_folder_that_cannot_be_written_is_told(void)
{
	struct diags d = { 0 };
	file_write(path, bytes_of_string(HEAD));
	CU_ASSERT_EQUAL_FATAL(scenario_read(path, &scenario, &d), ERR_OK);
	CU_ASSERT_EQUAL(unlink(path), 0);
	CU_ASSERT_EQUAL(scenario_update_golden(&scenario, "new\n", &d), ERR_INPUT);
	CU_ASSERT_STRING_EQUAL(printed(&d),
			       "scenarios/x.yaml: cannot be opened: No such file or directory\n");
	file_write(path, bytes_of_string(HEAD));
	CU_ASSERT_EQUAL(chmod("scenarios", 0555), 0);
	if (geteuid() != 0) { /* root writes everywhere */
		CU_ASSERT_EQUAL(scenario_update_golden(&scenario, "new\n", &d), ERR_WRITE);
		CU_ASSERT_STRING_EQUAL(printed(&d),
				       "scenarios/x.yaml: cannot be written: Permission "
				       "denied; it is unchanged\n");
	}
	CU_ASSERT_EQUAL(chmod("scenarios", 0755), 0);
	scenario_fini(&scenario);
}

static const struct test_case cases[] = {
	TEST(goldens_are_compared_line_by_line),
	TEST(long_goldens_are_compared_in_no_time),
	TEST(only_the_golden_block_is_rewritten),
	TEST(indentation_is_kept_and_comments_end_a_block),
	TEST(stories_that_begin_or_end_oddly_come_back),
	TEST(a_missing_block_is_added),
	TEST(windows_line_ends_are_kept),
	TEST(what_cannot_be_written_leaves_the_file_alone),
	TEST(a_rewritten_file_keeps_mode_and_link),
	TEST(a_folder_that_cannot_be_written_is_told),
};

int main(void)
{
	folder_enter();
	int status = suite_run("golden", cases, sizeof cases / sizeof *cases);
	folder_leave();
	return status;
}
