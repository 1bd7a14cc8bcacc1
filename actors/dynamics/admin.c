/* admin.c - the administrator: assigns the app and, for a first app, generates the key and mails
 * it; makes another key when a user asks for one, and logs out when nobody does.
 */
#include "actors/dynamics/admin.h"

#include <string.h>

#include "actors/dynamics/vocabulary.h"
#include "sim/policy.h"
#include "sim/store.h"

enum { TABLE_WORK, TABLES };
enum timer { TIMER_DAY, TIMER_CONSOLE, TIMER_IDLE };
enum {
	DAY_BEGINS_S = 1,        /* D3: the links are up before anybody works */
	LOG_IN_AGAIN_S = 5,      /* D3: how long a person takes */
	CONSOLE_PATIENCE_S = 60, /* D12: the console answers within a minute */
	LOG_INS_MAX = 5,         /* D4: after the first, in one go */
	IDLE_S = 600,            /* D4: a console at which nothing is asked */
};

/* What survives a restart. Bytes only: no padding. */
struct work {
	uint8_t assigned; /* UEM has the assignment */
	uint8_t owes_key; /* a user is to get a key */
};
struct admin {
	struct work work;
	bool informed; /* the user has been told of the app since the administrator began */
	uint8_t log_ins;
};

enum state {
	ASLEEP,
	AWAIT_DAY,
	AWAIT_CONSOLE,
	AWAIT_ASSIGNED,
	AWAIT_KEY,
	PAUSING,
	FINISHED,
	LOGGED_OUT,
	STATES
};
enum on {
	BEGIN,
	DAY,
	CONSOLE_READY,
	CONSOLE_LOST,
	CONSOLE_CLOSED,
	DONE,
	REFUSED,
	KEY_MADE,
	KEY_ASKED,
	LATE,
	IDLE,
	STIMULI
};

static guard_fn key_is_mine_to_make, is_not_assigned, owes_key, may_log_in_again;
static action_fn wait_for_day, log_in, assign, inform, inform_and_generate, go_on,
	go_on_and_generate, generate, mail_key, note_key_asked, note_and_log_in, pause_work,
	sit_idle, log_out, give_up;

