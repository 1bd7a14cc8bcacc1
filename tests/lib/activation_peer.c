/* activation_peer.c - lines 2 to 14 of SECURE-CHANNEL.md from either side, call by call. */
#include "tests/lib/activation_peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/dynamics/vocabulary.h"
#include "proto/crypto/random.h"

enum { OF_ATTEMPT = 1000, OF_TOKEN = 2000, OF_SEAL = 3000 };

static void must(bool good)
{
	if (!good)
		abort();
}

static struct bytes unit_of(const struct peer_unit *u)
{
	return bytes_of(u->data, u->size);
}

static void keep_unit(struct peer_unit *u, struct bytes unit)
{
	must(unit.size <= sizeof u->data);
	u->size = (uint16_t)unit.size;
	if (unit.size > 0)
		memcpy(u->data, unit.data, unit.size);
}

static void keep_message(struct peer_unit *u, const struct message *m)
{
	struct buffer unit = { 0 };
	message_encode(m, &unit);
	keep_unit(u, bytes_of_buffer(&unit));
	buffer_fini(&unit);
}

static struct secure_channel_attempt attempt_of(struct lab *lab, const struct attempt *t)
{
	return (struct secure_channel_attempt){
		.crypto = lab->crypto, .suite = t->su, .uem = t->uem, .cid = t->cid
	};
}

static struct secure_channel channel_of(struct lab *lab, const struct attempt *t)
{
	return (struct secure_channel){
		.crypto = lab->crypto, .suite = t->su, .keys = &t->keys, .th2 = t->th2
	};
}

void peer_verifier(struct lab *lab, const struct attempt *t, uint8_t v[VERIFIER_SIZE],
		   uint8_t s[VERIFIER_SIZE])
{
	must(secure_channel_verifier(lab->crypto, bytes_of_string(t->uid), bytes_of_string(t->ak),
				     v) &&
	     secure_channel_stored(lab->crypto, v, s));
}

void peer_begin(struct lab *lab, struct attempt *t, uint64_t number)
{
	uint8_t tenant[ROSTER_SHARED_SIZE];
	memset(t, 0, sizeof *t);
	t->su = dynamics_suite(&lab->policy);
	snprintf(t->uid, sizeof t->uid, "%s", USER_ID);
	snprintf(t->ak, sizeof t->ak, "%s", PEER_AK);
	lab_shared(lab, "tenant", tenant);
	memcpy(t->uem, tenant, sizeof t->uem);
	lab_draw(lab, OF_ATTEMPT + number);
	ecdh_generate(lab->crypto, t->su, &t->own);
	random_draw(lab->crypto, t->salt, sizeof t->salt);
	random_draw(lab->crypto, t->cid, sizeof t->cid);
}

void peer_token(struct lab *lab, struct attempt *t, uint64_t number,
		void (*change)(struct token_fields *), const uint8_t *kt)
{
	uint8_t v[VERIFIER_SIZE], right[ROSTER_SHARED_SIZE];
	struct token_fields f = { .kid = 1, .app = DYNAMICS_APP, .iat_s = LAB_EPOCH_S };
	memcpy(f.uid, t->uid, sizeof f.uid);
	memcpy(f.cid, t->cid, sizeof f.cid);
	memcpy(f.uem, t->uem, sizeof f.uem);
	peer_verifier(lab, t, v, f.stored);
	lab_draw(lab, OF_TOKEN + number);
	random_draw(lab->crypto, f.tid, sizeof f.tid);
	if (change)
		change(&f);
	lab_shared(lab, "token key", right);
	must(token_seal(lab->crypto, kt ? kt : right, &f, &t->token));
}

/* -- as the administrator -- */

void peer_assignment(const char *app, struct message *m)
{
	*m = (struct message){ .type = MESSAGE_ASSIGN_APPS,
			       .as.assign_apps = { .uid = USER_ID,
						   .apps_count = 1,
						   .versions_count = 2,
						   .versions = { "1.0.0", "1.1.0" } } };
	snprintf(m->as.assign_apps.apps[0], APP_MAX, "%s", app);
}

