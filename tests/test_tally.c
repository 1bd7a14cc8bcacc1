/* test_tally.c - many runs are counted right: results, spread, and repeats that differ. */
#include <string.h>

#include "tests/lib/suite.h"
#include "tools/actflow/tally.h"
#include "tools/actflow/tally_report.h"
#include "tools/actflow/text.h"

static struct tally tally;

/* A run of this length, with a head made of one byte. */
static struct answer answer(enum err status, int64_t virtual_ns, uint8_t head)
{
	struct answer a = { .status = status };
	a.sample = (struct sample){ .judged = true,
				    .verdict = status == ERR_OK ? VERDICT_HOLDS : VERDICT_VIOLATED,
				    .virtual_ns = virtual_ns,
				    .tunnels = 1,
				    .lost = (uint64_t)virtual_ns / 10 };
	snprintf(a.sample.result, sizeof a.sample.result, "%s",
		 status == ERR_OK ? "as expected" : "vacuous");
	memset(a.sample.head, head, sizeof a.sample.head);
	return a;
}

static void add(uint64_t seed, size_t repeat, struct answer a)
{
	tally_add(&tally, seed, repeat, &a);
	answer_fini(&a);
}

static void percentiles_are_those_of_the_nearest_rank(void)
{
	for (int64_t i = 100; i >= 1; i--)
		add((uint64_t)i, 1, answer(ERR_OK, i, 0));
	tally_end(&tally);
	const struct series *s = &tally.series[TALLY_VIRTUAL_NS];
	CU_ASSERT_EQUAL(series_at(s, 0), 1);
	CU_ASSERT_EQUAL(series_at(s, 50), 50);
	CU_ASSERT_EQUAL(series_at(s, 90), 90);
	CU_ASSERT_EQUAL(series_at(s, 99), 99);
	CU_ASSERT_EQUAL(series_at(s, 100), 100);
	CU_ASSERT_EQUAL(series_at(&tally.series[TALLY_LOST], 100), 10);
	tally_fini(&tally);
	CU_ASSERT_EQUAL(series_at(&tally.series[TALLY_LOST], 50), 0);
}

static void bins_hold_every_value_once(void)
{
	static const int64_t values[] = { 0, 3, 4, 5, 99, 1000, 1049, 1050 };
	struct bin bins[TALLY_BINS_MAX];
	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		add(i, 1, answer(ERR_OK, values[i], 0));
	tally_end(&tally);
	size_t count = series_bins(&tally.series[TALLY_VIRTUAL_NS], bins), all = 0;
	CU_ASSERT_EQUAL_FATAL(count, 2); /* width 100: the least with at most 20 bins */
	CU_ASSERT_EQUAL(bins[0].from, 0);
	CU_ASSERT_EQUAL(bins[0].width, 100);
	CU_ASSERT_EQUAL(bins[1].from, 1000);
	for (size_t i = 0; i < count; i++)
		all += bins[i].count;
	CU_ASSERT_EQUAL(all, 8);
	CU_ASSERT_EQUAL(series_bins(&tally.series[TALLY_TUNNELS], bins), 1);
	CU_ASSERT_EQUAL(bins[0].width, 1);
	tally_fini(&tally);
}

static void another_head_of_the_same_seed_is_not_as_expected(void)
{
	for (uint64_t seed = 1; seed <= 2; seed++)
		for (size_t repeat = 1; repeat <= 3; repeat++) /* each seed has its own */
			add(seed, repeat, answer(ERR_OK, 5, (uint8_t)seed));
	CU_ASSERT_EQUAL(tally.differing, 0);
	CU_ASSERT_EQUAL(tally.status, ERR_OK);
	add(3, 1, answer(ERR_OK, 5, 0xaa));
	add(3, 2, answer(ERR_OK, 5, 0xaa));
	add(3, 3, answer(ERR_OK, 5, 0xbb));
	add(3, 4, answer(ERR_OK, 5, 0xcc));
	tally_end(&tally);
	CU_ASSERT_EQUAL(tally.differing, 2);
	CU_ASSERT_EQUAL(tally.status, ERR_NOT_AS_EXPECTED);
	CU_ASSERT_EQUAL(tally.difference.seed, 3);
	CU_ASSERT_EQUAL(tally.difference.first_repeat, 1);
	CU_ASSERT_EQUAL(tally.difference.repeat, 3);
	CU_ASSERT_EQUAL(tally.difference.first[0], 0xaa);
	CU_ASSERT_EQUAL(tally.difference.other[0], 0xbb);
	CU_ASSERT_EQUAL(tally.series[TALLY_VIRTUAL_NS].count, 3); /* one a seed */
	CU_ASSERT_EQUAL(tally.runs, 10);
}

