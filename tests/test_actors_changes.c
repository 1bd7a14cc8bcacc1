/* test_actors_changes.c - what an administrator changes about a user, alone on the bench: a key
 * that is revoked is one nowhere, a user who is unlocked may try again, and UEM waits for the NOC,
 * but not for ever.
 */
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "actors/dynamics/vocabulary.h"
#include "tests/lib/activation_peer.h"
#include "tests/lib/suite.h"

enum { KEY_LIFE_S = 100, FAILURES_MAX = 5, NOC_WAIT_S = 30 };

static struct lab lab;
static struct bench bench;
static struct attempt attempt;

static void open_bench(const char *machine)
{
	lab_open(&lab, 7);
	lab_set(&lab, "suite", "p256");
	bench_open(&bench, &lab, machine);
	peer_begin(&lab, &attempt, 0);
}

static const char *refused_by(const struct bench *b)
{
	return b->last.row && b->last.row->refuses ? b->last.row->refuses->name : "";
}

static struct message about_user(enum message_type type)
{
	struct message m = { .type = type };
	char *uid = type == MESSAGE_REVOKE_KEY    ? m.as.revoke_key.uid
		    : type == MESSAGE_UNLOCK_USER ? m.as.unlock_user.uid
						  : m.as.generate_key.uid;
	snprintf(uid, UID_MAX, "%s", USER_ID);
	return m;
}

static void is_in(const struct bench *b, const char *state)
{
	CU_ASSERT_PTR_NOT_NULL(b->last.row);
	CU_ASSERT_STRING_EQUAL(bench_state(b), state);
}

/* -- UEM -- */

static void open_console(void)
{
	struct message m;
	open_bench("uem.console");
	peer_assignment(DYNAMICS_APP, &m);
	bench_say(&bench, CONSOLE, &m);
}

static void say(enum message_type type, const char *state)
{
	struct message m = about_user(type);
	bench_say(&bench, CONSOLE, &m);
	is_in(&bench, state);
}

static void noc_says(enum message_type type, const char *state)
{
	struct message m = { .type = type };
	bench_say(&bench, PROXY_UEM, &m);
	is_in(&bench, state);
}

static bool answered(enum message_type type)
{
	struct message m;
	const struct effect *e = bench_effect(&bench, EFFECT_ANSWER, CONSOLE);
	return e && message_peek(e->body) == type && bench_spoke(&bench, type, &m);
}

static bool has_key(void)
{
	struct bytes key;
	return store_get(bench.store, bench_table(&bench, "keys"), bytes_of_string(USER_ID), &key);
}

static bool timer_is_cleared(void)
{
	return bench_effect(&bench, EFFECT_TIMER_CLEAR, 0) != NULL;
}

static void a_key_is_revoked_here_and_at_the_noc(void)
{
	struct message m;
	open_console();
	say(MESSAGE_GENERATE_KEY, "registering");
	noc_says(MESSAGE_DONE, "listening");
	CU_ASSERT_TRUE(answered(MESSAGE_GENERATED_KEY) && timer_is_cleared() && has_key());
	say(MESSAGE_REVOKE_KEY, "changing");
	CU_ASSERT_FALSE(has_key());
	CU_ASSERT_TRUE(bench_spoke(&bench, MESSAGE_REVOKE_KEY, &m));
	CU_ASSERT_STRING_EQUAL(m.as.revoke_key.uid, USER_ID);
	CU_ASSERT_EQUAL(bench_effect(&bench, EFFECT_TIMER_SET, 0)->after_ns,
			SECONDS_NS(NOC_WAIT_S));
	CU_ASSERT_FALSE(answered(MESSAGE_DONE)); /* not yet */
	noc_says(MESSAGE_DONE, "listening");
	CU_ASSERT_TRUE(answered(MESSAGE_DONE) && timer_is_cleared());
	bench_end(&bench, &lab);
}

static void a_user_is_unlocked_at_the_noc(void)
{
	struct message m;
	open_console();
	say(MESSAGE_UNLOCK_USER, "changing");
	CU_ASSERT_TRUE(bench_spoke(&bench, MESSAGE_UNLOCK_USER, &m));
	CU_ASSERT_STRING_EQUAL(m.as.unlock_user.uid, USER_ID);
	noc_says(MESSAGE_REFUSED, "listening");
	CU_ASSERT_TRUE(answered(MESSAGE_REFUSED));
	bench_end(&bench, &lab);
}

/* Whatever it waits for: half a minute, a refusal, and a late word changes nothing. */
static void uem_does_not_wait_for_the_noc_for_ever(void)
{
	static const enum message_type asked[] = { MESSAGE_GENERATE_KEY, MESSAGE_REVOKE_KEY,
						   MESSAGE_UNLOCK_USER };
	static const enum message_type late[] = { MESSAGE_DONE, MESSAGE_REFUSED };
	for (size_t i = 0; i < 3; i++) {
		open_console();
		say(asked[i], i == 0 ? "registering" : "changing");
		CU_ASSERT_EQUAL(bench_effect(&bench, EFFECT_TIMER_SET, 0)->after_ns,
				SECONDS_NS(NOC_WAIT_S));
		bench_happen(&bench, STIMULUS_TIMER, 0, CHANNEL_ANY);
		is_in(&bench, "listening");
		CU_ASSERT_TRUE(answered(MESSAGE_REFUSED));
		for (size_t k = 0; k < 2; k++) {
			noc_says(late[k], "listening");
			CU_ASSERT_EQUAL(bench.out->count, 0);
		}
		bench_end(&bench, &lab);
	}
}

