/* test_postconditions.c - what must be true of every run falls when one record is another: the
 * victims are real runs in which something was refused, each with one thing changed. */
#include <stdlib.h>
#include <string.h>

#include "actors/roster.h"
#include "tests/lib/files.h"
#include "tests/lib/refused.h"
#include "tests/lib/suite.h"

#define WRONG_KEY "noc.access_key_hash_matches"
#define FOREIGN "infrastructure.signal_is_of_own_association"
#define NO_ROW ""

static struct records list; /* of the run that is looked at */

static void begin(enum refused_run which)
{
	records_fini(&list);
	refused_play(which, &list);
}

/* Exactly this falls, in the record at `index` (list.count: in none), and its words have `text`. */
static void falls_with(const struct roster *roster, enum postcondition which, size_t index,
		       const char *text)
{
	struct fallen f = refused_fallen(&list, roster);
	uint64_t record = index < list.count ? list.list[index].id : 0;
	CU_ASSERT_EQUAL(f.count, 1);
	if (f.count != 1)
		return;
	CU_ASSERT_EQUAL(f.list[0].which, which);
	CU_ASSERT_EQUAL(f.list[0].record, record);
	CU_ASSERT_PTR_NOT_NULL(strstr(f.list[0].text, text));
}

static void falls(enum postcondition which, size_t index, const char *text)
{
	falls_with(&dynamics_roster, which, index, text);
}

static void what_happened_keeps_them_all(void)
{
	for (int i = 0; i < REFUSED_RUNS; i++) {
		begin((enum refused_run)i);
		CU_ASSERT_EQUAL(refused_fallen(&list, &dynamics_roster).count, 0);
	}
}

/* -- U2: where a refusal goes -- */

static void a_refusal_goes_where_its_row_says(void)
{
	begin(RUN_WRONG_KEY);
	size_t at = refused_at(&list, WRONG_KEY, 1);
	list.list[at].state_to = "await setup";
	falls(POST_U2, at, "to \"ended\" (where its refusal row goes), actual \"await setup\"");
	list.list[at].state_to = "ended";
	list.list[at].text = "a locked user is refused, whatever the key";
	falls(POST_U2, at, "expected the refusal row of access_key_hash_matches to be taken");
	begin(RUN_WRONG_KEY);
	list.list[at].checks[list.list[at].checks_count - 1].id = "noc.nobody_asks_this";
	struct fallen f = refused_fallen(&list, &dynamics_roster); /* nor may it count anything */
	CU_ASSERT_EQUAL(f.count, 2);
	CU_ASSERT_EQUAL(f.list[0].which, POST_U2);
	CU_ASSERT_PTR_NOT_NULL(strstr(f.list[0].text, "for nobody_asks_this, actual none"));
}

static void what_no_row_answers_fails_closed(void)
{
	begin(RUN_UNEXPECTED);
	size_t at = refused_at(&list, NO_ROW, 0);
	list.list[at].state_to = list.list[at].state_from;
	falls(POST_U2, at, "(where it fails closed)");
}

static void what_is_no_message_is_answered_by_no_row(void)
{
	begin(RUN_FORMLESS);
	size_t at = refused_at(&list, NO_ROW, 0);
	list.list[at].source = "S1.11";
	falls(POST_U2, at, "expected no row to answer what is no message");
}

/* -- U2: what else changes -- */

/* The roster without its rules of this kind on a check. */
static const struct roster *without(const char *check, enum refusal_kind kind)
{
	static struct refusal_rule rules[128];
	static struct roster roster;
	size_t count = 0;
	roster = dynamics_roster;
	for (const struct refusal_rule *r = dynamics_roster.refusals; r->check; r++)
		if (r->kind != kind || strcmp(r->check, check) != 0)
			rules[count++] = *r;
	rules[count].check = NULL;
	roster.refusals = rules;
	return &roster;
}

static void only_named_tables_are_written(void)
{
	begin(RUN_WRONG_KEY);
	size_t wrote = refused_next(&list, refused_at(&list, WRONG_KEY, 0), RECORD_PERSIST);
	list.list[wrote].name = "used_keys";
	falls(POST_U2, wrote, "to leave table \"used_keys\" of noc as it is");
	begin(RUN_FOREIGN);
	wrote = refused_next(&list, refused_at(&list, FOREIGN, 0), RECORD_PERSIST);
	falls_with(without(FOREIGN, REFUSAL_STORES), POST_U2, wrote, "table \"associations\"");
	begin(RUN_UNEXPECTED);
	size_t at = refused_at(&list, NO_ROW, 0);
	wrote = refused_put(&list, at, (struct record){ .kind = RECORD_PERSIST, .name = "x" });
	falls(POST_U2, wrote, "(no row answers) to leave table \"x\"");
}