void peer_key(const struct bench *uem, char ak[ACCESS_KEY_SIZE + 1])
{
	struct bench console;
	struct message m = { .type = MESSAGE_GENERATE_KEY, .as.generate_key = { .uid = USER_ID } };
	bench_join(&console, uem, "uem.console");
	console.steps = uem->steps;
	bench_say(&console, CONSOLE, &m);
	const struct effect *held = bench_held(&console, "access_key");
	must(held && held->body.size == ACCESS_KEY_SIZE && !console.broken);
	memcpy(ak, held->body.data, ACCESS_KEY_SIZE);
	ak[ACCESS_KEY_SIZE] = '\0';
	bench_close(&console);
}

/* -- as the app -- */

void peer_setup(struct lab *lab, struct attempt *t, struct message *m)
{
	struct secure_channel_attempt a = attempt_of(lab, t);
	struct setup_body body = { .public_a = t->own.public_key, .token = t->token };
	struct secure_channel_setup *setup = &m->as.secure_channel_setup;
	struct buffer wire = { 0 };
	memset(m, 0, sizeof *m);
	m->type = MESSAGE_SECURE_CHANNEL_SETUP;
	memcpy(body.uid, t->uid, sizeof body.uid);
	memcpy(body.salt, t->salt, sizeof body.salt);
	setup_body_encode(&body, &wire);
	setup->body_size = (uint16_t)wire.size;
	memcpy(setup->body, wire.data, wire.size);
	must(secure_channel_p0(&a, bytes_of_string(t->uid), bytes_of_string(t->ak), t->salt,
			       t->p0) &&
	     secure_channel_tag1(&a, t->p0, bytes_of_buffer(&wire), &setup->tag1));
	buffer_fini(&wire);
	keep_message(&t->m1, m);
}

/* Lines 8 to 10 for either side. */
static bool derive(struct lab *lab, struct attempt *t, const struct point *peer)
{
	struct secure_channel_attempt a = attempt_of(lab, t);
	uint8_t z[ECDH_FIELD_MAX], p1[SECURE_CHANNEL_HASH_MAX];
	struct crypto *c = lab->crypto;
	return ecdh_derive(c, t->su, &t->own, peer, z) &&
	       secure_channel_p1(c, t->su, t->p0, bytes_of(z, suite_field_size(t->su)), p1) &&
	       secure_channel_th1(&a, unit_of(&t->m1), &t->b, t->th1) &&
	       secure_channel_tag2(c, t->su, p1, t->th1, &t->tag2) &&
	       secure_channel_th2(c, t->su, t->th1, &t->tag2, t->th2) &&
	       secure_channel_keys_of(c, t->su, p1, t->th2, &t->keys);
}

bool peer_agree(struct lab *lab, struct attempt *t, const struct message *m2)
{
	const struct secure_channel_response *r = &m2->as.secure_channel_response;
	t->b = r->public_b;
	return derive(lab, t, &t->b) && r->tag2.size == t->tag2.size &&
	       memcmp(r->tag2.data, t->tag2.data, t->tag2.size) == 0;
}

void peer_wish(struct lab *lab, struct attempt *t, const struct provisioning_wish *wish,
	       struct message *m)
{
	struct message inner = { .type = MESSAGE_PROVISIONING_WISH, .as.provisioning_wish = *wish };
	struct secure_channel channel = channel_of(lab, t);
	struct provisioning_request *r = &m->as.provisioning_request;
	struct buffer plain = { 0 }, sealed = { 0 };
	memset(m, 0, sizeof *m);
	m->type = MESSAGE_PROVISIONING_REQUEST;
	message_encode(&inner, &plain);
	must(digest_of(lab->crypto, DIGEST_SHA256, unit_of(&t->m1), r->setup_hash) &&
	     secure_channel_request_seal(&channel, bytes_of_buffer(&plain), &sealed));
	r->sealed_size = (uint16_t)sealed.size;
	memcpy(r->sealed, sealed.data, sealed.size);
	keep_message(&t->m3, m);
	buffer_fini(&plain);
	buffer_fini(&sealed);
}

/* -- as UEM -- */

