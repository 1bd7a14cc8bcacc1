/* user_actions.c - what a person decides, does and remembers. */
#include "actors/dynamics/user_actions.h"

#include <string.h>

#include <openssl/crypto.h>

#include "actors/dynamics/vocabulary.h"
#include "sim/policy.h"
#include "sim/store.h"

enum {
	INSTALL_AFTER_S = 2,    /* D3: how long a person takes */
	TYPE_AFTER_S = 5,       /* D3 */
	PAUSE_S = 10,           /* D3: between two attempts */
	PORTAL_PATIENCE_S = 60, /* D12: Self-Service answers within a minute */
	MAIL_PATIENCE_S = 600,  /* D12: a key's mail comes within ten */
	RETYPES_MAX = 5,        /* D26: of a key that the app took for none, in one attempt */
	ROUTES = 2,
	STAGES = 5, /* waits of one attempt: key and route; NOC to data */
	/* D12: longer than an app can be at work, so that silence means that it is at none */
	APP_PATIENCE_S = ROUTES * ROUTE_WAIT_S + STAGES * STAGE_WAIT_S + PAUSE_S,
};

/* -- plain branches -- */

bool user_active_app_asks(const void *session, const struct step *s)
{
	(void)session;
	return policy_value(s->policy, SETTING_KEY_SOURCE) == KEY_FROM_ACTIVE_APP;
}

bool user_key_is_at_hand(const void *session, const struct step *s)
{
	const struct user *u = session;
	(void)s;
	return u->key[0] != '\0';
}

bool user_i_make_my_key(const void *session, const struct step *s)
{
	(void)session;
	return policy_value(s->policy, SETTING_KEY_SOURCE) == KEY_FROM_SELF_SERVICE;
}

/* What the store remembers; nothing in a run's beginning. */
static struct user remembered(const struct step *s)
{
	struct user u = { 0 };
	struct bytes value;
	if (store_get(s->store, USER_TABLE_WORK, bytes_of_string(DYNAMICS_APP), &value) &&
	    value.size == sizeof u)
		memcpy(&u, value.data, sizeof u);
	return u;
}

static bool stage_was(const struct step *s, enum stage stage)
{
	struct user u = remembered(s);
	OPENSSL_cleanse(u.key, sizeof u.key);
	return u.stage == stage;
}

bool user_was_done(const void *session, const struct step *s)
{
	(void)session;
	return stage_was(s, STAGE_DONE);
}

bool user_was_resting(const void *session, const struct step *s)
{
	(void)session;
	return stage_was(s, STAGE_RESTING);
}

bool user_was_waiting(const void *session, const struct step *s)
{
	(void)session;
	return stage_was(s, STAGE_WAITING);
}

bool user_was_installed(const void *session, const struct step *s)
{
	(void)session;
	return stage_was(s, STAGE_INSTALLED);
}

bool user_was_typing(const void *session, const struct step *s)
{
	struct user u = remembered(s);
	(void)session;
	bool has_key = u.key[0] != '\0';
	OPENSSL_cleanse(u.key, sizeof u.key);
	return u.stage == STAGE_INSTALLED && has_key;
}

bool user_was_at_portal(const void *session, const struct step *s)
{
	return user_was_installed(session, s) && user_i_make_my_key(session, s);
}

bool user_was_told(const void *session, const struct step *s)
{
	(void)session;
	return stage_was(s, STAGE_TOLD);
}

bool user_is_activated(const void *session, const struct step *s)
{
	(void)session;
	return s->message->as.activation_result.result == RESULT_NONE;
}

static uint8_t attempts_of(const struct step *s)
{
	static const uint8_t attempts[] = { 1, 2, 3, 6, 7, 8 }; /* roster.c: their words */
	return attempts[policy_value(s->policy, SETTING_ATTEMPTS)];
}

/* After the one that is failing just now. */
bool user_an_attempt_is_left(const void *session, const struct step *s)
{
	const struct user *u = session;
	return u->failed + 1 < attempts_of(s);
}

