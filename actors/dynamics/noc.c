/* noc.c - the Dynamics NOC: knows each access key only as a hash of a hash, spends it once, and
 * carries the secure channel's messages without being able to read or make them.
 */
#include "actors/dynamics/noc.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>

#include "actors/dynamics/noc_records.h"
#include "actors/dynamics/vocabulary.h"
#include "proto/crypto/hmac.h"
#include "proto/crypto/random.h"
#include "proto/crypto/secure_channel.h"
#include "sim/store.h"

enum { FAILURES_MAX = 5 }; /* D5: wrong keys of one user before it is locked, FACTS 1.6 */

static bool registered_of(const struct store *store, const char *uid, struct noc_registered *r)
{
	struct bytes value;
	if (!store_get(store, NOC_TABLE_KEYS, bytes_of_string(uid), &value) ||
	    value.size != sizeof *r)
		return false;
	memcpy(r, value.data, sizeof *r);
	return true;
}

/* ---- an app's session ---- */

/* Of one step: what the verifier that was shown comes to. */
struct examined {
	bool registered;
	struct noc_registered key;
	uint8_t stored[VERIFIER_SIZE]; /* SHA-256 over the verifier shown */
};

enum app_state { AWAIT_ACTIVATION, AWAIT_SETUP, AWAIT_WISH, AWAIT_END, ENDED, APP_STATES };
enum app_on {
	ACTIVATION,
	SETUP,
	WISH,
	UEM_DONE,
	UEM_REFUSED,
	UEM_RESPONSE,
	UEM_DATA,
	APP_CLOSED,
	APP_LOST,
	APP_STIMULI
};

static guard_fn user_is_registered, user_is_not_locked, key_is_unspent, key_is_not_expired,
	verifier_matches;
static action_fn provision, refuse, count_and_refuse, forward, hand_back;

static const struct check known_user = { "user_has_a_key", user_is_registered,
					 "only a user for whom UEM made a key may activate" };
static const struct check unlocked_user = { "user_is_not_locked", user_is_not_locked,
					    "guessing must stop after a few wrong keys" };
static const struct check unspent_key = { "access_key_is_unspent", key_is_unspent,
					  "an access key activates one app, once" };
static const struct check fresh_key = { "access_key_is_not_expired", key_is_not_expired,
					"a forgotten key must not stay a way in" };
static const struct check right_key = { "access_key_hash_matches", verifier_matches,
					"only who holds the access key may activate" };

/* clang-format off */
static const struct row app_rows[] = {
ROW_CHECKED(AWAIT_ACTIVATION, ACTIVATION, CHECKS(&known_user, &unlocked_user, &unspent_key, &fresh_key, &right_key), provision, AWAIT_SETUP, "S1.11", "the key is verified and spent: master link key and connection information go to the app"),
ROW_REFUSES(AWAIT_ACTIVATION, ACTIVATION, &known_user,    refuse,           ENDED, "S1.11", "a user without an access key is refused"),
ROW_REFUSES(AWAIT_ACTIVATION, ACTIVATION, &unlocked_user, refuse,           ENDED, "D5",    "a locked user is refused, whatever the key"),
ROW_REFUSES(AWAIT_ACTIVATION, ACTIVATION, &unspent_key,   refuse,           ENDED, "S1.11", "an access key that was used before is refused"),
ROW_REFUSES(AWAIT_ACTIVATION, ACTIVATION, &fresh_key,     refuse,           ENDED, "S1.11", "an expired access key is refused"),
ROW_REFUSES(AWAIT_ACTIVATION, ACTIVATION, &right_key,     count_and_refuse, ENDED, "S1.11", "a wrong access key is counted and refused"),
ROW(AWAIT_SETUP,      SETUP,        forward,   AWAIT_WISH, "S1.13", "the NOC forwards the setup message to the Proxy over HTTPS"),
ROW(AWAIT_WISH,       UEM_DONE,     NULL,      AWAIT_WISH, "S1.15", "UEM has taken the setup message"),
ROW(AWAIT_WISH,       UEM_RESPONSE, hand_back, AWAIT_WISH, "S1.15", "UEM's response goes back to the app"),
ROW(AWAIT_WISH,       UEM_REFUSED,  hand_back, ENDED,      "S1.14", "UEM refused the setup message: the app is told"),
ROW(AWAIT_WISH,       SETUP,        forward,   AWAIT_WISH, "D11",   "a repeated setup message is forwarded: UEM decides"),
ROW(AWAIT_WISH,       WISH,         forward,   AWAIT_END,  "S1.16", "the NOC passes the provisioning request to the Proxy"),
ROW_IN(ANY_OF(AWAIT_ACTIVATION, AWAIT_SETUP, AWAIT_WISH), APP_CLOSED, NULL, ENDED, "D12", "the app left before it had asked for everything"),
ROW(AWAIT_END,        UEM_DONE,     NULL,      AWAIT_END,  "S1.17", "UEM has taken the provisioning request"),
ROW(AWAIT_END,        UEM_RESPONSE, hand_back, AWAIT_END,  "D11",   "a late response goes back to the app"),
ROW(AWAIT_END,        UEM_DATA,     hand_back, AWAIT_END,  "S1.17", "UEM's provisioning data go back to the app"),
ROW(AWAIT_END,        UEM_REFUSED,  hand_back, ENDED,      "S1.16", "UEM refused the provisioning request: the app is told"),
ROW(AWAIT_END,        WISH,         forward,   AWAIT_END,  "D11",   "a repeated provisioning request is passed on: UEM decides"),
ROW(AWAIT_END,        APP_CLOSED,   NULL,      ENDED,      "S1.17", "the app has what it came for"),
ROW_IN(ANY_OF(AWAIT_ACTIVATION, AWAIT_SETUP, AWAIT_WISH, AWAIT_END), APP_LOST, NULL, ENDED, "D12", "the app was lost"),
ROW(ENDED,            UEM_DONE,     NULL,      ENDED,      "D11",   "UEM's word comes after the app has left"),
ROW(ENDED,            UEM_REFUSED,  NULL,      ENDED,      "D11",   "UEM's refusal comes after the app has left"),
ROW(ENDED,            UEM_RESPONSE, NULL,      ENDED,      "D11",   "UEM's response comes after the app has left"),
ROW(ENDED,            UEM_DATA,     NULL,      ENDED,      "D11",   "UEM's provisioning data come after the app has left"),
};
/* clang-format on */

