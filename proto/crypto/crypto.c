/* crypto.c - fetches the algorithms once. Curves are not here: OpenSSL has no object to fetch for a
 * group, ecdh.c names it with each key.
 */
#include "proto/crypto/fetched.h"

#include <stdlib.h>

#include <openssl/evp.h>
#include <openssl/kdf.h>

struct crypto *crypto_new(OSSL_LIB_CTX *library)
{
	struct crypto *c = calloc(1, sizeof *c);
	if (!c)
		abort();
	c->library = library;
	bool good = true;
	for (size_t d = 0; d < DIGESTS; d++) {
		c->digests[d] = EVP_MD_fetch(library, digest_name((enum digest)d), NULL);
		good = good && c->digests[d];
	}
	c->hmac = EVP_MAC_fetch(library, "HMAC", NULL);
	c->hkdf = EVP_KDF_fetch(library, "HKDF", NULL);
	c->aead = EVP_CIPHER_fetch(library, "AES-256-GCM", NULL);
	if (good && c->hmac && c->hkdf && c->aead)
		return c;
	crypto_free(c);
	return NULL;
}

void crypto_yield_unauthentic(struct crypto *c)
{
	c->yields_unauthentic = true;
}

void crypto_free(struct crypto *c)
{
	if (!c)
		return;
	for (size_t d = 0; d < DIGESTS; d++)
		EVP_MD_free(c->digests[d]);
	EVP_MAC_free(c->hmac);
	EVP_KDF_free(c->hkdf);
	EVP_CIPHER_free(c->aead);
	free(c);
}
