/* exchange.c - an asker, who asks as often as it was told to, and an answerer. */
#include "tests/bench/exchange.h"

enum channel { QUESTIONS, CHANNELS };
enum state { ASLEEP, AWAIT_OPEN, AWAIT_ANSWER, FINISHED, STATES };
enum on { BEGIN, OPENED, ANSWERED, STIMULI };
enum answerer_state { AWAIT_QUESTION, ANSWERER_STATES };

struct asker {
	uint32_t asked;
};

static guard_fn has_asked_all;
static action_fn open_up, ask, finish, answer;

/* clang-format off */
static const struct row asker_rows[] = {
ROW(ASLEEP,       BEGIN,                   open_up, AWAIT_OPEN,   "D1", "the asker opens the channel"),
ROW(AWAIT_OPEN,   OPENED,                  ask,     AWAIT_ANSWER, "D1", "the first question is asked"),
ROW_WHEN(AWAIT_ANSWER, ANSWERED, has_asked_all, finish, FINISHED, "D1", "all questions are answered"),
ROW(AWAIT_ANSWER, ANSWERED,                ask,     AWAIT_ANSWER, "D1", "the next question is asked"),
};
static const struct row answerer_rows[] = {
ROW(AWAIT_QUESTION, 0, answer, AWAIT_QUESTION, "D1", "a question is answered"),
};
/* clang-format on */

static bool has_asked_all(const void *session, const struct step *s)
{
	(void)s;
	return ((const struct asker *)session)->asked == EXCHANGE_QUESTIONS;
}

static void open_up(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_open(out, QUESTIONS, 0);
}

static void ask(void *session, const struct step *s, struct effects *out)
{
	struct asker *a = session;
	struct message m = { .type = MESSAGE_ROUTE_WANTED,
			     .as.route_wanted = { .app = "com.example.notes" } };
	(void)s;
	a->asked++;
	effects_send(out, QUESTIONS, 0, &m);
}

static void finish(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_outcome(out, 0, "answered");
	effects_close(out, QUESTIONS, 0);
}

static void answer(void *session, const struct step *s, struct effects *out)
{
	struct message m = { .type = MESSAGE_ROUTE_READY };
	(void)session;
	effects_send(out, QUESTIONS, s->tag, &m);
}

static const char *const asker_states[] = {
	[ASLEEP] = "asleep",
	[AWAIT_OPEN] = "await open",
	[AWAIT_ANSWER] = "await answer",
	[FINISHED] = "finished",
};
static const struct stimulus_spec asker_stimuli[] = {
	[BEGIN] = { "begin", STIMULUS_BEGIN, 0, CHANNEL_ANY, NULL },
	[OPENED] = { "opened", STIMULUS_SECURED, 0, QUESTIONS, NULL },
	[ANSWERED] = { "answered", STIMULUS_MESSAGE, MESSAGE_ROUTE_READY, QUESTIONS, NULL },
};
_Static_assert(sizeof asker_states / sizeof *asker_states == STATES, "name every state");
_Static_assert(sizeof asker_stimuli / sizeof *asker_stimuli == STIMULI, "specify every stimulus");
static const char *const answerer_states[ANSWERER_STATES] = { "await question" };
static const struct stimulus_spec answerer_stimuli[] = {
	{ "question", STIMULUS_MESSAGE, MESSAGE_ROUTE_WANTED, QUESTIONS, NULL },
};

static const struct machine asker_machine = {
	.name = "asker",
	.states = asker_states,
	.states_count = STATES,
	.stimuli = asker_stimuli,
	.stimuli_count = STIMULI,
	.final = 1u << FINISHED,
	.unexpected = FINISHED,
	.rows = asker_rows,
	.rows_count = sizeof asker_rows / sizeof *asker_rows,
	.session_size = sizeof(struct asker),
};
static const struct machine answerer_machine = {
	.name = "answerer",
	.states = answerer_states,
	.states_count = ANSWERER_STATES,
	.stimuli = answerer_stimuli,
	.stimuli_count = 1,
	.final = 1u << AWAIT_QUESTION,
	.unexpected = AWAIT_QUESTION,
	.rows = answerer_rows,
	.rows_count = 1,
};

static const struct machine *const asker_machines[] = { &asker_machine };
static const struct machine *const answerer_machines[] = { &answerer_machine };
static const struct listen answerer_listens[] = { { QUESTIONS, 0 } };
static const struct actor_class asker = { .name = "asker",
					  .machines = asker_machines,
					  .machines_count = 1 };
static const struct actor_class answerer = { .name = "answerer",
					     .machines = answerer_machines,
					     .machines_count = 1,
					     .listens = answerer_listens,
					     .listens_count = 1 };
static const struct actor_class *const actors[] = { &answerer, &asker };
static const char *const channels[CHANNELS] = { [QUESTIONS] = "questions" };

const struct roster exchange_roster = { .name = "exchange",
					.actors = actors,
					.actors_count = sizeof actors / sizeof *actors,
					.channels = channels,
					.channels_count = CHANNELS };
