/* test_refusal_rules.c - what the roster says of refusals is of checks, tables and sessions that
 * there are; and what no scenario speaks of must come to its end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/roster.h"
#include "tests/lib/files.h"
#include "tests/lib/suite.h"
#include "tools/actflow/expect.h"
#include "tools/actflow/refused_steps.h"

/* -- rules -- */

static const struct machine *machine_of(const struct actor_class *class, const char *name)
{
	for (size_t i = 0; i < class->machines_count; i++)
		if (strcmp(class->machines[i]->name, name) == 0)
			return class->machines[i];
	return NULL;
}

static const struct actor_class *class_of(const char *check)
{
	size_t size = strcspn(check, ".");
	for (size_t a = 0; a < dynamics_roster.actors_count; a++)
		if (strlen(dynamics_roster.actors[a]->name) == size &&
		    strncmp(dynamics_roster.actors[a]->name, check, size) == 0)
			return dynamics_roster.actors[a];
	return NULL;
}

static bool has_check(const struct actor_class *class, const char *name)
{
	for (size_t m = 0; m < class->machines_count; m++)
		for (size_t i = 0; i < class->machines[m]->rows_count; i++) {
			const struct row *row = &class->machines[m]->rows[i];
			if (row->refuses && strcmp(row->refuses->name, name) == 0)
				return true;
		}
	return false;
}

static bool has_table(const struct actor_class *class, const char *name)
{
	for (size_t i = 0; i < class->tables_count; i++)
		if (strcmp(class->tables[i], name) == 0)
			return true;
	return false;
}

static bool is_told(const struct machine *m, const char *name)
{
	for (size_t i = 0; m && i < m->stimuli_count; i++)
		if (strcmp(m->stimuli[i].name, name) == 0)
			return m->stimuli[i].kind == STIMULUS_TOLD;
	return false;
}

static void each_rule_is_of_what_there_is_and_has_a_reason(void)
{
	size_t kinds[3] = { 0 };
	for (const struct refusal_rule *r = dynamics_roster.refusals; r->check; r++) {
		const struct actor_class *class = class_of(r->check);
		CU_ASSERT_PTR_NOT_NULL_FATAL(class);
		CU_ASSERT_TRUE(has_check(class, strchr(r->check, '.') + 1));
		CU_ASSERT_TRUE(strlen(r->reason) > 20);
		kinds[r->kind]++;
		if (r->kind == REFUSAL_STORES)
			CU_ASSERT_TRUE(has_table(class, r->what));
		if (r->kind == REFUSAL_TELLS)
			CU_ASSERT_TRUE(is_told(machine_of(class, r->machine), r->what));
	}
	CU_ASSERT_TRUE(kinds[REFUSAL_STORES] > 0 && kinds[REFUSAL_TELLS] > 0);
	CU_ASSERT_TRUE(kinds[REFUSAL_HIDES] > 0);
}

static void each_rule_is_said_once(void)
{
	for (const struct refusal_rule *r = dynamics_roster.refusals; r->check; r++)
		for (const struct refusal_rule *o = r + 1; o->check; o++)
			CU_ASSERT_FALSE(r->kind == o->kind && strcmp(r->check, o->check) == 0 &&
					strcmp(r->what ? r->what : "", o->what ? o->what : "") ==
						0);
}

/* A check between two that hide is asked when the first was right: of it, too, nobody may learn. */
static void judge_between(const struct actor_class *class, const struct check *const *checks)
{
	char id[96];
	size_t first = SIZE_MAX, last = 0, hidden = 0;
	for (size_t i = 0; checks[i]; i++) {
		snprintf(id, sizeof id, "%s.%s", class->name, checks[i]->name);
		if (!refused_rule(&dynamics_roster, id, REFUSAL_HIDES, NULL))
			continue;
		first = first == SIZE_MAX ? i : first;
		last = i;
		hidden++;
	}
	CU_ASSERT_TRUE(hidden == 0 || hidden == last - first + 1);
}