static void only_named_sessions_are_told(void)
{
	begin(RUN_FOREIGN);
	size_t told = refused_next(&list, refused_at(&list, FOREIGN, 0), RECORD_STEP);
	falls_with(without(FOREIGN, REFUSAL_TELLS), POST_U2, told,
		   "actual infrastructure.relay of infrastructure at \"association ended\"");
	size_t wrote =
		refused_put(&list, told, (struct record){ .kind = RECORD_PERSIST, .name = "x" });
	falls(POST_U2, wrote, "to leave table \"x\" of infrastructure as it is");
	begin(RUN_WRONG_KEY);
	size_t at = refused_at(&list, WRONG_KEY, 0);
	struct record step = { .kind = RECORD_STEP,
			       .session = 1,
			       .machine = "noc.link",
			       .stimulus = "heartbeat",
			       .source = "D8",
			       .state_from = "open",
			       .state_to = "open" };
	told = refused_put(&list, at, step);
	falls(POST_U2, told, "actual noc.link of noc at \"heartbeat\"");
}

static void another_machine_than_the_first_begins_nothing_anew(void)
{
	begin(RUN_UNEXPECTED);
	size_t at = refused_at(&list, NO_ROW, 0);
	for (size_t i = at; i < list.count; i++)
		if (list.list[i].kind == RECORD_STEP && list.list[i].parents_count > 0 &&
		    list.list[i].parents[0] == list.list[at].id)
			at = i;
	CU_ASSERT_STRING_NOT_EQUAL(list.list[at].source, ""); /* it began anew, and that was good */
	list.list[at].stimulus = "link lost";
	falls(POST_U2, at, "expected no other session to take a step");
}

static void a_refusal_is_of_its_session_claims_nothing_and_is_no_success(void)
{
	begin(RUN_WRONG_KEY);
	size_t at = refused_at(&list, WRONG_KEY, 0),
	       wrote = refused_next(&list, at, RECORD_PERSIST);
	list.list[wrote].session++;
	falls(POST_U2, wrote, "alone, actual persist of session");
	list.list[wrote].session--;
	size_t claimed =
		refused_put(&list, at, (struct record){ .kind = RECORD_CLAIM, .name = "commit" });
	falls(POST_U2, claimed, "to claim nothing, actual a commit of noc");
	list.list[claimed].kind = RECORD_OUTCOME;
	list.list[claimed].text = "activated";
	falls(POST_U2, claimed, "to be no success of noc, actual result 0: activated");
	list.list[claimed].number = -101;
	CU_ASSERT_EQUAL(refused_fallen(&list, &dynamics_roster).count, 0);
}

/* -- U2 and U3: what pipes refuse -- */

static size_t judged(void)
{
	for (size_t i = 0; i < list.count; i++)
		if (list.list[i].kind == RECORD_JUDGED && refused_check(&list.list[i]))
			return i;
	abort();
}

static void an_end_that_was_refused_goes_no_further(void)
{
	begin(RUN_OTHER_PROXY);
	size_t at = judged();
	struct record on = { .kind = RECORD_PIPE,
			     .name = "secured",
			     .peer = list.list[at].peer,
			     .channel = list.list[at].channel,
			     .tag = list.list[at].tag };
	size_t then = refused_put(&list, at, on);
	falls(POST_U2, then, "to go no further on noc_link after pipe.certificate_");
	list.list[then].name = "failed";
	CU_ASSERT_EQUAL(refused_fallen(&list, &dynamics_roster).count, 0);
	list.list[then].name = "secured"; /* at an end that was opened since */
	on.kind = RECORD_OPEN;
	refused_put(&list, at, on);
	CU_ASSERT_EQUAL(refused_fallen(&list, &dynamics_roster).count, 0);
}

