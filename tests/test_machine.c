/* test_machine.c - the engine: in which order it asks, what it skips, and how it fails closed.
 *
 * One small machine whose parts write down that they were asked: a guard its letter, a check its
 * number, a phase its word.
 */
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "sim/machine.h"
#include "tests/lib/aborts.h"
#include "tests/lib/suite.h"

struct door {
	unsigned opened;
};
struct looked {
	uint8_t dirt[64];
	bool good[3];
};

static char asked[256];
static bool guard_holds[2], check_holds[3];
static uint8_t examined[sizeof(struct looked)];
static struct effects out;
static struct door door;

static void note(const char *what)
{
	strncat(asked, what, sizeof asked - strlen(asked) - 1);
}

static bool guard_a(const void *session, const struct step *s)
{
	(void)session, (void)s;
	note("a");
	return guard_holds[0];
}

static bool guard_b(const void *session, const struct step *s)
{
	(void)session, (void)s;
	note("b");
	return guard_holds[1];
}

static bool check_of(const struct step *s, size_t number)
{
	const struct looked *x = s->examined;
	note((const char *[]){ "1", "2", "3" }[number]);
	return x->good[number];
}

static bool first_holds(const void *session, const struct step *s)
{
	(void)session;
	return check_of(s, 0);
}

static bool second_holds(const void *session, const struct step *s)
{
	(void)session;
	return check_of(s, 1);
}

static bool third_holds(const void *session, const struct step *s)
{
	(void)session;
	return check_of(s, 2);
}

static void examine(const void *session, const struct step *s, void *into)
{
	struct looked *x = into;
	(void)session, (void)s;
	note("x");
	for (size_t i = 0; i < sizeof x->dirt; i++)
		CU_ASSERT_EQUAL_FATAL(x->dirt[i], 0);
	memset(x->dirt, 0xaa, sizeof x->dirt);
	memcpy(x->good, check_holds, sizeof x->good);
}

static void open_door(void *session, const struct step *s, struct effects *e)
{
	const struct looked *x = s->examined;
	struct door *d = session;
	note("!");
	CU_ASSERT_PTR_NOT_NULL_FATAL(x);
	CU_ASSERT_EQUAL(x->dirt[0], s->on == 1 ? 0xaa : 0);
	d->opened++;
	effects_timer_set(e, 1, 5);
}

static void ring(void *session, const struct step *s, struct effects *e)
{
	(void)session, (void)s;
	note("r");
	effects_timer_clear(e, 1);
}

enum { SHUT, OPEN, BROKEN, AJAR, STATES };
enum { PUSH, KNOCK, LEAVE, STIMULI };
static const struct check first = { "first_holds", first_holds, "one" };
static const struct check second = { "second_holds", second_holds, "two" };
static const struct check third = { "third_holds", third_holds, "three" };

/* clang-format off */
static const struct row rows[] = {
ROW_WHEN(SHUT, PUSH, guard_a, open_door, OPEN, "D1", "by the first branch"),
ROW_WHEN(SHUT, PUSH, guard_b, ring, SHUT, "D1", "by the second branch"),
ROW(SHUT, PUSH, NULL, SHUT, "D1", "by no branch"),
ROW_REFUSES(SHUT, KNOCK, &third, ring, SHUT, "D1", "refused by the third"),
ROW_CHECKED(SHUT, KNOCK, CHECKS(&first, &second, &third), open_door, OPEN, "D1", "accepted"),
ROW_REFUSES(SHUT, KNOCK, &first, NULL, BROKEN, "D1", "refused by the first"),
ROW_REFUSES(SHUT, KNOCK, &second, ring, AJAR, "D1", "refused by the second"),
ROW_IN(ANY_OF(OPEN, AJAR), LEAVE, NULL, SHUT, "D1", "left"),
};
/* clang-format on */
static const char *const states[] = { "shut", "open", "broken", "ajar" };
static const struct stimulus_spec stimuli[] = {
	[PUSH] = { "push", STIMULUS_TIMER, 4, CHANNEL_ANY, NULL },
	[KNOCK] = { "knock", STIMULUS_MESSAGE, MESSAGE_DONE, 3, examine },
	[LEAVE] = { "leave", STIMULUS_MESSAGE, MESSAGE_DONE, CHANNEL_ANY, examine },
};
static const struct machine machine = {
	.name = "door",
	.states = states,
	.states_count = STATES,
	.stimuli = stimuli,
	.stimuli_count = STIMULI,
	.final = 1u << BROKEN,
	.unexpected = BROKEN,
	.rows = rows,
	.rows_count = sizeof rows / sizeof *rows,
	.session_size = sizeof door,
	.examined_size = sizeof(struct looked),
};

