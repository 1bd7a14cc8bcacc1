/* ecdh.c - key pairs as values: made into OpenSSL's keys for one call and released after it.
 *
 * A refused point leaves no error in OpenSSL's queue: a TLS session on the same thread would take
 * it for its own.
 */
#include "proto/crypto/ecdh.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "proto/crypto/fetched.h"

enum {
	FORM_UNCOMPRESSED = 0x04, /* SEC 1, 2.3.3 */
	DER_PRIVATE_MAX = 128,    /* bytes */
};

static const struct {
	const char *group;
	size_t field_size;
	enum digest digest;
	const char *oid; /* of the curve, in DER */
} suites[] = {
	[SUITE_P256] = { "P-256", 32, DIGEST_SHA256, "\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07" },
	[SUITE_P384] = { "P-384", 48, DIGEST_SHA512, "\x06\x05\x2b\x81\x04\x00\x22" },
	[SUITE_P521] = { "P-521", ECDH_FIELD_MAX, DIGEST_SHA512, "\x06\x05\x2b\x81\x04\x00\x23" },
};

size_t suite_point_size(enum suite s)
{
	return 1 + 2 * suite_field_size(s);
}

size_t suite_field_size(enum suite s)
{
	assert(s >= SUITE_P256 && s <= SUITE_P521);
	return suites[s].field_size;
}

enum digest suite_digest(enum suite s)
{
	assert(s >= SUITE_P256 && s <= SUITE_P521);
	return suites[s].digest;
}

size_t suite_hash_size(enum suite s)
{
	return digest_size(suite_digest(s));
}

struct bytes suite_curve_oid(enum suite s)
{
	assert(s >= SUITE_P256 && s <= SUITE_P521);
	return bytes_of(suites[s].oid, 2 + (size_t)suites[s].oid[1]);
}

static void give_up(void)
{
	ERR_print_errors_fp(stderr);
	abort();
}

/* -- values into keys -- */

static bool point_is_uncompressed(enum suite s, const struct point *p)
{
	return p->size == suite_point_size(s) && p->data[0] == FORM_UNCOMPRESSED;
}

/* params: those of the point and, for a pair, of the private key behind the group's. NULL when the
 * point is not on the curve or libcrypto refuses. */
static EVP_PKEY *key_of(struct crypto *c, int selection, OSSL_PARAM *params)
{
	EVP_PKEY *key = NULL;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(c->library, "EC", NULL);
	if (!ctx || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &key, selection, params) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static OSSL_PARAM group_param(enum suite s)
{
	return OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)suites[s].group,
						0);
}

static OSSL_PARAM point_param(const struct point *p)
{
	return OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)p->data, p->size);
}

/* Whether OpenSSL finds the key's `part` valid: of the right order, in range. */
static bool key_is_valid(struct crypto *c, EVP_PKEY *key, int (*part)(EVP_PKEY_CTX *))
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(c->library, key, NULL);
	bool valid = ctx && part(ctx) == 1;
	EVP_PKEY_CTX_free(ctx);
	return valid;
}

EVP_PKEY *ecdh_public_key(struct crypto *c, enum suite s, const struct point *p)
{
	if (!point_is_uncompressed(s, p))
		return NULL;
	OSSL_PARAM params[] = { group_param(s), point_param(p), OSSL_PARAM_construct_end() };
	EVP_PKEY *key = key_of(c, EVP_PKEY_PUBLIC_KEY, params);
	/* Quick is enough: these curves have prime order, so every point on them but infinity is in
	 * the group, and the full check would only multiply by that order (SP 800-56A 5.6.2.3.4).
	 */
	if (key && key_is_valid(c, key, EVP_PKEY_public_check_quick))
		return key;
	EVP_PKEY_free(key);
	return NULL;
}

/* Our own key, or NULL when the pair is not one of the suite. */
static EVP_PKEY *own_key(struct crypto *c, enum suite s, const struct ecdh_pair *pair)
{
	if (!point_is_uncompressed(s, &pair->public_key))
		return NULL;
	size_t size = suite_field_size(s);
	uint8_t native[ECDH_FIELD_MAX]; /* parameters carry numbers in the machine's byte order */
	BIGNUM *number = BN_bin2bn(pair->private_key, (int)size, NULL);
	EVP_PKEY *key = NULL;
	if (number && BN_bn2nativepad(number, native, (int)size) == (int)size) {
		OSSL_PARAM params[] = {
			group_param(s),
			point_param(&pair->public_key),
			OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, native, size),
			OSSL_PARAM_construct_end(),
		};
		key = key_of(c, EVP_PKEY_KEYPAIR, params);
	}
	BN_clear_free(number);
	OPENSSL_cleanse(native, sizeof native);
	if (key && key_is_valid(c, key, EVP_PKEY_private_check))
		return key;
	EVP_PKEY_free(key);
	return NULL;
}

/* -- what the header promises -- */

