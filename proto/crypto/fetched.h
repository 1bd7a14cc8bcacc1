/* fetched.h - what is inside a struct crypto. For the files of proto/crypto only: whoever else
 * needs an algorithm asks the module that carries it.
 */
#ifndef PROTO_CRYPTO_FETCHED_H
#define PROTO_CRYPTO_FETCHED_H

#include <openssl/types.h>

#include "proto/crypto/crypto.h"
#include "proto/crypto/digest.h"

struct crypto {
	OSSL_LIB_CTX *library; /* borrowed; NULL is the default context */
	EVP_MD *digests[DIGESTS];
	EVP_MAC *hmac;
	EVP_KDF *hkdf;
	EVP_CIPHER *aead;
};

/* OpenSSL's name of a digest, "SHA256": what HMAC and HKDF take as their parameter. Static. */
const char *digest_name(enum digest d);

#endif