/* clang-format off */
static const struct row rows[] = {
ROW(ASLEEP,          BEGIN,          wait_for_day,        AWAIT_DAY,      "D3",    "the administrator begins a second after the systems"),
ROW(AWAIT_DAY,       DAY,            log_in,              AWAIT_CONSOLE,  "S1.1",  "the administrator opens the management console"),
ROW(AWAIT_DAY,       KEY_ASKED,      note_key_asked,      AWAIT_DAY,      "D26",   "a user asks for a key before the administrator is at work"),

ROW_WHEN(AWAIT_CONSOLE, CONSOLE_READY, is_not_assigned, assign, AWAIT_ASSIGNED, "S1.1", "the administrator assigns the app to the user"),
ROW_WHEN(AWAIT_CONSOLE, CONSOLE_READY, owes_key, go_on_and_generate, AWAIT_KEY, "D27", "the administrator goes on with the key that a user is to get"),
ROW(AWAIT_CONSOLE,   CONSOLE_READY,  go_on,               FINISHED,       "D27",   "the administrator has assigned the app already"),
ROW(AWAIT_CONSOLE,   CONSOLE_LOST,   pause_work,          PAUSING,        "D4",    "the console cannot be reached"),
ROW(AWAIT_CONSOLE,   CONSOLE_CLOSED, pause_work,          PAUSING,        "D4",    "the console was closed before it stood"),
ROW(AWAIT_CONSOLE,   LATE,           pause_work,          PAUSING,        "D12",   "the console takes too long"),
ROW(AWAIT_CONSOLE,   KEY_ASKED,      note_key_asked,      AWAIT_CONSOLE,  "D26",   "a user asks for a key while the administrator logs in"),

ROW_WHEN(AWAIT_ASSIGNED, DONE, key_is_mine_to_make, inform_and_generate, AWAIT_KEY, "S1.3a", "the administrator has an access key generated for a first app"),
ROW_WHEN(AWAIT_ASSIGNED, DONE, owes_key, inform_and_generate, AWAIT_KEY, "D26",  "the app is assigned, and a user has asked for a key meanwhile"),
ROW(AWAIT_ASSIGNED,  DONE,           inform,              FINISHED,       "S1.1",  "the user is told of the app; the key comes from elsewhere"),
ROW(AWAIT_ASSIGNED,  REFUSED,        pause_work,          PAUSING,        "D4",    "UEM does not take the assignment"),
ROW(AWAIT_ASSIGNED,  CONSOLE_LOST,   pause_work,          PAUSING,        "D4",    "the console was lost before the assignment was taken"),
ROW(AWAIT_ASSIGNED,  CONSOLE_CLOSED, pause_work,          PAUSING,        "D4",    "the console was closed before the assignment was taken"),
ROW(AWAIT_ASSIGNED,  LATE,           pause_work,          PAUSING,        "D12",   "UEM does not take the assignment in time"),
ROW(AWAIT_ASSIGNED,  KEY_ASKED,      note_key_asked,      AWAIT_ASSIGNED, "D26",   "a user asks for a key while the app is being assigned"),

ROW(AWAIT_KEY,       KEY_MADE,       mail_key,            FINISHED,       "S1.3a", "the administrator sends the access key to the user"),
ROW(AWAIT_KEY,       DONE,           NULL,                AWAIT_KEY,      "D30",   "UEM has done something else that the console asked for, before the key"),
ROW(AWAIT_KEY,       REFUSED,        pause_work,          PAUSING,        "D4",    "UEM makes no key for this user"),
ROW(AWAIT_KEY,       CONSOLE_LOST,   pause_work,          PAUSING,        "D4",    "the console was lost before the key was shown"),
ROW(AWAIT_KEY,       CONSOLE_CLOSED, pause_work,          PAUSING,        "D4",    "the console was closed before the key was shown"),
ROW(AWAIT_KEY,       LATE,           pause_work,          PAUSING,        "D12",   "UEM shows no key in time"),
ROW(AWAIT_KEY,       KEY_ASKED,      NULL,                AWAIT_KEY,      "D26",   "a user asks for a key that is being made"),

ROW_WHEN(PAUSING, LATE, may_log_in_again, log_in,         AWAIT_CONSOLE,  "D4",    "the administrator logs in again"),
ROW(PAUSING,         LATE,           give_up,             LOGGED_OUT,      "D4",    "the administrator has logged in often enough, and gives up"),
ROW(PAUSING,         KEY_ASKED,      note_key_asked,      PAUSING,        "D26",   "a user asks for a key between two log-ins"),

ROW(FINISHED,        KEY_ASKED,      generate,            AWAIT_KEY,      "D26",   "a user asks for a key: the administrator has one generated"),
ROW(FINISHED,        KEY_MADE,       mail_key,            FINISHED,       "D30",   "a key that was asked for otherwise is sent to the user too"),
ROW(FINISHED,        DONE,           sit_idle,            FINISHED,       "D30",   "UEM has done what the console asked for"),
ROW(FINISHED,        REFUSED,        sit_idle,            FINISHED,       "D30",   "UEM has not done what the console asked for"),
ROW(FINISHED,        IDLE,           log_out,             LOGGED_OUT,     "D4",    "nothing was asked for ten minutes: the administrator closes the console"),
ROW(FINISHED,        CONSOLE_LOST,   log_out,             LOGGED_OUT,     "D4",    "the console was lost when nothing was left to do"),
ROW(FINISHED,        CONSOLE_CLOSED, log_out,             LOGGED_OUT,     "D4",    "the console was closed when nothing was left to do"),
ROW(LOGGED_OUT,      KEY_ASKED,      note_and_log_in,     AWAIT_CONSOLE, "D4",    "a user asks for a key: the administrator opens the console for it"),
};
/* clang-format on */

/* -- plain branches -- */

/* What the store remembers; nothing in a run's beginning. */
static struct work remembered(const struct step *s)
{
	struct work w = { 0 };
	struct bytes value;
	if (store_get(s->store, TABLE_WORK, bytes_of_string(DYNAMICS_APP), &value) &&
	    value.size == sizeof w)
		memcpy(&w, value.data, sizeof w);
	return w;
}

static bool key_is_mine_to_make(const void *session, const struct step *s)
{
	(void)session;
	return policy_value(s->policy, SETTING_KEY_SOURCE) == KEY_FROM_ADMIN;
}

