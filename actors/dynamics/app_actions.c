/* app_actions.c - how the app is launched, gets its key, and says what S1 makes it say. Its side of
 * the secure channel's mathematics is in app_channel.c. */
#include "actors/dynamics/app_actions.h"

#include <assert.h>
#include <string.h>

#include <openssl/crypto.h>

#include "actors/dynamics/vocabulary.h"
#include "proto/crypto/digest.h"
#include "proto/crypto/random.h"
#include "sim/store.h"

/* -- plain branches and checks -- */

bool app_key_comes_from_active_app(const void *session, const struct step *s)
{
	(void)session;
	return policy_value(s->policy, SETTING_KEY_SOURCE) == KEY_FROM_ACTIVE_APP;
}

bool app_reply_comes_back_through_noc(const void *session, const struct step *s)
{
	(void)session;
	return policy_value(s->policy, SETTING_REPLY_PATH) == REPLY_REVERSE;
}

/* What of a word that is no access key would be taken for one: as it was typed, without hyphens. */
static void read_as_typed(const char *typed, char ak[ACCESS_KEY_SIZE + 1])
{
	size_t size = 0;
	for (; *typed && size < ACCESS_KEY_SIZE; typed++)
		if (*typed != '-')
			ak[size++] = *typed;
	ak[size] = '\0';
}

void app_examine_typed(const void *session, const struct step *s, void *examined)
{
	struct app_examined *x = examined;
	const struct typed_key *typed = &s->message->as.typed_key;
	(void)session;
	bool key = access_key_normalise(bytes_of_string(typed->key), x->ak);
	if (!key)
		read_as_typed(typed->key, x->ak);
	x->well_formed = key && uid_is_good(bytes_of_string(typed->uid));
}

bool app_typed_key_is_well_formed(const void *session, const struct step *s)
{
	const struct app_examined *x = s->examined;
	(void)session;
	return x->well_formed;
}

bool app_handed_nonce_is_mine(const void *session, const struct step *s)
{
	const struct app *a = session;
	return CRYPTO_memcmp(s->message->as.key_handover.nonce, a->nonce, NONCE_SIZE) == 0;
}

bool app_response_point_is_good(const void *session, const struct step *s)
{
	const struct app_examined *x = s->examined;
	(void)session;
	return x->point_is_good;
}

bool app_response_key_is_not_mine(const void *session, const struct step *s)
{
	const struct app *a = session;
	const struct point *b = &s->message->as.secure_channel_response.public_b;
	return b->size != a->pair.public_key.size ||
	       memcmp(b->data, a->pair.public_key.data, b->size) != 0;
}

bool app_response_mac_is_good(const void *session, const struct step *s)
{
	const struct app_examined *x = s->examined;
	(void)session;
	return x->mac_is_good;
}

bool app_response_is_the_same(const void *session, const struct step *s)
{
	const struct app *a = session;
	const struct secure_channel_response *r = &s->message->as.secure_channel_response;
	return r->public_b.size == a->b.size && r->tag2.size == a->tag2.size &&
	       memcmp(r->public_b.data, a->b.data, a->b.size) == 0 &&
	       CRYPTO_memcmp(r->tag2.data, a->tag2.data, a->tag2.size) == 0;
}

bool app_is_activated_already(const void *session, const struct step *s)
{
	struct bytes key;
	(void)session;
	return store_get(s->store, APP_TABLE_ACTIVATION, bytes_of_string(DYNAMICS_APP), &key);
}

bool app_is_denied(const void *session, const struct step *s)
{
	(void)session;
	return s->message->as.refused.result == RESULT_APP_DENIED;
}

bool app_version_is_denied(const void *session, const struct step *s)
{
	(void)session;
	return s->message->as.refused.result == RESULT_VERSION_DENIED;
}

bool app_data_opens(const void *session, const struct step *s)
{
	const struct app_examined *x = s->examined;
	(void)session;
	return x->opens;
}

bool app_data_are_whole(const void *session, const struct step *s)
{
	const struct app_examined *x = s->examined;
	(void)session;
	return x->whole;
}

/* -- actions: the key -- */

static void begin_stage(struct effects *out)
{
	effects_timer_set(out, APP_TIMER_STAGE, SECONDS_NS(STAGE_WAIT_S));
}

