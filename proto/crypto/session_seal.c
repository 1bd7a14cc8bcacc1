/* session_seal.c - line 14 of the construction. */
#include "proto/crypto/session_seal.h"

#include <assert.h>
#include <string.h>

#include <openssl/crypto.h>

#include "proto/crypto/label.h"
#include "proto/crypto/random.h"

bool session_seal_key(const struct session_seal *s, uint8_t *key)
{
	struct label info = { .label = s->purpose, .items = { s->app }, .count = 1 };
	struct hkdf_prk prk = { .digest = DIGEST_SHA256,
				.prk = bytes_of(s->master_session_key, MASTER_KEY_SIZE) };
	return label_expand(s->crypto, &prk, &info, key, AEAD_KEY_SIZE);
}

/* A message of one instance of an app opens for no other instance, whatever keys are mixed up. */
static void associate(const struct session_seal *s, struct buffer *aad)
{
	const struct bytes items[] = { s->app, s->instance };
	label_encode(aad, s->purpose, items, 2);
}

bool session_seal_close(const struct session_seal *s, const uint8_t *iv, struct bytes plain,
			struct buffer *out)
{
	uint8_t key[AEAD_KEY_SIZE];
	struct buffer aad = { 0 };
	associate(s, &aad);
	struct aead a = { .key = key, .iv = iv, .aad = bytes_of_buffer(&aad) };
	bool good = session_seal_key(s, key) && aead_seal(s->crypto, &a, plain, out);
	OPENSSL_cleanse(key, sizeof key);
	buffer_fini(&aad);
	return good;
}

size_t session_seal_message(const struct session_seal *s, const struct message *m, uint8_t *iv,
			    uint8_t *sealed, size_t room)
{
	struct buffer plain = { 0 }, box = { 0 };
	message_encode(m, &plain);
	random_draw(s->crypto, iv, AEAD_IV_SIZE);
	bool good = session_seal_close(s, iv, bytes_of_buffer(&plain), &box);
	assert(good && box.size <= room);
	size_t size = box.size;
	memcpy(sealed, box.data, size);
	buffer_cleanse(&plain);
	buffer_fini(&box);
	return size;
}

bool session_seal_open(const struct session_seal *s, const uint8_t *iv, struct bytes sealed,
		       struct buffer *plain, bool *authentic)
{
	uint8_t key[AEAD_KEY_SIZE];
	struct buffer aad = { 0 };
	associate(s, &aad);
	struct aead a = { .key = key, .iv = iv, .aad = bytes_of_buffer(&aad) };
	*authentic = false;
	bool good = session_seal_key(s, key) && aead_open(s->crypto, &a, sealed, plain, authentic);
	OPENSSL_cleanse(key, sizeof key);
	buffer_fini(&aad);
	return good;
}
