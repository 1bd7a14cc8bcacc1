/* secure_channel.c - SECURE-CHANNEL.md, lines 2, 5, 6 and 8 to 12. Each line of the document stands
 * above the code that is it; its tokens are the names here. Not a protocol: nothing is sent, kept
 * or decided in this file.
 */
#include "proto/crypto/secure_channel.h"

#include <string.h>

#include <openssl/crypto.h>

#include "proto/crypto/digest.h"
#include "proto/crypto/hkdf.h"
#include "proto/crypto/hmac.h"

static const char app_to_uem[] = "app>uem";
static const char uem_to_app[] = "uem>app";

/* An h-byte value of the suite. */
static struct bytes hash(enum suite s, const uint8_t *value)
{
	return bytes_of(value, suite_hash_size(s));
}

static struct hkdf_prk prk(enum suite s, const uint8_t *p)
{
	return (struct hkdf_prk){ .digest = suite_digest(s), .prk = hash(s, p) };
}

/* -- line 2 -- */

bool secure_channel_verifier(struct crypto *c, struct bytes uid, struct bytes ak,
			     uint8_t v[VERIFIER_SIZE])
{
	/* 2. v = SHA-256(E("actflow/1 verifier", uid, ak)) */
	const struct label e = { "actflow/1 verifier", { uid, ak }, 2 };
	return label_digest(c, DIGEST_SHA256, &e, v);
}

bool secure_channel_stored(struct crypto *c, const uint8_t v[VERIFIER_SIZE],
			   uint8_t s[VERIFIER_SIZE])
{
	/* 2. s = SHA-256(E("actflow/1 stored", v)) */
	const struct label e = { "actflow/1 stored", { bytes_of(v, VERIFIER_SIZE) }, 1 };
	return label_digest(c, DIGEST_SHA256, &e, s);
}

/* -- lines 5 and 6: the setup -- */

bool secure_channel_p0(const struct secure_channel_attempt *a, struct bytes uid, struct bytes ak,
		       const uint8_t salt[SALT_SIZE], uint8_t *p0)
{
	uint8_t v[VERIFIER_SIZE];
	bool good = true;
	if (a->from_verifier) {
		good = secure_channel_verifier(a->crypto, uid, ak, v);
		ak = bytes_of(v, sizeof v);
	}
	/* 5. p0 = Ext(salt(32), E("actflow/1 ak", uid, ak)) */
	const struct label e = { "actflow/1 ak", { uid, ak }, 2 };
	return label_extract(a->crypto, suite_digest(a->suite), bytes_of(salt, SALT_SIZE), &e,
			     p0) &&
	       good;
}

/* A tag of the suite's full length; empty when libcrypto refuses. */
static bool tag_of(struct crypto *c, enum suite s, const uint8_t *key, const struct label *e,
		   struct mac *out)
{
	memset(out, 0, sizeof *out);
	bool good = label_hmac(c, suite_digest(s), hash(s, key), e, out->data);
	if (good)
		out->size = (uint8_t)suite_hash_size(s);
	return good;
}

bool secure_channel_k1(struct crypto *c, enum suite s, const uint8_t *p0, uint8_t *k1)
{
	const uint8_t su = (uint8_t)s;
	const struct hkdf_prk from = prk(s, p0);
	/* 5. k1 = Exp(p0, E("actflow/1 setup key", su), h) */
	const struct label e = { "actflow/1 setup key", { bytes_of(&su, 1) }, 1 };
	return label_expand(c, &from, &e, k1, suite_hash_size(s));
}

bool secure_channel_tag1(const struct secure_channel_attempt *a, const uint8_t *p0,
			 struct bytes body, struct mac *out)
{
	uint8_t k1[SECURE_CHANNEL_HASH_MAX];
	memset(out, 0, sizeof *out);
	/* 6. tag1 = HMAC(k1, E("actflow/1 setup", "app>uem", uem, cid, body)) */
	const struct label tag = { "actflow/1 setup",
				   { bytes_of_string(app_to_uem), bytes_of(a->uem, UEM_ID_SIZE),
				     bytes_of(a->cid, CID_SIZE), body },
				   4 };
	bool good = secure_channel_k1(a->crypto, a->suite, p0, k1) &&
		    tag_of(a->crypto, a->suite, k1, &tag, out);
	OPENSSL_cleanse(k1, sizeof k1);
	return good;
}

/* -- line 8: both public keys are known -- */

bool secure_channel_p1(struct crypto *c, enum suite s, const uint8_t *p0, struct bytes z,
		       uint8_t *p1)
{
	/* 8. p1 = Ext(p0, Z), Z of field length */
	if (z.size == suite_field_size(s))
		return hkdf_extract(c, suite_digest(s), hash(s, p0), z, p1);
	OPENSSL_cleanse(p1, suite_hash_size(s));
	return false;
}

bool secure_channel_th1(const struct secure_channel_attempt *a, struct bytes m1,
			const struct point *b, uint8_t *th1)
{
	const uint8_t su = (uint8_t)a->suite;
	/* 8. th1 = H(E("actflow/1 th1", su, uem, cid, M1, B)) */
	const struct label e = { "actflow/1 th1",
				 { bytes_of(&su, 1), bytes_of(a->uem, UEM_ID_SIZE),
				   bytes_of(a->cid, CID_SIZE), m1, bytes_of(b->data, b->size) },
				 5 };
	if (b->size == suite_point_size(a->suite))
		return label_digest(a->crypto, suite_digest(a->suite), &e, th1);
	OPENSSL_cleanse(th1, suite_hash_size(a->suite));
	return false;
}

/* -- line 9: the response -- */

