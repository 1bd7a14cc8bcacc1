/* hmac.c - HMAC of a span in one call. */
#include "proto/crypto/hmac.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "proto/crypto/fetched.h"

bool hmac_of(struct crypto *c, enum digest d, struct bytes key, struct bytes data, uint8_t *out)
{
	/* A NULL key would mean to OpenSSL "the one set before". */
	const uint8_t *raw = key.size > 0 ? key.data : (const uint8_t *)"";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)digest_name(d), 0),
		OSSL_PARAM_construct_end(),
	};
	size_t size = 0;
	EVP_MAC_CTX *mac = EVP_MAC_CTX_new(c->hmac);
	bool good = mac && EVP_MAC_init(mac, raw, key.size, params) == 1 &&
		    EVP_MAC_update(mac, data.data, data.size) == 1 &&
		    EVP_MAC_final(mac, out, &size, digest_size(d)) == 1 && size == digest_size(d);
	EVP_MAC_CTX_free(mac);
	if (!good)
		OPENSSL_cleanse(out, digest_size(d));
	return good;
}

bool hmac_equal(const uint8_t *a, const uint8_t *b, size_t size)
{
	return CRYPTO_memcmp(a, b, size) == 0;
}