void ecdh_generate(struct crypto *c, enum suite s, struct ecdh_pair *out)
{
	size_t field = suite_field_size(s), size = 0;
	BIGNUM *number = NULL;
	memset(out, 0, sizeof *out);
	EVP_PKEY *key = EVP_PKEY_Q_keygen(c->library, NULL, "EC", suites[s].group);
	if (!key || EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &number) != 1 ||
	    BN_bn2binpad(number, out->private_key, (int)field) != (int)field ||
	    EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, out->public_key.data,
					    sizeof out->public_key.data, &size) != 1)
		give_up();
	out->public_key.size = (uint8_t)size;
	BN_clear_free(number);
	EVP_PKEY_free(key);
	assert(point_is_uncompressed(s, &out->public_key));
}

/* A private key in the DER form of RFC 5915 with its public half left out, which OpenSSL then
 * computes. Every length fits into one byte. */
static void encode_private(enum suite s, struct bytes private_key, struct buffer *out)
{
	struct bytes oid = suite_curve_oid(s);
	const uint8_t version[] = { 0x02, 0x01, 0x01 };
	buffer_append_u8(out, 0x30);
	buffer_append_u8(out, (uint8_t)(sizeof version + 2 + private_key.size + 2 + oid.size));
	buffer_append(out, bytes_of(version, sizeof version));
	buffer_append_u8(out, 0x04);
	buffer_append_u8(out, (uint8_t)private_key.size);
	buffer_append(out, private_key);
	buffer_append_u8(out, 0xa0);
	buffer_append_u8(out, (uint8_t)oid.size);
	buffer_append(out, oid);
}

bool ecdh_pair_of(struct crypto *c, enum suite s, struct bytes private_key, struct ecdh_pair *out)
{
	struct buffer der = { 0 };
	size_t size = 0;
	OPENSSL_cleanse(out, sizeof *out);
	if (private_key.size != suite_field_size(s))
		return false;
	/* At once: a buffer that moves would leave a copy behind. */
	buffer_reserve(&der, DER_PRIVATE_MAX);
	encode_private(s, private_key, &der);
	const uint8_t *p = der.data;
	ERR_set_mark();
	EVP_PKEY *key = d2i_PrivateKey_ex(EVP_PKEY_EC, NULL, &p, (long)der.size, c->library, NULL);
	bool good =
		key && key_is_valid(c, key, EVP_PKEY_private_check) &&
		EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, out->public_key.data,
						sizeof out->public_key.data, &size) == 1;
	out->public_key.size = (uint8_t)size;
	EVP_PKEY_free(key);
	ERR_pop_to_mark();
	buffer_cleanse(&der);
	good = good && point_is_uncompressed(s, &out->public_key);
	if (good)
		memcpy(out->private_key, private_key.data, private_key.size);
	else
		OPENSSL_cleanse(out, sizeof *out);
	return good;
}

bool ecdh_point_is_good(struct crypto *c, enum suite s, const struct point *p)
{
	ERR_set_mark();
	EVP_PKEY *key = ecdh_public_key(c, s, p);
	EVP_PKEY_free(key);
	ERR_pop_to_mark();
	return key != NULL;
}

void ecdh_point_expand(struct crypto *c, enum suite s, struct point *p)
{
	struct point expanded = { .size = 0 };
	size_t size = 0;
	OSSL_PARAM params[] = { group_param(s), point_param(p), OSSL_PARAM_construct_end() };
	ERR_set_mark();
	EVP_PKEY *key = key_of(c, EVP_PKEY_PUBLIC_KEY, params);
	if (key &&
	    EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, expanded.data,
					    sizeof expanded.data, &size) == 1 &&
	    size == suite_point_size(s)) {
		expanded.size = (uint8_t)size;
		*p = expanded;
	}
	EVP_PKEY_free(key);
	ERR_pop_to_mark();
}

static bool agree(struct crypto *c, EVP_PKEY *own, EVP_PKEY *peer, uint8_t *z, size_t size)
{
	size_t written = size;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(c->library, own, NULL);
	/* ecdh_public_key() has checked the peer's. */
	bool good = ctx && EVP_PKEY_derive_init(ctx) == 1 &&
		    EVP_PKEY_derive_set_peer_ex(ctx, peer, 0) == 1 &&
		    EVP_PKEY_derive(ctx, z, &written) == 1 && written == size;
	EVP_PKEY_CTX_free(ctx);
	return good;
}

bool ecdh_derive(struct crypto *c, enum suite s, const struct ecdh_pair *own,
		 const struct point *peer, uint8_t z[ECDH_FIELD_MAX])
{
	OPENSSL_cleanse(z, ECDH_FIELD_MAX);
	ERR_set_mark();
	EVP_PKEY *own_pkey = own_key(c, s, own);
	EVP_PKEY *peer_pkey = own_pkey ? ecdh_public_key(c, s, peer) : NULL;
	bool good = peer_pkey && agree(c, own_pkey, peer_pkey, z, suite_field_size(s));
	EVP_PKEY_free(own_pkey);
	EVP_PKEY_free(peer_pkey);
	ERR_pop_to_mark();
	if (!good)
		OPENSSL_cleanse(z, ECDH_FIELD_MAX);
	return good;
}
