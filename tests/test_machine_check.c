/* test_machine_check.c - which tables the engine can be trusted with: all of the roster's, and none
 * of those that are broken here on purpose, each by one change to a sound one. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "actors/roster.h"
#include "sim/machine.h"
#include "tests/lib/suite.h"

enum { WHY_SIZE = 256 };

/* -- the roster -- */

static size_t machines_count(void)
{
	size_t count = 0;
	for (size_t a = 0; a < dynamics_roster.actors_count; a++)
		count += dynamics_roster.actors[a]->machines_count;
	return count;
}

static void every_machine_of_the_roster_is_sound(void)
{
	for (size_t a = 0; a < dynamics_roster.actors_count; a++) {
		const struct actor_class *c = dynamics_roster.actors[a];
		CU_ASSERT_TRUE(c->machines_count > 0 && c->machines_count <= ROSTER_MACHINES_MAX);
		CU_ASSERT_TRUE(c->listens_count <= ROSTER_LISTENS_MAX);
		for (size_t m = 0; m < c->machines_count; m++) {
			char why[WHY_SIZE] = "";
			if (!machine_check(c->machines[m], why, sizeof why))
				fprintf(stderr, "%s\n", why);
			CU_ASSERT_STRING_EQUAL(why, "");
		}
	}
	CU_ASSERT_EQUAL(machines_count(), 18);
}

/* "app" or "app.<something>": reports find the actor by it. */
static void every_machine_is_named_after_its_actor(void)
{
	for (size_t a = 0; a < dynamics_roster.actors_count; a++) {
		const struct actor_class *c = dynamics_roster.actors[a];
		size_t size = strlen(c->name);
		for (size_t m = 0; m < c->machines_count; m++) {
			const char *name = c->machines[m]->name;
			CU_ASSERT_TRUE(strncmp(name, c->name, size) == 0 &&
				       (name[size] == '\0' || name[size] == '.'));
		}
	}
}

static void every_listen_and_table_exists(void)
{
	for (size_t a = 0; a < dynamics_roster.actors_count; a++) {
		const struct actor_class *c = dynamics_roster.actors[a];
		for (size_t i = 0; i < c->listens_count; i++) {
			CU_ASSERT_TRUE(c->listens[i].machine < c->machines_count);
			CU_ASSERT_TRUE(c->listens[i].channel < dynamics_roster.channels_count);
		}
		for (size_t i = 0; i < c->tables_count; i++)
			CU_ASSERT_TRUE(c->tables[i] && *c->tables[i]);
	}
}

/* All rows of an actor, in the order of its machines. */
static const struct row *row_of(const struct actor_class *c, size_t index)
{
	for (size_t m = 0; m < c->machines_count; m++) {
		if (index < c->machines[m]->rows_count)
			return &c->machines[m]->rows[index];
		index -= c->machines[m]->rows_count;
	}
	return NULL;
}

/* S1.<n> with at most one letter, or D<n>. */
static bool is_source(const char *s)
{
	bool document = strncmp(s, "S1.", 3) == 0;
	if (!document && *s != 'D')
		return false;
	s += document ? 3 : 1;
	if (!isdigit((unsigned char)*s) || *s == '0')
		return false;
	while (isdigit((unsigned char)*s))
		s++;
	if (document && islower((unsigned char)*s))
		s++;
	return *s == '\0';
}

static void every_row_cites_a_source_and_tells_a_story_of_its_own(void)
{
	for (size_t a = 0; a < dynamics_roster.actors_count; a++) {
		const struct actor_class *c = dynamics_roster.actors[a];
		const struct row *r, *other;
		for (size_t i = 0; (r = row_of(c, i)); i++) {
			CU_ASSERT_TRUE(is_source(r->source));
			for (size_t j = 0; j < i && (other = row_of(c, j)); j++)
				if (strcmp(r->story, other->story) == 0)
					CU_FAIL("two rows of one actor tell the same story");
		}
	}
}