static bool is_not_assigned(const void *session, const struct step *s)
{
	const struct admin *a = session;
	(void)s;
	return !a->work.assigned;
}

static bool owes_key(const void *session, const struct step *s)
{
	const struct admin *a = session;
	(void)s;
	return a->work.owes_key;
}

static bool may_log_in_again(const void *session, const struct step *s)
{
	const struct admin *a = session;
	(void)s;
	return a->log_ins <= LOG_INS_MAX;
}

/* -- actions -- */

static void remember(const struct admin *a, struct effects *out)
{
	effects_persist(out, TABLE_WORK, bytes_of_string(DYNAMICS_APP),
			bytes_of(&a->work, sizeof a->work));
}

static void wait_for_day(void *session, const struct step *s, struct effects *out)
{
	struct admin *a = session;
	a->work = remembered(s);
	effects_timer_set(out, TIMER_DAY, SECONDS_NS(DAY_BEGINS_S));
}

static void expect_answer(struct effects *out)
{
	effects_timer_set(out, TIMER_CONSOLE, SECONDS_NS(CONSOLE_PATIENCE_S));
}

static void log_in(void *session, const struct step *s, struct effects *out)
{
	struct admin *a = session;
	(void)s;
	a->log_ins++;
	effects_open(out, CONSOLE, 0);
	expect_answer(out);
}

static void assign(void *session, const struct step *s, struct effects *out)
{
	struct message m = { .type = MESSAGE_ASSIGN_APPS,
			     .as.assign_apps = { .apps_count = 1,
						 .apps = { DYNAMICS_APP },
						 .versions_count = 1,
						 .versions = { DYNAMICS_APP_VERSION } } };
	(void)session;
	dynamics_user(s->device, m.as.assign_apps.uid);
	effects_send(out, CONSOLE, 0, &m);
	expect_answer(out);
}

static void tell_user(struct admin *a, const struct step *s, struct effects *out)
{
	struct message m = { .type = MESSAGE_APP_ASSIGNED,
			     .as.app_assigned = { .app = DYNAMICS_APP } };
	dynamics_user(s->device, m.as.app_assigned.uid);
	a->informed = true;
	effects_send(out, OUT_OF_BAND, ACTOR_USER, &m);
}

/* The work is done, and the console stays open for a while. */
static void sit_idle(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_timer_background(out, TIMER_IDLE, SECONDS_NS(IDLE_S));
}

static void inform(void *session, const struct step *s, struct effects *out)
{
	struct admin *a = session;
	a->work.assigned = 1;
	remember(a, out);
	effects_timer_clear(out, TIMER_CONSOLE);
	sit_idle(session, s, out);
	tell_user(a, s, out);
}

static void generate(void *session, const struct step *s, struct effects *out)
{
	struct admin *a = session;
	struct message m = { .type = MESSAGE_GENERATE_KEY };
	a->work.owes_key = 1;
	remember(a, out);
	dynamics_user(s->device, m.as.generate_key.uid);
	effects_send(out, CONSOLE, 0, &m);
	effects_timer_clear(out, TIMER_IDLE);
	expect_answer(out);
}

static void inform_and_generate(void *session, const struct step *s, struct effects *out)
{
	inform(session, s, out);
	generate(session, s, out);
}

/* After a restart nobody can tell whether the mail had left: it is sent once more (D27). */
static void go_on(void *session, const struct step *s, struct effects *out)
{
	struct admin *a = session;
	effects_timer_clear(out, TIMER_CONSOLE);
	sit_idle(session, s, out);
	a->log_ins = 0;
	if (!a->informed)
		tell_user(a, s, out);
}

static void go_on_and_generate(void *session, const struct step *s, struct effects *out)
{
	struct admin *a = session;
	if (!a->informed)
		tell_user(a, s, out);
	generate(session, s, out);
}

