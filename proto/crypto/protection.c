/* protection.c - key schedule and record layer of TLS 1.3 and DTLS 1.2, for reading alone. HKDF,
 * the PRF and AES-GCM are OpenSSL's.
 */
#include "proto/crypto/protection.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "proto/crypto/fetched.h"
#include "proto/crypto/hkdf.h"

enum {
	TLS_HEADER = 5,   /* type, version, length (RFC 8446 5.1) */
	DTLS_HEADER = 13, /* type, version, epoch, number, length (RFC 6347 4.1) */
	NUMBER_AT = 3,    /* epoch and number together */
	SALT = 4,
	EXPLICIT = 8, /* bytes of the nonce that stand in a record (RFC 5288 3) */
};

const struct protection_suite *protection_suite(uint16_t number)
{
	static const struct protection_suite suites[] = {
		{ 0x1301, true, DIGEST_SHA256, 16 },  /* TLS_AES_128_GCM_SHA256 */
		{ 0x1302, true, DIGEST_SHA384, 32 },  /* TLS_AES_256_GCM_SHA384 */
		{ 0xc02b, false, DIGEST_SHA256, 16 }, /* TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 */
		{ 0xc02c, false, DIGEST_SHA384, 32 }, /* TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 */
	};
	for (size_t i = 0; i < sizeof suites / sizeof *suites; i++)
		if (suites[i].number == number)
			return &suites[i];
	return NULL;
}

/* -- keys -- */

/* HKDF-Expand-Label(secret, label, "", size) of RFC 8446 7.1 */
static bool expand(struct crypto *c, const struct hkdf_prk *from, const char *label, uint8_t *out,
		   size_t size)
{
	struct buffer info = { 0 };
	buffer_append_u16(&info, (uint16_t)size);
	buffer_append_u8(&info, (uint8_t)strlen(label));
	buffer_append(&info, bytes_of_string(label));
	buffer_append_u8(&info, 0);
	bool good = hkdf_expand(c, from, bytes_of_buffer(&info), out, size);
	buffer_fini(&info);
	return good;
}

bool protection_of_traffic(struct crypto *c, const struct protection_suite *s, struct bytes secret,
			   struct protection *out)
{
	struct hkdf_prk from = { .digest = s->digest, .prk = secret };
	*out = (struct protection){ 0 };
	if (!s->tls13 || secret.size != digest_size(s->digest) ||
	    !expand(c, &from, "tls13 key", out->key, s->key_size) ||
	    !expand(c, &from, "tls13 iv", out->iv, sizeof out->iv)) {
		OPENSSL_cleanse(out, sizeof *out);
		return false;
	}
	out->suite = s;
	return true;
}

bool protection_update(struct crypto *c, const struct protection_suite *s, uint8_t *secret)
{
	uint8_t next[DIGEST_SIZE_MAX];
	size_t size = digest_size(s->digest);
	struct hkdf_prk from = { .digest = s->digest, .prk = bytes_of(secret, size) };
	bool good = expand(c, &from, "tls13 traffic upd", next, size);
	if (good)
		memcpy(secret, next, size);
	OPENSSL_cleanse(next, sizeof next);
	return good;
}

/* The PRF of TLS 1.2, RFC 5246 5. seed: label and seed together. */
static bool prf(struct crypto *c, enum digest d, const struct bytes secret_seed[2], uint8_t *out,
		size_t size)
{
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)digest_name(d), 0),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET,
						  (void *)secret_seed[0].data, secret_seed[0].size),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, (void *)secret_seed[1].data,
						  secret_seed[1].size),
		OSSL_PARAM_construct_end(),
	};
	EVP_KDF *kdf = EVP_KDF_fetch(c->library, "TLS1-PRF", NULL);
	EVP_KDF_CTX *ctx = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
	bool good = ctx && EVP_KDF_derive(ctx, out, size, params) == 1;
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
	return good;
}