/* What a check is called must say which decision it is: another check may not share the name. */
static void every_check_has_a_name_of_its_own_and_a_reason(void)
{
	size_t checks = 0;
	for (size_t a = 0; a < dynamics_roster.actors_count; a++) {
		const struct actor_class *c = dynamics_roster.actors[a];
		const struct row *r, *other;
		for (size_t i = 0; (r = row_of(c, i)); i++) {
			if (!r->refuses)
				continue;
			bool seen = false;
			CU_ASSERT_TRUE(r->refuses->holds && r->refuses->why && *r->refuses->why);
			for (size_t j = 0; j < i && (other = row_of(c, j)); j++) {
				bool same = other->refuses == r->refuses;
				seen = seen || same;
				if (other->refuses && !same &&
				    strcmp(other->refuses->name, r->refuses->name) == 0)
					CU_FAIL("two checks of one actor share a name");
			}
			checks += !seen;
		}
	}
	CU_ASSERT_TRUE(checks >= 42);
}

/* -- tables that are broken on purpose -- */

static bool always(const void *session, const struct step *s)
{
	(void)session, (void)s;
	return true;
}

static void no_values(const void *session, const struct step *s, struct claim_values *v)
{
	(void)session, (void)s, (void)v;
}

enum { WAIT, TALK, DONE, STATES };
enum { HELLO, PROOF, BYE, STIMULI };
enum { ROW_PLAIN, ROW_HELLO, ROW_ACCEPT, ROW_FIRST, ROW_SECOND, ROW_BYE, ROWS };
static const struct check first = { "proof_is_fresh", always, "one" };
static const struct check second = { "proof_is_good", always, "two" };
static const struct check stray = { "nothing_asks_this", always, "three" };

/* The sound table, where each test breaks one thing. */
static struct row rows[MACHINE_ROWS_MAX + 1];
static const char *states[MACHINE_STATES_MAX + 1];
static struct stimulus_spec stimuli[MACHINE_STIMULI_MAX + 1];
static struct machine machine;
static const struct check *many[MACHINE_CHECKS_MAX + 2];

static void mend(void)
{
	/* clang-format off */
	const struct row sound[ROWS] = {
		ROW_WHEN(WAIT, HELLO, always, NULL, WAIT, "D1", "plain"),
		ROW(WAIT, HELLO, NULL, TALK, "D1", "hello"),
		ROW_CLAIMS(TALK, PROOF, NULL, NULL, NULL, DONE, CLAIM_RUN, "S1.1b", "accepted"),
		ROW_REFUSES(TALK, PROOF, &first, NULL, DONE, "D1", "stale"),
		ROW_REFUSES(TALK, PROOF, &second, NULL, WAIT, "D1", "bad"),
		ROW(TALK, BYE, NULL, DONE, "D1", "bye"),
	};
	/* clang-format on */
	memset(rows, 0, sizeof rows);
	memcpy(rows, sound, sizeof sound);
	memset(many, 0, sizeof many);
	many[0] = &first;
	many[1] = &second;
	rows[ROW_ACCEPT].checks = many;
	states[WAIT] = "wait";
	states[TALK] = "talk";
	states[DONE] = "done";
	for (size_t i = 0; i < STIMULI; i++)
		stimuli[i] = (struct stimulus_spec){ .name = (const char *[]){ "hello", "proof",
									       "bye" }[i] };
	machine = (struct machine){ .name = "m",
				    .states = states,
				    .states_count = STATES,
				    .stimuli = stimuli,
				    .stimuli_count = STIMULI,
				    .final = 1u << DONE,
				    .unexpected = DONE,
				    .rows = rows,
				    .rows_count = ROWS,
				    .claim = no_values };
}

/* What machine_check says; "" when nothing. The table is sound again afterwards. */
static const char *fault(void)
{
	static char why[WHY_SIZE];
	why[0] = '\0';
	bool good = machine_check(&machine, why, sizeof why);
	CU_ASSERT_EQUAL(good, why[0] == '\0');
	mend();
	return why;
}

