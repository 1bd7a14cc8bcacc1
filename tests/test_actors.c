/* test_actors.c - every machine of the roster, alone on the bench under every setting, fed with
 * messages of any content: it never aborts, never leaves its table and never says what nobody could
 * take. What each must not do is in test_actors_app.c and its neighbours.
 */
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "actors/dynamics/vocabulary.h"
#include "actors/roster.h"
#include "tests/lib/actor_words.h"
#include "tests/lib/messages.h"
#include "tests/lib/suite.h"

static struct lab lab;
static struct bench bench;

/* UEM's reply channel is told of answers that stand in the store: only UEM itself tells it. */
static bool is_told_of_its_store(const struct machine *m)
{
	return strcmp(m->name, "uem.reply") == 0;
}

static void play_filled(const struct machine *m, size_t length)
{
	static struct words w;
	bench_open(&bench, &lab, m->name);
	w = (struct words){ .bench = &bench, .length = length };
	words_add_others(&w);
	words_play(&w);
	CU_ASSERT_PTR_NULL(bench.broken);
	if (bench.broken)
		printf("%s: %s\n", m->name, bench.broken);
	CU_ASSERT_TRUE(w.steps > 0 && w.unexpected > 0);
	bench_close(&bench);
}

/* Whatever the words hold: every key source and both ways of replying. */
static void no_filling_of_messages_breaks_a_machine(void)
{
	static const char *const sources[] = { "active_app", "admin", "self_service" };
	for (size_t i = 0; i < 3; i++) {
		lab_open(&lab, 7);
		lab_set(&lab, "key_source", sources[i]);
		lab_set(&lab, "reply_path", i == 0 ? "direct" : "reverse");
		for (size_t a = 0; a < dynamics_roster.actors_count; a++) {
			const struct actor_class *c = dynamics_roster.actors[a];
			for (size_t m = 0; m < c->machines_count; m++)
				if (!is_told_of_its_store(c->machines[m]))
					play_filled(c->machines[m], 3);
		}
		lab_close(&lab);
	}
}

/* Rows that a machine takes over all settings, however its messages are filled. */
static size_t rows_under_all_settings(const char *machine, size_t length)
{
	static const char *const sources[] = { "active_app", "admin", "self_service" };
	bool taken[PLACES_MAX] = { false };
	size_t rows = 0;
	for (size_t i = 0; i < 3; i++) {
		static struct words w;
		lab_open(&lab, 7);
		lab_set(&lab, "key_source", sources[i]);
		bench_open(&bench, &lab, machine);
		w = (struct words){ .bench = &bench, .length = length };
		words_add_others(&w);
		words_play(&w);
		for (size_t r = 0; r < PLACES_MAX; r++)
			taken[r] = taken[r] || bench.taken[r] > 0;
		CU_ASSERT_PTR_NULL(bench.broken);
		bench_close(&bench);
		lab_close(&lab);
	}
	for (size_t r = 0; r < PLACES_MAX; r++)
		rows += taken[r];
	return rows;
}

/* These have no check: what they are told they do, and every row of theirs is reached. */
static void links_take_every_row(void)
{
	CU_ASSERT_EQUAL(rows_under_all_settings("secure_connect.link", 3), 14);
	CU_ASSERT_EQUAL(rows_under_all_settings("secure_connect.dial", 4), 9);
	CU_ASSERT_EQUAL(rows_under_all_settings("proxy", 3), 27); /* and 5 for full queues, below */
}

/* A machine that keeps its actor going does so also after a message that nothing answers. */
static void who_keeps_an_actor_going_begins_anew(void)
{
	static const char *const renewed[] = {
		"proxy", "secure_connect.link", "device", "active_app", "app", "user", "admin"
	};
	size_t found = 0, all = 0;
	for (size_t a = 0; a < dynamics_roster.actors_count; a++) {
		const struct actor_class *c = dynamics_roster.actors[a];
		for (size_t m = 0; m < c->machines_count; m++)
			all += c->machines[m]->renews;
		for (size_t i = 0; i < sizeof renewed / sizeof *renewed; i++)
			found += c->machines[0]->renews &&
				 strcmp(c->machines[0]->name, renewed[i]) == 0;
	}
	CU_ASSERT_EQUAL(found, sizeof renewed / sizeof *renewed);
	CU_ASSERT_EQUAL(all, found);
}

