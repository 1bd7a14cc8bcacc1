/* test_policy.c - settings by name and word, and what is no setting. */
#include <string.h>

#include <CUnit/CUnit.h>

#include "sim/policy.h"
#include "tests/lib/aborts.h"
#include "tests/lib/suite.h"

static const char *const colours[] = { "red", "green", "blue", NULL };
static const char *const sizes[] = { "small", "large", NULL };
static const struct policy_setting settings[] = {
	{ .name = "colour", .values = colours, .initial = 2 },
	{ .name = "size", .values = sizes, .weakened = true },
};
enum { COLOUR, SIZE, COUNT };

static struct policy fresh(void)
{
	struct policy p;
	memset(&p, 0xff, sizeof p);
	policy_init(&p, settings, COUNT);
	return p;
}

static void begins_with_the_defaults(void)
{
	struct policy p = fresh();
	CU_ASSERT_EQUAL(p.count, COUNT);
	CU_ASSERT_EQUAL(policy_value(&p, COLOUR), 2);
	CU_ASSERT_EQUAL(policy_value(&p, SIZE), 0);
}

static void takes_every_word_of_a_setting_and_touches_no_other(void)
{
	struct policy p = fresh();
	for (uint8_t v = 0; colours[v]; v++) {
		CU_ASSERT_EQUAL(policy_set(&p, "colour", colours[v]), 0);
		CU_ASSERT_EQUAL(policy_value(&p, COLOUR), v);
		CU_ASSERT_EQUAL(policy_value(&p, SIZE), 0);
	}
}

static void says_which_part_is_wrong_and_changes_nothing(void)
{
	struct policy p = fresh();
	CU_ASSERT_EQUAL(policy_set(&p, "color", "red"), 1);
	CU_ASSERT_EQUAL(policy_set(&p, "", "red"), 1);
	CU_ASSERT_EQUAL(policy_set(&p, "colour", "large"), 2);
	CU_ASSERT_EQUAL(policy_set(&p, "colour", ""), 2);
	CU_ASSERT_EQUAL(policy_set(&p, "colour", "RED"), 2);
	CU_ASSERT_EQUAL(policy_value(&p, COLOUR), 2);
	CU_ASSERT_EQUAL(policy_value(&p, SIZE), 0);
}

static void is_weakened_by_what_weakens_and_is_not_the_default(void)
{
	struct policy p = fresh();
	CU_ASSERT_FALSE(policy_is_weakened(&p, COLOUR));
	CU_ASSERT_FALSE(policy_is_weakened(&p, SIZE));
	CU_ASSERT_EQUAL(policy_set(&p, "colour", "red") + policy_set(&p, "size", "large"), 0);
	CU_ASSERT_FALSE(policy_is_weakened(&p, COLOUR));
	CU_ASSERT_TRUE(policy_is_weakened(&p, SIZE));
}

static void ask_past_the_end(void)
{
	struct policy p = fresh();
	(void)policy_value(&p, COUNT);
}

static void begin_with_too_many(void)
{
	static const struct policy_setting many[POLICY_MAX + 1];
	struct policy p;
	policy_init(&p, many, POLICY_MAX + 1);
}

static void a_setting_that_does_not_exist_aborts(void)
{
	CU_ASSERT_TRUE(aborts(ask_past_the_end));
	CU_ASSERT_TRUE(aborts(begin_with_too_many));
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(begins_with_the_defaults),
		TEST(takes_every_word_of_a_setting_and_touches_no_other),
		TEST(says_which_part_is_wrong_and_changes_nothing),
		TEST(is_weakened_by_what_weakens_and_is_not_the_default),
		TEST(a_setting_that_does_not_exist_aborts),
	};
	return suite_run("policy", cases, sizeof cases / sizeof *cases);
}
