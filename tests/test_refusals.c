/* test_refusals.c - which checks fell, against expect.by: each difference has its word and place.
 */
#include <string.h>

#include "tests/lib/files.h"
#include "tests/lib/suite.h"
#include "actors/roster.h"
#include "tools/actflow/refusals.h"
#include "tools/actflow/triggers.h"

static struct scenario scenario;

/* A scenario that expects these checks, each on a line of its own. */
static void expect(const char *const *ids)
{
	static char file[] = "x.yaml";
	memset(&scenario, 0, sizeof scenario);
	scenario.file = file;
	for (size_t i = 0; ids[i]; i++) {
		scenario.expect.by[i].check = (char *)ids[i];
		scenario.expect.by[i].place = (struct place){ .line = 8 + (int)i, .column = 5 };
		scenario.expect.by_count++;
	}
}

/* Checks in the order of their records: "+a" held, "-a" fell. */
static void feed(struct refusals *r, const char *const *results)
{
	for (uint64_t i = 0; results[i]; i++) {
		struct record record = { .id = 100 + i, .kind = RECORD_STEP, .checks_count = 1 };
		record.checks[0].id = results[i] + 1;
		record.checks[0].holds = *results[i] == '+';
		refusals_feed(r, &record);
	}
}

/* The word; what was said, with each difference on a line, goes to text. */
static const char *compare(const char *const *ids, const char *const *results, const char **text)
{
	struct refusals r = { 0 };
	struct diags d = { 0 };
	expect(ids);
	feed(&r, results);
	const char *word = refusals_compare(&scenario, &r, &d);
	CU_ASSERT_EQUAL(word != NULL, d.count > 0);
	*text = printed(&d);
	refusals_fini(&r);
	return word;
}

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define NONE ((const char *const[]){ NULL })

static void the_expected_checks_in_their_order_are_right(void)
{
	const char *text;
	CU_ASSERT_PTR_NULL(compare(LIST("noc.a"), LIST("+noc.a", "+uem.b", "-noc.a"), &text));
	CU_ASSERT_PTR_NULL(compare(LIST("noc.a", "uem.b"),
				   LIST("-noc.a", "-noc.a", "-uem.b", "-noc.a"), &text));
	CU_ASSERT_PTR_NULL(compare(NONE, LIST("-noc.a"), &text)); /* nothing is asked */
}

static void a_check_that_was_never_asked_is_vacuous(void)
{
	const char *text;
	CU_ASSERT_STRING_EQUAL(compare(LIST("noc.a"), LIST("+uem.b"), &text), "vacuous");
	CU_ASSERT_STRING_EQUAL(text,
			       "x.yaml:8:5: by: expected noc.a to refuse, actual it was never "
			       "asked: vacuous\n");
}

static void a_check_that_held_has_not_refused(void)
{
	const char *text;
	CU_ASSERT_STRING_EQUAL(compare(LIST("uem.b", "noc.a"), LIST("-uem.b", "+noc.a"), &text),
			       "not refused");
	CU_ASSERT_STRING_EQUAL(text,
			       "x.yaml:9:5: by: expected noc.a to refuse, actual it held each "
			       "time it was asked: not refused\n");
}

static void another_check_is_a_wrong_reason(void)
{
	const char *text;
	CU_ASSERT_STRING_EQUAL(compare(LIST("noc.a"), LIST("-noc.a", "-pipe.host"), &text),
			       "wrong-reason");
	CU_ASSERT_STRING_EQUAL(text, "x.yaml:8:5: by: expected no other check to refuse, actual "
				     "pipe.host (record 101): wrong-reason\n");
	/* the expected one was not reached because of the other: that is what is wrong */
	CU_ASSERT_STRING_EQUAL(compare(LIST("noc.a"), LIST("-uem.b"), &text), "wrong-reason");
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "uem.b (record 100): wrong-reason\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "never asked: vacuous\n"));
}

static void a_check_before_its_turn_is_a_wrong_reason(void)
{
	const char *text;
	CU_ASSERT_STRING_EQUAL(compare(LIST("noc.a", "uem.b"), LIST("-uem.b", "-noc.a"), &text),
			       "wrong-reason");
	CU_ASSERT_STRING_EQUAL(text, "x.yaml:8:5: by: expected noc.a to refuse next, actual uem.b "
				     "(record 100): wrong-reason\n");
}

static void records_of_other_kinds_ask_nothing(void)
{
	struct refusals r = { 0 };
	struct record record = { .id = 1, .kind = RECORD_SENT, .checks_count = 1 };
	record.checks[0].id = "noc.a";
	refusals_feed(&r, &record);
	CU_ASSERT_EQUAL(r.count, 0);
	record.kind = RECORD_JUDGED;
	refusals_feed(&r, &record);
	CU_ASSERT_EQUAL(r.count, 1);
	CU_ASSERT_EQUAL(r.fallen_count, 1);
	refusals_fini(&r);
}