bool user_no_attempt_is_left(const void *session, const struct step *s)
{
	const struct user *u = session;
	return u->failed >= attempts_of(s);
}

bool user_may_retype(const void *session, const struct step *s)
{
	const struct user *u = session;
	(void)s;
	return u->retypes < RETYPES_MAX && u->key[0] != '\0';
}

/* In the attempt that the key is for. */
bool user_has_not_launched(const void *session, const struct step *s)
{
	const struct user *u = session;
	(void)s;
	return u->stage == STAGE_RESTING;
}

/* -- actions: remembering -- */

static void remember(const struct user *u, struct effects *out)
{
	effects_persist(out, USER_TABLE_WORK, bytes_of_string(DYNAMICS_APP),
			bytes_of(u, sizeof *u));
}

void user_recall(void *session, const struct step *s, struct effects *out)
{
	struct user *u = session;
	(void)out;
	*u = remembered(s);
}

static void wait(struct effects *out, int seconds)
{
	effects_timer_set(out, USER_TIMER_PATIENCE, SECONDS_NS(seconds));
}

void user_plan_typing(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_timer_clear(out, USER_TIMER_PATIENCE);
	effects_timer_set(out, USER_TIMER_TYPE, SECONDS_NS(TYPE_AFTER_S));
}

void user_log_in(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_close(out, SELF_SERVICE, 0);
	effects_open(out, SELF_SERVICE, 0);
	wait(out, PORTAL_PATIENCE_S);
}

void user_recall_and_plan_install(void *session, const struct step *s, struct effects *out)
{
	user_recall(session, s, out);
	effects_timer_set(out, USER_TIMER_INSTALL, SECONDS_NS(INSTALL_AFTER_S));
}

void user_recall_and_plan(void *session, const struct step *s, struct effects *out)
{
	user_recall(session, s, out);
	user_plan_typing(session, s, out);
}

void user_recall_and_log_in(void *session, const struct step *s, struct effects *out)
{
	user_recall(session, s, out);
	user_log_in(session, s, out);
}

void user_recall_for_mail(void *session, const struct step *s, struct effects *out)
{
	user_recall(session, s, out);
	wait(out, MAIL_PATIENCE_S);
}

void user_recall_and_wait(void *session, const struct step *s, struct effects *out)
{
	user_recall(session, s, out);
	wait(out, APP_PATIENCE_S);
}

void user_recall_and_pause(void *session, const struct step *s, struct effects *out)
{
	user_recall(session, s, out);
	effects_timer_set(out, USER_TIMER_PAUSE, SECONDS_NS(PAUSE_S));
}

/* -- actions: the work -- */

void user_plan_install(void *session, const struct step *s, struct effects *out)
{
	struct user *u = session;
	(void)s;
	u->stage = STAGE_TOLD;
	remember(u, out);
	effects_timer_set(out, USER_TIMER_INSTALL, SECONDS_NS(INSTALL_AFTER_S));
}

void user_keep_key(void *session, const struct step *s, struct effects *out)
{
	struct user *u = session;
	bool mailed = s->message->type == MESSAGE_ACCESS_KEY_MAIL;
	const char *key =
		mailed ? s->message->as.access_key_mail.key : s->message->as.generated_key.key;
	memcpy(u->key, key, sizeof u->key);
	effects_hold(out, "access_key", HOLD_RECEIVED, NULL, bytes_of_string(u->key));
	remember(u, out);
	if (!mailed)
		effects_close(out, SELF_SERVICE, 0); /* it has shown what it was opened for */
}

void user_keep_and_plan(void *session, const struct step *s, struct effects *out)
{
	user_keep_key(session, s, out);
	user_plan_typing(session, s, out);
}

