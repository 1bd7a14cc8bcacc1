/* app_channel.c - the app's side of the secure channel: SECURE-CHANNEL.md lines 5 to 13. */
#include <assert.h>
#include <string.h>

#include <openssl/crypto.h>

#include "actors/dynamics/app_actions.h"
#include "actors/dynamics/vocabulary.h"
#include "proto/crypto/hmac.h"
#include "proto/crypto/random.h"

static struct secure_channel_attempt attempt_of(const struct app *a, const struct step *s)
{
	return (struct secure_channel_attempt){ .crypto = s->crypto,
						.suite = (enum suite)a->su,
						.uem = a->uem,
						.cid = a->cid,
						.from_verifier = policy_is_weakened(
							s->policy, SETTING_SETUP_MAC_KEY) };
}

/* Lines 5 and 6: body, then tag1 over its exact bytes. */
static void make_setup(struct app *a, const struct step *s, struct message *m)
{
	const struct noc_provisioning *p = &s->message->as.noc_provisioning;
	struct secure_channel_setup *setup = &m->as.secure_channel_setup;
	struct secure_channel_attempt attempt = attempt_of(a, s);
	struct setup_body body = { .token = p->token };
	struct buffer wire = { 0 };
	memcpy(body.uid, a->uid, sizeof body.uid);
	body.public_a = a->pair.public_key;
	memcpy(body.salt, a->salt, sizeof body.salt);
	setup_body_encode(&body, &wire);
	assert(wire.size <= sizeof setup->body);
	setup->body_size = (uint16_t)wire.size;
	memcpy(setup->body, wire.data, wire.size);
	bool good = secure_channel_p0(&attempt, bytes_of_string(a->uid), bytes_of_string(a->ak),
				      a->salt, a->p0) &&
		    secure_channel_tag1(&attempt, a->p0, bytes_of_buffer(&wire), &setup->tag1);
	assert(good);
	buffer_fini(&wire);
}

void app_send_setup(void *session, const struct step *s, struct effects *out)
{
	struct app *a = session;
	const struct noc_provisioning *p = &s->message->as.noc_provisioning;
	struct message m = { .type = MESSAGE_SECURE_CHANNEL_SETUP };
	struct buffer unit = { 0 };
	uint8_t k1[SECURE_CHANNEL_HASH_MAX];
	a->su = (uint8_t)dynamics_suite(s->policy);
	memcpy(a->uem, p->uem, sizeof a->uem);
	ecdh_generate(s->crypto, (enum suite)a->su, &a->pair);
	random_draw(s->crypto, a->salt, sizeof a->salt);
	make_setup(a, s, &m);
	if (!secure_channel_k1(s->crypto, (enum suite)a->su, a->p0, k1))
		assert(false);
	message_encode(&m, &unit);
	assert(unit.size <= sizeof a->m1);
	a->m1_size = (uint16_t)unit.size;
	memcpy(a->m1, unit.data, unit.size);
	effects_hold(out, "master_link_key", HOLD_RECEIVED, NULL,
		     bytes_of(p->master_link_key, MASTER_KEY_SIZE));
	effects_hold(out, "app_ephemeral", HOLD_DRAWN, NULL,
		     bytes_of(a->pair.private_key, suite_field_size((enum suite)a->su)));
	effects_hold(out, "p0", HOLD_DERIVED, "access_key",
		     bytes_of(a->p0, suite_hash_size((enum suite)a->su)));
	effects_hold(out, "k1", HOLD_DERIVED, "p0",
		     bytes_of(k1, suite_hash_size((enum suite)a->su)));
	OPENSSL_cleanse(k1, sizeof k1);
	effects_send_bytes(out, NOC_SESSION, 0, bytes_of_buffer(&unit));
	buffer_fini(&unit);
}

/* Lines 8 to 10, from the app's own values and the B that came. */
static bool agree(const struct app *a, const struct step *s, const struct point *b,
		  struct app_examined *x)
{
	const struct secure_channel_response *r = &s->message->as.secure_channel_response;
	struct secure_channel_attempt attempt = attempt_of(a, s);
	enum suite su = attempt.suite;
	struct mac tag2;
	bool good = ecdh_derive(s->crypto, su, &a->pair, b, x->z) &&
		    secure_channel_p1(s->crypto, su, a->p0, bytes_of(x->z, suite_field_size(su)),
				      x->p1) &&
		    secure_channel_th1(&attempt, bytes_of(a->m1, a->m1_size), b, x->th1) &&
		    secure_channel_k2(s->crypto, su, x->p1, x->th1, x->k2) &&
		    secure_channel_tag2(s->crypto, su, x->p1, x->th1, &tag2);
	x->mac_is_good =
		good && r->tag2.size == tag2.size && hmac_equal(r->tag2.data, tag2.data, tag2.size);
	return good && secure_channel_th2(s->crypto, su, x->th1, &tag2, x->th2) &&
	       secure_channel_keys_of(s->crypto, su, x->p1, x->th2, &x->keys);
}