static void remove_row(size_t index)
{
	memmove(&rows[index], &rows[index + 1], (ROWS - index - 1) * sizeof *rows);
	machine.rows_count--;
}

static void add_row(struct row r)
{
	rows[machine.rows_count++] = r;
}

static void the_table_to_be_broken_is_sound(void)
{
	mend();
	CU_ASSERT_STRING_EQUAL(fault(), "");
}

static void refuses_groups_that_do_not_close(void)
{
	remove_row(ROW_HELLO);
	CU_ASSERT_STRING_EQUAL(
		fault(), "machine m: (wait, hello) is not closed by a row that always answers");
	rows[ROW_ACCEPT].when = always;
	CU_ASSERT_STRING_EQUAL(
		fault(), "machine m: (talk, proof) is not closed by a row that always answers");
	add_row((struct row)ROW(WAIT, HELLO, NULL, DONE, "D1", "never"));
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: (wait, hello): row 6 can never be taken");
	rows[ROW_PLAIN].when = NULL;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: (wait, hello): row 1 can never be taken");
}

static void refuses_checks_and_refusals_that_do_not_pair(void)
{
	remove_row(ROW_SECOND);
	CU_ASSERT_STRING_EQUAL(
		fault(),
		"machine m: check proof_is_good of (talk, proof) has 0 refusal rows, expected 1");
	add_row((struct row)ROW_REFUSES(TALK, PROOF, &first, NULL, WAIT, "D1", "again"));
	CU_ASSERT_STRING_EQUAL(
		fault(),
		"machine m: check proof_is_fresh of (talk, proof) has 2 refusal rows, expected 1");
	rows[ROW_SECOND].on = BYE; /* a refusal elsewhere is none here */
	CU_ASSERT_STRING_EQUAL(
		fault(),
		"machine m: check proof_is_good of (talk, proof) has 0 refusal rows, expected 1");
	add_row((struct row)ROW_REFUSES(TALK, PROOF, &stray, NULL, WAIT, "D1", "stray"));
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: a row of (talk, proof) refuses "
					"nothing_asks_this, which nothing there checks");
	add_row((struct row)ROW_REFUSES(TALK, BYE, &first, NULL, WAIT, "D1", "elsewhere"));
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: a row of (talk, bye) refuses proof_is_fresh, "
					"which nothing there checks");
	for (size_t i = 0; i <= MACHINE_CHECKS_MAX; i++)
		many[i] = &first;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: (talk, proof) has more than 16 checks");
}

static void refuses_rows_without_source_or_story(void)
{
	rows[ROW_BYE].source = NULL;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: row 5 (talk, bye) names no source");
	rows[ROW_BYE].source = "";
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: row 5 (talk, bye) names no source");
	rows[ROW_FIRST].story = NULL;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: row 3 (talk, proof) has no story");
	rows[ROW_FIRST].story = "";
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: row 3 (talk, proof) has no story");
	rows[ROW_BYE].story = "plain";
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: rows 0 and 5 tell the same story");
}

static void refuses_refusals_that_decide_or_claim(void)
{
	rows[ROW_FIRST].claims = CLAIM_COMMIT;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: row 3 refuses and decides at once");
	rows[ROW_FIRST].when = always;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: row 3 refuses and decides at once");
	rows[ROW_FIRST].checks = many;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: row 3 refuses and decides at once");
	machine.claim = NULL;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: row 2 claims, but the machine gives no values");
}

static void refuses_states_off_every_path(void)
{
	rows[ROW_HELLO].to = DONE;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: nothing reaches state talk");
	machine.final = 1u << WAIT;
	machine.unexpected = WAIT;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: state done is never left and not final");
	rows[ROW_HELLO].to = WAIT; /* left only towards itself */
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: state wait is never left and not final");
	machine.final = 1u << DONE;
	rows[ROW_ACCEPT].to = rows[ROW_FIRST].to = rows[ROW_SECOND].to = rows[ROW_BYE].to = TALK;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: state talk is never left and not final");
}