/* D26: the first time as at every other, the device launches the app that is installed. */
static void install(struct user *u, const struct step *s, enum stage stage, struct effects *out)
{
	struct message m = { .type = MESSAGE_INSTALL_APP,
			     .as.install_app = { .app = DYNAMICS_APP } };
	dynamics_user(s->device, m.as.install_app.uid);
	u->stage = (uint8_t)stage;
	u->retypes = 0;
	remember(u, out);
	effects_send(out, OUT_OF_BAND, ACTOR_DEVICE, &m);
}

void user_install_and_wait(void *session, const struct step *s, struct effects *out)
{
	install(session, s, STAGE_WAITING, out);
	wait(out, APP_PATIENCE_S);
}

void user_install_and_plan(void *session, const struct step *s, struct effects *out)
{
	install(session, s, STAGE_INSTALLED, out);
	user_plan_typing(session, s, out);
}

void user_install_and_log_in(void *session, const struct step *s, struct effects *out)
{
	install(session, s, STAGE_INSTALLED, out);
	user_log_in(session, s, out);
}

void user_install_for_mail(void *session, const struct step *s, struct effects *out)
{
	install(session, s, STAGE_INSTALLED, out);
	wait(out, MAIL_PATIENCE_S);
}

/* The key first, then the launch: an attempt begins with what it needs. */
void user_ask_admin(void *session, const struct step *s, struct effects *out)
{
	struct message m = { .type = MESSAGE_KEY_ASKED };
	(void)session;
	dynamics_user(s->device, m.as.key_asked.uid);
	effects_send(out, OUT_OF_BAND, ACTOR_ADMIN, &m);
	wait(out, MAIL_PATIENCE_S);
}

void user_keep_and_install(void *session, const struct step *s, struct effects *out)
{
	user_keep_key(session, s, out);
	user_install_and_plan(session, s, out);
}

void user_ask_for_key(void *session, const struct step *s, struct effects *out)
{
	struct message m = { .type = MESSAGE_GENERATE_KEY };
	(void)session;
	dynamics_user(s->device, m.as.generate_key.uid);
	effects_send(out, SELF_SERVICE, 0, &m);
	wait(out, PORTAL_PATIENCE_S);
}

void user_type_key(void *session, const struct step *s, struct effects *out)
{
	struct user *u = session;
	struct message m = { .type = MESSAGE_TYPED_KEY };
	dynamics_user(s->device, m.as.typed_key.uid);
	memcpy(m.as.typed_key.key, u->key, sizeof u->key);
	u->stage = STAGE_WAITING;
	remember(u, out);
	effects_send(out, OUT_OF_BAND, ACTOR_APP, &m);
	wait(out, APP_PATIENCE_S);
	message_cleanse(&m);
}

void user_retype(void *session, const struct step *s, struct effects *out)
{
	struct user *u = session;
	(void)s;
	u->retypes++;
	u->stage = STAGE_INSTALLED;
	remember(u, out);
	user_plan_typing(session, s, out);
}

/* -- actions: the end of an attempt -- */

void user_fail(void *session, const struct step *s, struct effects *out)
{
	struct user *u = session;
	u->failed++;
	u->stage = STAGE_RESTING;
	if (policy_value(s->policy, SETTING_RETRY) == RETRY_NEW_KEY)
		OPENSSL_cleanse(u->key, sizeof u->key);
	remember(u, out);
	effects_timer_clear(out, USER_TIMER_PATIENCE);
	effects_close(out, SELF_SERVICE, 0);
	effects_timer_set(out, USER_TIMER_PAUSE, SECONDS_NS(PAUSE_S));
}

void user_finish(void *session, const struct step *s, struct effects *out)
{
	struct user *u = session;
	(void)s;
	u->stage = STAGE_DONE;
	OPENSSL_cleanse(u->key, sizeof u->key);
	remember(u, out);
	effects_timer_clear(out, USER_TIMER_PATIENCE);
	effects_timer_clear(out, USER_TIMER_TYPE);
	effects_timer_clear(out, USER_TIMER_PAUSE);
}

void user_fail_finally(void *session, const struct step *s, struct effects *out)
{
	struct user *u = session;
	u->failed++;
	user_finish(session, s, out);
}