void app_examine_response(const void *session, const struct step *s, void *examined)
{
	const struct app *a = session;
	struct app_examined *x = examined;
	struct point b = s->message->as.secure_channel_response.public_b;
	if (policy_is_weakened(s->policy, SETTING_POINTS)) /* D35: other forms are taken, too */
		ecdh_point_expand(s->crypto, (enum suite)a->su, &b);
	x->point_is_good = ecdh_point_is_good(s->crypto, (enum suite)a->su, &b);
	if (x->point_is_good && !agree(a, s, &b, x))
		x->mac_is_good = false;
}

static void hold_agreed(const struct app *a, const struct app_examined *x, struct effects *out)
{
	size_t h = suite_hash_size((enum suite)a->su);
	effects_hold(out, "k2", HOLD_DERIVED, "p1", bytes_of(x->k2, h));
	effects_hold(out, "shared_secret", HOLD_DERIVED, "app_ephemeral",
		     bytes_of(x->z, suite_field_size((enum suite)a->su)));
	effects_hold(out, "p1", HOLD_DERIVED, "p0,shared_secret", bytes_of(x->p1, h));
	effects_hold(out, "ka", HOLD_DERIVED, "p1", bytes_of(x->keys.ka, AEAD_KEY_SIZE));
	effects_hold(out, "ku", HOLD_DERIVED, "p1", bytes_of(x->keys.ku, AEAD_KEY_SIZE));
}

/* Line 11: M3, sealed under ka. */
static void seal_wish(struct app *a, const struct step *s, struct message *m)
{
	struct provisioning_request *r = &m->as.provisioning_request;
	struct message wish = { .type = MESSAGE_PROVISIONING_WISH,
				.as.provisioning_wish = { .app = DYNAMICS_APP,
							  .version = DYNAMICS_APP_VERSION } };
	struct secure_channel channel = {
		.crypto = s->crypto, .suite = (enum suite)a->su, .keys = &a->keys, .th2 = a->th2
	};
	struct buffer plain = { 0 }, sealed = { 0 };
	dynamics_device(s->device, wish.as.provisioning_wish.instance);
	message_encode(&wish, &plain);
	bool good =
		digest_of(s->crypto, DIGEST_SHA256, bytes_of(a->m1, a->m1_size), r->setup_hash) &&
		secure_channel_request_seal(&channel, bytes_of_buffer(&plain), &sealed);
	assert(good && sealed.size <= sizeof r->sealed);
	r->sealed_size = (uint16_t)sealed.size;
	memcpy(r->sealed, sealed.data, sealed.size);
	buffer_cleanse(&plain);
	buffer_fini(&sealed);
}

void app_request_data(void *session, const struct step *s, struct effects *out)
{
	struct app *a = session;
	const struct app_examined *x = s->examined;
	struct message m = { .type = MESSAGE_PROVISIONING_REQUEST };
	struct buffer unit = { 0 };
	a->b = s->message->as.secure_channel_response.public_b;
	a->tag2 = s->message->as.secure_channel_response.tag2;
	memcpy(a->th1, x->th1, sizeof a->th1);
	memcpy(a->th2, x->th2, sizeof a->th2);
	a->keys = x->keys;
	hold_agreed(a, x, out);
	seal_wish(a, s, &m);
	message_encode(&m, &unit);
	assert(unit.size <= sizeof a->m3);
	a->m3_size = (uint16_t)unit.size;
	memcpy(a->m3, unit.data, unit.size);
	effects_send_bytes(out, NOC_SESSION, 0, bytes_of_buffer(&unit));
	/* line 13: what has done its work goes at once */
	OPENSSL_cleanse(a->pair.private_key, sizeof a->pair.private_key);
	OPENSSL_cleanse(a->p0, sizeof a->p0);
	effects_erase(out, "app_ephemeral");
	effects_erase(out, "shared_secret");
	effects_erase(out, "p0");
	effects_erase(out, "k1");
	effects_erase(out, "k2");
	effects_erase(out, "p1");
	effects_timer_set(out, APP_TIMER_STAGE, SECONDS_NS(STAGE_WAIT_S));
	buffer_fini(&unit);
}

void app_examine_data(const void *session, const struct step *s, void *examined)
{
	const struct app *a = session;
	struct app_examined *x = examined;
	const struct provisioning_data *d = &s->message->as.provisioning_data;
	struct secure_channel channel = {
		.crypto = s->crypto, .suite = (enum suite)a->su, .keys = &a->keys, .th2 = a->th2
	};
	struct buffer plain = { 0 };
	struct message inner;
	bool authentic = false;
	if (!secure_channel_data_open(&channel, bytes_of(a->m3, a->m3_size),
				      bytes_of(d->sealed, d->sealed_size), &plain, &authentic))
		authentic = false;
	x->opens = authentic;
	x->reads = message_decode(bytes_of_buffer(&plain), &inner) == MESSAGE_OK &&
		   inner.type == MESSAGE_PROVISIONING;
	x->whole = x->reads && inner.as.provisioning.proxies_count > 0;
	if (x->reads)
		x->data = inner.as.provisioning;
	message_cleanse(&inner);
	buffer_cleanse(&plain);
}