bool protection_of_master(struct crypto *c, const struct protection_suite *s,
			  const struct protection_session *session, struct protection out[2])
{
	static const char label[] = "key expansion";
	uint8_t block[2 * (AEAD_KEY_SIZE + SALT)];
	struct buffer seed = { 0 };
	memset(out, 0, 2 * sizeof *out);
	if (s->tls13 || session->master.size != PROTECTION_MASTER)
		return false;
	buffer_append(&seed, bytes_of(label, sizeof label - 1));
	buffer_append(&seed, bytes_of(session->server_random, PROTECTION_RANDOM));
	buffer_append(&seed, bytes_of(session->client_random, PROTECTION_RANDOM));
	const struct bytes both[2] = { session->master, bytes_of_buffer(&seed) };
	bool good = prf(c, s->digest, both, block, 2 * (s->key_size + SALT));
	for (size_t i = 0; good && i < 2; i++) {
		memcpy(out[i].key, block + i * s->key_size, s->key_size);
		memcpy(out[i].iv, block + 2 * s->key_size + i * SALT, SALT);
		out[i].suite = s;
	}
	OPENSSL_cleanse(block, sizeof block);
	buffer_fini(&seed);
	return good;
}

/* -- records -- */

/* aead.h opens with keys of 32 bytes; a shorter one is for another cipher in its place. */
static bool open_body(struct crypto *c, const struct protection *p, const struct aead *under,
		      struct bytes sealed, struct buffer *plain)
{
	struct crypto with = *c;
	struct aead keyed = *under;
	bool authentic, small = p->suite->key_size < AEAD_KEY_SIZE;
	EVP_CIPHER *own = small ? EVP_CIPHER_fetch(c->library, "AES-128-GCM", NULL) : NULL;
	with.aead = small ? own : c->aead;
	with.yields_unauthentic = false;
	keyed.key = p->key;
	bool good = with.aead && aead_open(&with, &keyed, sealed, plain, &authentic) && authentic;
	EVP_CIPHER_free(own);
	return good;
}

uint8_t protection_open_tls(struct crypto *c, const struct protection *p, uint64_t number,
			    struct bytes record, struct buffer *plain)
{
	uint8_t nonce[AEAD_IV_SIZE];
	size_t before = plain->size;
	if (!p->suite || !p->suite->tls13 || record.size < TLS_HEADER)
		return 0;
	memcpy(nonce, p->iv, sizeof nonce);
	for (size_t i = 0; i < 8; i++)
		nonce[AEAD_IV_SIZE - 1 - i] ^= (uint8_t)(number >> 8 * i);
	struct aead under = { .iv = nonce, .aad = bytes_of(record.data, TLS_HEADER) };
	if (!open_body(c, p, &under, bytes_of(record.data + TLS_HEADER, record.size - TLS_HEADER),
		       plain))
		return 0;
	while (plain->size > before && !plain->data[plain->size - 1])
		plain->size--;
	return plain->size > before ? plain->data[--plain->size] : 0;
}

uint8_t protection_open_dtls(struct crypto *c, const struct protection *p, struct bytes record,
			     struct buffer *plain)
{
	uint8_t nonce[AEAD_IV_SIZE], aad[DTLS_HEADER];
	size_t least = DTLS_HEADER + EXPLICIT + AEAD_TAG_SIZE;
	if (!p->suite || p->suite->tls13 || record.size < least)
		return 0;
	memcpy(nonce, p->iv, SALT);
	memcpy(nonce + SALT, record.data + DTLS_HEADER, EXPLICIT);
	memcpy(aad, record.data + NUMBER_AT, 8); /* epoch and number; then type and version */
	memcpy(aad + 8, record.data, 3);
	write_u16(aad + 11, (uint16_t)(record.size - least));
	struct aead under = { .iv = nonce, .aad = bytes_of(aad, sizeof aad) };
	struct bytes sealed = bytes_of(record.data + DTLS_HEADER + EXPLICIT,
				       record.size - DTLS_HEADER - EXPLICIT);
	return open_body(c, p, &under, sealed, plain) ? record.data[0] : 0;
}
