/* test_actors_user.c - the user, alone on the bench: attempts that are counted, keys that are
 * obtained anew, and what is still known after a restart at any moment.
 */
#include <CUnit/CUnit.h>

#include "actors/dynamics/vocabulary.h"
#include "tests/lib/activation_peer.h"
#include "tests/lib/person.h"
#include "tests/lib/suite.h"

static void types(void)
{
	struct message m;
	person_waits("time to type", "await result");
	CU_ASSERT_TRUE_FATAL(bench_spoke(&person_bench, MESSAGE_TYPED_KEY, &m));
	CU_ASSERT_STRING_EQUAL(m.as.typed_key.key, PEER_TYPED);
	CU_ASSERT_STRING_EQUAL(m.as.typed_key.uid, USER_ID);
}

static void install(const char *state)
{
	person_hears(MESSAGE_APP_ASSIGNED, OUT_OF_BAND, "await install");
	person_waits("time to install", state);
	person_says(MESSAGE_INSTALL_APP);
}

static void attempts_end_with_the_last(void)
{
	static const struct {
		const char *word;
		int attempts;
	} cases[] = { { "1", 1 }, { "2", 2 }, { "3", 3 }, { "6", 6 }, { "7", 7 }, { "8", 8 } };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		person_open("user", "active_app", cases[i].word);
		install("await result");
		for (int failed = 1; failed < cases[i].attempts; failed++) {
			person_hears_result(RESULT_ACTIVATION_FAILED, "pausing");
			CU_ASSERT_EQUAL(bench_effect(&person_bench, EFFECT_TIMER_SET, 3)->after_ns,
					SECONDS_NS(10));
			person_restarts("pausing"); /* and counts on where it was */
			person_waits("time to try again", "await result");
			person_says(MESSAGE_INSTALL_APP);
		}
		person_hears_result(RESULT_ACTIVATION_FAILED, "finished");
		person_restarts("finished");
		person_close();
	}
}

static void a_silent_app_is_given_up_only_when_it_can_be_at_work_no_longer(void)
{
	person_open("user", "active_app", "2");
	install("await result");
	CU_ASSERT_TRUE(bench_effect(&person_bench, EFFECT_TIMER_SET, 2)->after_ns >
		       SECONDS_NS(2 * 45 * 60 + 5 * 300));
	person_restarts("await result");
	CU_ASSERT_TRUE(bench_effect(&person_bench, EFFECT_TIMER_SET, 2)->after_ns >
		       SECONDS_NS(2 * 45 * 60 + 5 * 300));
	person_waits("patience is over", "pausing");
	person_waits("time to try again", "await result");
	person_waits("patience is over", "pausing");
	person_waits("time to try again", "finished");
	person_says_nothing();
	person_close();
}

static void an_activated_app_ends_the_work_whenever_it_says_so(void)
{
	person_open("user", "admin", "3");
	person_hears(MESSAGE_ACCESS_KEY_MAIL, OUT_OF_BAND, "await assignment");
	install("await typing");
	person_hears(MESSAGE_APP_ASSIGNED, OUT_OF_BAND, "await typing");
	person_hears(MESSAGE_KEY_PROMPT, OUT_OF_BAND, "await typing");
	person_hears_result(RESULT_ACTIVATION_FAILED, "await typing");
	person_hears_result(RESULT_NONE, "finished");
	person_hears(MESSAGE_APP_ASSIGNED, OUT_OF_BAND, "finished");
	person_hears(MESSAGE_ACCESS_KEY_MAIL, OUT_OF_BAND, "finished");
	person_hears(MESSAGE_KEY_PROMPT, OUT_OF_BAND, "finished");
	person_hears_result(RESULT_ACTIVATION_FAILED, "finished");
	person_close();
	person_open("user", "active_app", "3");
	install("await result");
	person_hears(MESSAGE_APP_ASSIGNED, OUT_OF_BAND, "await result");
	person_hears_result(RESULT_PROVISIONING_FAILED, "pausing");
	person_hears_result(RESULT_PROVISIONING_FAILED, "pausing");
	person_hears(MESSAGE_APP_ASSIGNED, OUT_OF_BAND, "pausing");
	person_hears_result(RESULT_NONE, "finished");
	person_close();
	person_open("user", "active_app", "1");
	install("await result");
	person_hears_result(RESULT_NONE, "finished");
	person_close();
}

