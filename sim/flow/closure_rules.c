/* closure_rules.c - SECURE-CHANNEL.md read by somebody who was not meant to: each function is what
 * one line gives to whoever has its inputs. The document's own functions compute it.
 */
#include "sim/flow/closure.h"

#include <string.h>

#include <openssl/crypto.h>

#include "proto/crypto/session_seal.h"

static const char request_purpose[] = "actflow/1 key request";
static const char reply_purpose[] = "actflow/1 key reply";

/* What follows from a value and a message: since the later of both. */
static struct closure_value follows(enum sort sort, enum rule rule, const struct closure_value *v,
				    const struct closure_unit *u)
{
	return (struct closure_value){ .sort = sort,
				       .rule = rule,
				       .secret = -1,
				       .device = u->device ? u->device : v->device,
				       .record = u->record > v->record ? u->record : v->record };
}

/* -- the access key: lines 2 and 5 -- */

static const char *uid_of(const struct closure_unit *u)
{
	return u->setup                                ? u->setup->uid
	       : u->type == MESSAGE_ACTIVATION_REQUEST ? u->message->as.activation_request.uid
	       : u->type == MESSAGE_REGISTER_KEY       ? u->message->as.register_key.uid
						       : NULL;
}

static struct secure_channel_attempt attempt_of(struct closure *c, const struct closure_setup *s)
{
	return (struct secure_channel_attempt){
		.crypto = c->crypto, .suite = s->suite, .uem = s->uem, .cid = s->cid
	};
}

static void try_access_key(struct closure *c, struct closure_value v, struct closure_unit u)
{
	char ak[ACCESS_KEY_SIZE + 1];
	uint8_t out[SECURE_CHANNEL_HASH_MAX];
	const char *uid = uid_of(&u);
	if (!uid || !access_key_normalise(bytes_of_buffer(&v.bytes), ak))
		return;
	struct bytes key = bytes_of(ak, ACCESS_KEY_SIZE), user = bytes_of_string(uid);
	struct closure_value verifier = follows(SORT_VERIFIER, RULE_VERIFIER, &v, &u);
	if (secure_channel_verifier(c->crypto, user, key, out))
		closure_derive(c, &verifier, bytes_of(out, VERIFIER_SIZE));
	if (u.setup) {
		struct secure_channel_attempt a = attempt_of(c, u.setup);
		struct closure_value p0 = follows(SORT_P0, RULE_P0, &v, &u);
		if (secure_channel_p0(&a, user, key, u.setup->salt, out))
			closure_derive(c, &p0, bytes_of(out, suite_hash_size(a.suite)));
	}
	OPENSSL_cleanse(ak, sizeof ak);
	OPENSSL_cleanse(out, sizeof out);
}

/* Weakened: a channel that begins with the verifier, which more than its ends have. Where it does
 * not, this is a value that nobody has. */
static void try_verifier(struct closure *c, struct closure_value v, struct closure_unit u)
{
	uint8_t out[SECURE_CHANNEL_HASH_MAX];
	if (!u.setup)
		return;
	struct secure_channel_attempt a = attempt_of(c, u.setup);
	struct closure_value p0 = follows(SORT_P0, RULE_P0_VERIFIER, &v, &u);
	if (secure_channel_p0(&a, bytes_of_string(u.setup->uid), bytes_of_buffer(&v.bytes),
			      u.setup->salt, out))
		closure_derive(c, &p0, bytes_of(out, suite_hash_size(a.suite)));
	OPENSSL_cleanse(out, sizeof out);
}

static void try_p0(struct closure *c, struct closure_value v, struct closure_unit u)
{
	uint8_t k1[SECURE_CHANNEL_HASH_MAX];
	if (!u.setup || v.bytes.size != suite_hash_size(u.setup->suite))
		return;
	struct closure_value found = follows(SORT_K1, RULE_K1, &v, &u);
	if (secure_channel_k1(c->crypto, u.setup->suite, v.bytes.data, k1))
		closure_derive(c, &found, bytes_of(k1, v.bytes.size));
	OPENSSL_cleanse(k1, sizeof k1);
}

/* -- Diffie-Hellman: line 8 -- */