/* What a session falls into when nothing answers is reached, and so is what it leads to. */
static void counts_the_state_for_the_unexpected_as_reached(void)
{
	machine.unexpected = TALK;
	machine.final = 1u << DONE | 1u << TALK;
	rows[ROW_HELLO].to = DONE;
	CU_ASSERT_STRING_EQUAL(fault(), "");
}

/* A session that met the unexpected is over: its state must be one that need not be left. */
static void refuses_a_state_for_the_unexpected_that_is_not_final(void)
{
	machine.unexpected = TALK;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: its state for the unexpected is not final");
	machine.unexpected = WAIT;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: its state for the unexpected is not final");
	machine.final = 0;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: its state for the unexpected is not final");
	machine.unexpected = WAIT;
	machine.final = 1u << DONE | 1u << WAIT;
	CU_ASSERT_STRING_EQUAL(fault(), "");
}

static void refuses_rows_that_name_what_does_not_exist(void)
{
	rows[ROW_BYE].in = STATE(STATES);
	CU_ASSERT_STRING_EQUAL(fault(),
			       "machine m: row 5 names a state or stimulus that does not exist");
	rows[ROW_BYE].to = STATES;
	CU_ASSERT_STRING_EQUAL(fault(),
			       "machine m: row 5 names a state or stimulus that does not exist");
	rows[ROW_BYE].on = STIMULI;
	CU_ASSERT_STRING_EQUAL(fault(),
			       "machine m: row 5 names a state or stimulus that does not exist");
	machine.unexpected = STATES;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: its state for the unexpected does not exist");
	states[TALK] = NULL;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: state 1 has no name");
	stimuli[BYE].name = NULL;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: stimulus 2 has no name");
}

static void refuses_what_is_too_large_or_empty(void)
{
	machine.rows_count = MACHINE_ROWS_MAX + 1;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: 41 rows, expected 1 to 40");
	machine.rows_count = 0;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: 0 rows, expected 1 to 40");
	machine.states_count = MACHINE_STATES_MAX + 1;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: 33 states, expected 1 to 32");
	machine.states_count = 0;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: 0 states, expected 1 to 32");
	machine.stimuli_count = MACHINE_STIMULI_MAX + 1;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: 33 stimuli, expected 1 to 32");
	machine.stimuli_count = 0;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: 0 stimuli, expected 1 to 32");
	machine.examined_size = MACHINE_EXAMINED_MAX + 1;
	CU_ASSERT_STRING_EQUAL(fault(), "machine m: examines into 4097 bytes, at most 4096");
}

static void a_small_buffer_for_the_fault_is_kept_to(void)
{
	char why[8] = "";
	machine.rows_count = 0;
	CU_ASSERT_FALSE(machine_check(&machine, why, 6));
	CU_ASSERT_STRING_EQUAL(why, "machi");
	CU_ASSERT_EQUAL(why[6], '\0');
	mend();
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(every_machine_of_the_roster_is_sound),
		TEST(every_machine_is_named_after_its_actor),
		TEST(every_listen_and_table_exists),
		TEST(every_row_cites_a_source_and_tells_a_story_of_its_own),
		TEST(every_check_has_a_name_of_its_own_and_a_reason),
		TEST(the_table_to_be_broken_is_sound),
		TEST(refuses_groups_that_do_not_close),
		TEST(refuses_checks_and_refusals_that_do_not_pair),
		TEST(refuses_rows_without_source_or_story),
		TEST(refuses_refusals_that_decide_or_claim),
		TEST(refuses_states_off_every_path),
		TEST(counts_the_state_for_the_unexpected_as_reached),
		TEST(refuses_a_state_for_the_unexpected_that_is_not_final),
		TEST(refuses_rows_that_name_what_does_not_exist),
		TEST(refuses_what_is_too_large_or_empty),
		TEST(a_small_buffer_for_the_fault_is_kept_to),
	};
	return suite_run("machine_check", cases, sizeof cases / sizeof *cases);
}
