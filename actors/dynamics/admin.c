/* admin.c - the administrator: assigns the app and, for a first app, generates the key and mails
 * it. */
#include "actors/dynamics/admin.h"

#include <string.h>

#include "actors/dynamics/vocabulary.h"
#include "sim/policy.h"

enum { DAY_BEGINS_NS = 1000000000 }; /* D3: the links are up before anybody works */

enum state { ASLEEP, AWAIT_DAY, AWAIT_CONSOLE, AWAIT_ASSIGNED, AWAIT_KEY, FINISHED, STATES };
enum on { BEGIN, DAY, CONSOLE_READY, ASSIGNED, ASSIGN_REFUSED, KEY_MADE, STIMULI };
enum timer { TIMER_DAY };

static guard_fn key_is_mine_to_make;
static action_fn wait_for_day, log_in, assign, inform, inform_and_generate, mail_key;

/* clang-format off */
static const struct row rows[] = {
ROW(ASLEEP,          BEGIN,          wait_for_day,        AWAIT_DAY,      "D3",    "the administrator begins a second after the systems"),
ROW(AWAIT_DAY,       DAY,            log_in,              AWAIT_CONSOLE,  "S1.1",  "the administrator opens the management console"),
ROW(AWAIT_CONSOLE,   CONSOLE_READY,  assign,              AWAIT_ASSIGNED, "S1.1",  "the administrator assigns the app to the user"),
ROW_WHEN(AWAIT_ASSIGNED, ASSIGNED, key_is_mine_to_make, inform_and_generate, AWAIT_KEY, "S1.3a", "the administrator has an access key generated for a first app"),
ROW(AWAIT_ASSIGNED,  ASSIGNED,       inform,              FINISHED,       "S1.1",  "the user is told of the app; the key comes from elsewhere"),
ROW(AWAIT_ASSIGNED,  ASSIGN_REFUSED, NULL,                FINISHED,       "D4",    "UEM does not take the assignment"),
ROW(AWAIT_KEY,       KEY_MADE,       mail_key,            FINISHED,       "S1.3a", "the administrator sends the access key to the user"),
ROW(AWAIT_KEY,       ASSIGN_REFUSED, NULL,                FINISHED,       "D4",    "UEM makes no key for this user"),
};
/* clang-format on */

static bool key_is_mine_to_make(const void *session, const struct step *s)
{
	(void)session;
	return policy_value(s->policy, SETTING_KEY_SOURCE) == KEY_FROM_ADMIN;
}

static void wait_for_day(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_timer_set(out, TIMER_DAY, DAY_BEGINS_NS);
}

static void log_in(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_open(out, CONSOLE, 0);
}

static void assign(void *session, const struct step *s, struct effects *out)
{
	struct message m = { .type = MESSAGE_ASSIGN_APPS,
			     .as.assign_apps = { .uid = DYNAMICS_USER,
						 .apps_count = 1,
						 .apps = { DYNAMICS_APP } } };
	(void)session, (void)s;
	effects_send(out, CONSOLE, 0, &m);
}

static void inform(void *session, const struct step *s, struct effects *out)
{
	struct message m = { .type = MESSAGE_APP_ASSIGNED,
			     .as.app_assigned = { .uid = DYNAMICS_USER, .app = DYNAMICS_APP } };
	(void)session, (void)s;
	effects_send(out, OUT_OF_BAND, ACTOR_USER, &m);
}

static void inform_and_generate(void *session, const struct step *s, struct effects *out)
{
	struct message m = { .type = MESSAGE_GENERATE_KEY,
			     .as.generate_key = { .uid = DYNAMICS_USER } };
	inform(session, s, out);
	effects_send(out, CONSOLE, 0, &m);
}

static void mail_key(void *session, const struct step *s, struct effects *out)
{
	const struct generated_key *made = &s->message->as.generated_key;
	struct message m = { .type = MESSAGE_ACCESS_KEY_MAIL };
	(void)session;
	memcpy(m.as.access_key_mail.uid, made->uid, sizeof made->uid);
	memcpy(m.as.access_key_mail.key, made->key, sizeof made->key);
	m.as.access_key_mail.expiry_s = made->expiry_s;
	effects_hold(out, "access_key", HOLD_RECEIVED, NULL, bytes_of_string(made->key));
	effects_send(out, OUT_OF_BAND, ACTOR_USER, &m);
	message_cleanse(&m);
}

static const char *const states[] = {
	[ASLEEP] = "asleep",
	[AWAIT_DAY] = "await day",
	[AWAIT_CONSOLE] = "await console",
	[AWAIT_ASSIGNED] = "await assigned",
	[AWAIT_KEY] = "await key",
	[FINISHED] = "finished",
};
static const struct stimulus_spec stimuli[] = {
	[BEGIN] = { "begin", STIMULUS_BEGIN, 0, CHANNEL_ANY, NULL },
	[DAY] = { "day begins", STIMULUS_TIMER, TIMER_DAY, CHANNEL_ANY, NULL },
	[CONSOLE_READY] = { "console ready", STIMULUS_SECURED, 0, CONSOLE, NULL },
	[ASSIGNED] = { "assigned", STIMULUS_MESSAGE, MESSAGE_DONE, CONSOLE, NULL },
	[ASSIGN_REFUSED] = { "refused", STIMULUS_MESSAGE, MESSAGE_REFUSED, CONSOLE, NULL },
	[KEY_MADE] = { "key made", STIMULUS_MESSAGE, MESSAGE_GENERATED_KEY, CONSOLE, NULL },
};
_Static_assert(sizeof states / sizeof *states == STATES, "name every state");
_Static_assert(sizeof stimuli / sizeof *stimuli == STIMULI, "specify every stimulus");

static const struct machine machine = {
	.name = "admin",
	.states = states,
	.states_count = STATES,
	.stimuli = stimuli,
	.stimuli_count = STIMULI,
	.final = 1u << FINISHED,
	.unexpected = FINISHED,
	.rows = rows,
	.rows_count = sizeof rows / sizeof *rows,
};
static const struct machine *const machines[] = { &machine };

const struct actor_class admin_actor = { .name = "admin",
					 .machines = machines,
					 .machines_count = 1 };
