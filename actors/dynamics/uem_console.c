/* uem_console.c - UEM's side of console and Self-Service: assigns apps, makes access keys for
 * people, revokes them and unlocks users. What the NOC must know is done when the NOC says so.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>

#include "actors/dynamics/uem_records.h"
#include "actors/dynamics/vocabulary.h"

struct console {
	uint8_t channel;  /* where the request came from */
	uint32_t request; /* to be answered once the NOC has the key */
	char uid[UID_MAX + 1];
	uint8_t stored[VERIFIER_SIZE]; /* of the key that was made: another may be made meanwhile */
};
enum { TIMER_NOC };
enum console_state { LISTENING, REGISTERING, CHANGING, HUNG_UP, CONSOLE_STATES };
enum console_on {
	ASSIGN,
	GENERATE,
	REVOKE,
	UNLOCK,
	NOC_DONE,
	NOC_REFUSED,
	NOC_SILENT,
	PERSON_LEFT,
	PERSON_LOST,
	CONSOLE_STIMULI
};

static guard_fn user_has_an_app, user_id_is_canonical, key_is_still_the_one;
static action_fn assign, generate, revoke, unlock, refuse_person, show_key, report_done,
	report_failure, stop_waiting;
static const struct check entitled_user = { "user_has_an_assigned_app", user_has_an_app,
					    "a key is a way in: only for users with an app" };
static const struct check canonical_user = {
	"assigned_user_id_is_canonical", user_id_is_canonical,
	"two spellings of one person must not become two users"
};

/* clang-format off */
static const struct row console_rows[] = {
ROW_CHECKED(LISTENING, ASSIGN, CHECKS(&canonical_user), assign, LISTENING, "S1.1", "UEM keeps which app is assigned to the user"),
ROW_REFUSES(LISTENING, ASSIGN, &canonical_user, refuse_person, LISTENING, "D1", "a user id that is no lower-case e-mail address is refused"),
ROW_CHECKED(LISTENING, GENERATE, CHECKS(&entitled_user), generate, REGISTERING, "S1.3a", "UEM makes an access key and registers its verifier at the NOC"),
ROW_REFUSES(LISTENING, GENERATE, &entitled_user, refuse_person, LISTENING, "S1.3a", "a user without an assigned app gets no access key"),
ROW(LISTENING,   REVOKE,      revoke,         CHANGING,    "D30",   "the user's access key is revoked here, and then at the NOC"),
ROW(LISTENING,   UNLOCK,      unlock,         CHANGING,    "D30",   "the NOC is asked to forget the user's wrong keys"),
ROW_WHEN(REGISTERING, NOC_DONE, key_is_still_the_one, show_key, LISTENING, "S1.3a", "the NOC has the verifier: the access key is shown"),
ROW(REGISTERING, NOC_DONE,    report_failure, LISTENING,   "D6",    "another key was made meanwhile: this one is not shown"),
ROW(REGISTERING, NOC_REFUSED, report_failure, LISTENING,   "D6",    "the NOC did not take the verifier: no key is shown"),
ROW(CHANGING,    NOC_DONE,    report_done,    LISTENING,   "D30",   "the NOC has done it too: the administrator is told"),
ROW(CHANGING,    NOC_REFUSED, report_failure, LISTENING,   "D30",   "the NOC has not done it: the administrator is told"),
ROW_IN(ANY_OF(REGISTERING, CHANGING), NOC_SILENT, report_failure, LISTENING, "D12", "the NOC does not answer in time: no key is shown, and no change called done"),

ROW_IN(ANY_OF(REGISTERING, CHANGING), ASSIGN, refuse_person, SAME_STATE, "D30", "no app is assigned while the NOC is being asked"),
ROW_IN(ANY_OF(REGISTERING, CHANGING), GENERATE, refuse_person, SAME_STATE, "D30", "no key is made while the NOC is being asked"),
ROW_IN(ANY_OF(REGISTERING, CHANGING), REVOKE, refuse_person, SAME_STATE, "D30", "no key is revoked while the NOC is being asked"),
ROW_IN(ANY_OF(REGISTERING, CHANGING), UNLOCK, refuse_person, SAME_STATE, "D30", "nobody is unlocked while the NOC is being asked"),

ROW_IN(ANY_OF(LISTENING, HUNG_UP), NOC_DONE, NULL, SAME_STATE, "D12", "the NOC's consent comes when nobody waits for it any more"),
ROW_IN(ANY_OF(LISTENING, HUNG_UP), NOC_REFUSED, NULL, SAME_STATE, "D12", "the NOC's refusal comes when nobody waits for it any more"),
ROW(LISTENING,   PERSON_LEFT, NULL,           HUNG_UP,     "D4",    "the person closed the console"),
ROW(LISTENING,   PERSON_LOST, NULL,           HUNG_UP,     "D4",    "the person at the console was lost"),
ROW_IN(ANY_OF(REGISTERING, CHANGING), PERSON_LEFT, stop_waiting, HUNG_UP, "D4", "the person closed the console before the NOC answered"),
ROW_IN(ANY_OF(REGISTERING, CHANGING), PERSON_LOST, stop_waiting, HUNG_UP, "D4", "the person was lost before the NOC answered"),
};
/* clang-format on */

static void answer_refused(uint8_t channel, uint32_t request, struct effects *out)
{
	struct message m = { .type = MESSAGE_REFUSED,
			     .as.refused = { .result = RESULT_PROVISIONING_FAILED } };
	effects_answer(out, channel, request, &m);
}

static bool user_id_is_canonical(const void *session, const struct step *s)
{
	(void)session;
	return uid_is_good(bytes_of_string(s->message->as.assign_apps.uid));
}