static void a_busy_console_says_no_and_keeps_what_it_is_at(void)
{
	static const enum message_type asked[] = { MESSAGE_GENERATE_KEY, MESSAGE_REVOKE_KEY,
						   MESSAGE_UNLOCK_USER };
	static const char *const busy[] = { "registering", "changing", "changing" };
	struct message assignment;
	peer_assignment(DYNAMICS_ACTIVE_APP, &assignment);
	for (size_t i = 0; i < 3; i++) {
		open_console();
		say(asked[i], busy[i]);
		for (size_t k = 0; k < 3; k++) {
			say(asked[k], busy[i]);
			CU_ASSERT_TRUE(answered(MESSAGE_REFUSED) && bench.out->count == 1);
		}
		bench_say(&bench, CONSOLE, &assignment);
		is_in(&bench, busy[i]);
		CU_ASSERT_TRUE(answered(MESSAGE_REFUSED) && bench.out->count == 1);
		CU_ASSERT_EQUAL(has_key(), i == 0);
		noc_says(MESSAGE_DONE, "listening");
		CU_ASSERT_FALSE(answered(MESSAGE_REFUSED));
		bench_end(&bench, &lab);
	}
}

static void a_setup_message_under_a_revoked_key_is_refused(void)
{
	struct bench link;
	struct message m;
	for (int revoked = 0; revoked < 2; revoked++) {
		open_console();
		peer_key(&bench, attempt.ak);
		if (revoked)
			say(MESSAGE_REVOKE_KEY, "changing");
		bench_join(&link, &bench, "uem.link");
		peer_token(&lab, &attempt, 0, NULL, NULL);
		peer_setup(&lab, &attempt, &m);
		bench_say(&link, PROXY_UEM, &m);
		CU_ASSERT_STRING_EQUAL(refused_by(&link), revoked ? "setup_user_has_a_key" : "");
		CU_ASSERT_EQUAL(bench_spoke(&link, MESSAGE_REFUSED, &m), revoked);
		CU_ASSERT_PTR_NULL(link.broken);
		bench_close(&link);
		bench_end(&bench, &lab);
	}
}

/* -- the NOC -- */

static void noc_link(enum message_type type)
{
	struct bench link;
	struct message m = about_user(type);
	if (type == MESSAGE_REGISTER_KEY) {
		uint8_t v[VERIFIER_SIZE];
		m = (struct message){ .type = type };
		peer_verifier(&lab, &attempt, v, m.as.register_key.stored);
		snprintf(m.as.register_key.uid, UID_MAX, "%s", USER_ID);
		m.as.register_key.expiry_s = LAB_EPOCH_S + KEY_LIFE_S;
	}
	bench_join(&link, &bench, "noc.link");
	bench_say(&link, NOC_LINK, &m);
	is_in(&link, "open");
	CU_ASSERT_TRUE(bench_spoke(&link, MESSAGE_DONE, &m));
	CU_ASSERT_PTR_NULL(link.broken);
	bench_close(&link);
}

/* By which check it was refused; "" for none. */
static const char *activate(bool rightly)
{
	struct bench session;
	struct message m = { .type = MESSAGE_ACTIVATION_REQUEST };
	uint8_t s[VERIFIER_SIZE];
	snprintf(m.as.activation_request.uid, UID_MAX, "%s", USER_ID);
	snprintf(m.as.activation_request.app, APP_MAX, "%s", DYNAMICS_APP);
	peer_verifier(&lab, &attempt, m.as.activation_request.verifier, s);
	m.as.activation_request.verifier[0] ^= !rightly;
	bench_join(&session, &bench, "noc.app");
	bench_say(&session, NOC_SESSION, &m);
	const char *by = refused_by(&session);
	CU_ASSERT_PTR_NULL(session.broken);
	bench_close(&session);
	return by;
}

static void a_revoked_key_activates_nothing(void)
{
	open_bench("noc.app");
	noc_link(MESSAGE_REGISTER_KEY);
	noc_link(MESSAGE_REVOKE_KEY);
	CU_ASSERT_STRING_EQUAL(activate(true), "user_has_a_key");
	noc_link(MESSAGE_REVOKE_KEY); /* nothing is there to be revoked: done all the same */
	noc_link(MESSAGE_REGISTER_KEY);
	CU_ASSERT_STRING_EQUAL(activate(true), "");
	bench_end(&bench, &lab);
}

static void an_unlocked_user_may_try_again(void)
{
	open_bench("noc.app");
	noc_link(MESSAGE_REGISTER_KEY);
	for (int wrong = 0; wrong < FAILURES_MAX; wrong++)
		CU_ASSERT_STRING_EQUAL(activate(false), "access_key_hash_matches");
	CU_ASSERT_STRING_EQUAL(activate(true), "user_is_not_locked");
	noc_link(MESSAGE_UNLOCK_USER);
	CU_ASSERT_STRING_EQUAL(activate(false), "access_key_hash_matches"); /* counted anew */
	CU_ASSERT_STRING_EQUAL(activate(true), "");
	bench_end(&bench, &lab);
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(a_key_is_revoked_here_and_at_the_noc),
		TEST(a_user_is_unlocked_at_the_noc),
		TEST(uem_does_not_wait_for_the_noc_for_ever),
		TEST(a_busy_console_says_no_and_keeps_what_it_is_at),
		TEST(a_setup_message_under_a_revoked_key_is_refused),
		TEST(a_revoked_key_activates_nothing),
		TEST(an_unlocked_user_may_try_again),
	};
	return suite_run("actors_changes", cases, sizeof cases / sizeof *cases);
}
