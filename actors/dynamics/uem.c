/* uem.c - UEM Cloud: the actor, its store, and the two machines that make access keys: for people
 * at console and Self-Service, and for activated apps.
 */
#include "actors/dynamics/uem.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>

#include "actors/dynamics/uem_records.h"
#include "actors/dynamics/vocabulary.h"

enum { KEY_LIFE_S = 24 * 60 * 60 }; /* D5: a day; FACTS 1.1 gives no default */

/* -- records -- */

bool uem_key_of(const struct store *store, const char *uid, struct uem_key *key)
{
	struct bytes value;
	if (!store_get(store, UEM_TABLE_KEYS, bytes_of_string(uid), &value) ||
	    value.size != sizeof *key)
		return false;
	memcpy(key, value.data, sizeof *key);
	return true;
}

bool uem_key_is(const struct store *store, const char *uid, const uint8_t stored[VERIFIER_SIZE])
{
	struct uem_key key;
	bool same = uem_key_of(store, uid, &key) && memcmp(key.stored, stored, VERIFIER_SIZE) == 0;
	OPENSSL_cleanse(&key, sizeof key);
	return same;
}

bool uem_setup_of(const struct store *store, const uint8_t hash[HASH_SIZE], struct uem_setup *setup)
{
	struct bytes value;
	if (!store_get(store, UEM_TABLE_SETUPS, bytes_of(hash, HASH_SIZE), &value) ||
	    value.size != sizeof *setup)
		return false;
	memcpy(setup, value.data, sizeof *setup);
	return true;
}

struct bytes uem_shared(const struct store *store, const char *name)
{
	struct bytes value = { 0 };
	bool known = store_get(store, UEM_TABLE_SHARED, bytes_of_string(name), &value);
	assert(known);
	return value;
}

static void draw_key(const struct step *s, const char *uid, struct uem_key *key)
{
	uint8_t v[VERIFIER_SIZE];
	access_key_draw(s->crypto, key->ak);
	bool good = secure_channel_verifier(s->crypto, bytes_of_string(uid),
					    bytes_of_string(key->ak), v) &&
		    secure_channel_stored(s->crypto, v, key->stored);
	assert(good);
	key->expiry_s = s->epoch_s + s->now_ns / SECONDS_NS(1) + KEY_LIFE_S;
	OPENSSL_cleanse(v, sizeof v);
}

void uem_make_key(const struct step *s, const char *uid, const struct key_request *wish,
		  uint8_t stored[VERIFIER_SIZE], struct effects *out)
{
	struct uem_key key;
	struct message m = { .type = MESSAGE_REGISTER_KEY };
	struct register_key *r = &m.as.register_key;
	char typed[TYPED_KEY_MAX + 1];
	memset(&key, 0, sizeof key);
	draw_key(s, uid, &key);
	if (wish) {
		key.bound = 1;
		memcpy(key.nonce, wish->nonce, sizeof key.nonce);
		memcpy(key.app, wish->app, sizeof key.app);
	}
	memcpy(r->stored, key.stored, sizeof r->stored);
	memcpy(stored, key.stored, VERIFIER_SIZE);
	snprintf(r->uid, sizeof r->uid, "%s", uid);
	r->expiry_s = key.expiry_s;
	memcpy(r->uem, uem_shared(s->store, SHARED_TENANT).data, UEM_ID_SIZE);
	access_key_type(key.ak, typed);
	effects_hold(out, "access_key", HOLD_DRAWN, NULL, bytes_of_string(key.ak));
	effects_hold(out, "access_key", HOLD_DRAWN, NULL, bytes_of_string(typed));
	effects_persist(out, UEM_TABLE_KEYS, bytes_of_string(uid), bytes_of(&key, sizeof key));
	effects_send(out, PROXY_UEM, 0, &m);
	OPENSSL_cleanse(&key, sizeof key);
	OPENSSL_cleanse(typed, sizeof typed);
}

static void answer_refused(uint8_t channel, uint32_t request, struct effects *out)
{
	struct message m = { .type = MESSAGE_REFUSED,
			     .as.refused = { .result = RESULT_PROVISIONING_FAILED } };
	effects_answer(out, channel, request, &m);
}

/* ---- console and Self-Service ---- */

