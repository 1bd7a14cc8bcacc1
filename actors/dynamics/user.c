/* user.c - the person: installs the app, receives or generates a key, types it. */
#include "actors/dynamics/user.h"

#include <string.h>

#include "actors/dynamics/vocabulary.h"
#include "sim/policy.h"

enum timer { TIMER_INSTALL, TIMER_TYPE };
enum { INSTALL_AFTER_S = 2, TYPE_AFTER_S = 5 }; /* D3: how long a person takes */

struct user {
	char key[TYPED_KEY_MAX + 1]; /* as mailed or shown; "" until then */
};

enum state {
	AWAIT_ASSIGNMENT,
	AWAIT_INSTALL,
	AWAIT_KEY,
	AWAIT_PORTAL,
	AWAIT_OWN_KEY,
	AWAIT_TYPING,
	FINISHED,
	STATES
};
enum on { ASSIGNED, INSTALL, MAIL, PORTAL_READY, KEY_SHOWN, REFUSED, TYPE, STIMULI };

static guard_fn active_app_asks, key_is_at_hand, i_make_my_key;
static action_fn plan_install, keep_key, keep_and_plan, install, install_and_plan,
	install_and_log_in, ask_for_key, type_key;

/* clang-format off */
static const struct row rows[] = {
ROW(AWAIT_ASSIGNMENT, ASSIGNED,      plan_install,       AWAIT_INSTALL, "S1.2",  "the user learns of the app by mail"),

ROW(AWAIT_INSTALL,    MAIL,          keep_key,           AWAIT_INSTALL, "S1.3a", "the key's mail arrives before the app is installed"),
ROW_WHEN(AWAIT_INSTALL, INSTALL, active_app_asks, install,            FINISHED,     "S1.2",  "the user installs the app; an activated one will ask for the key"),
ROW_WHEN(AWAIT_INSTALL, INSTALL, key_is_at_hand,  install_and_plan,   AWAIT_TYPING, "S1.2",  "the user installs the app with the key at hand"),
ROW_WHEN(AWAIT_INSTALL, INSTALL, i_make_my_key,   install_and_log_in, AWAIT_PORTAL, "S1.3a", "the user installs the app and logs into Self-Service"),
ROW(AWAIT_INSTALL,    INSTALL,       install,            AWAIT_KEY,     "S1.2",  "the user installs the app and waits for the key's mail"),

ROW(AWAIT_KEY,        MAIL,          keep_and_plan,      AWAIT_TYPING,  "S1.3a", "the key's mail arrives"),
ROW(AWAIT_PORTAL,     PORTAL_READY,  ask_for_key,        AWAIT_OWN_KEY, "S1.3a", "the user generates an access key in Self-Service"),
ROW(AWAIT_OWN_KEY,    KEY_SHOWN,     keep_and_plan,      AWAIT_TYPING,  "S1.3a", "Self-Service shows the access key"),
ROW(AWAIT_OWN_KEY,    REFUSED,       NULL,               FINISHED,      "D4",    "Self-Service makes no key"),
ROW(AWAIT_TYPING,     TYPE,          type_key,           FINISHED,      "S1.10", "the user types user id and access key into the app"),
};
/* clang-format on */

static bool active_app_asks(const void *session, const struct step *s)
{
	(void)session;
	return policy_value(s->policy, SETTING_KEY_SOURCE) == KEY_FROM_ACTIVE_APP;
}

static bool key_is_at_hand(const void *session, const struct step *s)
{
	const struct user *u = session;
	(void)s;
	return u->key[0] != '\0';
}

static bool i_make_my_key(const void *session, const struct step *s)
{
	(void)session;
	return policy_value(s->policy, SETTING_KEY_SOURCE) == KEY_FROM_SELF_SERVICE;
}

static void plan_install(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_timer_set(out, TIMER_INSTALL, SECONDS_NS(INSTALL_AFTER_S));
}

