/* test_coverage.c - rows are counted by the steps that took them, and reasons must fit. The roster
 * is made by hand; no run is needed.
 */
#include <string.h>

#include "tests/lib/files.h"
#include "tests/lib/suite.h"
#include "tools/actflow/coverage.h"

static const char *const states[] = { "closed", "open" };
static const struct stimulus_spec stimuli[] = { { .name = "knock" },
						{ .name = "push" },
						{ .name = "steps" } };
static const struct row rows[] = {
	ROW(0, 0, NULL, 0, "S1.1", "nobody is at home"),
	ROW(0, 1, NULL, 1, "S1.1", "the door is pushed open"),
	ROW(1, 1, NULL, 0, "S1.1", "the door falls shut"),
	ROW_IN(ANY_OF(0, 1), 2, NULL, SAME_STATE, "S1.1", "somebody passes"),
};
static const struct machine door = { .name = "door",
				     .states = states,
				     .states_count = 2,
				     .stimuli = stimuli,
				     .stimuli_count = 3,
				     .rows = rows,
				     .rows_count = 4 };
static const struct machine gate = { .name = "gate",
				     .states = states,
				     .states_count = 2,
				     .stimuli = stimuli,
				     .stimuli_count = 3,
				     .rows = rows,
				     .rows_count = 1 };
static const struct machine *const machines[] = { &door, &gate };
static const struct actor_class house = { .name = "house",
					  .machines = machines,
					  .machines_count = 2 };
static const struct actor_class *const actors[] = { &house };

static struct roster roster_with(const struct unexercised *reasons)
{
	return (struct roster){
		.name = "made", .actors = actors, .actors_count = 1, .unexercised = reasons
	};
}

static void feed(struct coverage *c, const char *from, const char *stimulus, const char *story)
{
	struct record r = { .kind = RECORD_STEP, .machine = "door", .state_from = from };
	r.stimulus = stimulus;
	r.text = story;
	r.source = "S1.1";
	coverage_feed(c, &r, (struct bytes){ 0 });
}

static void a_step_counts_for_its_row_alone(void)
{
	struct roster r = roster_with(NULL);
	struct coverage c;
	coverage_init(&c, &r);
	CU_ASSERT_EQUAL_FATAL(c.count, 6);
	feed(&c, "closed", "push", "the door is pushed open");
	feed(&c, "closed", "push", "the door is pushed open");
	feed(&c, "open", "push", "the door is pushed open");
	feed(&c, "closed", "knock", "the door is pushed open");
	feed(&c, "closed", "knock", "nobody");
	CU_ASSERT_EQUAL(c.rows[0].taken, 0);
	CU_ASSERT_EQUAL(c.rows[1].taken, 2);
	CU_ASSERT_EQUAL(c.rows[2].taken, 0);
	CU_ASSERT_EQUAL(c.rows[5].taken, 0); /* the same story, of another machine */
	coverage_fini(&c);
}

static void a_row_for_several_states_counts_once_for_each(void)
{
	struct roster r = roster_with(NULL);
	struct coverage c;
	coverage_init(&c, &r);
	feed(&c, "open", "steps", "somebody passes");
	feed(&c, "open", "steps", "somebody passes");
	feed(&c, "ajar", "steps", "somebody passes");
	CU_ASSERT_PTR_EQUAL(c.rows[3].row, c.rows[4].row);
	CU_ASSERT_EQUAL(c.rows[3].state, 0);
	CU_ASSERT_EQUAL(c.rows[4].state, 1);
	CU_ASSERT_EQUAL(c.rows[3].taken, 0);
	CU_ASSERT_EQUAL(c.rows[4].taken, 2);
	coverage_fini(&c);
}

static void what_no_row_answered_counts_for_none(void)
{
	struct roster r = roster_with(NULL);
	struct coverage c;
	coverage_init(&c, &r);
	struct record step = { .kind = RECORD_STEP,
			       .machine = "door",
			       .state_from = "closed",
			       .stimulus = "knock",
			       .text = "nobody is at home",
			       .source = "" };
	coverage_feed(&c, &step, (struct bytes){ 0 });
	step.kind = RECORD_TIMER;
	step.source = "S1.1";
	coverage_feed(&c, &step, (struct bytes){ 0 });
	CU_ASSERT_EQUAL(c.rows[0].taken, 0);
	coverage_fini(&c);
}

