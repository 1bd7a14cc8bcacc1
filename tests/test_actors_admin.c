/* test_actors_admin.c - the administrator, alone on the bench: keys that are asked for, log-ins and
 * consoles that end, and work that goes on after a restart.
 */
#include <CUnit/CUnit.h>

#include "actors/dynamics/vocabulary.h"
#include "tests/lib/person.h"
#include "tests/lib/suite.h"

static void log_in(const char *state)
{
	person_is("await console");
	CU_ASSERT_PTR_NOT_NULL(bench_effect(&person_bench, EFFECT_OPEN, CONSOLE));
	bench_happen(&person_bench, STIMULUS_SECURED, 0, CONSOLE);
	person_is(state);
}

static void begin_work(const char *source)
{
	person_open("admin", source, "1");
	person_is("await day");
	person_waits("day begins", "await console");
}

/* Ten minutes, in which nobody keeps the run going. */
static void sits_idle(void)
{
	const struct effect *e = bench_effect(&person_bench, EFFECT_TIMER_SET, 2);
	CU_ASSERT_PTR_NOT_NULL_FATAL(e);
	CU_ASSERT_EQUAL(e->after_ns, SECONDS_NS(600));
	CU_ASSERT_EQUAL(e->tag, 1);
}

static void an_administrator_assigns_and_keeps_the_console(void)
{
	struct message m;
	begin_work("active_app");
	log_in("await assigned");
	CU_ASSERT_TRUE_FATAL(bench_spoke(&person_bench, MESSAGE_ASSIGN_APPS, &m));
	CU_ASSERT_TRUE(m.as.assign_apps.versions_count == 1);
	CU_ASSERT_STRING_EQUAL(m.as.assign_apps.versions[0], DYNAMICS_APP_VERSION);
	person_hears(MESSAGE_DONE, CONSOLE, "finished");
	person_says(MESSAGE_APP_ASSIGNED);
	CU_ASSERT_PTR_NULL(bench_effect(&person_bench, EFFECT_CLOSE, CONSOLE));
	/* what somebody else asks for through the console is answered there, and changes nothing */
	person_hears(MESSAGE_DONE, CONSOLE, "finished");
	sits_idle();
	person_hears(MESSAGE_REFUSED, CONSOLE, "finished");
	sits_idle();
	person_hears(MESSAGE_GENERATED_KEY, CONSOLE, "finished");
	sits_idle();
	person_says(MESSAGE_ACCESS_KEY_MAIL);
	person_close();
}

/* Ways in which a console ends at which nothing is left to do. */
static void a_console_that_ended_is_opened_for_the_next_key(void)
{
	static const enum stimulus_kind ways[] = { STIMULUS_TIMER, STIMULUS_PEER_FAILED,
						   STIMULUS_PEER_CLOSED };
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		begin_work("active_app");
		log_in("await assigned");
		person_hears(MESSAGE_DONE, CONSOLE, "finished");
		sits_idle();
		if (ways[i] == STIMULUS_TIMER)
			person_waits("nothing was asked", "logged out");
		else
			bench_happen(&person_bench, ways[i], 0, CONSOLE);
		person_is("logged out");
		CU_ASSERT_PTR_NOT_NULL(bench_effect(&person_bench, EFFECT_CLOSE, CONSOLE));
		CU_ASSERT_PTR_NOT_NULL(bench_effect(&person_bench, EFFECT_TIMER_CLEAR, 2));
		person_hears(MESSAGE_KEY_ASKED, OUT_OF_BAND, "await console");
		log_in("await key");
		person_says(MESSAGE_GENERATE_KEY);
		CU_ASSERT_PTR_NOT_NULL(bench_effect(&person_bench, EFFECT_TIMER_CLEAR, 2));
		person_hears(MESSAGE_GENERATED_KEY, CONSOLE, "finished");
		sits_idle();
		person_close();
	}
}

static void a_key_is_made_whenever_a_user_asks(void)
{
	begin_work("admin");
	log_in("await assigned");
	person_hears(MESSAGE_DONE, CONSOLE, "await key");
	person_says(MESSAGE_APP_ASSIGNED);
	person_says(MESSAGE_GENERATE_KEY);
	person_hears(MESSAGE_DONE, CONSOLE, "await key");
	person_hears(MESSAGE_KEY_ASKED, OUT_OF_BAND, "await key");
	person_hears(MESSAGE_GENERATED_KEY, CONSOLE, "finished");
	person_says(MESSAGE_ACCESS_KEY_MAIL);
	person_hears(MESSAGE_KEY_ASKED, OUT_OF_BAND, "await key");
	person_says(MESSAGE_GENERATE_KEY);
	person_hears(MESSAGE_GENERATED_KEY, CONSOLE, "finished");
	person_says(MESSAGE_ACCESS_KEY_MAIL);
	person_close();
}

