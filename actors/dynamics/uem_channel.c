/* uem_channel.c - how UEM judges a setup message and answers it: SECURE-CHANNEL.md lines 7 to 10.
 */
#include "actors/dynamics/uem_channel.h"

#include <assert.h>
#include <string.h>

#include <openssl/crypto.h>

#include "actors/dynamics/vocabulary.h"
#include "proto/crypto/digest.h"
#include "proto/crypto/hmac.h"

enum { TOKEN_AGE_MAX_S = 600 }; /* D5: from the NOC's answer to the app's setup message */

/* -- examining -- */

static struct secure_channel_attempt attempt_of(const struct step *s, const struct token_fields *t)
{
	return (struct secure_channel_attempt){ .crypto = s->crypto,
						.suite = dynamics_suite(s->policy),
						.uem = t->uem,
						.cid = t->cid,
						.from_verifier = policy_is_weakened(
							s->policy, SETTING_SETUP_MAC_KEY) };
}

/* D35, weakened: other forms of a point are taken for the one that is used. */
static void take_point(const struct step *s, struct point *a)
{
	if (policy_is_weakened(s->policy, SETTING_POINTS))
		ecdh_point_expand(s->crypto, dynamics_suite(s->policy), a);
}

/* The bytes that tag1 is over: those received, or (D36, weakened) what their contents are encoded
 * to. */
static void body_for_tag1(const struct step *s, const struct uem_examined_setup *x,
			  struct buffer *out)
{
	const struct secure_channel_setup *m = &s->message->as.secure_channel_setup;
	if (policy_is_weakened(s->policy, SETTING_SETUP_MAC_OVER))
		setup_body_encode(&x->body, out);
	else
		buffer_append(out, bytes_of(m->body, m->body_size));
}

/* Lines 5 and 6 with UEM's own copy of the key. */
static bool tag1_is_good(const struct step *s, struct uem_examined_setup *x)
{
	const struct secure_channel_setup *m = &s->message->as.secure_channel_setup;
	struct secure_channel_attempt attempt = attempt_of(s, &x->token);
	struct mac tag1;
	struct buffer body = { 0 };
	body_for_tag1(s, x, &body);
	bool good = secure_channel_p0(&attempt, bytes_of_string(x->body.uid),
				      bytes_of_string(x->key.ak), x->body.salt, x->p0) &&
		    x->has_key && x->token_reads &&
		    secure_channel_tag1(&attempt, x->p0, bytes_of_buffer(&body), &tag1) &&
		    m->tag1.size == tag1.size && hmac_equal(m->tag1.data, tag1.data, tag1.size);
	buffer_fini(&body);
	return good;
}

void uem_examine_setup(const void *session, const struct step *s, void *examined)
{
	struct uem_examined_setup *x = &((union uem_examined *)examined)->setup;
	const struct secure_channel_setup *m = &s->message->as.secure_channel_setup;
	enum suite su = dynamics_suite(s->policy);
	(void)session;
	if (!digest_of(s->crypto, DIGEST_SHA256, s->wire, x->hash))
		return;
	bool reads = setup_body_decode(bytes_of(m->body, m->body_size), &x->body) == MESSAGE_OK;
	take_point(s, &x->body.public_a);
	x->sizes_fit = reads && x->body.public_a.size == suite_point_size(su) &&
		       m->tag1.size == suite_hash_size(su) &&
		       uid_is_good(bytes_of_string(x->body.uid));
	if (!reads)
		return;
	x->has_key = uem_key_of(s->store, x->body.uid, &x->key);
	x->token_reads = token_open(s->crypto, uem_shared(s->store, SHARED_TOKEN_KEY).data,
				    bytes_of(x->body.token.data, x->body.token.size), &x->token,
				    &x->token_is_authentic);
	x->point_is_good = ecdh_point_is_good(s->crypto, su, &x->body.public_a);
	x->mac_is_good = tag1_is_good(s, x);
}

