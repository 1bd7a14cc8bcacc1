/* test_diag.c - what is collected is printed in order, bounded, and cannot act upon a terminal. */
#include <string.h>

#include "sim/utf8.h"
#include "tests/lib/files.h"
#include "tests/lib/suite.h"

static void errors_are_printed_by_file_line_and_column(void)
{
	struct diags d = { 0 };
	diag_add(&d, "b.yaml", 1, 1, "sixth");
	diag_add(&d, "a.yaml", 10, 1, "fifth");
	diag_add(&d, "a.yaml", 2, 10, "fourth");
	diag_add(&d, "a.yaml", 2, 9, "second, expected %d, actual %s", 1, "two");
	diag_add(&d, "a.yaml", 0, 0, "first");
	diag_add(&d, "a.yaml", 2, 9, "third");
	CU_ASSERT_STRING_EQUAL(printed(&d), "a.yaml: first\n"
					    "a.yaml:2:9: second, expected 1, actual two\n"
					    "a.yaml:2:9: third\n"
					    "a.yaml:2:10: fourth\n"
					    "a.yaml:10:1: fifth\n"
					    "b.yaml:1:1: sixth\n");
	CU_ASSERT_EQUAL(d.count, 0);
}

static void errors_beyond_the_limit_are_counted(void)
{
	struct diags d = { 0 };
	for (int i = 0; i < DIAGS_MAX; i++)
		diag_add(&d, "f", i + 1, 1, "error");
	CU_ASSERT_PTR_NULL(strstr(printed(&d), "more"));
	for (int i = 0; i < DIAGS_MAX + 1; i++)
		diag_add(&d, "f", i + 1, 1, "error");
	CU_ASSERT_EQUAL(d.count, DIAGS_MAX);
	CU_ASSERT_EQUAL(d.beyond, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(printed(&d), "f:64:1: error\n1 more error not shown\n"));
	for (int i = 0; i < DIAGS_MAX + 3; i++)
		diag_add(&d, "f", i + 1, 1, "error");
	CU_ASSERT_PTR_NOT_NULL(strstr(printed(&d), "f:64:1: error\n3 more errors not shown\n"));
}

static void nothing_can_act_upon_a_terminal(void)
{
	struct diags d = { 0 };
	diag_add(&d, "a\x1b]0;x\a\n.yaml", 1, 1, "%s", "\x1b[2J\r\n\t\x7f");
	diag_add(&d, "b", 1, 1, "%s", "\xff\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80");
	diag_add(&d, "c", 1, 1, "%s", "\xc2\x9b[2J \xe2\x80\xae \xe2\x80\xa8 \xef\xbb\xbf");
	diag_add(&d, "d", 1, 1, "%s",
		 "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x94\x91 back\\slash");
	diag_add(&d, "e", 1, 1, "cut \xe2\x82");
	CU_ASSERT_STRING_EQUAL(
		printed(&d), "a\\x1b]0;x\\x07\\n.yaml:1:1: \\x1b[2J\\r\\n\\t\\x7f\n"
			     "b:1:1: \\xff\\xc0\\xaf\\xed\\xa0\\x80\\xf4\\x90\\x80\\x80\n"
			     "c:1:1: \\x9b[2J \\u202e \\u2028 \\ufeff\n"
			     "d:1:1: gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x94\x91 back\\slash\n"
			     "e:1:1: cut \\xe2\\x82\n");
}

static void the_nearest_word_is_a_slip_away(void)
{
	static const char *const words[] = { "seed", "steps", "scenario", "variant", "step" };
	const size_t count = sizeof words / sizeof *words;
	CU_ASSERT_STRING_EQUAL(diag_nearest("sede", words, count), "seed");
	CU_ASSERT_STRING_EQUAL(diag_nearest("see", words, count), "seed");
	CU_ASSERT_STRING_EQUAL(diag_nearest("step", words, count), "step");
	CU_ASSERT_STRING_EQUAL(diag_nearest("stepss", words, count), "steps");
	CU_ASSERT_STRING_EQUAL(diag_nearest("scnaroi", words, count), "scenario");
	CU_ASSERT_PTR_NULL(diag_nearest("deed2", words, count)); /* two edits of five letters */
	CU_ASSERT_PTR_NULL(diag_nearest("x", words, count));
	CU_ASSERT_PTR_NULL(diag_nearest("", words, count));
	CU_ASSERT_PTR_NULL(diag_nearest("seed", words, 0));
}

static void the_first_of_two_nearest_words_is_named(void)
{
	static const char *const words[] = { "tone", "tune", "tine" };
	CU_ASSERT_STRING_EQUAL(diag_nearest("tane", words, 3), "tone");
	CU_ASSERT_STRING_EQUAL(diag_nearest("tine", words, 3), "tine");
}

static void words_of_any_length_have_an_answer(void)
{
	char word[1000], candidate[100];
	memset(word, 'a', sizeof word);
	word[sizeof word - 1] = 0;
	memset(candidate, 'a', sizeof candidate);
	candidate[64] = 0;
	const char *words[] = { word, candidate };
	CU_ASSERT_PTR_NULL(diag_nearest(word, words, 2));
	word[64] = 0;
	CU_ASSERT_PTR_EQUAL(diag_nearest(word, words + 1, 1), candidate);
	word[64] = 'a';
	word[65] = 0;
	CU_ASSERT_PTR_NULL(diag_nearest(word, words + 1, 1));
}

static void only_well_formed_utf8_is_decoded(void)
{
	static const struct {
		const char *bytes;
		size_t length;
		uint32_t code;
	} cases[] = {
		{ "a", 1, 'a' },
		{ "\xc2\x80", 2, 0x80 },
		{ "\xdf\xbf", 2, 0x7FF },
		{ "\xe0\xa0\x80", 3, 0x800 },
		{ "\xef\xbf\xbf", 3, 0xFFFF },
		{ "\xf0\x90\x80\x80", 4, 0x10000 },
		{ "\xf4\x8f\xbf\xbf", 4, 0x10FFFF },
		{ "\xc1\xbf", 0, 0 },
		{ "\xe0\x9f\xbf", 0, 0 },
		{ "\xf0\x8f\xbf\xbf", 0, 0 },
		{ "\xed\xa0\x80", 0, 0 },
		{ "\xf4\x90\x80\x80", 0, 0 },
		{ "\xf5\x80\x80\x80", 0, 0 },
		{ "\x80", 0, 0 },
		{ "\xc3", 0, 0 },
		{ "\xe2\x82", 0, 0 },
		{ "\xe2\x28\xa1", 0, 0 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint32_t code = 0;
		size_t size = strlen(cases[i].bytes);
		CU_ASSERT_EQUAL(utf8_decode(cases[i].bytes, size, &code), cases[i].length);
		CU_ASSERT_EQUAL(code, cases[i].code);
	}
	uint32_t code = 7;
	CU_ASSERT_EQUAL(utf8_decode("", 0, &code), 0);
	CU_ASSERT_EQUAL(utf8_decode("\0", 1, &code), 1);
	CU_ASSERT_EQUAL(code, 0);
}

static const struct test_case cases[] = {
	TEST(errors_are_printed_by_file_line_and_column),
	TEST(errors_beyond_the_limit_are_counted),
	TEST(nothing_can_act_upon_a_terminal),
	TEST(the_nearest_word_is_a_slip_away),
	TEST(the_first_of_two_nearest_words_is_named),
	TEST(words_of_any_length_have_an_answer),
	TEST(only_well_formed_utf8_is_decoded),
};

int main(void)
{
	return suite_run("diag", cases, sizeof cases / sizeof *cases);
}