static void keep_key(void *session, const struct step *s, struct effects *out)
{
	struct user *u = session;
	const char *key = s->message->type == MESSAGE_ACCESS_KEY_MAIL
				  ? s->message->as.access_key_mail.key
				  : s->message->as.generated_key.key;
	memcpy(u->key, key, sizeof u->key);
	effects_hold(out, "access_key", HOLD_RECEIVED, NULL, bytes_of_string(u->key));
}

static void plan_typing(struct effects *out)
{
	effects_timer_set(out, TIMER_TYPE, SECONDS_NS(TYPE_AFTER_S));
}

static void keep_and_plan(void *session, const struct step *s, struct effects *out)
{
	keep_key(session, s, out);
	plan_typing(out);
}

static void install(void *session, const struct step *s, struct effects *out)
{
	struct message m = { .type = MESSAGE_INSTALL_APP,
			     .as.install_app = { .uid = DYNAMICS_USER, .app = DYNAMICS_APP } };
	(void)session, (void)s;
	effects_send(out, OUT_OF_BAND, ACTOR_DEVICE, &m);
}

static void install_and_plan(void *session, const struct step *s, struct effects *out)
{
	install(session, s, out);
	plan_typing(out);
}

static void install_and_log_in(void *session, const struct step *s, struct effects *out)
{
	install(session, s, out);
	effects_open(out, SELF_SERVICE, 0);
}

static void ask_for_key(void *session, const struct step *s, struct effects *out)
{
	struct message m = { .type = MESSAGE_GENERATE_KEY,
			     .as.generate_key = { .uid = DYNAMICS_USER } };
	(void)session, (void)s;
	effects_send(out, SELF_SERVICE, 0, &m);
}

static void type_key(void *session, const struct step *s, struct effects *out)
{
	struct user *u = session;
	struct message m = { .type = MESSAGE_TYPED_KEY, .as.typed_key = { .uid = DYNAMICS_USER } };
	(void)s;
	memcpy(m.as.typed_key.key, u->key, sizeof u->key);
	effects_send(out, OUT_OF_BAND, ACTOR_APP, &m);
	message_cleanse(&m);
}

static const char *const states[] = {
	[AWAIT_ASSIGNMENT] = "await assignment",
	[AWAIT_INSTALL] = "await install",
	[AWAIT_KEY] = "await key",
	[AWAIT_PORTAL] = "await portal",
	[AWAIT_OWN_KEY] = "await own key",
	[AWAIT_TYPING] = "await typing",
	[FINISHED] = "finished",
};
static const struct stimulus_spec stimuli[] = {
	[ASSIGNED] = { "app assigned", STIMULUS_MESSAGE, MESSAGE_APP_ASSIGNED, OUT_OF_BAND, NULL },
	[INSTALL] = { "time to install", STIMULUS_TIMER, TIMER_INSTALL, CHANNEL_ANY, NULL },
	[MAIL] = { "key's mail", STIMULUS_MESSAGE, MESSAGE_ACCESS_KEY_MAIL, OUT_OF_BAND, NULL },
	[PORTAL_READY] = { "portal ready", STIMULUS_SECURED, 0, SELF_SERVICE, NULL },
	[KEY_SHOWN] = { "key shown", STIMULUS_MESSAGE, MESSAGE_GENERATED_KEY, SELF_SERVICE, NULL },
	[REFUSED] = { "refused", STIMULUS_MESSAGE, MESSAGE_REFUSED, SELF_SERVICE, NULL },
	[TYPE] = { "time to type", STIMULUS_TIMER, TIMER_TYPE, CHANNEL_ANY, NULL },
};
_Static_assert(sizeof states / sizeof *states == STATES, "name every state");
_Static_assert(sizeof stimuli / sizeof *stimuli == STIMULI, "specify every stimulus");

static const struct machine machine = {
	.name = "user",
	.states = states,
	.states_count = STATES,
	.stimuli = stimuli,
	.stimuli_count = STIMULI,
	.final = 1u << FINISHED,
	.unexpected = FINISHED,
	.rows = rows,
	.rows_count = sizeof rows / sizeof *rows,
	.session_size = sizeof(struct user),
};
static const struct machine *const machines[] = { &machine };

const struct actor_class user_actor = { .name = "user", .machines = machines, .machines_count = 1 };