/* -- plain branch and checks -- */

static const struct uem_examined_setup *examined_of(const struct step *s)
{
	return &((const union uem_examined *)s->examined)->setup;
}

bool uem_setup_is_a_repeat(const void *session, const struct step *s)
{
	struct bytes unit;
	(void)session;
	return store_get(s->store, UEM_TABLE_RESPONSES, bytes_of(examined_of(s)->hash, HASH_SIZE),
			 &unit);
}

bool uem_setup_sizes_fit(const void *session, const struct step *s)
{
	(void)session;
	return examined_of(s)->sizes_fit;
}

bool uem_setup_user_has_a_key(const void *session, const struct step *s)
{
	(void)session;
	return examined_of(s)->has_key;
}

bool uem_setup_key_is_live(const void *session, const struct step *s)
{
	const struct uem_key *k = &examined_of(s)->key;
	(void)session;
	return !k->spent && s->epoch_s + s->now_ns / SECONDS_NS(1) < k->expiry_s;
}

bool uem_token_is_authentic(const void *session, const struct step *s)
{
	(void)session;
	return examined_of(s)->token_reads && examined_of(s)->token_is_authentic;
}

bool uem_token_is_young(const void *session, const struct step *s)
{
	int64_t now_s = s->epoch_s + s->now_ns / SECONDS_NS(1);
	int64_t issued_s = examined_of(s)->token.iat_s;
	(void)session;
	return issued_s <= now_s && now_s - issued_s < TOKEN_AGE_MAX_S;
}

bool uem_token_is_unused(const void *session, const struct step *s)
{
	struct bytes spent;
	(void)session;
	return !store_get(s->store, UEM_TABLE_USED_TOKENS,
			  bytes_of(examined_of(s)->token.tid, TOKEN_ID_SIZE), &spent);
}

bool uem_token_fits_records(const void *session, const struct step *s)
{
	const struct uem_examined_setup *x = examined_of(s);
	struct bytes assigned;
	(void)session;
	return x->token.kid == TOKEN_KEY_ID && strcmp(x->token.uid, x->body.uid) == 0 &&
	       memcmp(x->token.stored, x->key.stored, VERIFIER_SIZE) == 0 &&
	       memcmp(x->token.uem, uem_shared(s->store, SHARED_TENANT).data, UEM_ID_SIZE) == 0 &&
	       store_get(s->store, UEM_TABLE_USERS, bytes_of_string(x->token.uid), &assigned) &&
	       bytes_equal(assigned, bytes_of_string(x->token.app)) &&
	       (!x->key.bound || strcmp(x->key.app, x->token.app) == 0);
}

bool uem_setup_mac_is_good(const void *session, const struct step *s)
{
	(void)session;
	return examined_of(s)->mac_is_good;
}

bool uem_setup_point_is_good(const void *session, const struct step *s)
{
	(void)session;
	return examined_of(s)->point_is_good;
}

/* -- answering -- */

void uem_reply(const struct step *s, const uint8_t hash[HASH_SIZE], struct bytes unit,
	       enum uem_told what, struct effects *out)
{
	struct message done = { .type = MESSAGE_DONE };
	if (policy_value(s->policy, SETTING_REPLY_PATH) == REPLY_REVERSE) {
		effects_answer_bytes(out, PROXY_UEM, s->request, unit);
		return;
	}
	effects_answer(out, PROXY_UEM, s->request, &done);
	effects_tell_present(out, UEM_MACHINE_REPLY, bytes_of(hash, HASH_SIZE), (uint8_t)what,
			     bytes_of(NULL, 0));
}

void uem_reply_again(const struct step *s, const uint8_t hash[HASH_SIZE], uint8_t table,
		     struct effects *out)
{
	struct bytes unit = { 0 };
	bool known = store_get(s->store, table, bytes_of(hash, HASH_SIZE), &unit);
	assert(known);
	uem_reply(s, hash, unit, table == UEM_TABLE_DATA ? UEM_TOLD_DATA : UEM_TOLD_RESPONSE, out);
}