/* Asked at any moment before, the administrator does not forget it, and not at a restart either. */
static void a_key_that_was_asked_for_early_is_made_later(void)
{
	for (int when = 0; when < 4; when++) {
		person_open("admin", "active_app", "1");
		if (when == 0)
			person_hears(MESSAGE_KEY_ASKED, OUT_OF_BAND, "await day");
		person_waits("day begins", "await console");
		if (when == 1)
			person_hears(MESSAGE_KEY_ASKED, OUT_OF_BAND, "await console");
		if (when == 2) {
			bench_happen(&person_bench, STIMULUS_PEER_FAILED, 0, CONSOLE);
			person_hears(MESSAGE_KEY_ASKED, OUT_OF_BAND, "pausing");
			person_waits("patience is over", "await console");
		}
		bench_happen(&person_bench, STIMULUS_SECURED, 0, CONSOLE);
		person_is("await assigned");
		if (when == 3)
			person_hears(MESSAGE_KEY_ASKED, OUT_OF_BAND, "await assigned");
		person_hears(MESSAGE_DONE, CONSOLE, "await key");
		person_says(MESSAGE_GENERATE_KEY);
		person_restarts("await day");
		person_waits("day begins", "await console");
		log_in("await key");
		person_says(MESSAGE_GENERATE_KEY);
		person_hears(MESSAGE_GENERATED_KEY, CONSOLE, "finished");
		person_close();
	}
}

/* Ways in which a console can fail; each is followed by a pause and another log-in. */
enum way { WAY_LOST, WAY_CLOSED, WAY_LATE, WAY_REFUSED, WAYS };

static void console_fails(enum way way)
{
	if (way == WAY_LOST)
		bench_happen(&person_bench, STIMULUS_PEER_FAILED, 0, CONSOLE);
	else if (way == WAY_CLOSED)
		bench_happen(&person_bench, STIMULUS_PEER_CLOSED, 0, CONSOLE);
	else if (way == WAY_LATE)
		person_waits("patience is over", "pausing");
	else
		person_hears(MESSAGE_REFUSED, CONSOLE, "pausing");
	person_is("pausing");
	CU_ASSERT_PTR_NOT_NULL(bench_effect(&person_bench, EFFECT_CLOSE, CONSOLE));
	CU_ASSERT_EQUAL(bench_effect(&person_bench, EFFECT_TIMER_SET, 1)->after_ns, SECONDS_NS(5));
}

static void a_console_that_fails_is_logged_into_again(void)
{
	for (enum way way = WAY_LOST; way < WAYS; way++) {
		begin_work("admin");
		if (way != WAY_REFUSED) {
			console_fails(way);
			person_waits("patience is over", "await console");
		}
		log_in("await assigned");
		console_fails(way);
		person_waits("patience is over", "await console");
		log_in("await assigned");
		person_hears(MESSAGE_DONE, CONSOLE, "await key");
		console_fails(way);
		person_waits("patience is over", "await console");
		log_in("await key"); /* assigned already, and told */
		person_says_nothing();
		person_says(MESSAGE_GENERATE_KEY);
		person_hears(MESSAGE_GENERATED_KEY, CONSOLE, "finished");
		person_close();
	}
}

static void log_ins_end_after_five_more(void)
{
	begin_work("active_app");
	for (int again = 0; again < 5; again++) {
		console_fails(WAY_LOST);
		person_waits("patience is over", "await console");
	}
	console_fails(WAY_LOST);
	person_waits("patience is over", "logged out");
	CU_ASSERT_PTR_NULL(bench_effect(&person_bench, EFFECT_OPEN, CONSOLE));
	person_hears(MESSAGE_KEY_ASKED, OUT_OF_BAND, "await console"); /* tried once more */
	person_close();
}

static void an_administrator_goes_on_after_a_restart(void)
{
	begin_work("active_app");
	log_in("await assigned");
	person_hears(MESSAGE_DONE, CONSOLE, "finished");
	person_restarts("await day");
	person_waits("day begins", "await console");
	log_in("finished");
	person_says(MESSAGE_APP_ASSIGNED); /* nobody can tell whether the mail had left */
	CU_ASSERT_EQUAL(bench_unit(&person_bench, MESSAGE_ASSIGN_APPS).size, 0);
	person_close();
}

static void every_row_of_the_administrator_was_taken(void)
{
	person_open("admin", "admin", "1");
	CU_ASSERT_EQUAL(person_rows_not_taken(), 0);
	person_close();
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(an_administrator_assigns_and_keeps_the_console),
		TEST(a_console_that_ended_is_opened_for_the_next_key),
		TEST(a_key_is_made_whenever_a_user_asks),
		TEST(a_key_that_was_asked_for_early_is_made_later),
		TEST(a_console_that_fails_is_logged_into_again),
		TEST(log_ins_end_after_five_more),
		TEST(an_administrator_goes_on_after_a_restart),
		TEST(every_row_of_the_administrator_was_taken),
	};
	return suite_run("actors_admin", cases, sizeof cases / sizeof *cases);
}