static void checks_that_are_none_are_told_with_their_places(void)
{
	struct diags d = { 0 };
	expect(LIST("uem.setup_mac_is_good", "uem.setup_mac_is_god", "pipe.certificate_host"));
	refusals_check(&scenario, &dynamics_roster, &d);
	CU_ASSERT_EQUAL(d.count, 1);
	const char *text = printed(&d);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "x.yaml:9:5: unknown check, expected one of "));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "(did you mean \"uem.setup_mac_is_good\"?)\n"));
}

/* -- what refuses, and what was done to the run -- */

enum { FALLS = 100 }; /* as a kind: a step whose check is false */
/* One record of a run: what it is, its parent, its session and actor. */
struct link {
	int kind;
	uint64_t parent, session;
	const char *actor, *name, *text;
};

/* Play the links, numbered from 1, against `by: noc.a` and an adversary that does `act`. */
static const char *delivered(enum act_kind act, const struct link *links, const char **text)
{
	struct refusals r = { 0 };
	struct diags d = { 0 };
	expect(LIST("noc.a"));
	scenario.plan.entries_count = scenario.plan.entries[0].acts_count = 1;
	scenario.plan.entries[0].acts[0].kind = act;
	refusals_attend(&r, &scenario);
	for (uint64_t i = 0; links[i].kind; i++) {
		bool falls = links[i].kind == FALLS;
		struct record record = { .id = i + 1,
					 .kind = falls ? RECORD_STEP
						       : (enum record_kind)links[i].kind,
					 .parents = { links[i].parent },
					 .parents_count = links[i].parent > 0,
					 .session = links[i].session,
					 .actor = links[i].actor ? links[i].actor : "noc",
					 .name = links[i].name ? links[i].name : "set",
					 .text = links[i].text ? links[i].text : "uid",
					 .checks_count = falls };
		record.checks[0] = (struct record_check){ .id = "noc.a" };
		refusals_feed(&r, &record);
	}
	const char *word = refusals_compare(&scenario, &r, &d);
	*text = printed(&d);
	refusals_fini(&r);
	return word;
}

#define LINKS(...) ((const struct link[]){ __VA_ARGS__, { .kind = 0 } })

static void a_refusal_behind_an_act_was_delivered(void)
{
	const char *text;
	/* said, carried, accepted, taken up */
	CU_ASSERT_PTR_NULL(
		delivered(ACT_SET,
			  LINKS({ .kind = RECORD_ACT }, { .kind = RECORD_SENT, .parent = 1 },
				{ .kind = RECORD_PACKET, .parent = 2 },
				{ .kind = RECORD_ARRIVAL, .parent = 3 },
				{ .kind = RECORD_ACCEPTED, .parent = 4 },
				{ .kind = FALLS, .parent = 5, .session = 7 }),
			  &text));
	/* a timer that was set behind it */
	CU_ASSERT_PTR_NULL(delivered(ACT_SET,
				     LINKS({ .kind = RECORD_ACT },
					   { .kind = RECORD_STEP, .parent = 1, .session = 7 },
					   { .kind = RECORD_TIMER, .parent = 2, .session = 7 },
					   { .kind = RECORD_TIMER, .parent = 3, .session = 7 },
					   { .kind = FALLS, .parent = 4, .session = 8 }),
				     &text));
	/* what the session has come to be by it; what its actor stored */
	CU_ASSERT_PTR_NULL(delivered(
		ACT_SET,
		LINKS({ .kind = RECORD_ACT }, { .kind = RECORD_STEP, .parent = 1, .session = 7 },
		      { .kind = RECORD_SENT }, { .kind = FALLS, .parent = 3, .session = 7 }),
		&text));
	CU_ASSERT_PTR_NULL(delivered(
		ACT_SET,
		LINKS({ .kind = RECORD_ACT }, { .kind = RECORD_STEP, .parent = 1, .session = 7 },
		      { .kind = RECORD_PERSIST, .parent = 2, .session = 7 },
		      { .kind = RECORD_SENT }, { .kind = FALLS, .parent = 4, .session = 8 }),
		&text));
	CU_ASSERT_PTR_NULL(
		delivered(ACT_SET,
			  LINKS({ .kind = RECORD_CRASH }, { .kind = RECORD_ACTOR, .parent = 1 },
				{ .kind = FALLS, .parent = 2, .session = 9 }),
			  &text));
	/* once without, once with */
	CU_ASSERT_PTR_NULL(delivered(ACT_SET,
				     LINKS({ .kind = FALLS, .parent = 0, .session = 7 },
					   { .kind = RECORD_ACT },
					   { .kind = FALLS, .parent = 2, .session = 8 }),
				     &text));
	/* Nothing is asked where wires are dark, and nothing else is done. */
	CU_ASSERT_PTR_NULL(delivered(ACT_BLACKOUT,
				     LINKS({ .kind = FALLS, .parent = 0, .session = 7 }), &text));
}

