/* test_row_sets.c - rows that stand in several states: which of them answers where, and which
 * tables of such rows the engine can be trusted with. */
#include <string.h>

#include <CUnit/CUnit.h>

#include "sim/machine.h"
#include "tests/lib/suite.h"

enum { WHY_SIZE = 256 };

enum { WAIT, TALK, DONE, STATES };
enum { HELLO, PROOF, BYE, STIMULI };
enum { ROW_LEFT, ROW_STAYS, ROW_HELLO, ROW_ACCEPT, ROW_BAD_WAIT, ROW_BAD_TALK, ROWS };

static bool it_leaves, it_is_good;
static char said[16];

static bool leaves(const void *session, const struct step *s)
{
	(void)session, (void)s;
	return it_leaves;
}

static bool is_good(const void *session, const struct step *s)
{
	(void)session, (void)s;
	return it_is_good;
}

static void note(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s, (void)out;
	strncat(said, "!", sizeof said - strlen(said) - 1);
}

static const struct check good = { "proof_is_good", is_good, "one" };
static const struct check *const asked[] = { &good, NULL };
static const struct check stray = { "nothing_asks_this", is_good, "two" };

/* The sound table, where each test breaks one thing. */
static struct row rows[MACHINE_ROWS_MAX];
static const char *states[MACHINE_STATES_MAX];
static const struct stimulus_spec stimuli[STIMULI] = { { .name = "hello" },
						       { .name = "proof" },
						       { .name = "bye" } };
static struct machine machine;

static void mend(void)
{
	/* clang-format off */
	const struct row sound[ROWS] = {
		ROW_WHEN_IN(ANY_OF(WAIT, TALK), BYE, leaves, note, DONE, "D1", "left"),
		ROW_IN(ANY_OF(WAIT, TALK), BYE, NULL, SAME_STATE, "D1", "stays"),
		ROW(WAIT, HELLO, NULL, TALK, "D1", "hello"),
		ROW_CHECKED_IN(ANY_OF(WAIT, TALK), PROOF, asked, NULL, DONE, "D1", "accepted"),
		ROW_REFUSES(WAIT, PROOF, &good, NULL, WAIT, "D1", "bad while waiting"),
		ROW_REFUSES(TALK, PROOF, &good, NULL, DONE, "D1", "bad while talking"),
	};
	/* clang-format on */
	memset(rows, 0, sizeof rows);
	memcpy(rows, sound, sizeof sound);
	states[WAIT] = "wait";
	states[TALK] = "talk";
	states[DONE] = "done";
	machine = (struct machine){ .name = "m",
				    .states = states,
				    .states_count = STATES,
				    .stimuli = stimuli,
				    .stimuli_count = STIMULI,
				    .final = 1u << DONE,
				    .unexpected = DONE,
				    .rows = rows,
				    .rows_count = ROWS };
}

/* -- sets -- */

static void a_set_is_its_states_and_no_other(void)
{
	CU_ASSERT_EQUAL(STATE(31), 0x80000000u);
	CU_ASSERT_EQUAL(ANY_OF(0, 31), 0x80000001u);
	CU_ASSERT_EQUAL(ANY_OF(1, 2, 4), 0x16u);
	CU_ASSERT_EQUAL(ANY_OF(3, 2, 1, 0), 0xfu);
	CU_ASSERT_EQUAL(ANY_OF(0, 1, 2, 3, 9), 0x20fu);
	CU_ASSERT_EQUAL(ANY_OF(0, 1, 2, 3, 9, 10), 0x60fu);
	CU_ASSERT_EQUAL(ANY_OF(0, 1, 2, 3, 9, 10, 11), 0xe0fu);
	CU_ASSERT_EQUAL(ANY_OF(0, 1, 2, 3, 9, 10, 11, 16), 0x10e0fu);
}