static void try_private(struct closure *c, struct closure_value v, struct closure_unit u)
{
	struct ecdh_pair own;
	uint8_t z[ECDH_FIELD_MAX];
	const struct point *peer = u.setup ? &u.setup->public_a
				   : u.type == MESSAGE_SECURE_CHANNEL_RESPONSE
					   ? &u.message->as.secure_channel_response.public_b
					   : NULL;
	for (enum suite s = SUITE_P256; peer && s <= SUITE_P521; s++) {
		if (peer->size != suite_point_size(s) ||
		    !ecdh_pair_of(c->crypto, s, bytes_of_buffer(&v.bytes), &own))
			continue;
		bool mirror = own.public_key.size == peer->size &&
			      memcmp(own.public_key.data, peer->data, peer->size) == 0;
		struct closure_value found = follows(SORT_SHARED, RULE_SHARED, &v, &u);
		if (!mirror && ecdh_derive(c->crypto, s, &own, peer, z))
			closure_derive(c, &found, bytes_of(z, suite_field_size(s)));
		OPENSSL_cleanse(&own, sizeof own);
		OPENSSL_cleanse(z, sizeof z);
	}
}

static void try_shared(struct closure *c, struct closure_value z, struct closure_value p0)
{
	uint8_t p1[SECURE_CHANNEL_HASH_MAX];
	for (enum suite s = SUITE_P256; s <= SUITE_P521; s++) {
		if (z.bytes.size != suite_field_size(s) || p0.bytes.size != suite_hash_size(s))
			continue;
		struct closure_value found = { .sort = SORT_P1, .rule = RULE_P1, .secret = -1 };
		found.device = z.device ? z.device : p0.device;
		found.record = z.record > p0.record ? z.record : p0.record;
		if (secure_channel_p1(c->crypto, s, p0.bytes.data, bytes_of_buffer(&z.bytes), p1))
			closure_derive(c, &found, bytes_of(p1, p0.bytes.size));
		OPENSSL_cleanse(p1, sizeof p1);
	}
}

/* -- an exchange: M1 and M2 that may belong together, with what is public in them: lines 8, 9 -- */

struct exchange {
	const struct closure_setup *setup;
	enum suite suite;
	uint32_t device;
	uint64_t record;
	uint8_t th1[SECURE_CHANNEL_HASH_MAX], th2[SECURE_CHANNEL_HASH_MAX];
};

static bool exchange_of(struct closure *c, const struct closure_unit *m1,
			const struct closure_unit *m2, struct exchange *x)
{
	if (!m1->setup || !m1->setup->has_token || m2->type != MESSAGE_SECURE_CHANNEL_RESPONSE ||
	    !same_device(m1->device, m2->device))
		return false;
	const struct secure_channel_response *r = &m2->message->as.secure_channel_response;
	struct secure_channel_attempt a = attempt_of(c, m1->setup);
	*x = (struct exchange){ .setup = m1->setup, .suite = a.suite, .device = m1->device };
	x->record = m1->record > m2->record ? m1->record : m2->record;
	return secure_channel_th1(&a, bytes_of_buffer(&m1->bytes), &r->public_b, x->th1) &&
	       secure_channel_th2(c->crypto, a.suite, x->th1, &r->tag2, x->th2);
}

static void try_p1(struct closure *c, struct closure_value v, const struct exchange *x)
{
	uint8_t k2[SECURE_CHANNEL_HASH_MAX];
	struct secure_channel_keys keys;
	struct closure_unit since = { .device = x->device, .record = x->record };
	if (v.bytes.size != suite_hash_size(x->suite))
		return;
	struct closure_value k2_found = follows(SORT_K2, RULE_K2, &v, &since);
	struct closure_value ka = follows(SORT_KA, RULE_KEYS, &v, &since);
	struct closure_value ku = follows(SORT_KU, RULE_KEYS, &v, &since);
	if (secure_channel_k2(c->crypto, x->suite, v.bytes.data, x->th1, k2))
		closure_derive(c, &k2_found, bytes_of(k2, v.bytes.size));
	if (secure_channel_keys_of(c->crypto, x->suite, v.bytes.data, x->th2, &keys)) {
		closure_derive(c, &ka, bytes_of(keys.ka, sizeof keys.ka));
		closure_derive(c, &ku, bytes_of(keys.ku, sizeof keys.ku));
	}
	OPENSSL_cleanse(k2, sizeof k2);
	OPENSSL_cleanse(&keys, sizeof keys);
}

/* -- what is sealed: lines 11 and 12 -- */

/* A key that was used once opens what it sealed also for whoever lacks the nonce: it follows from
 * key, tag and associated data. */
static bool keys_from(struct closure *c, const struct closure_value *v, struct bytes aad,
		      struct bytes sealed, struct secure_channel_keys *out)
{
	bool up = v->sort == SORT_KA;
	struct aead under = { .key = v->bytes.data, .aad = aad };
	memset(out, 0, sizeof *out);
	if (v->bytes.size != AEAD_KEY_SIZE)
		return false;
	memcpy(up ? out->ka : out->ku, v->bytes.data, AEAD_KEY_SIZE);
	return aead_iv_find(c->crypto, &under, sealed, up ? out->na : out->nu);
}