static void what_stands_between_hidden_checks_hides(void)
{
	for (size_t a = 0; a < dynamics_roster.actors_count; a++) {
		const struct actor_class *class = dynamics_roster.actors[a];
		for (size_t m = 0; m < class->machines_count; m++)
			for (size_t i = 0; i < class->machines[m]->rows_count; i++)
				if (class->machines[m]->rows[i].checks)
					judge_between(class, class->machines[m]->rows[i].checks);
	}
}

/* -- U6 -- */

static struct scenario scenario;
static struct outcome outcomes[2];
static struct observation seen;

static void begin(void)
{
	struct diags d = { 0 };
	scenario_fini(&scenario);
	CU_ASSERT_EQUAL_FATAL(
		scenario_read(project_file("scenarios/knox/two-devices.yaml"), &scenario, &d),
		ERR_OK);
	diag_fini(&d);
	outcomes[0] = (struct outcome){ "app@1", 0, 100 };
	outcomes[1] = (struct outcome){ "app@2", -101, 200 };
	seen = (struct observation){ .outcomes = outcomes, .outcomes_count = 2, .ended = "quiet" };
	scenario.expect.reaches_count = 0;
	scenario.expect.outcomes_count = 1;
	scenario.expect.outcomes[0].result = 0;
	free(scenario.expect.outcomes[0].actor);
	free(scenario.expect.outcomes[1].actor);
	scenario.expect.outcomes[1].actor = NULL;
	scenario.expect.outcomes[0].actor = strdup("app@1");
}

static struct fallen judge(void)
{
	struct fallen f = { 0 };
	expect_completed(&scenario, dynamics_roster.completes, &seen, &f);
	return f;
}

static void a_device_of_which_nothing_is_said_is_activated(void)
{
	begin();
	struct fallen f = judge();
	CU_ASSERT_EQUAL(f.count, 1);
	CU_ASSERT_EQUAL(f.list[0].which, POST_U6);
	CU_ASSERT_EQUAL(f.list[0].record, 200);
	CU_ASSERT_PTR_NOT_NULL(strstr(f.list[0].text, "expected app@2, of which"));
	outcomes[1].result = 0;
	CU_ASSERT_EQUAL(judge().count, 0);
	seen.outcomes_count = 1;
	f = judge();
	CU_ASSERT_EQUAL(f.count, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(f.list[0].text, "app@2"));
	CU_ASSERT_PTR_NOT_NULL(strstr(f.list[0].text, "actual to none"));
}

static void what_the_scenario_says_is_not_asked_twice(void)
{
	begin();
	scenario.expect.outcomes[0].actor[3] = '\0'; /* app: of each device */
	CU_ASSERT_EQUAL(judge().count, 0);
	begin();
	scenario.expect.reaches_count = 1;
	scenario.expect.reaches[0].device = 2;
	CU_ASSERT_EQUAL(judge().count, 0);
	scenario.expect.reaches[0].device = 1; /* of the other one */
	CU_ASSERT_EQUAL(judge().count, 1);
}

static void a_run_that_came_to_no_end_is_not_asked(void)
{
	begin();
	snprintf(seen.ended, sizeof seen.ended, "steps");
	CU_ASSERT_EQUAL(judge().count, 0);
}

static void where_anything_may_fall_it_is_not_asked(void)
{
	begin();
	scenario.expect.has_verdict = true;
	scenario.expect.verdict = VERDICT_VIOLATED;
	CU_ASSERT_EQUAL(judge().count, 0);
	scenario.expect.falls_count = 1;
	CU_ASSERT_EQUAL(judge().count, 1);
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(each_rule_is_of_what_there_is_and_has_a_reason),
		TEST(each_rule_is_said_once),
		TEST(what_stands_between_hidden_checks_hides),
		TEST(a_device_of_which_nothing_is_said_is_activated),
		TEST(what_the_scenario_says_is_not_asked_twice),
		TEST(a_run_that_came_to_no_end_is_not_asked),
		TEST(where_anything_may_fall_it_is_not_asked),
	};
	int failed = suite_run("refusal_rules", cases, sizeof cases / sizeof *cases);
	scenario_fini(&scenario);
	return failed;
}