static void a_refusal_without_the_act_was_not(void)
{
	static const struct link victims[][6] = {
		/* it refused before, for another reason */
		{ { .kind = RECORD_SENT },
		  { .kind = FALLS, .parent = 1, .session = 7 },
		  { .kind = RECORD_ACT },
		  { .kind = RECORD_SENT, .parent = 3 } },
		/* what was done led elsewhere */
		{ { .kind = RECORD_SENT },
		  { .kind = RECORD_ACT },
		  { .kind = RECORD_STEP, .parent = 2, .session = 8, .actor = "app" },
		  { .kind = FALLS, .parent = 1, .session = 7 } },
		{ { .kind = RECORD_ACT },
		  { .kind = RECORD_STEP, .parent = 1, .session = 8, .actor = "app" },
		  { .kind = RECORD_PERSIST, .parent = 2, .session = 8, .actor = "app" },
		  { .kind = FALLS, .parent = 0, .session = 7 } },
		/* nothing was done: it was looked at, or it could not be */
		{ { .kind = RECORD_ACT, .name = "capture", .text = "kept" },
		  { .kind = FALLS, .parent = 1, .session = 7 } },
		{ { .kind = RECORD_ACT, .text = "nothing changed: nothing was captured" },
		  { .kind = FALLS, .parent = 1, .session = 7 } },
		{ { .kind = RECORD_ACT, .name = "send", .text = "not said: the actor is down" },
		  { .kind = FALLS, .parent = 1, .session = 7 } },
		{ { .kind = FALLS, .parent = 0, .session = 7 } },
	};
	for (size_t i = 0; i < sizeof victims / sizeof *victims; i++) {
		const char *text, *word = delivered(ACT_SET, victims[i], &text);
		CU_ASSERT_PTR_NOT_NULL_FATAL(word);
		CU_ASSERT_STRING_EQUAL(word, "not-delivered");
		CU_ASSERT_PTR_NOT_NULL(strstr(text, "x.yaml:8:5: by: expected noc.a to refuse what "
						    "follows from an act or a crash, actual it "
						    "refused without (record "));
	}
}

/* What a trigger names, the roster has; else it is told where the trigger stands. */
static void triggers_name_what_there_is(void)
{
	static const struct {
		struct trigger trigger;
		const char *said;
	} list[] = {
		{ { .kind = TRIGGER_CHECK, .name = "uem.token_is_young" }, NULL },
		{ { .kind = TRIGGER_CHECK, .name = "pipe.message_form" }, NULL },
		{ { .kind = TRIGGER_CHECK, .name = "uem.token_is_yuong" }, "unknown check, " },
		{ { .kind = TRIGGER_STATE, .name = "uem.reply", .state = "await response" }, NULL },
		{ { .kind = TRIGGER_STATE, .name = "uem.reply", .state = "await" },
		  "unknown state, " },
		{ { .kind = TRIGGER_STATE, .name = "uem.replay", .state = "await response" },
		  "unknown machine, " },
		{ { .kind = TRIGGER_TIME }, NULL },
	};
	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		for (size_t at = 0; at < 4; at++) {
			struct diags d = { 0 };
			struct plan *p = &scenario.plan;
			struct trigger *places[] = { &p->crashes[0].when, &p->entries[0].when,
						     &p->entries[0].after, &p->entries[0].until };
			expect(NONE);
			p->crashes_count = p->entries_count = 1;
			*places[at] = list[i].trigger;
			places[at]->place = (struct place){ .line = 4, .column = 2 };
			triggers_check(&scenario, &dynamics_roster, &d);
			CU_ASSERT_EQUAL(d.count, list[i].said ? 1 : 0);
			const char *text = printed(&d);
			CU_ASSERT_TRUE(!list[i].said || (strstr(text, "x.yaml:4:2: ") &&
							 strstr(text, list[i].said)));
			diag_fini(&d);
		}
}

static const struct test_case cases[] = {
	TEST(the_expected_checks_in_their_order_are_right),
	TEST(a_check_that_was_never_asked_is_vacuous),
	TEST(a_check_that_held_has_not_refused),
	TEST(another_check_is_a_wrong_reason),
	TEST(a_check_before_its_turn_is_a_wrong_reason),
	TEST(records_of_other_kinds_ask_nothing),
	TEST(checks_that_are_none_are_told_with_their_places),
	TEST(triggers_name_what_there_is),
	TEST(a_refusal_behind_an_act_was_delivered),
	TEST(a_refusal_without_the_act_was_not),
};

int main(void)
{
	return suite_run("refusals", cases, sizeof cases / sizeof *cases);
}