void uem_respond_again(void *session, const struct step *s, struct effects *out)
{
	(void)session;
	uem_reply_again(s, examined_of(s)->hash, UEM_TABLE_RESPONSES, out);
}

/* One wire answer for every refusal: the check's name goes to the trace only. */
void uem_refuse(void *session, const struct step *s, struct effects *out)
{
	struct message m = { .type = MESSAGE_REFUSED,
			     .as.refused = { .result = RESULT_PROVISIONING_FAILED } };
	(void)session;
	effects_answer(out, PROXY_UEM, s->request, &m);
}

/* A new pair for each channel; or (D32, weakened) the first one for all. */
static void draw_pair(const struct step *s, struct ecdh_pair *pair, struct effects *out)
{
	const struct bytes name = bytes_of_string("ephemeral");
	enum suite su = dynamics_suite(s->policy);
	bool keeps = policy_is_weakened(s->policy, SETTING_EPHEMERAL_KEY);
	struct bytes kept;
	if (keeps && store_get(s->store, UEM_TABLE_SHARED, name, &kept) &&
	    ecdh_pair_of(s->crypto, su, kept, pair) &&
	    memcmp(pair->public_key.data, examined_of(s)->body.public_a.data,
		   pair->public_key.size) != 0)
		return;
	ecdh_generate(s->crypto, su, pair);
	if (keeps)
		effects_persist(out, UEM_TABLE_SHARED, name,
				bytes_of(pair->private_key, suite_field_size(su)));
}

/* Lines 8 to 10: UEM's pair is drawn here; B is never A, and a pair that were is a broken
 * generator. */
static void agree(struct uem_setup *c, const struct step *s, struct mac *tag2, struct effects *out)
{
	const struct uem_examined_setup *x = examined_of(s);
	struct secure_channel_attempt attempt = attempt_of(s, &x->token);
	enum suite su = attempt.suite;
	size_t h = suite_hash_size(su);
	struct ecdh_pair pair;
	uint8_t z[ECDH_FIELD_MAX], p1[SECURE_CHANNEL_HASH_MAX];
	uint8_t k1[SECURE_CHANNEL_HASH_MAX], k2[SECURE_CHANNEL_HASH_MAX];
	draw_pair(s, &pair, out);
	assert(memcmp(pair.public_key.data, x->body.public_a.data, pair.public_key.size) != 0);
	c->b = pair.public_key;
	bool good =
		ecdh_derive(s->crypto, su, &pair, &x->body.public_a, z) &&
		secure_channel_p1(s->crypto, su, x->p0, bytes_of(z, suite_field_size(su)), p1) &&
		secure_channel_th1(&attempt, s->wire, &c->b, c->th1) &&
		secure_channel_k1(s->crypto, su, x->p0, k1) &&
		secure_channel_k2(s->crypto, su, p1, c->th1, k2) &&
		secure_channel_tag2(s->crypto, su, p1, c->th1, tag2) &&
		secure_channel_th2(s->crypto, su, c->th1, tag2, c->th2) &&
		secure_channel_keys_of(s->crypto, su, p1, c->th2, &c->keys);
	assert(good);
	effects_hold(out, "uem_ephemeral", HOLD_DRAWN, NULL,
		     bytes_of(pair.private_key, suite_field_size(su)));
	effects_hold(out, "shared_secret", HOLD_DERIVED, "uem_ephemeral",
		     bytes_of(z, suite_field_size(su)));
	effects_hold(out, "p0", HOLD_DERIVED, "access_key", bytes_of(x->p0, h));
	effects_hold(out, "p1", HOLD_DERIVED, "p0,shared_secret", bytes_of(p1, h));
	effects_hold(out, "k1", HOLD_DERIVED, "p0", bytes_of(k1, h));
	effects_hold(out, "k2", HOLD_DERIVED, "p1", bytes_of(k2, h));
	effects_hold(out, "ka", HOLD_DERIVED, "p1", bytes_of(c->keys.ka, AEAD_KEY_SIZE));
	effects_hold(out, "ku", HOLD_DERIVED, "p1", bytes_of(c->keys.ku, AEAD_KEY_SIZE));
	OPENSSL_cleanse(&pair, sizeof pair); /* line 13 */
	OPENSSL_cleanse(z, sizeof z);
	OPENSSL_cleanse(p1, sizeof p1);
	OPENSSL_cleanse(k1, sizeof k1);
	OPENSSL_cleanse(k2, sizeof k2);
}