static void mail_key(void *session, const struct step *s, struct effects *out)
{
	struct admin *a = session;
	const struct generated_key *made = &s->message->as.generated_key;
	struct message m = { .type = MESSAGE_ACCESS_KEY_MAIL };
	memcpy(m.as.access_key_mail.uid, made->uid, sizeof made->uid);
	memcpy(m.as.access_key_mail.key, made->key, sizeof made->key);
	m.as.access_key_mail.expiry_s = made->expiry_s;
	a->work.owes_key = 0;
	a->log_ins = 0;
	remember(a, out);
	effects_timer_clear(out, TIMER_CONSOLE);
	sit_idle(session, s, out);
	effects_hold(out, "access_key", HOLD_RECEIVED, NULL, bytes_of_string(made->key));
	effects_send(out, OUT_OF_BAND, ACTOR_USER, &m);
	message_cleanse(&m);
}

static void note_key_asked(void *session, const struct step *s, struct effects *out)
{
	struct admin *a = session;
	(void)s;
	a->work.owes_key = 1;
	remember(a, out);
}

static void note_and_log_in(void *session, const struct step *s, struct effects *out)
{
	note_key_asked(session, s, out);
	log_in(session, s, out);
}

static void pause_work(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_close(out, CONSOLE, 0);
	effects_timer_set(out, TIMER_CONSOLE, SECONDS_NS(LOG_IN_AGAIN_S));
}

static void log_out(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_timer_clear(out, TIMER_IDLE);
	effects_close(out, CONSOLE, 0);
}

static void give_up(void *session, const struct step *s, struct effects *out)
{
	struct admin *a = session;
	(void)s, (void)out;
	a->log_ins = 0; /* whoever asks for a key makes the administrator try once more */
}

static const char *const states[] = {
	[ASLEEP] = "asleep",
	[AWAIT_DAY] = "await day",
	[AWAIT_CONSOLE] = "await console",
	[AWAIT_ASSIGNED] = "await assigned",
	[AWAIT_KEY] = "await key",
	[PAUSING] = "pausing",
	[FINISHED] = "finished",
	[LOGGED_OUT] = "logged out",
};
static const struct stimulus_spec stimuli[] = {
	[BEGIN] = { "begin", STIMULUS_BEGIN, 0, CHANNEL_ANY, NULL },
	[DAY] = { "day begins", STIMULUS_TIMER, TIMER_DAY, CHANNEL_ANY, NULL },
	[CONSOLE_READY] = { "console ready", STIMULUS_SECURED, 0, CONSOLE, NULL },
	[CONSOLE_LOST] = { "console lost", STIMULUS_PEER_FAILED, 0, CONSOLE, NULL },
	[CONSOLE_CLOSED] = { "console closed", STIMULUS_PEER_CLOSED, 0, CONSOLE, NULL },
	[DONE] = { "done", STIMULUS_MESSAGE, MESSAGE_DONE, CONSOLE, NULL },
	[REFUSED] = { "refused", STIMULUS_MESSAGE, MESSAGE_REFUSED, CONSOLE, NULL },
	[KEY_MADE] = { "key made", STIMULUS_MESSAGE, MESSAGE_GENERATED_KEY, CONSOLE, NULL },
	[KEY_ASKED] = { "key asked for", STIMULUS_MESSAGE, MESSAGE_KEY_ASKED, OUT_OF_BAND, NULL },
	[LATE] = { "patience is over", STIMULUS_TIMER, TIMER_CONSOLE, CHANNEL_ANY, NULL },
	[IDLE] = { "nothing was asked", STIMULUS_TIMER, TIMER_IDLE, CHANNEL_ANY, NULL },
};
_Static_assert(sizeof states / sizeof *states == STATES, "name every state");
_Static_assert(sizeof stimuli / sizeof *stimuli == STIMULI, "specify every stimulus");

static const struct machine machine = {
	.name = "admin",
	.states = states,
	.states_count = STATES,
	.stimuli = stimuli,
	.stimuli_count = STIMULI,
	.final = 1u << FINISHED | 1u << LOGGED_OUT,
	.unexpected = FINISHED,
	.renews = true,
	.rows = rows,
	.rows_count = sizeof rows / sizeof *rows,
	.session_size = sizeof(struct admin),
};
static const struct machine *const machines[] = { &machine };
static const char *const tables[TABLES] = { [TABLE_WORK] = "work" };

const struct actor_class admin_actor = { .name = "admin",
					 .machines = machines,
					 .machines_count = 1,
					 .tables = tables,
					 .tables_count = TABLES };
