/* test_actors_again.c - the app that is launched again, and the activated one that is asked again,
 * alone on the bench: nothing of an earlier attempt is left, and an activation outlives the
 * process.
 */
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "actors/dynamics/vocabulary.h"
#include "tests/lib/activation_peer.h"
#include "tests/lib/suite.h"

static struct lab lab;
static struct bench bench;

static void open_bench(const char *machine, const char *source)
{
	lab_open(&lab, 7);
	lab_set(&lab, "suite", "p256");
	lab_set(&lab, "key_source", source);
	bench_open(&bench, &lab, machine);
}

static void launch(const char *state)
{
	struct message m = { .type = MESSAGE_LAUNCH_APP,
			     .as.launch_app = { .uid = USER_ID, .app = DYNAMICS_APP } };
	bench_say(&bench, HANDOVER, &m);
	bench_is_in(&bench, state);
}

static void type(const char *key, const char *state)
{
	struct message m = { .type = MESSAGE_TYPED_KEY, .as.typed_key = { .uid = USER_ID } };
	snprintf(m.as.typed_key.key, sizeof m.as.typed_key.key, "%s", key);
	bench_say(&bench, OUT_OF_BAND, &m);
	bench_is_in(&bench, state);
}

static void hear(enum message_type type_of, uint8_t channel, const char *state)
{
	struct message m = { .type = type_of };
	bench_say(&bench, channel, &m);
	bench_is_in(&bench, state);
}

/* The user was told this result by the last step, and the outcome is this or none. */
static void check_told(int32_t result, bool is_outcome)
{
	struct message m;
	const struct effect *outcome = bench_effect(&bench, EFFECT_OUTCOME, 0);
	CU_ASSERT_TRUE_FATAL(bench_spoke(&bench, MESSAGE_ACTIVATION_RESULT, &m));
	CU_ASSERT_STRING_EQUAL(m.as.activation_result.app, DYNAMICS_APP);
	CU_ASSERT_EQUAL(m.as.activation_result.result, result);
	CU_ASSERT_EQUAL(outcome != NULL, is_outcome);
	CU_ASSERT_TRUE(!outcome || outcome->result == result);
	CU_ASSERT_EQUAL(bench_effect(&bench, EFFECT_SEND, OUT_OF_BAND)->tag, ACTOR_USER);
}

static bool session_is_empty(void)
{
	for (size_t i = 0; i < bench.machine->session_size; i++)
		if (bench.session[i] != 0)
			return false;
	return true;
}

/* -- the app -- */

static void each_launch_after_a_failure_begins_with_nothing(void)
{
	struct message first, second;
	open_bench("app", "active_app");
	launch("await handover");
	CU_ASSERT_TRUE_FATAL(bench_spoke(&bench, MESSAGE_KEY_WANTED, &first));
	hear(MESSAGE_REFUSED, HANDOVER, "failed");
	check_told(RESULT_ACTIVATION_FAILED, true);
	CU_ASSERT_TRUE(session_is_empty());
	launch("await handover");
	CU_ASSERT_TRUE_FATAL(bench_spoke(&bench, MESSAGE_KEY_WANTED, &second));
	CU_ASSERT_NOT_EQUAL(
		memcmp(first.as.key_wanted.nonce, second.as.key_wanted.nonce, NONCE_SIZE), 0);
	/* the key that answers the first nonce comes at last */
	struct message late = { .type = MESSAGE_KEY_HANDOVER,
				.as.key_handover = { .uid = USER_ID, .key = PEER_AK } };
	memcpy(late.as.key_handover.nonce, first.as.key_wanted.nonce, NONCE_SIZE);
	bench_say(&bench, HANDOVER, &late);
	CU_ASSERT_STRING_EQUAL(bench.last.row->refuses->name, "handed_nonce_is_mine");
	check_told(RESULT_ACTIVATION_FAILED, true);
	bench_end(&bench, &lab);
}

static uint8_t cid_of_attempt(void)
{
	struct message m;
	type(PEER_TYPED, "await route");
	hear(MESSAGE_ROUTE_READY, HANDOVER, "await noc");
	bench_happen(&bench, STIMULUS_SECURED, 0, NOC_SESSION);
	bench_is_in(&bench, "await verdict");
	CU_ASSERT_TRUE_FATAL(bench_spoke(&bench, MESSAGE_ACTIVATION_REQUEST, &m));
	return m.as.activation_request.cid[0];
}

static void each_attempt_has_a_number_of_its_own(void)
{
	open_bench("app", "admin");
	launch("await typing");
	uint8_t first = cid_of_attempt();
	bench_happen(&bench, STIMULUS_PEER_FAILED, 0, NOC_SESSION);
	bench_is_in(&bench, "failed");
	check_told(RESULT_ACTIVATION_FAILED, true);
	CU_ASSERT_TRUE(session_is_empty());
	launch("await typing");
	CU_ASSERT_NOT_EQUAL(first, cid_of_attempt());
	bench_end(&bench, &lab);
}

static void what_is_no_key_is_asked_for_again(void)
{
	struct message m;
	open_bench("app", "admin");
	launch("await typing");
	type("abcde-12345", "await typing");
	CU_ASSERT_TRUE(bench_spoke(&bench, MESSAGE_KEY_PROMPT, &m));
	CU_ASSERT_PTR_NULL(bench_effect(&bench, EFFECT_OUTCOME, 0));
	launch("await typing");
	CU_ASSERT_TRUE(bench_spoke(&bench, MESSAGE_KEY_PROMPT, &m));
	type(PEER_TYPED, "await route");
	bench_end(&bench, &lab);
}