static void examine_activation(const void *session, const struct step *s, void *examined)
{
	struct examined *x = examined;
	const struct activation_request *r = &s->message->as.activation_request;
	(void)session;
	x->registered = registered_of(s->store, r->uid, &x->key);
	if (!secure_channel_stored(s->crypto, r->verifier, x->stored))
		memset(x->stored, 0, sizeof x->stored); /* matches no stored verifier */
}

static bool user_is_registered(const void *session, const struct step *s)
{
	const struct examined *x = s->examined;
	(void)session;
	return x->registered;
}

static uint8_t failures_of(const struct step *s)
{
	struct bytes value;
	const char *uid = s->message->as.activation_request.uid;
	return store_get(s->store, NOC_TABLE_FAILURES, bytes_of_string(uid), &value) ? value.data[0]
										     : 0;
}

static bool user_is_not_locked(const void *session, const struct step *s)
{
	(void)session;
	return failures_of(s) < FAILURES_MAX;
}

static bool key_is_unspent(const void *session, const struct step *s)
{
	const struct examined *x = s->examined;
	struct bytes value;
	(void)session;
	return !store_get(s->store, NOC_TABLE_USED_KEYS, bytes_of(x->key.stored, VERIFIER_SIZE),
			  &value);
}

static bool key_is_not_expired(const void *session, const struct step *s)
{
	const struct examined *x = s->examined;
	(void)session;
	return s->epoch_s + s->now_ns / SECONDS_NS(1) < x->key.expiry_s;
}

static bool verifier_matches(const void *session, const struct step *s)
{
	const struct examined *x = s->examined;
	(void)session;
	return hmac_equal(x->stored, x->key.stored, VERIFIER_SIZE);
}

static void make_token(const struct step *s, const struct examined *x, struct token *token)
{
	const struct activation_request *r = &s->message->as.activation_request;
	struct bytes kt;
	struct token_fields f = { .kid = TOKEN_KEY_ID,
				  .iat_s = s->epoch_s + s->now_ns / SECONDS_NS(1) };
	memcpy(f.uid, r->uid, sizeof f.uid);
	memcpy(f.app, r->app, sizeof f.app);
	memcpy(f.cid, r->cid, sizeof f.cid);
	memcpy(f.uem, x->key.uem, sizeof f.uem);
	memcpy(f.stored, x->key.stored, sizeof f.stored);
	random_draw(s->crypto, f.tid, sizeof f.tid);
	bool known =
		store_get(s->store, NOC_TABLE_SHARED, bytes_of_string(SHARED_TOKEN_KEY), &kt) &&
		kt.size == TOKEN_KEY_SIZE;
	assert(known);
	/* A user whom no token can name was not registered; were he, his would open nothing. */
	if (!token_seal(s->crypto, kt.data, &f, token))
		token->size = 1;
}

static void provision(void *session, const struct step *s, struct effects *out)
{
	const struct examined *x = s->examined;
	const struct activation_request *r = &s->message->as.activation_request;
	struct message m = { .type = MESSAGE_NOC_PROVISIONING };
	struct noc_provisioning *p = &m.as.noc_provisioning;
	(void)session;
	effects_persist(out, NOC_TABLE_USED_KEYS, bytes_of(x->key.stored, VERIFIER_SIZE),
			bytes_of_string(r->uid)); /* S1.11: spent, even if a later stage fails */
	effects_persist(out, NOC_TABLE_FAILURES, bytes_of_string(r->uid), bytes_of(NULL, 0));
	random_draw(s->crypto, p->master_link_key, sizeof p->master_link_key);
	memcpy(p->uem, x->key.uem, sizeof p->uem);
	p->addresses_count = 2;
	snprintf(p->addresses[0], sizeof p->addresses[0], "relay.noc.example:443");
	snprintf(p->addresses[1], sizeof p->addresses[1], "uem.example:8885");
	make_token(s, x, &p->token);
	effects_hold(out, "verifier", HOLD_RECEIVED, NULL, bytes_of(r->verifier, VERIFIER_SIZE));
	effects_hold(out, "master_link_key", HOLD_DRAWN, NULL,
		     bytes_of(p->master_link_key, sizeof p->master_link_key));
	effects_send(out, NOC_SESSION, 0, &m);
	message_cleanse(&m);
}