static void a_pipe_tells_once_and_with_all_names(void)
{
	begin(RUN_OTHER_PROXY);
	size_t at = judged();
	struct record again = list.list[at];
	records_insert(&list, at + 1, &again);
	records_number(&list);
	falls(POST_U3, at + 1, "expected one record of a refusal by pipe.certificate_");
	records_remove(&list, at + 1);
	records_number(&list);
	list.list[at].peer = "";
	falls(POST_U3, at, "actual one is missing");
}

/* -- U3 -- */

static void what_was_accepted_is_answered(void)
{
	begin(RUN_WRONG_KEY);
	size_t at = refused_at(&list, WRONG_KEY, 0);
	size_t came = records_index(&list, list.list[at].parents[0]);
	CU_ASSERT_EQUAL(list.list[came].kind, RECORD_ACCEPTED);
	records_remove(&list, at);
	records_number(&list);
	falls(POST_U3, came, "what noc made of what it accepted from app on noc_session");
	struct record drop = { .kind = RECORD_DROP, .text = "its session is closed" };
	refused_put(&list, came, drop);
	CU_ASSERT_EQUAL(refused_fallen(&list, &dynamics_roster).count, 0);
}

static void what_was_only_looked_at_is_answered_too(void)
{
	begin(RUN_WRONG_KEY);
	size_t at = refused_at(&list, WRONG_KEY, 0);
	size_t came = records_index(&list, list.list[at].parents[0]);
	records_remove(&list, at);
	records_number(&list);
	size_t act = refused_put(&list, came,
				 (struct record){ .kind = RECORD_ACT,
						  .name = "capture",
						  .text = "kept",
						  .peer = "app",
						  .channel = "noc_session",
						  .message = "ActivationRequest" });
	falls(POST_U3, act, "what noc made of what it accepted from app on noc_session");
	list.list[act].name = "drop";
	CU_ASSERT_EQUAL(refused_fallen(&list, &dynamics_roster).count, 0);
	size_t then = refused_put(&list, act, list.list[act]);
	list.list[then].name = "capture"; /* of what is gone */
	CU_ASSERT_EQUAL(refused_fallen(&list, &dynamics_roster).count, 0);
}

static void a_refusal_is_told_once(void)
{
	begin(RUN_WRONG_KEY);
	size_t at = refused_at(&list, WRONG_KEY, 3), said = refused_next(&list, at, RECORD_SENT);
	struct record again = list.list[at];
	records_insert(&list, said + 1, &again);
	records_number(&list);
	falls(POST_U3, said + 1, "actual a second one of what was refused in record ");
}

static void a_refusal_is_told_whole(void)
{
	begin(RUN_WRONG_KEY);
	size_t at = refused_at(&list, WRONG_KEY, 0);
	size_t came = records_index(&list, list.list[at].parents[0]);
	size_t count = list.list[at].checks_count;
	list.list[came].peer = "";
	falls(POST_U3, at, "to refuse a message that names its peer");
	list.list[came].peer = "app";
	list.list[at].checks[count] = (struct record_check){ "noc.later", true, false };
	list.list[at].checks_count++;
	falls(POST_U3, at, "to be the last check that was asked, actual noc.later");
	list.list[at].checks_count--;
	for (size_t i = at; i < list.count; i++)
		if (list.list[i].session == list.list[at].session && i != at &&
		    list.list[i].parents_count > 0 && list.list[i].parents[0] == list.list[at].id)
			list.list[i].session = 0;
	list.list[at].session = 0;
	falls(POST_U3, at, "expected the record to name actor and session, actual \"noc\" and 0");
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(what_happened_keeps_them_all),
		TEST(a_refusal_goes_where_its_row_says),
		TEST(what_no_row_answers_fails_closed),
		TEST(what_is_no_message_is_answered_by_no_row),
		TEST(only_named_tables_are_written),
		TEST(only_named_sessions_are_told),
		TEST(another_machine_than_the_first_begins_nothing_anew),
		TEST(a_refusal_is_of_its_session_claims_nothing_and_is_no_success),
		TEST(an_end_that_was_refused_goes_no_further),
		TEST(a_pipe_tells_once_and_with_all_names),
		TEST(what_was_accepted_is_answered),
		TEST(what_was_only_looked_at_is_answered_too),
		TEST(a_refusal_is_told_once),
		TEST(a_refusal_is_told_whole),
	};
	int failed = suite_run("postconditions", cases, sizeof cases / sizeof *cases);
	records_fini(&list);
	refused_leave();
	return failed;
}
