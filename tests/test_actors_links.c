/* test_actors_links.c - links that stay open, alone on the bench: who opened one asks every minute
 * whether somebody is still there, who is asked says so, and silence is a loss.
 */
#include <string.h>

#include <CUnit/CUnit.h>

#include "actors/dynamics/vocabulary.h"
#include "tests/lib/actor_bench.h"
#include "tests/lib/suite.h"

static struct lab lab;
static struct bench bench;

/* A timer or a word of another session runs by its name in the table. */
static void happens(const char *stimulus, const char *state)
{
	bool found = false;
	for (size_t i = 0; i < bench.machine->stimuli_count && !found; i++) {
		const struct stimulus_spec *spec = &bench.machine->stimuli[i];
		found = strcmp(spec->name, stimulus) == 0;
		if (found)
			bench_step(&bench,
				   &(struct arrival){ .on = (uint8_t)i, .channel = spec->channel });
	}
	CU_ASSERT_TRUE_FATAL(found);
	bench_is_in(&bench, state);
}

static void hears(enum message_type type, uint8_t channel, const char *state)
{
	struct message m = { .type = type };
	bench_say(&bench, channel, &m);
	bench_is_in(&bench, state);
}

static size_t count(enum effect_kind kind)
{
	size_t found = 0;
	for (size_t i = 0; i < bench.out->count; i++)
		found += bench.out->list[i].kind == kind;
	return found;
}

/* The timer that this step set to run out then, in the background or not; -1: none. */
static int timer_set(int64_t after_s, bool background)
{
	for (size_t i = 0; i < bench.out->count; i++) {
		const struct effect *e = &bench.out->list[i];
		if (e->kind == EFFECT_TIMER_SET && e->after_ns == SECONDS_NS(after_s) &&
		    (e->tag == 1) == background)
			return e->what;
	}
	return -1;
}

/* A link as the end sees it that opened it. */
struct asker {
	const char *machine, *linked, *ready, *beat, *silent;
	uint8_t channel;
};
static const struct asker askers[] = {
	{ "secure_connect.link", "linked", "link ready", "time to ask", "infrastructure is silent",
	  SCP_LINK },
	{ "proxy", "linked", "noc link ready", "time to ask the noc", "noc is silent", NOC_LINK },
	{ "proxy", "linked", "uem link ready", "time to ask uem", "uem is silent", PROXY_UEM },
};
enum { ASKERS = sizeof askers / sizeof *askers };

/* Up to its first question. */
static void link_and_ask(const struct asker *a)
{
	bench_begin(&bench, &lab, a->machine);
	bench_happen(&bench, STIMULUS_BEGIN, 0, CHANNEL_ANY);
	happens(a->ready, a->linked);
	int beat = timer_set(60, true);
	CU_ASSERT_TRUE(beat > 0);
	CU_ASSERT_EQUAL(bench.out->count, 1);
	happens(a->beat, a->linked);
	CU_ASSERT_EQUAL(timer_set(60, true), beat); /* and so on, for ever, as nobody's end */
	CU_ASSERT_PTR_NOT_NULL(bench_effect(&bench, EFFECT_SEND, a->channel));
	CU_ASSERT_EQUAL(count(EFFECT_SEND), 1);
}

static void who_opened_a_link_asks_every_minute(void)
{
	struct message m;
	for (size_t i = 0; i < ASKERS; i++) {
		link_and_ask(&askers[i]);
		int seen = timer_set(30, false);
		CU_ASSERT_TRUE(seen > 0);
		CU_ASSERT_TRUE(bench_spoke(&bench, MESSAGE_HEARTBEAT, &m));
		hears(MESSAGE_HEARTBEAT_SEEN, askers[i].channel, askers[i].linked);
		CU_ASSERT_PTR_NOT_NULL(bench_effect(&bench, EFFECT_TIMER_CLEAR, (uint8_t)seen));
		CU_ASSERT_EQUAL(bench.out->count, 1);
		bench_end(&bench, &lab);
	}
}