/* A message that was opened, when it is of the type that stands there. */
static void opened(struct closure *c, enum message_type type, const struct closure_value *how,
		   struct buffer *plain)
{
	if (message_peek(bytes_of_buffer(plain)) == type)
		closure_read(c, bytes_of_buffer(plain), how);
	buffer_cleanse(plain);
}

static void try_request(struct closure *c, struct closure_value v, const struct exchange *x,
			const struct closure_unit *m3)
{
	const struct provisioning_request *r = &m3->message->as.provisioning_request;
	struct bytes sealed = bytes_of(r->sealed, r->sealed_size);
	struct secure_channel_keys keys;
	struct secure_channel channel = { c->crypto, x->suite, &keys, x->th2 };
	struct closure_value how = follows(SORT_OTHER, RULE_OPEN_REQUEST, &v, m3);
	struct buffer aad = { 0 }, plain = { 0 };
	bool authentic;
	const struct bytes items[] = { bytes_of(x->th2, suite_hash_size(x->suite)) };
	label_encode(&aad, "actflow/1 request", items, 1);
	if (keys_from(c, &v, bytes_of_buffer(&aad), sealed, &keys) &&
	    secure_channel_request_open(&channel, sealed, &plain, &authentic) && authentic)
		opened(c, MESSAGE_PROVISIONING_WISH, &how, &plain);
	buffer_cleanse(&plain);
	buffer_fini(&aad);
}

static void try_data(struct closure *c, struct closure_value v, const struct exchange *x,
		     const struct closure_unit *const m3_m4[2])
{
	const struct closure_unit *m3 = m3_m4[0], *m4 = m3_m4[1];
	const struct provisioning_data *d = &m4->message->as.provisioning_data;
	struct bytes sealed = bytes_of(d->sealed, d->sealed_size);
	struct secure_channel_keys keys;
	struct secure_channel channel = { c->crypto, x->suite, &keys, x->th2 };
	struct closure_value how = follows(SORT_OTHER, RULE_OPEN_DATA, &v, m4);
	struct buffer aad = { 0 }, plain = { 0 };
	uint8_t hash[HASH_SIZE];
	bool authentic;
	if (!digest_of(c->crypto, DIGEST_SHA256, bytes_of_buffer(&m3->bytes), hash))
		return;
	const struct bytes items[] = { bytes_of(x->th2, suite_hash_size(x->suite)),
				       bytes_of(hash, sizeof hash) };
	label_encode(&aad, "actflow/1 data", items, 2);
	if (keys_from(c, &v, bytes_of_buffer(&aad), sealed, &keys) &&
	    secure_channel_data_open(&channel, bytes_of_buffer(&m3->bytes), sealed, &plain,
				     &authentic) &&
	    authentic)
		opened(c, MESSAGE_PROVISIONING, &how, &plain);
	buffer_cleanse(&plain);
	buffer_fini(&aad);
}

/* Whatever was said after an exchange, under a key of it. */
static void try_key(struct closure *c, struct closure_value v, const struct exchange *x)
{
	for (size_t i = 0; i < c->units_count; i++) {
		struct closure_unit m3 = c->units[i];
		if (m3.type != MESSAGE_PROVISIONING_REQUEST || !same_device(m3.device, x->device))
			continue;
		if (v.sort == SORT_KA)
			try_request(c, v, x, &m3);
		for (size_t k = 0; v.sort == SORT_KU && k < c->units_count; k++) {
			struct closure_unit m4 = c->units[k];
			const struct closure_unit *const both[2] = { &m3, &m4 };
			if (m4.type == MESSAGE_PROVISIONING_DATA &&
			    same_device(m4.device, x->device))
				try_data(c, v, x, both);
		}
	}
}

static void try_exchange(struct closure *c, const struct exchange *x)
{
	for (size_t i = 0; i < c->values_count; i++) {
		struct closure_value v = c->values[i];
		if (!same_device(v.device, x->device))
			continue;
		if (v.sort == SORT_P1)
			try_p1(c, v, x);
		else if (v.sort == SORT_KA || v.sort == SORT_KU)
			try_key(c, v, x);
	}
}

/* -- what an activated app and UEM say: line 14 -- */