static struct step_report step(uint8_t *state, uint8_t on, const struct machine_hooks *hooks)
{
	struct step s = { .on = on };
	asked[0] = '\0';
	memset(examined, 0x55, sizeof examined);
	out.count = 3;
	out.used = 99;
	struct instance instance = { &machine, &door, state, examined };
	struct step_report p = machine_step(&instance, &s, &out, hooks);
	CU_ASSERT_PTR_NULL(s.examined);
	for (size_t i = 0; i < sizeof examined; i++)
		CU_ASSERT_EQUAL_FATAL(examined[i], 0); /* wiped */
	CU_ASSERT_EQUAL(p.to, *state);
	return p;
}

static void the_table_itself_is_sound(void)
{
	char why[128] = "";
	CU_ASSERT_TRUE(machine_check(&machine, why, sizeof why));
	CU_ASSERT_STRING_EQUAL(why, "");
}

static struct step_report push(bool a, bool b, uint8_t *state)
{
	guard_holds[0] = a;
	guard_holds[1] = b;
	*state = SHUT;
	return step(state, PUSH, NULL);
}

static void the_first_branch_that_holds_wins(void)
{
	uint8_t state;
	CU_ASSERT_PTR_EQUAL(push(true, true, &state).row, &rows[0]);
	CU_ASSERT_STRING_EQUAL(asked, "a!");
	CU_ASSERT_TRUE(state == OPEN && out.count == 1 && out.list[0].kind == EFFECT_TIMER_SET);
	CU_ASSERT_PTR_EQUAL(push(false, true, &state).row, &rows[1]);
	CU_ASSERT_STRING_EQUAL(asked, "abr");
	CU_ASSERT_TRUE(state == SHUT && out.count == 1 && out.list[0].kind == EFFECT_TIMER_CLEAR);
	struct step_report p = push(false, false, &state);
	CU_ASSERT_PTR_EQUAL(p.row, &rows[2]);
	CU_ASSERT_STRING_EQUAL(asked, "ab");
	CU_ASSERT_TRUE(state == SHUT && out.count == 0 && out.used == 0 && p.checks_count == 0);
}

static struct step_report knock(unsigned mask, uint8_t *state, const struct machine_hooks *hooks)
{
	for (unsigned i = 0; i < 3; i++)
		check_holds[i] = mask >> i & 1u;
	*state = SHUT;
	return step(state, KNOCK, hooks);
}

/* Every combination of three results: the first false one alone decides, nothing later is asked. */
static void the_first_false_check_selects_its_refusal(void)
{
	static const struct row *const refusals[] = { &rows[5], &rows[6], &rows[3] };
	static const uint8_t to[] = { BROKEN, AJAR, SHUT };
	static const char *const words[] = { "x1", "x12r", "x123r" };
	for (unsigned mask = 0; mask < 7; mask++) {
		size_t decides = mask & 1u ? mask & 2u ? 2 : 1 : 0;
		uint8_t state;
		struct step_report p = knock(mask, &state, NULL);
		CU_ASSERT_PTR_EQUAL(p.row, refusals[decides]);
		CU_ASSERT_EQUAL(state, to[decides]);
		CU_ASSERT_STRING_EQUAL(asked, words[decides]);
		CU_ASSERT_EQUAL_FATAL(p.checks_count, decides + 1);
		for (size_t i = 0; i < p.checks_count; i++)
			CU_ASSERT_EQUAL(p.checks[i].holds, i < decides);
		CU_ASSERT_PTR_EQUAL(p.checks[decides].check, rows[4].checks[decides]);
	}
}

static void all_checks_that_hold_accept(void)
{
	uint8_t state;
	unsigned before = door.opened;
	struct step_report p = knock(7, &state, NULL);
	CU_ASSERT_PTR_EQUAL(p.row, &rows[4]);
	CU_ASSERT_STRING_EQUAL(asked, "x123!");
	CU_ASSERT_TRUE(p.from == SHUT && state == OPEN && p.checks_count == 3);
	CU_ASSERT_EQUAL(door.opened, before + 1);
}

static void what_no_row_answers_fails_closed_and_is_not_examined(void)
{
	static const uint8_t pairs[][2] = {
		{ SHUT, LEAVE },  { OPEN, PUSH },    { OPEN, KNOCK },
		{ BROKEN, PUSH }, { BROKEN, KNOCK }, { BROKEN, LEAVE }
	};
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		uint8_t state = pairs[i][0];
		unsigned before = door.opened;
		struct step_report p = step(&state, pairs[i][1], NULL);
		CU_ASSERT_PTR_NULL(p.row);
		CU_ASSERT_TRUE(p.from == pairs[i][0] && state == BROKEN);
		CU_ASSERT_TRUE(out.count == 0 && out.used == 0 && p.checks_count == 0);
		CU_ASSERT_STRING_EQUAL(asked, "");
		CU_ASSERT_EQUAL(door.opened, before);
	}
}

