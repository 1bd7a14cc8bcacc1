/* hmac.c - HMAC of a span in one call. */
#include "proto/crypto/hmac.h"

#include <stdlib.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "proto/crypto/fetched.h"

struct hmac_key {
	EVP_MAC_CTX *mac;
	size_t size; /* of a MAC */
};

static bool set_up(struct hmac_key *k, struct crypto *c, enum digest d, struct bytes key)
{
	/* A NULL key would mean to OpenSSL "the one set before". */
	const uint8_t *raw = key.size > 0 ? key.data : (const uint8_t *)"";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)digest_name(d), 0),
		OSSL_PARAM_construct_end(),
	};
	k->mac = EVP_MAC_CTX_new(c->hmac);
	k->size = digest_size(d);
	return k->mac && EVP_MAC_init(k->mac, raw, key.size, params) == 1;
}

static bool finish(struct hmac_key *k, struct bytes data, uint8_t *out)
{
	size_t size = 0;
	return EVP_MAC_update(k->mac, data.data, data.size) == 1 &&
	       EVP_MAC_final(k->mac, out, &size, k->size) == 1 && size == k->size;
}

bool hmac_of(struct crypto *c, enum digest d, struct bytes key, struct bytes data, uint8_t *out)
{
	struct hmac_key k = { 0 };
	bool good = set_up(&k, c, d, key) && finish(&k, data, out);
	EVP_MAC_CTX_free(k.mac);
	if (!good)
		OPENSSL_cleanse(out, digest_size(d));
	return good;
}

struct hmac_key *hmac_key_new(struct crypto *c, enum digest d, struct bytes key)
{
	struct hmac_key *k = calloc(1, sizeof *k);
	if (!k)
		abort();
	if (set_up(k, c, d, key))
		return k;
	hmac_key_free(k);
	return NULL;
}

bool hmac_key_of(struct hmac_key *k, struct bytes data, uint8_t *out)
{
	bool good = EVP_MAC_init(k->mac, NULL, 0, NULL) == 1 && finish(k, data, out);
	if (!good)
		OPENSSL_cleanse(out, k->size);
	return good;
}

void hmac_key_free(struct hmac_key *k)
{
	if (!k)
		return;
	EVP_MAC_CTX_free(k->mac);
	free(k);
}

bool hmac_equal(const uint8_t *a, const uint8_t *b, size_t size)
{
	return CRYPTO_memcmp(a, b, size) == 0;
}