static void every_shape_takes_a_set(void)
{
	const struct row shapes[] = {
		ROW_IN(ANY_OF(1, 4), 2, note, SAME_STATE, "D1", "a"),
		ROW_WHEN_IN(ANY_OF(1, 4), 2, leaves, note, 3, "D2", "b"),
		ROW_CHECKED_IN(ANY_OF(1, 4), 2, CHECKS(&good, &stray), note, 3, "D3", "c"),
		ROW_CLAIMS_IN(ANY_OF(1, 4), 2, leaves, NULL, note, 3, CLAIM_RUN, "D4", "d"),
		ROW_REFUSES_IN(ANY_OF(1, 4), 2, &good, note, 3, "D5", "e"),
	};
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		const struct row *r = &shapes[i];
		for (uint8_t state = 0; state < MACHINE_STATES_MAX; state++)
			for (uint8_t on = 0; on < 4; on++)
				CU_ASSERT_EQUAL(row_answers(r, state, on),
						(state == 1 || state == 4) && on == 2);
		CU_ASSERT_EQUAL(row_leads_to(r, 4), i == 0 ? 4 : 3);
		CU_ASSERT_EQUAL(row_leads_to(r, 1), i == 0 ? 1 : 3);
		CU_ASSERT_PTR_EQUAL(r->then, note);
	}
	CU_ASSERT_PTR_EQUAL(shapes[2].checks[1], &stray);
	CU_ASSERT_PTR_NULL(shapes[2].checks[2]);
	CU_ASSERT_EQUAL(shapes[3].claims, CLAIM_RUN);
	CU_ASSERT_PTR_EQUAL(shapes[4].refuses, &good);
}

/* -- the engine -- */

/* The story of the row that answers; the state is where the step began, and then where it ended. */
static const char *step(uint8_t *state, uint8_t on)
{
	static struct effects out;
	static uint8_t session;
	struct step s = { .on = on };
	uint8_t examined, from = *state;
	struct instance x = { &machine, &session, state, &examined };
	said[0] = '\0';
	struct step_report p = machine_step(&x, &s, &out, NULL);
	CU_ASSERT_EQUAL(p.from, from);
	CU_ASSERT_EQUAL(p.to, *state);
	return p.row ? p.row->story : "none";
}

static void a_row_answers_in_each_of_its_states(void)
{
	mend();
	it_leaves = true;
	for (uint8_t from = WAIT; from <= TALK; from++) {
		uint8_t state = from;
		CU_ASSERT_STRING_EQUAL(step(&state, BYE), "left");
		CU_ASSERT_EQUAL(state, DONE);
		CU_ASSERT_STRING_EQUAL(said, "!");
	}
	uint8_t state = DONE;
	CU_ASSERT_STRING_EQUAL(step(&state, BYE), "none");
	CU_ASSERT_EQUAL(state, DONE);
}

static void the_same_state_is_the_one_it_was_in(void)
{
	mend();
	it_leaves = false;
	for (uint8_t from = WAIT; from <= TALK; from++) {
		uint8_t state = from;
		CU_ASSERT_STRING_EQUAL(step(&state, BYE), "stays");
		CU_ASSERT_EQUAL(state, from);
	}
}

/* The row of one state before that of several: each state has the group that the table gives it. */
static void a_state_may_have_a_branch_of_its_own_before(void)
{
	mend();
	memmove(rows + 1, rows, ROWS * sizeof *rows);
	rows[0] = (struct row)ROW_WHEN(TALK, BYE, is_good, NULL, DONE, "D1", "first in talk");
	machine.rows_count++;
	it_leaves = it_is_good = true;
	uint8_t state = TALK;
	CU_ASSERT_STRING_EQUAL(step(&state, BYE), "first in talk");
	state = WAIT;
	CU_ASSERT_STRING_EQUAL(step(&state, BYE), "left");
}

static void a_check_is_refused_by_the_row_of_the_state(void)
{
	mend();
	it_is_good = false;
	uint8_t state = WAIT;
	CU_ASSERT_STRING_EQUAL(step(&state, PROOF), "bad while waiting");
	CU_ASSERT_EQUAL(state, WAIT);
	state = TALK;
	CU_ASSERT_STRING_EQUAL(step(&state, PROOF), "bad while talking");
	CU_ASSERT_EQUAL(state, DONE);
	it_is_good = true;
	state = TALK;
	CU_ASSERT_STRING_EQUAL(step(&state, PROOF), "accepted");
}