/* One answer for every refusal: it does not tell a wrong key from an expired or unknown one. */
static void refuse(void *session, const struct step *s, struct effects *out)
{
	struct message m = { .type = MESSAGE_REFUSED,
			     .as.refused = { .result = RESULT_ACTIVATION_FAILED } };
	(void)session, (void)s;
	effects_send(out, NOC_SESSION, 0, &m);
}

static void count_and_refuse(void *session, const struct step *s, struct effects *out)
{
	uint8_t failures = (uint8_t)(failures_of(s) + 1);
	effects_persist(out, NOC_TABLE_FAILURES,
			bytes_of_string(s->message->as.activation_request.uid),
			bytes_of(&failures, 1));
	refuse(session, s, out);
}

static void forward(void *session, const struct step *s, struct effects *out)
{
	(void)session;
	effects_send_bytes(out, NOC_LINK, 0, s->wire);
}

static void hand_back(void *session, const struct step *s, struct effects *out)
{
	(void)session;
	effects_send_bytes(out, NOC_SESSION, 0, s->wire);
}

static const char *const app_states[] = { [AWAIT_ACTIVATION] = "await activation",
					  [AWAIT_SETUP] = "await setup",
					  [AWAIT_WISH] = "await provisioning request",
					  [AWAIT_END] = "await end",
					  [ENDED] = "ended" };
static const struct stimulus_spec app_stimuli[] = {
	[ACTIVATION] = { "activation request", STIMULUS_MESSAGE, MESSAGE_ACTIVATION_REQUEST,
			 NOC_SESSION, examine_activation },
	[SETUP] = { "setup message", STIMULUS_MESSAGE, MESSAGE_SECURE_CHANNEL_SETUP, NOC_SESSION,
		    NULL },
	[WISH] = { "provisioning request", STIMULUS_MESSAGE, MESSAGE_PROVISIONING_REQUEST,
		   NOC_SESSION, NULL },
	[UEM_DONE] = { "uem: done", STIMULUS_MESSAGE, MESSAGE_DONE, NOC_LINK, NULL },
	[UEM_REFUSED] = { "uem: refused", STIMULUS_MESSAGE, MESSAGE_REFUSED, NOC_LINK, NULL },
	[UEM_RESPONSE] = { "uem: response", STIMULUS_MESSAGE, MESSAGE_SECURE_CHANNEL_RESPONSE,
			   NOC_LINK, NULL },
	[UEM_DATA] = { "uem: data", STIMULUS_MESSAGE, MESSAGE_PROVISIONING_DATA, NOC_LINK, NULL },
	[APP_CLOSED] = { "app closed", STIMULUS_PEER_CLOSED, 0, NOC_SESSION, NULL },
	[APP_LOST] = { "app lost", STIMULUS_PEER_FAILED, 0, NOC_SESSION, NULL },
};
static const struct machine app_machine = {
	.name = "noc.app",
	.states = app_states,
	.states_count = APP_STATES,
	.stimuli = app_stimuli,
	.stimuli_count = APP_STIMULI,
	.final = 1u << ENDED,
	.unexpected = ENDED,
	.rows = app_rows,
	.rows_count = sizeof app_rows / sizeof *app_rows,
	.examined_size = sizeof(struct examined),
};

/* ---- the actor ---- */

static const struct machine *const machines[] = {
	[NOC_MACHINE_LINK] = &noc_link_machine, [NOC_MACHINE_APP] = &app_machine
};
static const struct listen listens[] = { { NOC_LINK, NOC_MACHINE_LINK },
					 { NOC_SESSION, NOC_MACHINE_APP } };
static const char *const tables[NOC_TABLES] = { [NOC_TABLE_KEYS] = "keys",
						[NOC_TABLE_USED_KEYS] = "used_keys",
						[NOC_TABLE_FAILURES] = "failures",
						[NOC_TABLE_SHARED] = "shared" };

/* D31, weakened: as if the marks of spent keys were in memory only. */
static bool forgets(const struct policy *p, uint8_t table, struct buffer *value)
{
	if (table != NOC_TABLE_USED_KEYS || !policy_is_weakened(p, SETTING_AFTER_RESTART))
		return false;
	value->size = 0;
	return true;
}

const struct actor_class noc_actor = { .name = "noc",
				       .machines = machines,
				       .machines_count = 2,
				       .listens = listens,
				       .listens_count = 2,
				       .tables = tables,
				       .tables_count = NOC_TABLES,
				       .forgets = forgets };