bool peer_respond(struct lab *lab, struct attempt *t, struct bytes m1, struct message *m)
{
	struct secure_channel_attempt a = attempt_of(lab, t);
	struct message setup;
	struct setup_body body;
	struct mac tag1;
	if (message_decode(m1, &setup) != MESSAGE_OK ||
	    setup.type != MESSAGE_SECURE_CHANNEL_SETUP ||
	    setup_body_decode(bytes_of(setup.as.secure_channel_setup.body,
				       setup.as.secure_channel_setup.body_size),
			      &body) != MESSAGE_OK)
		return false;
	keep_unit(&t->m1, m1);
	t->b = t->own.public_key;
	const struct secure_channel_setup *got = &setup.as.secure_channel_setup;
	if (!secure_channel_p0(&a, bytes_of_string(t->uid), bytes_of_string(t->ak), body.salt,
			       t->p0) ||
	    !secure_channel_tag1(&a, t->p0, bytes_of(got->body, got->body_size), &tag1) ||
	    tag1.size != got->tag1.size || memcmp(tag1.data, got->tag1.data, tag1.size) != 0 ||
	    !derive(lab, t, &body.public_a))
		return false;
	memset(m, 0, sizeof *m);
	m->type = MESSAGE_SECURE_CHANNEL_RESPONSE;
	m->as.secure_channel_response.public_b = t->b;
	m->as.secure_channel_response.tag2 = t->tag2;
	return true;
}

void peer_data(struct lab *lab, struct attempt *t, struct bytes m3, const struct message *inner,
	       struct message *m)
{
	struct secure_channel channel = channel_of(lab, t);
	struct provisioning_data *d = &m->as.provisioning_data;
	struct buffer plain = { 0 }, sealed = { 0 };
	memset(m, 0, sizeof *m);
	m->type = MESSAGE_PROVISIONING_DATA;
	message_encode(inner, &plain);
	must(secure_channel_data_seal(&channel, m3, bytes_of_buffer(&plain), &sealed));
	d->sealed_size = (uint16_t)sealed.size;
	memcpy(d->sealed, sealed.data, sealed.size);
	buffer_fini(&plain);
	buffer_fini(&sealed);
}

bool peer_data_opens(struct lab *lab, const struct attempt *t, struct bytes m3,
		     const struct message *m4, struct message *inner)
{
	struct secure_channel channel = channel_of(lab, t);
	const struct provisioning_data *d = &m4->as.provisioning_data;
	struct buffer plain = { 0 };
	bool authentic = false;
	bool good = secure_channel_data_open(&channel, m3, bytes_of(d->sealed, d->sealed_size),
					     &plain, &authentic) &&
		    authentic && message_decode(bytes_of_buffer(&plain), inner) == MESSAGE_OK;
	buffer_fini(&plain);
	return good;
}

/* The active app's, under its key, which is written where it stays as long as it is used. */
static struct session_seal seal_of(struct lab *lab, const char *purpose,
				   uint8_t key[ROSTER_SHARED_SIZE])
{
	lab_shared(lab, "active app", key);
	return (struct session_seal){ .crypto = lab->crypto,
				      .master_session_key = key,
				      .purpose = purpose,
				      .app = bytes_of_string(DYNAMICS_ACTIVE_APP),
				      .instance = bytes_of_string(DEVICE_ID) };
}

void peer_seal(struct lab *lab, const char *purpose, uint64_t number, const struct message *inner,
	       struct sealed_key_request *out)
{
	uint8_t key[ROSTER_SHARED_SIZE];
	struct buffer plain = { 0 }, box = { 0 };
	struct session_seal seal = seal_of(lab, purpose, key);
	snprintf(out->app, sizeof out->app, "%s", DYNAMICS_ACTIVE_APP);
	snprintf(out->instance, sizeof out->instance, "%s", DEVICE_ID);
	lab_draw(lab, OF_SEAL + number);
	random_draw(lab->crypto, out->iv, sizeof out->iv);
	message_encode(inner, &plain);
	must(session_seal_close(&seal, out->iv, bytes_of_buffer(&plain), &box));
	out->sealed_size = (uint16_t)box.size;
	memcpy(out->sealed, box.data, box.size);
	buffer_fini(&plain);
	buffer_fini(&box);
}

bool peer_unseal(struct lab *lab, const char *purpose, const uint8_t *iv, struct bytes sealed,
		 struct message *inner)
{
	uint8_t key[ROSTER_SHARED_SIZE];
	struct buffer plain = { 0 };
	bool authentic = false;
	struct session_seal seal = seal_of(lab, purpose, key);
	bool good = session_seal_open(&seal, iv, sealed, &plain, &authentic) && authentic &&
		    message_decode(bytes_of_buffer(&plain), inner) == MESSAGE_OK;
	buffer_fini(&plain);
	return good;
}