/* -- tables that are broken on purpose -- */

/* What machine_check says; "" when nothing. The table is sound again afterwards. */
static const char *fault(void)
{
	static char why[WHY_SIZE];
	why[0] = '\0';
	bool sound = machine_check(&machine, why, sizeof why);
	CU_ASSERT_EQUAL(sound, why[0] == '\0');
	mend();
	return why;
}

static void add_row(struct row r)
{
	rows[machine.rows_count++] = r;
}

static void the_table_to_be_broken_is_sound(void)
{
	mend();
	CU_ASSERT_STRING_EQUAL(fault(), "");
	rows[ROW_BAD_WAIT].in = ANY_OF(WAIT, TALK);
	rows[ROW_BAD_TALK] = (struct row)ROW(TALK, HELLO, NULL, DONE, "D1", "hello again");
	CU_ASSERT_STRING_EQUAL(fault(), ""); /* one refusal row for both */
}

static void refuses_a_refusal_that_lets_on(void)
{
	rows[ROW_ACCEPT].to = rows[ROW_BAD_WAIT].to = TALK;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: (wait, proof): whom proof_is_good refuses "
					"comes to talk, like who is accepted");
	rows[ROW_ACCEPT].to = rows[ROW_BAD_TALK].to = WAIT; /* where everybody begins */
	CU_ASSERT_STRING_EQUAL(fault(), "");
}

static void refuses_a_set_that_overlaps_a_closed_group(void)
{
	add_row((struct row)ROW(TALK, BYE, NULL, DONE, "D1", "behind a set"));
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: (talk, bye): row 6 can never be taken");
	add_row((struct row)ROW_IN(ANY_OF(TALK, DONE), BYE, NULL, SAME_STATE, "D1", "in part"));
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: (talk, bye): row 6 can never be taken");
	add_row((struct row)ROW_IN(ANY_OF(TALK, WAIT), HELLO, NULL, DONE, "D1", "closes wait too"));
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: (wait, hello): row 6 can never be taken");
	add_row((struct row)ROW_WHEN(WAIT, BYE, leaves, NULL, DONE, "D1", "a branch behind"));
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: (wait, bye): row 6 can never be taken");
}

static void refuses_a_set_of_which_a_state_is_not_closed(void)
{
	rows[ROW_LEFT].in |= STATE(DONE);
	CU_ASSERT_STRING_EQUAL(fault(),
			       "machine m: (done, bye) is not closed by a row that always answers");
	rows[ROW_STAYS].in = STATE(WAIT);
	rows[ROW_STAYS].to = WAIT;
	CU_ASSERT_STRING_EQUAL(fault(),
			       "machine m: (talk, bye) is not closed by a row that always answers");
}

static void refuses_checks_without_a_refusal_in_each_state(void)
{
	rows[ROW_ACCEPT].in |= STATE(DONE);
	CU_ASSERT_STRING_EQUAL(
		fault(),
		"machine m: check proof_is_good of (done, proof) has 0 refusal rows, expected 1");
	rows[ROW_BAD_WAIT].in = STATE(DONE);
	CU_ASSERT_STRING_EQUAL(
		fault(),
		"machine m: check proof_is_good of (wait, proof) has 0 refusal rows, expected 1");
	rows[ROW_BAD_WAIT].in |= STATE(TALK);
	CU_ASSERT_STRING_EQUAL(
		fault(),
		"machine m: check proof_is_good of (talk, proof) has 2 refusal rows, expected 1");
}

static void refuses_refusals_that_serve_nothing_in_a_state(void)
{
	rows[ROW_BAD_TALK].in |= STATE(DONE);
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: a row of (done, proof) refuses proof_is_good, "
					"which nothing there checks");
	add_row((struct row)ROW_REFUSES_IN(ANY_OF(WAIT, TALK), PROOF, &stray, NULL, DONE, "D1",
					   "stray"));
	CU_ASSERT_STRING_EQUAL(fault(),
			       "machine m: a row of (wait, proof) refuses nothing_asks_this, "
			       "which nothing there checks");
}

