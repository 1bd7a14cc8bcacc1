/* hkdf.c - both halves of HKDF are one call of OpenSSL's with another mode. */
#include "proto/crypto/hkdf.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "proto/crypto/fetched.h"

enum { BLOCKS_MAX = 255 }; /* RFC 5869 2.3: L <= 255 * HashLen */

/* One derivation: mode, key, and `extra` under the parameter name of the mode. */
struct derivation {
	enum digest digest;
	int mode;
	struct bytes key;
	const char *extra_name;
	struct bytes extra;
};

static bool derive(struct crypto *c, const struct derivation *d, uint8_t *out, size_t out_size)
{
	int mode = d->mode;
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST,
						 (char *)digest_name(d->digest), 0),
		OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)d->key.data,
						  d->key.size),
		OSSL_PARAM_construct_octet_string(d->extra_name, (void *)d->extra.data,
						  d->extra.size),
		OSSL_PARAM_construct_end(),
	};
	EVP_KDF_CTX *kdf = EVP_KDF_CTX_new(c->hkdf);
	bool good = kdf && EVP_KDF_derive(kdf, out, out_size, params) == 1;
	EVP_KDF_CTX_free(kdf);
	return good;
}

bool hkdf_extract(struct crypto *c, enum digest d, struct bytes salt, struct bytes secret,
		  uint8_t *out)
{
	const struct derivation extract = {
		.digest = d,
		.mode = EVP_KDF_HKDF_MODE_EXTRACT_ONLY,
		.key = secret,
		.extra_name = OSSL_KDF_PARAM_SALT,
		.extra = salt,
	};
	if (secret.size > 0 && derive(c, &extract, out, digest_size(d)))
		return true;
	OPENSSL_cleanse(out, digest_size(d));
	return false;
}

bool hkdf_expand(struct crypto *c, const struct hkdf_prk *from, struct bytes info, uint8_t *out,
		 size_t out_size)
{
	const struct derivation expand = {
		.digest = from->digest,
		.mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY,
		.key = from->prk,
		.extra_name = OSSL_KDF_PARAM_INFO,
		.extra = info,
	};
	size_t hash_size = digest_size(from->digest);
	if (from->prk.size >= hash_size && out_size > 0 && out_size <= BLOCKS_MAX * hash_size &&
	    derive(c, &expand, out, out_size))
		return true;
	OPENSSL_cleanse(out, out_size);
	return false;
}
