/* uem_keys.c - UEM's side of S1.7 and S1.8: an activated app asks, under its own master session
 * key, for an access key for another app.
 */
#include <assert.h>
#include <string.h>

#include <openssl/crypto.h>

#include "actors/dynamics/uem_records.h"
#include "actors/dynamics/vocabulary.h"
#include "proto/crypto/session_seal.h"

struct keys {
	char asker[APP_MAX + 1];       /* the activated app */
	char instance[APP_MAX + 1];    /* and the device it runs on */
	uint8_t stored[VERIFIER_SIZE]; /* of the key that was made: another may be made meanwhile */
	struct key_request wish;
};

/* Of one step: the request, opened. */
struct examined {
	bool activated; /* the asking app has a master session key */
	bool opens;
	struct key_request wish;
};

enum state { LISTENING, REGISTERING, ANSWERED, STATES };
enum on { WISH, REGISTERED, NOT_REGISTERED, NOC_SILENT, APP_CLOSED, APP_LOST, STIMULI };
enum { TIMER_NOC };

static guard_fn asker_is_activated, request_opens, user_is_the_devices, user_has_the_app,
	key_is_still_the_one;
static action_fn make_key, refuse, hand_key, stop_waiting;

static const struct check activated_asker = { "key_request_comes_from_activated_app",
					      asker_is_activated,
					      "only an activated app may vouch for a new one" };
static const struct check opened_request = { "key_request_opens", request_opens,
					     "only the activated app itself can have asked" };
static const struct check own_user = { "key_request_is_for_own_user", user_is_the_devices,
				       "an activated app vouches for the user of its device only" };
static const struct check entitled_app = { "requested_app_is_assigned", user_has_the_app,
					   "no key for an app that nobody assigned to the user" };

/* clang-format off */
static const struct row rows[] = {
ROW_CHECKED(LISTENING, WISH, CHECKS(&activated_asker, &opened_request, &own_user, &entitled_app), make_key, REGISTERING, "S1.7", "UEM makes an access key for the new app and registers its verifier at the NOC"),
ROW_REFUSES(LISTENING, WISH, &activated_asker, refuse, ANSWERED, "D13",  "a key request from an app that is not activated is refused"),
ROW_REFUSES(LISTENING, WISH, &opened_request,  refuse, ANSWERED, "D13",  "a key request that does not open is refused"),
ROW_REFUSES(LISTENING, WISH, &own_user,        refuse, ANSWERED, "D13",  "a key request for the user of another device is refused"),
ROW_REFUSES(LISTENING, WISH, &entitled_app,    refuse, ANSWERED, "D13",  "a key request for an app that is not assigned is refused"),
ROW(LISTENING,   APP_CLOSED,     NULL,     ANSWERED, "S1.7", "the activated app left before it asked"),
ROW(LISTENING,   APP_LOST,       NULL,     ANSWERED, "S1.7", "the activated app was lost before it asked"),
ROW_WHEN(REGISTERING, REGISTERED, key_is_still_the_one, hand_key, ANSWERED, "S1.8", "UEM sends the access key to the activated app, sealed, with the nonce"),
ROW(REGISTERING, REGISTERED,     refuse,   ANSWERED, "D13",  "another key was made for the user meanwhile: this one is not handed out"),
ROW(REGISTERING, NOT_REGISTERED, refuse,   ANSWERED, "D6",   "the NOC did not take the verifier: the app gets no key"),
ROW(REGISTERING, NOC_SILENT,     refuse,   ANSWERED, "D12",  "the NOC says nothing to the verifier in time: the app gets no key"),
ROW(ANSWERED,    REGISTERED,     NULL,     ANSWERED, "D12",  "the NOC takes the verifier after the app was answered"),
ROW(ANSWERED,    NOT_REGISTERED, NULL,     ANSWERED, "D12",  "the NOC refuses the verifier after the app was answered"),
ROW(REGISTERING, APP_CLOSED,     stop_waiting, ANSWERED, "S1.8", "the activated app left before its key was registered"),
ROW(REGISTERING, APP_LOST,       stop_waiting, ANSWERED, "S1.8", "the activated app was lost before its key was registered"),
};
/* clang-format on */

/* Of an app that is not activated it is all zero, for whoever goes on with it. */
static bool session_key_of(const struct step *s, const char *app, const char *device,
			   struct bytes *key)
{
	static const uint8_t none[MASTER_KEY_SIZE];
	char instance[INSTANCE_MAX + 1];
	dynamics_instance(app, device, instance);
	bool activated = store_get(s->store, UEM_TABLE_APPS, bytes_of_string(instance), key) &&
			 key->size == MASTER_KEY_SIZE;
	if (!activated)
		*key = bytes_of(none, sizeof none);
	return activated;
}

static void examine_wish(const void *session, const struct step *s, void *examined)
{
	struct examined *x = examined;
	const struct sealed_key_request *m = &s->message->as.sealed_key_request;
	struct buffer plain = { 0 };
	struct message inner;
	struct bytes key;
	bool authentic = false;
	inner.type = MESSAGE_NONE; /* where nothing opens nothing is decoded */
	(void)session;
	x->activated = session_key_of(s, m->app, m->instance, &key);
	struct session_seal seal = { .crypto = s->crypto,
				     .master_session_key = key.data,
				     .purpose = PURPOSE_KEY_REQUEST,
				     .app = bytes_of_string(m->app),
				     .instance = bytes_of_string(m->instance) };
	bool reads = session_seal_open(&seal, m->iv, bytes_of(m->sealed, m->sealed_size), &plain,
				       &authentic) &&
		     message_decode(bytes_of_buffer(&plain), &inner) == MESSAGE_OK &&
		     inner.type == MESSAGE_KEY_REQUEST;
	x->opens = reads && authentic;
	if (reads)
		x->wish = inner.as.key_request;
	message_cleanse(&inner);
	buffer_cleanse(&plain);
}