static void refuses_sets_that_are_empty_or_name_no_state(void)
{
	rows[ROW_STAYS].in = 0;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: row 1 (bye) stands in no state");
	rows[ROW_STAYS].in |= STATE(STATES);
	CU_ASSERT_STRING_EQUAL(fault(),
			       "machine m: row 1 names a state or stimulus that does not exist");
	rows[ROW_STAYS].in |= STATE(31);
	CU_ASSERT_STRING_EQUAL(fault(),
			       "machine m: row 1 names a state or stimulus that does not exist");
	rows[ROW_LEFT].to = SAME_STATE - 1;
	CU_ASSERT_STRING_EQUAL(fault(),
			       "machine m: row 0 names a state or stimulus that does not exist");
}

static void refuses_the_same_state_where_there_is_only_one(void)
{
	rows[ROW_HELLO].to = SAME_STATE;
	CU_ASSERT_STRING_EQUAL(fault(),
			       "machine m: row 2 stays in its only state, which it is to name");
}

static void staying_leads_nowhere(void)
{
	rows[ROW_HELLO].in = ANY_OF(WAIT, DONE);
	rows[ROW_HELLO].to = SAME_STATE;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: nothing reaches state talk");
	rows[ROW_LEFT].to = rows[ROW_ACCEPT].to = rows[ROW_BAD_TALK].to = TALK;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: state talk is never left and not final");
	rows[ROW_ACCEPT].to = TALK; /* leaves wait, and talk only towards itself */
	rows[ROW_LEFT].to = rows[ROW_BAD_TALK].to = TALK;
	rows[ROW_STAYS].to = TALK;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: state talk is never left and not final");
}

static void all_states_that_a_machine_may_have_fit_in_a_set(void)
{
	for (size_t i = STATES; i < MACHINE_STATES_MAX; i++)
		states[i] = "further";
	machine.states_count = MACHINE_STATES_MAX;
	rows[ROW_STAYS].in = UINT32_MAX;
	machine.final = ~STATE(WAIT);
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: nothing reaches state further");
}

static void faults_name_the_states_of_a_set(void)
{
	rows[ROW_STAYS].source = NULL;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: row 1 (wait or talk, bye) names no source");
	rows[ROW_STAYS].story = "";
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: row 1 (wait or talk, bye) has no story");
	states[WAIT] = "a state whose name is so long that together with another it is longer than "
		       "what is set aside for names, which nobody would call a state in earnest";
	rows[ROW_STAYS].story = "";
	CU_ASSERT_PTR_NOT_NULL(strstr(fault(), "row 1 (a state whose name is so long"));
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(a_set_is_its_states_and_no_other),
		TEST(every_shape_takes_a_set),
		TEST(a_row_answers_in_each_of_its_states),
		TEST(the_same_state_is_the_one_it_was_in),
		TEST(a_state_may_have_a_branch_of_its_own_before),
		TEST(a_check_is_refused_by_the_row_of_the_state),
		TEST(the_table_to_be_broken_is_sound),
		TEST(refuses_a_refusal_that_lets_on),
		TEST(refuses_a_set_that_overlaps_a_closed_group),
		TEST(refuses_a_set_of_which_a_state_is_not_closed),
		TEST(refuses_checks_without_a_refusal_in_each_state),
		TEST(refuses_refusals_that_serve_nothing_in_a_state),
		TEST(refuses_sets_that_are_empty_or_name_no_state),
		TEST(refuses_the_same_state_where_there_is_only_one),
		TEST(staying_leads_nowhere),
		TEST(all_states_that_a_machine_may_have_fit_in_a_set),
		TEST(faults_name_the_states_of_a_set),
	};
	return suite_run("row_sets", cases, sizeof cases / sizeof *cases);
}