static void runs_add_up_and_the_first_is_kept(void)
{
	struct roster r = roster_with(NULL);
	struct coverage all, one;
	struct buffer packed = { 0 };
	coverage_init(&all, &r);
	coverage_init(&one, &r);
	feed(&one, "open", "push", "the door falls shut");
	coverage_pack(&one, &packed);
	CU_ASSERT_TRUE(coverage_add(&all, bytes_of_buffer(&packed), 3));
	CU_ASSERT_TRUE(coverage_add(&all, bytes_of_buffer(&packed), 5));
	CU_ASSERT_EQUAL(all.rows[2].taken, 2);
	CU_ASSERT_EQUAL(all.rows[2].first, 3);
	CU_ASSERT_FALSE(coverage_add(&all, bytes_of(packed.data, packed.size - 1), 6));
	buffer_fini(&packed);
	coverage_fini(&all);
	coverage_fini(&one);
}

/* What is said of these reasons, after the door was pushed open once. */
static const char *said_of(const struct unexercised *reasons, struct coverage *c)
{
	struct roster r = roster_with(reasons);
	struct diags d = { 0 };
	coverage_init(c, &r);
	feed(c, "closed", "push", "the door is pushed open");
	coverage_reasons(c, &r, &d);
	return printed(&d);
}

static void a_reason_goes_to_its_row(void)
{
	static const struct unexercised reasons[] = {
		{ "door", "nobody is at home", "the house is never empty" }, { NULL, NULL, NULL }
	};
	struct coverage c;
	CU_ASSERT_STRING_EQUAL(said_of(reasons, &c), "");
	CU_ASSERT_STRING_EQUAL(c.rows[0].reason, "the house is never empty");
	CU_ASSERT_PTR_NULL(c.rows[2].reason);
	coverage_fini(&c);
}

static void a_reason_is_for_the_states_in_which_its_row_was_not_taken(void)
{
	static const struct unexercised reasons[] = {
		{ "door", "somebody passes", "nobody passes a closed door" }, { NULL, NULL, NULL }
	};
	struct roster r = roster_with(reasons);
	struct diags d = { 0 };
	struct coverage c;
	coverage_init(&c, &r);
	feed(&c, "open", "steps", "somebody passes");
	coverage_reasons(&c, &r, &d);
	CU_ASSERT_STRING_EQUAL(printed(&d), "");
	CU_ASSERT_STRING_EQUAL(c.rows[3].reason, "nobody passes a closed door");
	CU_ASSERT_PTR_NULL(c.rows[4].reason);
	coverage_fini(&c);
	coverage_init(&c, &r);
	feed(&c, "open", "steps", "somebody passes");
	feed(&c, "closed", "steps", "somebody passes");
	coverage_reasons(&c, &r, &d);
	CU_ASSERT_PTR_NOT_NULL(strstr(printed(&d), "of machine door, taken 2 times"));
	coverage_fini(&c);
}

static void reasons_that_do_not_fit_are_errors(void)
{
	static const struct unexercised reasons[] = {
		{ "door", "nobody is at hom", "a row that is none" },
		{ "dour", "nobody is at home", "a machine that is none" },
		{ "door", "the door is pushed open", "a row that is taken" },
		{ "door", "the door falls shut", "" },
		{ "gate", "nobody is at home", "first" },
		{ "gate", "nobody is at home", "second" },
		{ "door", "somebody passes", "first" },
		{ "door", "somebody passes", "second" },
		{ NULL, NULL, NULL }
	};
	static const char *const said[] = {
		"of machine door, did you mean nobody is at home",
		"of machine dour, did you mean door",
		"of machine door, taken 1 times",
		"actual none for \"the door falls shut\"",
		"actual two for \"nobody is at home\" of machine gate",
		"actual two for \"somebody passes\" of machine door",
	};
	struct coverage c;
	const char *all = said_of(reasons, &c);
	for (size_t i = 0; i < sizeof said / sizeof *said; i++)
		CU_ASSERT_PTR_NOT_NULL(strstr(all, said[i]));
	CU_ASSERT_EQUAL(strncmp(all, "actors/made/unexercised.c: ", 27), 0);
	coverage_fini(&c);
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(a_step_counts_for_its_row_alone),
		TEST(a_row_for_several_states_counts_once_for_each),
		TEST(what_no_row_answered_counts_for_none),
		TEST(runs_add_up_and_the_first_is_kept),
		TEST(a_reason_goes_to_its_row),
		TEST(a_reason_is_for_the_states_in_which_its_row_was_not_taken),
		TEST(reasons_that_do_not_fit_are_errors),
	};
	return suite_run("coverage", cases, sizeof cases / sizeof *cases);
}