/* The tally of the test before: both heads are shown with their repeats. */
static void both_heads_are_shown(void)
{
	struct options o = { .has_seeds = true, .seeds_from = 1, .seeds_to = 3, .repeat = 4 };
	struct found scenario = { .file = (char[]){ "x.yaml" }, .label = (char[]){ "x.yaml" } };
	struct tally_report r = { .scenario = &scenario, .options = &o, .tally = &tally };
	struct buffer out = { 0 };
	tally_text(&r, &out);
	const char *text = text_string(&out);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "  chain heads     2 of 10 differ from the first of "
					    "their seed\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "  differing       seed 3\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "  repeat 1        aaaaaaaa"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "  repeat 3        bbbbbbbb"));
	buffer_fini(&out);
	tally_fini(&tally);
}

static void the_words_of_the_first_ten_failures_are_kept(void)
{
	for (uint64_t seed = 1; seed <= 1000; seed++) {
		struct answer a = answer(seed % 4 ? ERR_OK : ERR_NOT_AS_EXPECTED, 5, 0);
		text_printf(&a.again, "words of %d\n", (int)seed);
		add(seed, 1, a);
	}
	tally_end(&tally);
	CU_ASSERT_EQUAL(tally.as_expected, 750);
	CU_ASSERT_EQUAL(tally.not, 250);
	CU_ASSERT_EQUAL(tally.verdicts[VERDICT_HOLDS], 750);
	CU_ASSERT_EQUAL(tally.verdicts[VERDICT_VIOLATED], 250);
	CU_ASSERT_EQUAL(tally.failing_count, 250);
	CU_ASSERT_EQUAL(tally.failing[9].seed, 40);
	CU_ASSERT_STRING_EQUAL(tally.failing[9].result, "vacuous");
	CU_ASSERT_STRING_EQUAL(text_string(&tally.failing[9].words), "words of 40\n");
	tally_fini(&tally);
}

static void what_never_came_to_a_verdict_is_counted_apart(void)
{
	for (uint64_t seed = 1; seed <= 2; seed++) {
		struct answer unread = { .status = ERR_INPUT }, lost = { .status = ERR_BUG };
		text_add(&unread.messages, "x.yaml:1:1: wrong\n");
		add(seed, 1, unread);
		add(seed, 2, lost);
	}
	tally_end(&tally);
	CU_ASSERT_EQUAL(tally.unread, 2);
	CU_ASSERT_EQUAL(tally.not, 2);
	CU_ASSERT_EQUAL(tally.status, ERR_BUG);
	CU_ASSERT_EQUAL(tally.series[TALLY_VIRTUAL_NS].count, 0);
	CU_ASSERT_FALSE(tally.has_head);
	CU_ASSERT_STRING_EQUAL(tally.failing[0].result, "refused");
	CU_ASSERT_STRING_EQUAL(tally.failing[1].result, "lost");
	CU_ASSERT_TRUE(tally.failing[0].words.size > 0);
	CU_ASSERT_EQUAL(tally.failing[2].words.size, 0); /* the same again */
	tally_fini(&tally);
}

static const struct test_case cases[] = {
	TEST(percentiles_are_those_of_the_nearest_rank),
	TEST(bins_hold_every_value_once),
	TEST(another_head_of_the_same_seed_is_not_as_expected),
	TEST(both_heads_are_shown),
	TEST(the_words_of_the_first_ten_failures_are_kept),
	TEST(what_never_came_to_a_verdict_is_counted_apart),
};

int main(void)
{
	return suite_run("tally", cases, sizeof cases / sizeof *cases);
}