/* A link that is down is dialled again; what nothing answers meanwhile ends the session. */
static void a_link_that_is_down_is_dialled_again(void)
{
	struct message m = { .type = MESSAGE_DONE };
	lab_open(&lab, 7);
	bench_open(&bench, &lab, "proxy");
	bench_happen(&bench, STIMULUS_BEGIN, 0, CHANNEL_ANY);
	bench_happen(&bench, STIMULUS_PEER_CLOSED, 0, NOC_LINK);
	CU_ASSERT_STRING_EQUAL(bench_state(&bench), "await reconnect");
	bench_happen(&bench, STIMULUS_TIMER, 0, CHANNEL_ANY);
	CU_ASSERT_PTR_NOT_NULL(bench_effect(&bench, EFFECT_OPEN, NOC_LINK));
	CU_ASSERT_PTR_NOT_NULL(bench_effect(&bench, EFFECT_OPEN, PROXY_UEM));
	bench_close(&bench);
	bench_open(&bench, &lab, "secure_connect.link");
	bench_happen(&bench, STIMULUS_BEGIN, 0, CHANNEL_ANY);
	bench_happen(&bench, STIMULUS_PEER_CLOSED, 0, SCP_LINK);
	bench_happen(&bench, STIMULUS_TIMER, 0, CHANNEL_ANY);
	CU_ASSERT_PTR_NOT_NULL(bench_effect(&bench, EFFECT_OPEN, SCP_LINK));
	bench_happen(&bench, STIMULUS_PEER_CLOSED, 0, SCP_LINK);
	messages_fill(&m, MESSAGE_CONNECTION_REQUEST, true);
	CU_ASSERT_PTR_NULL(bench_say(&bench, SCP_LINK, &m)->row);
	CU_ASSERT_TRUE(bench.closed);
	CU_ASSERT_STRING_EQUAL(bench_state(&bench), "broken");
	bench_close(&bench);
	lab_close(&lab);
}

/* -- the Proxy's queues -- */

enum { PENDING_MAX = 256 };

/* Requests are passed on until as many wait as may; the next is refused and no answer is mixed up.
 */
static void fill_queue(enum message_type type, uint8_t from, uint8_t to, uint8_t answers_on)
{
	struct message m, reply;
	lab_open(&lab, 7);
	bench_open(&bench, &lab, "proxy");
	bench_happen(&bench, STIMULUS_BEGIN, 0, CHANNEL_ANY);
	messages_fill(&m, type, true);
	struct buffer unit = { 0 };
	message_encode(&m, &unit);
	struct arrival a = { .on = (uint8_t)machine_stimulus(bench.machine, STIMULUS_MESSAGE,
							     (uint8_t)type, from),
			     .channel = from,
			     .unit = bytes_of_buffer(&unit) };
	for (a.request = 1; a.request <= PENDING_MAX; a.request++) {
		bench_step(&bench, &a);
		CU_ASSERT_PTR_NOT_NULL_FATAL(bench_effect(&bench, EFFECT_SEND, to));
	}
	bench_step(&bench, &a);
	CU_ASSERT_TRUE(bench_spoke(&bench, MESSAGE_REFUSED, &reply));
	CU_ASSERT_PTR_NULL(bench_effect(&bench, EFFECT_SEND, to));
	CU_ASSERT_EQUAL(bench_effect(&bench, EFFECT_ANSWER, from)->request, PENDING_MAX + 1);
	m = (struct message){ .type = MESSAGE_DONE };
	for (uint32_t request = 1; request <= PENDING_MAX; request++) {
		bench_say(&bench, answers_on, &m);
		CU_ASSERT_EQUAL(bench_effect(&bench, EFFECT_ANSWER, from)->request, request);
	}
	CU_ASSERT_PTR_NULL(bench.broken);
	buffer_fini(&unit);
	bench_close(&bench);
	lab_close(&lab);
}

static void the_proxy_refuses_what_it_cannot_keep_and_answers_in_order(void)
{
	fill_queue(MESSAGE_REGISTER_KEY, PROXY_UEM, NOC_LINK, NOC_LINK);
	fill_queue(MESSAGE_REVOKE_KEY, PROXY_UEM, NOC_LINK, NOC_LINK);
	fill_queue(MESSAGE_UNLOCK_USER, PROXY_UEM, NOC_LINK, NOC_LINK);
	fill_queue(MESSAGE_SECURE_CHANNEL_SETUP, NOC_LINK, PROXY_UEM, PROXY_UEM);
	fill_queue(MESSAGE_PROVISIONING_REQUEST, NOC_LINK, PROXY_UEM, PROXY_UEM);
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(no_filling_of_messages_breaks_a_machine),
		TEST(links_take_every_row),
		TEST(who_keeps_an_actor_going_begins_anew),
		TEST(a_link_that_is_down_is_dialled_again),
		TEST(the_proxy_refuses_what_it_cannot_keep_and_answers_in_order),
	};
	return suite_run("actors", cases, sizeof cases / sizeof *cases);
}