static void a_key_typed_into_no_attempt_is_not_kept(void)
{
	open_bench("app", "admin");
	bench_happen(&bench, STIMULUS_BEGIN, 0, CHANNEL_ANY);
	bench_is_in(&bench, "await launch");
	CU_ASSERT_EQUAL(bench.out->count, 0);
	type(PEER_TYPED, "await launch");
	check_told(RESULT_ACTIVATION_FAILED, false);
	CU_ASSERT_TRUE(session_is_empty());
	bench_end(&bench, &lab);
}

static void an_activation_outlives_the_process(void)
{
	static const uint8_t key[MASTER_KEY_SIZE] = { 1 };
	open_bench("app", "admin");
	store_put(bench.store, bench_table(&bench, "activation"), bytes_of_string(DYNAMICS_APP),
		  bytes_of(key, sizeof key));
	bench_happen(&bench, STIMULUS_BEGIN, 0, CHANNEL_ANY);
	bench_is_in(&bench, "activated");
	check_told(RESULT_NONE, true);
	launch("activated");
	check_told(RESULT_NONE, false);
	type(PEER_TYPED, "activated");
	check_told(RESULT_NONE, false);
	bench_end(&bench, &lab);
}

/* What an earlier attempt waited for comes in every state in which another can be. */
static void words_of_an_earlier_attempt_change_nothing(void)
{
	static const enum message_type words[] = { MESSAGE_ROUTE_READY, MESSAGE_ROUTE_FAILED,
						   MESSAGE_REFUSED, MESSAGE_KEY_HANDOVER };
	struct message m = { .as.key_handover = { .uid = USER_ID, .key = PEER_AK } };
	open_bench("app", "active_app");
	for (int failed = 0; failed < 2; failed++) {
		if (failed) {
			launch("await handover");
			for (size_t i = 0; i < 2; i++) {
				hear(words[i], HANDOVER, "await handover");
				CU_ASSERT_EQUAL(bench.out->count, 0);
			}
			hear(MESSAGE_REFUSED, HANDOVER, "failed");
		}
		for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
			m.type = words[i];
			bench_say(&bench, HANDOVER, &m);
			bench_is_in(&bench, failed ? "failed" : "await launch");
			CU_ASSERT_TRUE(bench.out->count == 0 && session_is_empty());
		}
	}
	bench_end(&bench, &lab);
}

/* -- the activated app -- */

static void wish(uint8_t mark, const char *state)
{
	struct message m = { .type = MESSAGE_KEY_WANTED,
			     .as.key_wanted = { .uid = USER_ID, .app = DYNAMICS_APP } };
	memset(m.as.key_wanted.nonce, mark, NONCE_SIZE);
	bench_say(&bench, HANDOVER, &m);
	bench_is_in(&bench, state);
}

/* The nonce in the request that the last step sent to UEM. */
static uint8_t nonce_sent(void)
{
	struct message m, inner;
	CU_ASSERT_TRUE_FATAL(bench_spoke(&bench, MESSAGE_SEALED_KEY_REQUEST, &m));
	const struct sealed_key_request *r = &m.as.sealed_key_request;
	CU_ASSERT_STRING_EQUAL(r->instance, DEVICE_ID);
	CU_ASSERT_TRUE_FATAL(peer_unseal(&lab, PURPOSE_KEY_REQUEST, r->iv,
					 bytes_of(r->sealed, r->sealed_size), &inner));
	return inner.as.key_request.nonce[0];
}

static void the_newest_wish_is_the_one_that_is_asked_for(void)
{
	open_bench("active_app", "active_app");
	wish(1, "await route");
	CU_ASSERT_TRUE(bench_effect(&bench, EFFECT_TIMER_SET, 0)->after_ns >= SECONDS_NS(45 * 60));
	wish(2, "await route");
	hear(MESSAGE_ROUTE_READY, HANDOVER, "await uem");
	wish(3, "await uem");
	bench_happen(&bench, STIMULUS_SECURED, 0, KEY_REQUEST);
	bench_is_in(&bench, "await reply");
	CU_ASSERT_EQUAL(nonce_sent(), 3);
	wish(4, "await uem");
	CU_ASSERT_PTR_NOT_NULL(bench_effect(&bench, EFFECT_CLOSE, KEY_REQUEST));
	CU_ASSERT_PTR_NOT_NULL(bench_effect(&bench, EFFECT_OPEN, KEY_REQUEST));
	bench_happen(&bench, STIMULUS_SECURED, 0, KEY_REQUEST);
	CU_ASSERT_EQUAL(nonce_sent(), 4);
	bench_end(&bench, &lab);
}

static void a_route_that_never_comes_ends_the_wish(void)
{
	struct message m;
	open_bench("active_app", "active_app");
	wish(1, "await route");
	bench_happen(&bench, STIMULUS_TIMER, 0, CHANNEL_ANY);
	bench_is_in(&bench, "await wish");
	CU_ASSERT_TRUE(bench_spoke(&bench, MESSAGE_REFUSED, &m));
	hear(MESSAGE_ROUTE_READY, HANDOVER, "await wish");
	hear(MESSAGE_ROUTE_FAILED, HANDOVER, "await wish");
	CU_ASSERT_EQUAL(bench.out->count, 0);
	bench_end(&bench, &lab);
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(each_launch_after_a_failure_begins_with_nothing),
		TEST(each_attempt_has_a_number_of_its_own),
		TEST(what_is_no_key_is_asked_for_again),
		TEST(a_key_typed_into_no_attempt_is_not_kept),
		TEST(an_activation_outlives_the_process),
		TEST(words_of_an_earlier_attempt_change_nothing),
		TEST(the_newest_wish_is_the_one_that_is_asked_for),
		TEST(a_route_that_never_comes_ends_the_wish),
	};
	return suite_run("actors_again", cases, sizeof cases / sizeof *cases);
}