static bool asker_is_activated(const void *session, const struct step *s)
{
	const struct examined *x = s->examined;
	(void)session;
	return x->activated;
}

static bool request_opens(const void *session, const struct step *s)
{
	const struct examined *x = s->examined;
	(void)session;
	return x->opens;
}

static bool user_is_the_devices(const void *session, const struct step *s)
{
	const struct examined *x = s->examined;
	char owner[UID_MAX + 1];
	(void)session;
	return dynamics_owner(s->message->as.sealed_key_request.instance, owner) &&
	       strcmp(x->wish.uid, owner) == 0;
}

static bool user_has_the_app(const void *session, const struct step *s)
{
	const struct examined *x = s->examined;
	struct bytes app;
	(void)session;
	return store_get(s->store, UEM_TABLE_USERS, bytes_of_string(x->wish.uid), &app) &&
	       bytes_equal(app, bytes_of_string(x->wish.app));
}

static bool key_is_still_the_one(const void *session, const struct step *s)
{
	const struct keys *k = session;
	return uem_key_is(s->store, k->wish.uid, k->stored);
}

static void make_key(void *session, const struct step *s, struct effects *out)
{
	struct keys *k = session;
	const struct examined *x = s->examined;
	memcpy(k->asker, s->message->as.sealed_key_request.app, sizeof k->asker);
	memcpy(k->instance, s->message->as.sealed_key_request.instance, sizeof k->instance);
	k->wish = x->wish;
	if (!*x->wish.uid) /* let pass though nothing could be read: there is nobody to serve */
		return;
	uem_make_key(s, k->wish.uid, &k->wish, k->stored, out);
	effects_timer_set(out, TIMER_NOC, SECONDS_NS(UEM_NOC_WAIT_S));
}

static void stop_waiting(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_timer_clear(out, TIMER_NOC);
}

static void refuse(void *session, const struct step *s, struct effects *out)
{
	struct message m = { .type = MESSAGE_REFUSED,
			     .as.refused = { .result = RESULT_ACTIVATION_FAILED } };
	effects_send(out, KEY_REQUEST, 0, &m);
	stop_waiting(session, s, out);
}

static void hand_key(void *session, const struct step *s, struct effects *out)
{
	const struct keys *k = session;
	struct message inner = { .type = MESSAGE_KEY_REPLY };
	struct message m = { .type = MESSAGE_SEALED_KEY_REPLY };
	struct sealed_key_reply *reply = &m.as.sealed_key_reply;
	uint8_t seal_key[AEAD_KEY_SIZE];
	struct uem_key key;
	struct bytes session_key;
	bool known = uem_key_of(s->store, k->wish.uid, &key);
	assert(known);
	session_key_of(s, k->asker, k->instance, &session_key);
	memcpy(inner.as.key_reply.nonce, k->wish.nonce, NONCE_SIZE);
	memcpy(inner.as.key_reply.key, key.ak, sizeof key.ak);
	struct session_seal seal = { .crypto = s->crypto,
				     .master_session_key = session_key.data,
				     .purpose = PURPOSE_KEY_REPLY,
				     .app = bytes_of_string(k->asker),
				     .instance = bytes_of_string(k->instance) };
	reply->sealed_size = (uint16_t)session_seal_message(&seal, &inner, reply->iv, reply->sealed,
							    sizeof reply->sealed);
	if (!session_seal_key(&seal, seal_key))
		assert(false);
	effects_hold(out, "active_session_key", HOLD_DERIVED, "active_session_key",
		     bytes_of(seal_key, sizeof seal_key));
	OPENSSL_cleanse(seal_key, sizeof seal_key);
	effects_send(out, KEY_REQUEST, 0, &m);
	stop_waiting(session, s, out);
	message_cleanse(&inner);
	OPENSSL_cleanse(&key, sizeof key);
}

static const char *const states[] = {
	[LISTENING] = "listening", [REGISTERING] = "registering", [ANSWERED] = "answered"
};
static const struct stimulus_spec stimuli[] = {
	[WISH] = { "sealed key request", STIMULUS_MESSAGE, MESSAGE_SEALED_KEY_REQUEST, KEY_REQUEST,
		   examine_wish },
	[REGISTERED] = { "noc: done", STIMULUS_MESSAGE, MESSAGE_DONE, PROXY_UEM, NULL },
	[NOT_REGISTERED] = { "noc: refused", STIMULUS_MESSAGE, MESSAGE_REFUSED, PROXY_UEM, NULL },
	[NOC_SILENT] = { "noc is silent", STIMULUS_TIMER, TIMER_NOC, CHANNEL_ANY, NULL },
	[APP_CLOSED] = { "app closed", STIMULUS_PEER_CLOSED, 0, KEY_REQUEST, NULL },
	[APP_LOST] = { "app lost", STIMULUS_PEER_FAILED, 0, KEY_REQUEST, NULL },
};
_Static_assert(sizeof states / sizeof *states == STATES, "name every state");
_Static_assert(sizeof stimuli / sizeof *stimuli == STIMULI, "specify every stimulus");

const struct machine uem_keys_machine = {
	.name = "uem.keys",
	.states = states,
	.states_count = STATES,
	.stimuli = stimuli,
	.stimuli_count = STIMULI,
	.final = 1u << ANSWERED,
	.unexpected = ANSWERED,
	.rows = rows,
	.rows_count = sizeof rows / sizeof *rows,
	.session_size = sizeof(struct keys),
	.examined_size = sizeof(struct examined),
};