/* The device needs this time, whether the app asks it for a route or the activated app does. */
static void await_route(struct effects *out)
{
	effects_timer_set(out, APP_TIMER_STAGE, SECONDS_NS(ROUTE_WAIT_S));
}

static void remember_user(struct app *a, const struct step *s)
{
	memcpy(a->uid, s->message->as.launch_app.uid, sizeof a->uid);
}

void app_want_key(void *session, const struct step *s, struct effects *out)
{
	struct app *a = session;
	struct message m = { .type = MESSAGE_KEY_WANTED, .as.key_wanted = { .app = DYNAMICS_APP } };
	remember_user(session, s);
	random_draw(s->crypto, a->nonce, sizeof a->nonce);
	memcpy(m.as.key_wanted.uid, a->uid, sizeof a->uid);
	memcpy(m.as.key_wanted.nonce, a->nonce, sizeof a->nonce);
	await_route(out);
	effects_send(out, HANDOVER, ACTOR_ACTIVE_APP, &m);
}

static void take_key(struct app *a, const char *ak, struct effects *out)
{
	struct message m = { .type = MESSAGE_ROUTE_WANTED,
			     .as.route_wanted = { .app = DYNAMICS_APP } };
	memcpy(a->ak, ak, sizeof a->ak);
	if (*a->ak) /* an empty one is nobody's secret */
		effects_hold(out, "access_key", HOLD_RECEIVED, NULL, bytes_of_string(a->ak));
	effects_send(out, HANDOVER, ACTOR_DEVICE, &m);
	await_route(out);
}

void app_take_typed_key(void *session, const struct step *s, struct effects *out)
{
	struct app *a = session;
	const struct app_examined *x = s->examined;
	memcpy(a->uid, s->message->as.typed_key.uid, sizeof a->uid);
	take_key(a, x->ak, out);
}

void app_take_handed_key(void *session, const struct step *s, struct effects *out)
{
	take_key(session, s->message->as.key_handover.key, out);
}

/* -- actions: the NOC -- */

void app_dial_noc(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_open(out, NOC_SESSION, 0);
	begin_stage(out);
}

/* S1.10: {uid, app, cid, v}. */
void app_send_hash(void *session, const struct step *s, struct effects *out)
{
	struct app *a = session;
	struct message m = { .type = MESSAGE_ACTIVATION_REQUEST,
			     .as.activation_request = { .app = DYNAMICS_APP } };
	struct activation_request *r = &m.as.activation_request;
	random_draw(s->crypto, a->cid, sizeof a->cid);
	memcpy(r->uid, a->uid, sizeof r->uid);
	memcpy(r->cid, a->cid, sizeof r->cid);
	if (!secure_channel_verifier(s->crypto, bytes_of_string(a->uid), bytes_of_string(a->ak),
				     r->verifier))
		assert(false);
	effects_hold(out, "verifier", HOLD_DERIVED, "access_key",
		     bytes_of(r->verifier, sizeof r->verifier));
	effects_send(out, NOC_SESSION, 0, &m);
	begin_stage(out);
	message_cleanse(&m);
}

void app_send_setup_and_dial_uem(void *session, const struct step *s, struct effects *out)
{
	app_send_setup(session, s, out);
	effects_open(out, UEM_REPLY, 0);
}

void app_name_setup(void *session, const struct step *s, struct effects *out)
{
	const struct app *a = session;
	struct message m = { .type = MESSAGE_REPLY_WANTED };
	if (!digest_of(s->crypto, DIGEST_SHA256, bytes_of(a->m1, a->m1_size),
		       m.as.reply_wanted.setup_hash))
		assert(false);
	effects_send(out, UEM_REPLY, 0, &m);
}

/* -- actions: what the user is told -- */

static void say_result(struct effects *out, int32_t result)
{
	struct message m = { .type = MESSAGE_ACTIVATION_RESULT,
			     .as.activation_result = { .app = DYNAMICS_APP, .result = result } };
	effects_send(out, OUT_OF_BAND, ACTOR_USER, &m);
}

void app_say_activated(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	say_result(out, RESULT_NONE);
}