bool secure_channel_k2(struct crypto *c, enum suite s, const uint8_t *p1, const uint8_t *th1,
		       uint8_t *k2)
{
	const struct hkdf_prk from = prk(s, p1);
	/* 9. Exp(p1, E("actflow/1 response key", th1), h) */
	const struct label e = { "actflow/1 response key", { hash(s, th1) }, 1 };
	return label_expand(c, &from, &e, k2, suite_hash_size(s));
}

bool secure_channel_tag2(struct crypto *c, enum suite s, const uint8_t *p1, const uint8_t *th1,
			 struct mac *out)
{
	uint8_t k2[SECURE_CHANNEL_HASH_MAX];
	memset(out, 0, sizeof *out);
	/* 9. tag2 = HMAC(k2, E("actflow/1 response", "uem>app", th1)) */
	const struct label tag = { "actflow/1 response",
				   { bytes_of_string(uem_to_app), hash(s, th1) },
				   2 };
	bool good = secure_channel_k2(c, s, p1, th1, k2) && tag_of(c, s, k2, &tag, out);
	OPENSSL_cleanse(k2, sizeof k2);
	return good;
}

bool secure_channel_th2(struct crypto *c, enum suite s, const uint8_t *th1, const struct mac *tag2,
			uint8_t *th2)
{
	/* 9. th2 = H(E("actflow/1 th2", th1, tag2)) */
	const struct label e = { "actflow/1 th2",
				 { hash(s, th1), bytes_of(tag2->data, tag2->size) },
				 2 };
	if (tag2->size == suite_hash_size(s))
		return label_digest(c, suite_digest(s), &e, th2);
	OPENSSL_cleanse(th2, suite_hash_size(s));
	return false;
}

/* -- line 10: keys and nonces under separate labels -- */

bool secure_channel_keys_of(struct crypto *c, enum suite s, const uint8_t *p1, const uint8_t *th2,
			    struct secure_channel_keys *out)
{
	const struct hkdf_prk from = prk(s, p1);
	const struct bytes up = bytes_of_string(app_to_uem), down = bytes_of_string(uem_to_app);
	/* 10. ka, na, ku, nu = Exp(p1, E("actflow/1 key" or "actflow/1 iv",
	 *                                "app>uem" or "uem>app", th2), 32 or 12) */
	const struct label ka = { "actflow/1 key", { up, hash(s, th2) }, 2 };
	const struct label na = { "actflow/1 iv", { up, hash(s, th2) }, 2 };
	const struct label ku = { "actflow/1 key", { down, hash(s, th2) }, 2 };
	const struct label nu = { "actflow/1 iv", { down, hash(s, th2) }, 2 };
	bool good = label_expand(c, &from, &ka, out->ka, sizeof out->ka) &&
		    label_expand(c, &from, &na, out->na, sizeof out->na) &&
		    label_expand(c, &from, &ku, out->ku, sizeof out->ku) &&
		    label_expand(c, &from, &nu, out->nu, sizeof out->nu);
	if (!good)
		OPENSSL_cleanse(out, sizeof *out);
	return good;
}

/* -- lines 11 and 12: one message each way -- */

/* 11. aad = E("actflow/1 request", th2) */
static struct buffer request_aad(const struct secure_channel *s)
{
	struct buffer aad = { 0 };
	const struct bytes items[] = { hash(s->suite, s->th2) };
	label_encode(&aad, "actflow/1 request", items, 1);
	return aad;
}

bool secure_channel_request_seal(const struct secure_channel *s, struct bytes request,
				 struct buffer *sealed)
{
	/* 11. M3 = AES-256-GCM(ka, na, aad, request) */
	struct buffer aad = request_aad(s);
	const struct aead under = { s->keys->ka, s->keys->na, bytes_of_buffer(&aad) };
	bool good = aead_seal(s->crypto, &under, request, sealed);
	buffer_fini(&aad);
	return good;
}

bool secure_channel_request_open(const struct secure_channel *s, struct bytes sealed,
				 struct buffer *request, bool *authentic)
{
	struct buffer aad = request_aad(s);
	const struct aead under = { s->keys->ka, s->keys->na, bytes_of_buffer(&aad) };
	bool good = aead_open(s->crypto, &under, sealed, request, authentic);
	buffer_fini(&aad);
	return good;
}

/* 12. aad = E("actflow/1 data", th2, SHA-256(M3)) */
static bool data_aad(const struct secure_channel *s, struct bytes m3, struct buffer *aad)
{
	uint8_t m3_hash[HASH_SIZE];
	if (!digest_of(s->crypto, DIGEST_SHA256, m3, m3_hash))
		return false;
	const struct bytes items[] = { hash(s->suite, s->th2), bytes_of(m3_hash, sizeof m3_hash) };
	label_encode(aad, "actflow/1 data", items, 2);
	return true;
}

bool secure_channel_data_seal(const struct secure_channel *s, struct bytes m3, struct bytes data,
			      struct buffer *sealed)
{
	/* 12. M4 = AES-256-GCM(ku, nu, aad, {msk, configuration, proxies}) */
	struct buffer aad = { 0 };
	bool good = data_aad(s, m3, &aad);
	const struct aead under = { s->keys->ku, s->keys->nu, bytes_of_buffer(&aad) };
	good = good && aead_seal(s->crypto, &under, data, sealed);
	buffer_fini(&aad);
	return good;
}

bool secure_channel_data_open(const struct secure_channel *s, struct bytes m3, struct bytes sealed,
			      struct buffer *data, bool *authentic)
{
	*authentic = false;
	struct buffer aad = { 0 };
	bool good = data_aad(s, m3, &aad);
	const struct aead under = { s->keys->ku, s->keys->nu, bytes_of_buffer(&aad) };
	good = good && aead_open(s->crypto, &under, sealed, data, authentic);
	buffer_fini(&aad);
	return good;
}