static void note_phase(void *context, enum machine_phase phase)
{
	CU_ASSERT_STRING_EQUAL((const char *)context, "mine");
	note((const char *[]){ "(examine)", "(judge)", "(act)" }[phase]);
}

static bool overrule(void *context, const struct check *check, bool holds)
{
	(void)context;
	note(holds ? "+" : "-");
	return check == &second ? !holds : holds;
}

static char mine[] = "mine";

static void phases_follow_each_other(void)
{
	const struct machine_hooks hooks = { .phase = note_phase, .context = mine };
	uint8_t state;
	knock(7, &state, &hooks);
	CU_ASSERT_STRING_EQUAL(asked, "(examine)x(judge)123(act)!");
	knock(1, &state, &hooks);
	CU_ASSERT_STRING_EQUAL(asked, "(examine)x(judge)12(act)r");
	state = SHUT;
	guard_holds[0] = true;
	step(&state, PUSH, &hooks);
	CU_ASSERT_STRING_EQUAL(asked, "(examine)(judge)a(act)!");
	state = BROKEN;
	step(&state, PUSH, &hooks);
	CU_ASSERT_STRING_EQUAL(asked, "");
}

static void the_judge_has_the_last_word(void)
{
	const struct machine_hooks hooks = { .judge = overrule, .context = mine };
	uint8_t state;
	struct step_report p = knock(5, &state, &hooks); /* the second is false: made true */
	CU_ASSERT_PTR_EQUAL(p.row, &rows[4]);
	CU_ASSERT_STRING_EQUAL(asked, "x1+2-3+!");
	CU_ASSERT_TRUE(p.checks_count == 3 && !p.checks[1].holds && p.checks[1].admitted);
	p = knock(7, &state, &hooks); /* the second is true: made false */
	CU_ASSERT_PTR_EQUAL(p.row, &rows[6]);
	CU_ASSERT_STRING_EQUAL(asked, "x1+2+r");
	CU_ASSERT_TRUE(p.checks_count == 2 && p.checks[1].holds && !p.checks[1].admitted);
	p = knock(4, &state, &hooks); /* the first is false and not asked about by the override */
	CU_ASSERT_PTR_EQUAL(p.row, &rows[5]);
}

static void a_stimulus_is_found_by_kind_number_and_channel(void)
{
	CU_ASSERT_EQUAL(machine_stimulus(&machine, STIMULUS_TIMER, 4, CHANNEL_ANY), PUSH);
	CU_ASSERT_EQUAL(machine_stimulus(&machine, STIMULUS_TIMER, 4, 9), PUSH);
	CU_ASSERT_EQUAL(machine_stimulus(&machine, STIMULUS_TIMER, 5, CHANNEL_ANY), -1);
	CU_ASSERT_EQUAL(machine_stimulus(&machine, STIMULUS_TOLD, 4, CHANNEL_ANY), -1);
	CU_ASSERT_EQUAL(machine_stimulus(&machine, STIMULUS_MESSAGE, MESSAGE_DONE, 3), KNOCK);
	CU_ASSERT_EQUAL(machine_stimulus(&machine, STIMULUS_MESSAGE, MESSAGE_DONE, 2), LEAVE);
	CU_ASSERT_EQUAL(machine_stimulus(&machine, STIMULUS_MESSAGE, MESSAGE_REFUSED, 3), -1);
}

static void step_from_no_state(void)
{
	uint8_t state = STATES;
	step(&state, PUSH, NULL);
}

static void step_on_no_stimulus(void)
{
	uint8_t state = SHUT;
	step(&state, STIMULI, NULL);
}

static void what_no_caller_may_ask_aborts(void)
{
	CU_ASSERT_TRUE(aborts(step_from_no_state));
	CU_ASSERT_TRUE(aborts(step_on_no_stimulus));
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(the_table_itself_is_sound),
		TEST(the_first_branch_that_holds_wins),
		TEST(the_first_false_check_selects_its_refusal),
		TEST(all_checks_that_hold_accept),
		TEST(what_no_row_answers_fails_closed_and_is_not_examined),
		TEST(phases_follow_each_other),
		TEST(the_judge_has_the_last_word),
		TEST(a_stimulus_is_found_by_kind_number_and_channel),
		TEST(what_no_caller_may_ask_aborts),
	};
	return suite_run("machine", cases, sizeof cases / sizeof *cases);
}