struct console {
	uint8_t channel;  /* where the request came from */
	uint32_t request; /* to be answered once the NOC has the key */
	char uid[UID_MAX + 1];
	uint8_t stored[VERIFIER_SIZE]; /* of the key that was made: another may be made meanwhile */
};
enum console_state { LISTENING, REGISTERING, HUNG_UP, CONSOLE_STATES };
enum console_on { ASSIGN, GENERATE, REGISTERED, NOT_REGISTERED, PERSON_LEFT, CONSOLE_STIMULI };

static guard_fn user_has_an_app, user_id_is_canonical, key_is_still_the_one;
static action_fn assign, generate, refuse_person, show_key, report_failure;
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
ROW_WHEN(REGISTERING, REGISTERED, key_is_still_the_one, show_key, LISTENING, "S1.3a", "the NOC has the verifier: the access key is shown"),
ROW(REGISTERING, REGISTERED,     report_failure, LISTENING,   "D6",    "another key was made meanwhile: this one is not shown"),
ROW(REGISTERING, NOT_REGISTERED, report_failure, LISTENING,   "D6",    "the NOC did not take the verifier: no key is shown"),
ROW(LISTENING,   PERSON_LEFT,    NULL,           HUNG_UP,     "D4",    "the person closed the console"),
};
/* clang-format on */

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
	(void)session;
	effects_persist(out, UEM_TABLE_USERS, bytes_of_string(m->uid), bytes_of_string(m->apps[0]));
	effects_answer(out, s->channel, s->request, &done);
}

static void generate(void *session, const struct step *s, struct effects *out)
{
	struct console *c = session;
	c->channel = s->channel;
	c->request = s->request;
	memcpy(c->uid, s->message->as.generate_key.uid, sizeof c->uid);
	uem_make_key(s, c->uid, NULL, c->stored, out);
}

static void refuse_person(void *session, const struct step *s, struct effects *out)
{
	(void)session;
	answer_refused(s->channel, s->request, out);
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
	OPENSSL_cleanse(&key, sizeof key);
	message_cleanse(&m);
}

static void report_failure(void *session, const struct step *s, struct effects *out)
{
	const struct console *c = session;
	(void)s;
	answer_refused(c->channel, c->request, out);
}

static const char *const console_states[] = {
	[LISTENING] = "listening", [REGISTERING] = "registering", [HUNG_UP] = "hung up"
};
static const struct stimulus_spec console_stimuli[] = {
	[ASSIGN] = { "assign apps", STIMULUS_MESSAGE, MESSAGE_ASSIGN_APPS, CONSOLE, NULL },
	[GENERATE] = { "generate key", STIMULUS_MESSAGE, MESSAGE_GENERATE_KEY, CHANNEL_ANY, NULL },
	[REGISTERED] = { "noc: done", STIMULUS_MESSAGE, MESSAGE_DONE, PROXY_UEM, NULL },
	[NOT_REGISTERED] = { "noc: refused", STIMULUS_MESSAGE, MESSAGE_REFUSED, PROXY_UEM, NULL },
	[PERSON_LEFT] = { "person left", STIMULUS_PEER_CLOSED, 0, CHANNEL_ANY, NULL },
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

/* ---- the actor ---- */

static const struct machine *const machines[] = { [UEM_MACHINE_LINK] = &uem_link_machine,
						  [UEM_MACHINE_CONSOLE] = &uem_console_machine,
						  [UEM_MACHINE_KEYS] = &uem_keys_machine,
						  [UEM_MACHINE_REPLY] = &uem_reply_machine };
static const struct listen listens[] = { { PROXY_UEM, UEM_MACHINE_LINK },
					 { CONSOLE, UEM_MACHINE_CONSOLE },
					 { SELF_SERVICE, UEM_MACHINE_CONSOLE },
					 { KEY_REQUEST, UEM_MACHINE_KEYS },
					 { UEM_REPLY, UEM_MACHINE_REPLY } };
static const char *const tables[UEM_TABLES] = {
	[UEM_TABLE_USERS] = "users",
	[UEM_TABLE_KEYS] = "keys",
	[UEM_TABLE_USED_TOKENS] = "used_tokens",
	[UEM_TABLE_SETUPS] = "setups",
	[UEM_TABLE_RESPONSES] = "responses",
	[UEM_TABLE_DATA] = "data",
	[UEM_TABLE_APPS] = "apps",
	[UEM_TABLE_SHARED] = "shared",
};

const struct actor_class uem_actor = { .name = "uem",
				       .machines = machines,
				       .machines_count = 4,
				       .listens = listens,
				       .listens_count = 5,
				       .tables = tables,
				       .tables_count = UEM_TABLES };