static void a_key_is_typed_again_five_times_in_an_attempt(void)
{
	person_open("user", "admin", "2");
	person_hears(MESSAGE_APP_ASSIGNED, OUT_OF_BAND, "await install");
	person_hears(MESSAGE_ACCESS_KEY_MAIL, OUT_OF_BAND, "await install");
	person_waits("time to install", "await typing");
	types();
	for (int again = 0; again < 5; again++) {
		person_hears(MESSAGE_KEY_PROMPT, OUT_OF_BAND, "await typing");
		person_restarts("await typing");
		types();
	}
	person_hears(MESSAGE_KEY_PROMPT, OUT_OF_BAND, "pausing");
	person_hears(MESSAGE_ACCESS_KEY_MAIL, OUT_OF_BAND, "pausing");
	person_waits("time to try again", "await typing");
	types();
	person_hears(MESSAGE_KEY_PROMPT, OUT_OF_BAND,
		     "await typing"); /* another attempt, another five */
	person_close();
}

static void says_no(enum message_type type)
{
	CU_ASSERT_EQUAL(bench_unit(&person_bench, type).size, 0);
}

static void a_new_key_comes_from_where_the_first_came_from(void)
{
	person_open("user", "admin", "3");
	install("await key");
	person_hears(MESSAGE_APP_ASSIGNED, OUT_OF_BAND, "await key");
	person_restarts("await key");
	person_hears(MESSAGE_ACCESS_KEY_MAIL, OUT_OF_BAND, "await typing");
	person_hears(MESSAGE_ACCESS_KEY_MAIL, OUT_OF_BAND, "await typing");
	types();
	person_hears(MESSAGE_ACCESS_KEY_MAIL, OUT_OF_BAND, "await result");
	person_hears_result(RESULT_ACTIVATION_FAILED, "pausing");
	person_waits("time to try again", "await key");
	person_says(MESSAGE_KEY_ASKED);
	says_no(MESSAGE_INSTALL_APP);
	person_hears(MESSAGE_KEY_PROMPT, OUT_OF_BAND, "await key");
	person_waits("patience is over", "pausing"); /* the mail was lost: the third attempt */
	person_waits("time to try again", "await key");
	person_restarts("pausing"); /* nothing was launched for this attempt */
	person_waits("time to try again", "await key");
	person_hears(MESSAGE_ACCESS_KEY_MAIL, OUT_OF_BAND, "await typing");
	person_says(MESSAGE_INSTALL_APP); /* with the key at hand, and not before */
	person_hears(MESSAGE_KEY_PROMPT, OUT_OF_BAND, "await typing");
	CU_ASSERT_PTR_NOT_NULL(bench_effect(&person_bench, EFFECT_TIMER_SET, 1));
	person_close();
}

static void who_retypes_asks_nobody(void)
{
	static const char *const sources[] = { "admin", "self_service" };
	for (size_t i = 0; i < 2; i++) {
		person_open("user", sources[i], "2");
		lab_set(&person_lab, "retry", "retype");
		person_hears(MESSAGE_ACCESS_KEY_MAIL, OUT_OF_BAND, "await assignment");
		install("await typing");
		types();
		person_hears_result(RESULT_ACTIVATION_FAILED, "pausing");
		person_restarts("pausing");
		person_waits("time to try again", "await typing");
		person_says(MESSAGE_INSTALL_APP);
		CU_ASSERT_PTR_NULL(bench_effect(&person_bench, EFFECT_OPEN, SELF_SERVICE));
		types();
		person_close();
	}
}