void app_say_failed(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	say_result(out, RESULT_ACTIVATION_FAILED);
}

/* The device ends its tunnel when nobody needs a route. */
static void release_route(struct effects *out)
{
	struct message m = { .type = MESSAGE_ROUTE_RELEASED,
			     .as.route_released = { .app = DYNAMICS_APP } };
	effects_send(out, HANDOVER, ACTOR_DEVICE, &m);
}

/* After a restart: what the app had stored it may have had no time to say. */
void app_report_activated(void *session, const struct step *s, struct effects *out)
{
	effects_outcome(out, RESULT_NONE, "activated");
	release_route(out);
	app_say_activated(session, s, out);
}

void app_ask_again(void *session, const struct step *s, struct effects *out)
{
	struct message m = { .type = MESSAGE_KEY_PROMPT, .as.key_prompt = { .app = DYNAMICS_APP } };
	(void)session, (void)s;
	effects_send(out, OUT_OF_BAND, ACTOR_USER, &m);
}

void app_ask_to_type(void *session, const struct step *s, struct effects *out)
{
	remember_user(session, s);
	app_ask_again(session, s, out);
}

/* -- actions: the end -- */

static void end(struct app *a, struct effects *out, int32_t result, const char *words)
{
	effects_timer_clear(out, APP_TIMER_STAGE);
	effects_close(out, NOC_SESSION, 0);
	effects_close(out, UEM_REPLY, 0);
	release_route(out);
	effects_erase(out, "access_key");
	effects_erase(out, "ka");
	effects_erase(out, "ku");
	effects_outcome(out, result, words);
	say_result(out, result);
	OPENSSL_cleanse(a, sizeof *a); /* line 13: ka, ku and ak at the end */
}

void app_activate(void *session, const struct step *s, struct effects *out)
{
	const struct app_examined *x = s->examined;
	if (x->reads) /* else there is nothing in them to keep secret */
		effects_hold(out, "master_session_key", HOLD_RECEIVED, NULL,
			     bytes_of(x->data.master_session_key, MASTER_KEY_SIZE));
	effects_persist(out, APP_TABLE_ACTIVATION, bytes_of_string(DYNAMICS_APP),
			bytes_of(x->data.master_session_key, MASTER_KEY_SIZE));
	(void)s;
	end(session, out, RESULT_NONE, "activated");
}

void app_fail_activation(void *session, const struct step *s, struct effects *out)
{
	(void)s;
	end(session, out, RESULT_ACTIVATION_FAILED, "activation failed");
}

void app_fail_provisioning(void *session, const struct step *s, struct effects *out)
{
	(void)s;
	end(session, out, RESULT_PROVISIONING_FAILED, "provisioning failed");
}

/* FACTS 1.3: the container goes, with whatever an earlier activation left in it. */
void app_wipe(void *session, const struct step *s, struct effects *out)
{
	(void)s;
	effects_persist(out, APP_TABLE_ACTIVATION, bytes_of_string(DYNAMICS_APP),
			bytes_of(NULL, 0));
	end(session, out, RESULT_APP_DENIED, "app denied: wiped");
}

/* FACTS 1.3: locked, and nothing is wiped that was stored before. */
void app_lock(void *session, const struct step *s, struct effects *out)
{
	(void)s;
	end(session, out, RESULT_VERSION_DENIED, "version not entitled: locked");
}

void app_claim(const void *session, const struct step *s, struct claim_values *out)
{
	const struct app *a = session;
	bool responded = s->message->type == MESSAGE_SECURE_CHANNEL_RESPONSE;
	*out = (struct claim_values){
		.peer = "uem",
		.uid = bytes_of_string(a->uid),
		.app = bytes_of_string(DYNAMICS_APP),
		.cid = bytes_of(a->cid, sizeof a->cid),
		.uem = bytes_of(a->uem, sizeof a->uem),
		.su = bytes_of(&a->su, 1),
		.a = bytes_of(a->pair.public_key.data, a->pair.public_key.size),
		.salt = bytes_of(a->salt, sizeof a->salt),
	};
	if (responded) {
		out->b = bytes_of(a->b.data, a->b.size);
		out->th1 = bytes_of(a->th1, suite_hash_size((enum suite)a->su));
	}
}
