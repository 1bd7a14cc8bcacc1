/* test_actors_late.c - what comes late, or never, alone on the bench: UEM's words to a NOC whose
 * app has left, and an app that nobody answers.
 */
#include <string.h>

#include <CUnit/CUnit.h>

#include "actors/dynamics/vocabulary.h"
#include "tests/lib/activation_peer.h"
#include "tests/lib/messages.h"
#include "tests/lib/suite.h"

static struct lab lab;
static struct bench bench;

/* The app has left: UEM's words to the NOC change nothing, and end nothing. */
static void the_noc_takes_late_words_calmly(void)
{
	static const enum message_type late[] = { MESSAGE_DONE, MESSAGE_REFUSED,
						  MESSAGE_SECURE_CHANNEL_RESPONSE,
						  MESSAGE_PROVISIONING_DATA };
	struct message m;
	lab_open(&lab, 7);
	bench_open(&bench, &lab, "noc.app");
	bench_happen(&bench, STIMULUS_PEER_CLOSED, 0, NOC_SESSION);
	CU_ASSERT_STRING_EQUAL_FATAL(bench_state(&bench), "ended");
	for (size_t i = 0; i < sizeof late / sizeof *late; i++) {
		messages_fill(&m, late[i], true);
		CU_ASSERT_PTR_NOT_NULL(bench_say(&bench, NOC_LINK, &m)->row);
		CU_ASSERT_STRING_EQUAL(bench_state(&bench), "ended");
		CU_ASSERT_TRUE(bench.out->count == 0 && !bench.closed);
	}
	bench_end(&bench, &lab);
}

/* -- an app that nobody answers -- */

static void launch_app(void)
{
	struct message m = { .type = MESSAGE_LAUNCH_APP,
			     .as.launch_app = { .uid = USER_ID, .app = DYNAMICS_APP } };
	lab_open(&lab, 7);
	bench_open(&bench, &lab, "app");
	bench_say(&bench, HANDOVER, &m);
	CU_ASSERT_STRING_EQUAL_FATAL(bench_state(&bench), "await handover");
}

static int64_t timer_set(void)
{
	const struct effect *e = bench_effect(&bench, EFFECT_TIMER_SET, 0);
	return e ? e->after_ns : 0;
}

static void hand_key_to_app(void)
{
	struct message wanted, m = { .type = MESSAGE_KEY_HANDOVER,
				     .as.key_handover = { .uid = USER_ID, .key = PEER_AK } };
	CU_ASSERT_TRUE_FATAL(bench_spoke(&bench, MESSAGE_KEY_WANTED, &wanted));
	memcpy(m.as.key_handover.nonce, wanted.as.key_wanted.nonce, NONCE_SIZE);
	bench_say(&bench, HANDOVER, &m);
	CU_ASSERT_STRING_EQUAL_FATAL(bench_state(&bench), "await route");
}

/* D12: three tunnels of eight minutes, and the signalling of each, must fit into the wait. */
static void an_app_waits_for_key_and_route_as_long_as_three_tunnels_take(void)
{
	for (int with_key = 0; with_key < 2; with_key++) {
		launch_app();
		CU_ASSERT_TRUE(timer_set() > SECONDS_NS(3 * (483 + 3 * 60)));
		if (with_key) {
			hand_key_to_app();
			CU_ASSERT_TRUE(timer_set() > SECONDS_NS(3 * (483 + 3 * 60)));
		}
		bench_happen(&bench, STIMULUS_TIMER, 0, CHANNEL_ANY);
		CU_ASSERT_STRING_EQUAL(bench_state(&bench), "failed");
		CU_ASSERT_EQUAL(bench_effect(&bench, EFFECT_OUTCOME, 0)->result,
				RESULT_ACTIVATION_FAILED);
		bench_end(&bench, &lab);
	}
}

/* Whichever of its two channels an app loses. */
static void a_lost_channel_ends_the_attempt(void)
{
	struct message m = { .type = MESSAGE_ROUTE_READY };
	static const uint8_t channels[] = { NOC_SESSION, UEM_REPLY };
	for (size_t i = 0; i < 2; i++) {
		launch_app();
		hand_key_to_app();
		bench_say(&bench, HANDOVER, &m);
		CU_ASSERT_STRING_EQUAL(bench_state(&bench), "await noc");
		bench_happen(&bench, STIMULUS_PEER_FAILED, 0, channels[i]);
		CU_ASSERT_STRING_EQUAL(bench_state(&bench), "failed");
		CU_ASSERT_EQUAL(bench_effect(&bench, EFFECT_OUTCOME, 0)->result,
				RESULT_ACTIVATION_FAILED);
		bench_end(&bench, &lab);
	}
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(the_noc_takes_late_words_calmly),
		TEST(an_app_waits_for_key_and_route_as_long_as_three_tunnels_take),
		TEST(a_lost_channel_ends_the_attempt),
	};
	return suite_run("actors_late", cases, sizeof cases / sizeof *cases);
}