/* To where Self-Service is logged into again after a failure of that kind. */
static void portal_fails(enum stimulus_kind kind, bool asked)
{
	person_open("user", "self_service", "2");
	install("await portal");
	person_hears(MESSAGE_KEY_PROMPT, OUT_OF_BAND, "await portal");
	person_hears(MESSAGE_APP_ASSIGNED, OUT_OF_BAND, "await portal");
	if (asked) {
		bench_happen(&person_bench, STIMULUS_SECURED, 0, SELF_SERVICE);
		person_says(MESSAGE_GENERATE_KEY);
		person_hears(MESSAGE_KEY_PROMPT, OUT_OF_BAND, "await own key");
		person_hears(MESSAGE_APP_ASSIGNED, OUT_OF_BAND, "await own key");
	}
	if (kind == STIMULUS_PEER_FAILED)
		bench_happen(&person_bench, kind, 0, SELF_SERVICE);
	else if (kind == STIMULUS_MESSAGE)
		person_hears(MESSAGE_REFUSED, SELF_SERVICE, "pausing");
	else
		person_waits("patience is over", "pausing");
	person_is("pausing");
	CU_ASSERT_PTR_NOT_NULL(bench_effect(&person_bench, EFFECT_CLOSE, SELF_SERVICE));
	person_waits("time to try again", "await portal");
	CU_ASSERT_PTR_NOT_NULL(bench_effect(&person_bench, EFFECT_OPEN, SELF_SERVICE));
	bench_happen(&person_bench, STIMULUS_SECURED, 0, SELF_SERVICE);
	person_hears(MESSAGE_GENERATED_KEY, SELF_SERVICE, "await typing");
	CU_ASSERT_PTR_NOT_NULL(bench_effect(&person_bench, EFFECT_CLOSE, SELF_SERVICE));
	types();
	person_hears_result(RESULT_NONE, "finished");
	person_close();
}

static void a_portal_that_fails_is_logged_into_again(void)
{
	portal_fails(STIMULUS_PEER_FAILED, false);
	portal_fails(STIMULUS_TIMER, false);
	portal_fails(STIMULUS_PEER_FAILED, true);
	portal_fails(STIMULUS_TIMER, true);
	portal_fails(STIMULUS_MESSAGE, true);
}

static void a_user_remembers_across_a_restart(void)
{
	person_open("user", "self_service", "3");
	person_restarts("await assignment");
	person_hears(MESSAGE_APP_ASSIGNED, OUT_OF_BAND, "await install");
	person_restarts("await install");
	person_hears(MESSAGE_APP_ASSIGNED, OUT_OF_BAND, "await install");
	person_waits("time to install", "await portal");
	person_restarts("await portal");
	CU_ASSERT_PTR_NOT_NULL(bench_effect(&person_bench, EFFECT_OPEN, SELF_SERVICE));
	bench_happen(&person_bench, STIMULUS_SECURED, 0, SELF_SERVICE);
	person_hears(MESSAGE_GENERATED_KEY, SELF_SERVICE, "await typing");
	person_restarts("await typing");
	types();
	person_restarts("await result");
	person_hears_result(RESULT_ACTIVATION_FAILED, "pausing");
	person_hears(MESSAGE_KEY_PROMPT, OUT_OF_BAND, "pausing");
	person_waits("time to try again", "await portal");
	person_restarts("pausing"); /* the key that failed is forgotten */
	person_waits("time to try again", "await portal");
	person_close();
}

static void every_row_of_the_user_was_taken(void)
{
	person_open("user", "admin", "1");
	CU_ASSERT_EQUAL(person_rows_not_taken(), 0);
	person_close();
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(attempts_end_with_the_last),
		TEST(a_silent_app_is_given_up_only_when_it_can_be_at_work_no_longer),
		TEST(an_activated_app_ends_the_work_whenever_it_says_so),
		TEST(a_key_is_typed_again_five_times_in_an_attempt),
		TEST(a_new_key_comes_from_where_the_first_came_from),
		TEST(who_retypes_asks_nobody),
		TEST(a_portal_that_fails_is_logged_into_again),
		TEST(a_user_remembers_across_a_restart),
		TEST(every_row_of_the_user_was_taken),
	};
	return suite_run("actors_user", cases, sizeof cases / sizeof *cases);
}