static void remember_attempt(struct uem_setup *c, const struct step *s)
{
	const struct uem_examined_setup *x = examined_of(s);
	memset(c, 0, sizeof *c); /* padding too: it is stored */
	memcpy(c->uid, x->body.uid, sizeof c->uid);
	memcpy(c->app, x->token.app, sizeof c->app);
	memcpy(c->cid, x->token.cid, sizeof c->cid);
	memcpy(c->uem, x->token.uem, sizeof c->uem);
	c->su = (uint8_t)dynamics_suite(s->policy);
	memcpy(c->salt, x->body.salt, sizeof c->salt);
	c->a = x->body.public_a;
}

/* Line 7: ONE durable transaction: key bound to the setup message, token spent, answer kept. */
static void spend(const struct uem_setup *c, const struct step *s, struct bytes response,
		  struct effects *out)
{
	const struct uem_examined_setup *x = examined_of(s);
	struct uem_key key = x->key;
	struct bytes hash = bytes_of(x->hash, HASH_SIZE);
	key.spent = 1;
	memcpy(key.setup_hash, x->hash, HASH_SIZE);
	effects_persist(out, UEM_TABLE_KEYS, bytes_of_string(c->uid), bytes_of(&key, sizeof key));
	effects_persist(out, UEM_TABLE_USED_TOKENS, bytes_of(x->token.tid, TOKEN_ID_SIZE), hash);
	effects_persist(out, UEM_TABLE_SETUPS, hash, bytes_of(c, sizeof *c));
	effects_persist(out, UEM_TABLE_RESPONSES, hash, response);
	OPENSSL_cleanse(&key, sizeof key);
}

void uem_respond(void *session, const struct step *s, struct effects *out)
{
	struct uem_setup *c = session;
	struct message m = { .type = MESSAGE_SECURE_CHANNEL_RESPONSE };
	struct buffer unit = { 0 };
	remember_attempt(c, s);
	agree(c, s, &m.as.secure_channel_response.tag2, out);
	m.as.secure_channel_response.public_b = c->b;
	message_encode(&m, &unit);
	spend(c, s, bytes_of_buffer(&unit), out);
	effects_erase(out, "uem_ephemeral");
	effects_erase(out, "shared_secret");
	effects_erase(out, "p0");
	effects_erase(out, "p1");
	effects_erase(out, "k1");
	effects_erase(out, "k2");
	uem_reply(s, examined_of(s)->hash, bytes_of_buffer(&unit), UEM_TOLD_RESPONSE, out);
	buffer_fini(&unit);
}

void uem_claim(const void *session, const struct step *s, struct claim_values *out)
{
	const struct uem_setup *c = session;
	(void)s;
	*out = (struct claim_values){
		.peer = "app",
		.uid = bytes_of_string(c->uid),
		.app = bytes_of_string(c->app),
		.cid = bytes_of(c->cid, sizeof c->cid),
		.uem = bytes_of(c->uem, sizeof c->uem),
		.su = bytes_of(&c->su, 1),
		.a = bytes_of(c->a.data, c->a.size),
		.b = bytes_of(c->b.data, c->b.size),
		.salt = bytes_of(c->salt, sizeof c->salt),
		.th1 = bytes_of(c->th1, suite_hash_size((enum suite)c->su)),
	};
}