static bool user_has_an_app(const void *session, const struct step *s)
{
	struct bytes app;
	(void)session;
	return store_get(s->store, UEM_TABLE_USERS,
			 bytes_of_string(s->message->as.generate_key.uid), &app);
}

static bool key_is_still_the_one(const void *session, const struct step *s)
{
	const struct console *c = session;
	return uem_key_is(s->store, c->uid, c->stored);
}

static void assign(void *session, const struct step *s, struct effects *out)
{
	const struct assign_apps *m = &s->message->as.assign_apps;
	struct message done = { .type = MESSAGE_DONE };
	struct uem_versions kept;
	(void)session;
	memset(&kept, 0, sizeof kept); /* padding too: it is stored */
	kept.count = m->versions_count;
	memcpy(kept.list, m->versions, sizeof kept.list);
	effects_persist(out, UEM_TABLE_USERS, bytes_of_string(m->uid), bytes_of_string(m->apps[0]));
	effects_persist(out, UEM_TABLE_VERSIONS, bytes_of_string(m->uid),
			bytes_of(&kept, sizeof kept));
	effects_answer(out, s->channel, s->request, &done);
}

/* Who is to be answered once the NOC has said its word, for which UEM waits a while. */
static void await_noc(struct console *c, const struct step *s, struct effects *out)
{
	c->channel = s->channel;
	c->request = s->request;
	effects_timer_set(out, TIMER_NOC, SECONDS_NS(UEM_NOC_WAIT_S));
}

static void generate(void *session, const struct step *s, struct effects *out)
{
	struct console *c = session;
	memcpy(c->uid, s->message->as.generate_key.uid, sizeof c->uid);
	uem_make_key(s, c->uid, NULL, c->stored, out);
	await_noc(c, s, out);
}

/* Here at once, so that nothing is set up under the key while the NOC is being told. */
static void revoke(void *session, const struct step *s, struct effects *out)
{
	effects_persist(out, UEM_TABLE_KEYS, bytes_of_string(s->message->as.revoke_key.uid),
			bytes_of(NULL, 0));
	effects_erase(out, "access_key");
	effects_send_bytes(out, PROXY_UEM, 0, s->wire);
	await_noc(session, s, out);
}

static void unlock(void *session, const struct step *s, struct effects *out)
{
	effects_send_bytes(out, PROXY_UEM, 0, s->wire);
	await_noc(session, s, out);
}

static void refuse_person(void *session, const struct step *s, struct effects *out)
{
	(void)session;
	answer_refused(s->channel, s->request, out);
}

static void stop_waiting(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_timer_clear(out, TIMER_NOC);
}

static void report_done(void *session, const struct step *s, struct effects *out)
{
	const struct console *c = session;
	struct message done = { .type = MESSAGE_DONE };
	effects_answer(out, c->channel, c->request, &done);
	stop_waiting(session, s, out);
}

static void show_key(void *session, const struct step *s, struct effects *out)
{
	const struct console *c = session;
	struct message m = { .type = MESSAGE_GENERATED_KEY };
	struct uem_key key;
	bool known = uem_key_of(s->store, c->uid, &key);
	assert(known);
	memcpy(m.as.generated_key.uid, c->uid, sizeof c->uid);
	access_key_type(key.ak, m.as.generated_key.key);
	m.as.generated_key.expiry_s = key.expiry_s;
	effects_answer(out, c->channel, c->request, &m);
	stop_waiting(session, s, out);
	OPENSSL_cleanse(&key, sizeof key);
	message_cleanse(&m);
}

static void report_failure(void *session, const struct step *s, struct effects *out)
{
	const struct console *c = session;
	answer_refused(c->channel, c->request, out);
	stop_waiting(session, s, out);
}

static const char *const console_states[] = { [LISTENING] = "listening",
					      [REGISTERING] = "registering",
					      [CHANGING] = "changing",
					      [HUNG_UP] = "hung up" };
static const struct stimulus_spec console_stimuli[] = {
	[ASSIGN] = { "assign apps", STIMULUS_MESSAGE, MESSAGE_ASSIGN_APPS, CONSOLE, NULL },
	[GENERATE] = { "generate key", STIMULUS_MESSAGE, MESSAGE_GENERATE_KEY, CHANNEL_ANY, NULL },
	[REVOKE] = { "revoke key", STIMULUS_MESSAGE, MESSAGE_REVOKE_KEY, CONSOLE, NULL },
	[UNLOCK] = { "unlock user", STIMULUS_MESSAGE, MESSAGE_UNLOCK_USER, CONSOLE, NULL },
	[NOC_DONE] = { "noc: done", STIMULUS_MESSAGE, MESSAGE_DONE, PROXY_UEM, NULL },
	[NOC_REFUSED] = { "noc: refused", STIMULUS_MESSAGE, MESSAGE_REFUSED, PROXY_UEM, NULL },
	[NOC_SILENT] = { "noc is silent", STIMULUS_TIMER, TIMER_NOC, CHANNEL_ANY, NULL },
	[PERSON_LEFT] = { "person left", STIMULUS_PEER_CLOSED, 0, CHANNEL_ANY, NULL },
	[PERSON_LOST] = { "person lost", STIMULUS_PEER_FAILED, 0, CHANNEL_ANY, NULL },
};
const struct machine uem_console_machine = {
	.name = "uem.console",
	.states = console_states,
	.states_count = CONSOLE_STATES,
	.stimuli = console_stimuli,
	.stimuli_count = CONSOLE_STIMULI,
	.final = 1u << HUNG_UP,
	.unexpected = HUNG_UP,
	.rows = console_rows,
	.rows_count = sizeof console_rows / sizeof *console_rows,
	.session_size = sizeof(struct console),
};
