/* person.c - a person alone on the bench: what is heard, how time passes, what is left at a
 * restart. */
#include "tests/lib/person.h"

#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "actors/dynamics/vocabulary.h"
#include "tests/lib/activation_peer.h"

struct lab person_lab;
struct bench person_bench;
static size_t taken[PLACES_MAX]; /* over all tests of one machine */

/* -- the bench -- */

void person_open(const char *machine, const char *source, const char *attempts)
{
	lab_open(&person_lab, 7);
	lab_set(&person_lab, "key_source", source);
	lab_set(&person_lab, "attempts", attempts);
	bench_open(&person_bench, &person_lab, machine);
	bench_happen(&person_bench, STIMULUS_BEGIN, 0, CHANNEL_ANY);
}

void person_close(void)
{
	for (size_t i = 0; i < PLACES_MAX; i++)
		taken[i] += person_bench.taken[i];
	CU_ASSERT_PTR_NULL(person_bench.broken);
	bench_close(&person_bench);
	lab_close(&person_lab);
}

size_t person_rows_not_taken(void)
{
	size_t missing = places_print_missing(person_bench.machine, taken);
	memset(taken, 0, sizeof taken);
	return missing;
}

void person_is(const char *state)
{
	CU_ASSERT_PTR_NOT_NULL(person_bench.last.row);
	CU_ASSERT_STRING_EQUAL(bench_state(&person_bench), state);
	if (strcmp(bench_state(&person_bench), state) != 0)
		printf("  expected %s, actual %s\n", state, bench_state(&person_bench));
}

/* The process ends and begins again: all that is left is in the store. */
void person_restarts(const char *state)
{
	memset(person_bench.session, 0, person_bench.machine->session_size);
	person_bench.state = 0;
	bench_happen(&person_bench, STIMULUS_BEGIN, 0, CHANNEL_ANY);
	person_is(state);
}

/* A timer by the name of its stimulus, so that a test reads as a story. */
void person_waits(const char *timer, const char *state)
{
	for (size_t i = 0; i < person_bench.machine->stimuli_count; i++)
		if (strcmp(person_bench.machine->stimuli[i].name, timer) == 0)
			bench_step(&person_bench, &(struct arrival){ .on = (uint8_t)i });
	person_is(state);
}

void person_hears(enum message_type type, uint8_t channel, const char *state)
{
	struct message m = { .type = type };
	switch (type) {
	case MESSAGE_APP_ASSIGNED:
		m.as.app_assigned = (struct app_assigned){ .uid = USER_ID, .app = DYNAMICS_APP };
		break;
	case MESSAGE_ACCESS_KEY_MAIL:
		m.as.access_key_mail =
			(struct access_key_mail){ .uid = USER_ID, .key = PEER_TYPED };
		break;
	case MESSAGE_GENERATED_KEY:
		m.as.generated_key = (struct generated_key){ .uid = USER_ID, .key = PEER_TYPED };
		break;
	case MESSAGE_KEY_ASKED:
		m.as.key_asked = (struct key_asked){ .uid = USER_ID };
		break;
	default:
		break;
	}
	if (type == MESSAGE_KEY_PROMPT)
		snprintf(m.as.key_prompt.app, APP_MAX, "%s", DYNAMICS_APP);
	bench_say(&person_bench, channel, &m);
	person_is(state);
}

void person_hears_result(int32_t result, const char *state)
{
	struct message m = { .type = MESSAGE_ACTIVATION_RESULT,
			     .as.activation_result = { .app = DYNAMICS_APP, .result = result } };
	bench_say(&person_bench, OUT_OF_BAND, &m);
	person_is(state);
}

void person_says(enum message_type type)
{
	struct message m;
	CU_ASSERT_TRUE(bench_spoke(&person_bench, type, &m));
}

void person_says_nothing(void)
{
	CU_ASSERT_PTR_NULL(bench_effect(&person_bench, EFFECT_SEND, OUT_OF_BAND));
}
