/* fetched.h - what is inside a struct crypto. For the files of proto/crypto only: whoever else
 * needs an algorithm asks the module that carries it.
 */
#ifndef PROTO_CRYPTO_FETCHED_H
#define PROTO_CRYPTO_FETCHED_H

#include <stdbool.h>

#include <openssl/types.h>

#include "proto/bytes.h"
#include "proto/crypto/crypto.h"
#include "proto/crypto/digest.h"
#include "proto/crypto/ecdh.h"

struct crypto {
	OSSL_LIB_CTX *library; /* borrowed; NULL is the default context */
	EVP_MD *digests[DIGESTS];
	EVP_MAC *hmac;
	EVP_KDF *hkdf;
	EVP_CIPHER *aead;
	bool yields_unauthentic; /* see crypto_yield_unauthentic() */
};

/* OpenSSL's name of a digest, "SHA256": what HMAC and HKDF take as their parameter. Static. */
const char *digest_name(enum digest d);

/* The suite's curve as a DER object identifier, tag and length before it. Static.
 * Source: RFC 5480 2.1.1.1. */
struct bytes suite_curve_oid(enum suite s);

/* A public key of OpenSSL's, or NULL when ecdh_point_is_good() would not hold or libcrypto refuses;
 * the caller frees it and keeps OpenSSL's error queue clean. */
EVP_PKEY *ecdh_public_key(struct crypto *c, enum suite s, const struct point *p);

#endif
