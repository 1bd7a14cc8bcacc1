/* session_seal.c - line 14 of the construction. */
#include "proto/crypto/session_seal.h"

#include <openssl/crypto.h>

#include "proto/crypto/label.h"

bool session_seal_key(const struct session_seal *s, uint8_t *key)
{
	struct label info = { .label = s->purpose, .items = { s->app }, .count = 1 };
	struct hkdf_prk prk = { .digest = DIGEST_SHA256,
				.prk = bytes_of(s->master_session_key, MASTER_KEY_SIZE) };
	return label_expand(s->crypto, &prk, &info, key, AEAD_KEY_SIZE);
}

bool session_seal_close(const struct session_seal *s, const uint8_t *iv, struct bytes plain,
			struct buffer *out)
{
	uint8_t key[AEAD_KEY_SIZE];
	struct buffer aad = { 0 };
	label_encode(&aad, s->purpose, &s->app, 1);
	struct aead a = { .key = key, .iv = iv, .aad = bytes_of_buffer(&aad) };
	bool good = session_seal_key(s, key) && aead_seal(s->crypto, &a, plain, out);
	OPENSSL_cleanse(key, sizeof key);
	buffer_fini(&aad);
	return good;
}

bool session_seal_open(const struct session_seal *s, const uint8_t *iv, struct bytes sealed,
		       struct buffer *plain, bool *authentic)
{
	uint8_t key[AEAD_KEY_SIZE];
	struct buffer aad = { 0 };
	label_encode(&aad, s->purpose, &s->app, 1);
	struct aead a = { .key = key, .iv = iv, .aad = bytes_of_buffer(&aad) };
	*authentic = false;
	bool good = session_seal_key(s, key) && aead_open(s->crypto, &a, sealed, plain, authentic);
	OPENSSL_cleanse(key, sizeof key);
	buffer_fini(&aad);
	return good;
}