/* Its timers end with it, and a word that comes too late changes nothing. */
static void silence_is_a_loss(void)
{
	for (size_t i = 0; i < ASKERS; i++) {
		link_and_ask(&askers[i]);
		happens(askers[i].silent, "await reconnect");
		CU_ASSERT_PTR_NOT_NULL(bench_effect(&bench, EFFECT_CLOSE, askers[i].channel));
		CU_ASSERT_TRUE(timer_set(5, false) >= 0);
		CU_ASSERT_EQUAL(count(EFFECT_TIMER_SET), 1);
		CU_ASSERT_TRUE(count(EFFECT_TIMER_CLEAR) >= 2);
		hears(MESSAGE_HEARTBEAT_SEEN, askers[i].channel, "await reconnect");
		CU_ASSERT_EQUAL(bench.out->count, 0);
		happens("time to reconnect", i == 0 ? "await link" : "linked");
		CU_ASSERT_PTR_NOT_NULL(bench_effect(&bench, EFFECT_OPEN, askers[i].channel));
		bench_end(&bench, &lab);
	}
}

/* What passes through the Proxy keeps its order: a heartbeat waits in no queue. */
static void a_heartbeat_takes_no_answer_away(void)
{
	struct message m = { .type = MESSAGE_UNLOCK_USER, .as.unlock_user = { .uid = USER_ID } };
	link_and_ask(&askers[1]);
	bench_say(&bench, PROXY_UEM, &m);
	CU_ASSERT_PTR_NOT_NULL(bench_effect(&bench, EFFECT_SEND, NOC_LINK));
	hears(MESSAGE_HEARTBEAT_SEEN, NOC_LINK, "linked");
	CU_ASSERT_EQUAL(count(EFFECT_ANSWER), 0);
	hears(MESSAGE_DONE, NOC_LINK, "linked");
	CU_ASSERT_PTR_NOT_NULL(bench_effect(&bench, EFFECT_ANSWER, PROXY_UEM));
	bench_end(&bench, &lab);
}

/* The other end of each: it is asked, and asks nothing. */
static const struct {
	const char *machine, *open, *closed;
	uint8_t channel;
	enum effect_kind answers_with;
} asked[] = {
	{ "infrastructure.link", "open", "closed", SCP_LINK, EFFECT_SEND },
	{ "noc.link", "open", "closed", NOC_LINK, EFFECT_ANSWER },
	{ "uem.link", "linked", "unlinked", PROXY_UEM, EFFECT_ANSWER },
};

static void who_is_asked_says_so_and_sets_no_timer(void)
{
	struct message m;
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		bench_begin(&bench, &lab, asked[i].machine);
		hears(MESSAGE_HEARTBEAT, asked[i].channel, asked[i].open);
		CU_ASSERT_TRUE(bench_spoke(&bench, MESSAGE_HEARTBEAT_SEEN, &m));
		CU_ASSERT_PTR_NOT_NULL(
			bench_effect(&bench, asked[i].answers_with, asked[i].channel));
		CU_ASSERT_EQUAL(bench.out->count, 1);
		bench_end(&bench, &lab);
	}
}

/* Only a link that stands, so that both ends are authenticated, takes the place of another. */
static void a_new_link_takes_the_place_of_the_old(void)
{
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		bench_begin(&bench, &lab, asked[i].machine);
		happens("link ready", asked[i].open);
		const struct effect *told =
			bench_effect(&bench, EFFECT_TELL, bench.out->list->what);
		CU_ASSERT_PTR_NOT_NULL_FATAL(told);
		CU_ASSERT_EQUAL(told->tag, TELL_ALL);
		CU_ASSERT_STRING_EQUAL(bench.class->machines[told->machine]->name,
				       asked[i].machine);
		happens("link replaced", asked[i].closed);
		CU_ASSERT_PTR_NOT_NULL(bench_effect(&bench, EFFECT_CLOSE, asked[i].channel));
		/* the infrastructure's devices were served over the old one */
		CU_ASSERT_EQUAL(count(EFFECT_TELL), i == 0);
		happens("link replaced", asked[i].closed);
		CU_ASSERT_EQUAL(bench.out->count, 0);
		bench_end(&bench, &lab);
	}
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(who_opened_a_link_asks_every_minute),
		TEST(silence_is_a_loss),
		TEST(a_heartbeat_takes_no_answer_away),
		TEST(who_is_asked_says_so_and_sets_no_timer),
		TEST(a_new_link_takes_the_place_of_the_old),
	};
	return suite_run("actors_links", cases, sizeof cases / sizeof *cases);
}