static void try_sealed(struct closure *c, struct closure_value v, struct bytes box,
		       const struct session_seal *s, struct closure_value how)
{
	const uint8_t *iv = box.data;
	struct bytes sealed = bytes_of(box.data + AEAD_IV_SIZE, box.size - AEAD_IV_SIZE);
	const struct bytes items[] = { s->app, s->instance };
	struct buffer aad = { 0 }, plain = { 0 };
	bool authentic;
	label_encode(&aad, s->purpose, items, 2);
	struct aead under = { .key = v.bytes.data, .iv = iv, .aad = bytes_of_buffer(&aad) };
	if (aead_open(c->crypto, &under, sealed, &plain, &authentic) && authentic)
		closure_read(c, bytes_of_buffer(&plain), &how);
	buffer_cleanse(&plain);
	buffer_fini(&aad);
}

/* The request, and each reply that it may have had. */
static void try_boxes(struct closure *c, struct closure_value v, const struct closure_unit *u,
		      struct session_seal s)
{
	for (size_t i = 0; i < c->units_count; i++) {
		struct closure_unit b = c->units[i];
		struct buffer box = { 0 };
		if (b.type != MESSAGE_SEALED_KEY_REPLY && b.type != MESSAGE_SEALED_KEY_REQUEST)
			continue;
		bool reply = b.type == MESSAGE_SEALED_KEY_REPLY;
		const struct sealed_key_request *q = &b.message->as.sealed_key_request;
		const struct sealed_key_reply *p = &b.message->as.sealed_key_reply;
		s.purpose = reply ? reply_purpose : request_purpose;
		buffer_append(&box, bytes_of(reply ? p->iv : q->iv, AEAD_IV_SIZE));
		buffer_append(&box, reply ? bytes_of(p->sealed, p->sealed_size)
					  : bytes_of(q->sealed, q->sealed_size));
		if (same_device(b.device, u->device))
			try_sealed(c, v, bytes_of_buffer(&box), &s,
				   follows(SORT_OTHER, RULE_OPEN_SESSION, &v, &b));
		buffer_fini(&box);
	}
}

static void try_session(struct closure *c, struct closure_value v, struct closure_unit u)
{
	uint8_t key[AEAD_KEY_SIZE];
	if (u.type != MESSAGE_SEALED_KEY_REQUEST || v.bytes.size != MASTER_KEY_SIZE)
		return;
	const struct sealed_key_request *q = &u.message->as.sealed_key_request;
	struct session_seal s = { .crypto = c->crypto,
				  .master_session_key = v.bytes.data,
				  .app = bytes_of_string(q->app),
				  .instance = bytes_of_string(q->instance) };
	struct closure_value found = follows(SORT_SESSION, RULE_SESSION_KEY, &v, &u);
	const char *const purposes[] = { request_purpose, reply_purpose };
	for (size_t i = 0; v.rule != RULE_SESSION_KEY && i < 2; i++) {
		s.purpose = purposes[i];
		if (session_seal_key(&s, key))
			closure_derive(c, &found, bytes_of(key, sizeof key));
	}
	try_boxes(c, v, &u, s);
	OPENSSL_cleanse(key, sizeof key);
}

/* -- all of them -- */

static void try_unit(struct closure *c, struct closure_value v, struct closure_unit u)
{
	if (v.sort == SORT_ACCESS_KEY)
		try_access_key(c, v, u);
	else if (v.sort == SORT_VERIFIER)
		try_verifier(c, v, u);
	else if (v.sort == SORT_P0)
		try_p0(c, v, u);
	else if (v.sort == SORT_PRIVATE)
		try_private(c, v, u);
	else if (v.sort == SORT_MASTER || v.sort == SORT_SESSION)
		try_session(c, v, u);
}

/* Both lists may grow meanwhile: what is added is tried as well. Values and units are handed over
 * as copies, whose bytes stay where they are. */
void closure_apply_rules(struct closure *c)
{
	for (size_t i = 0; i < c->values_count; i++) {
		for (size_t k = 0; k < c->units_count; k++)
			if (same_device(c->values[i].device, c->units[k].device))
				try_unit(c, c->values[i], c->units[k]);
		for (size_t k = 0; c->values[i].sort == SORT_SHARED && k < c->values_count; k++)
			if (c->values[k].sort == SORT_P0 &&
			    same_device(c->values[i].device, c->values[k].device))
				try_shared(c, c->values[i], c->values[k]);
	}
	for (size_t i = 0; i < c->units_count; i++)
		for (size_t k = 0; c->units[i].setup && k < c->units_count; k++) {
			struct closure_unit m1 = c->units[i], m2 = c->units[k];
			struct exchange x;
			if (exchange_of(c, &m1, &m2, &x))
				try_exchange(c, &x);
		}
}
