/* ecdsa.c - one verification is one call of OpenSSL's; the fixed form is put into DER before it.
 *
 * A refused signature leaves no error in OpenSSL's queue, as in ecdh.c.
 */
#include "proto/crypto/ecdsa.h"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "proto/crypto/fetched.h"

/* Bytes of the longest signature in DER: a sequence of two numbers of P-521, each with a leading
 * zero. More is refused unparsed. */
enum { SIGNATURE_MAX = 3 + 2 * (2 + 1 + ECDH_FIELD_MAX) };

static bool verify(struct crypto *c, const struct ecdsa_key *key, struct bytes message,
		   struct bytes signature)
{
	if (signature.size == 0 || signature.size > SIGNATURE_MAX)
		return false;
	EVP_PKEY *public_key = ecdh_public_key(c, key->suite, &key->point);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	/* A NULL message would be no message at all. */
	const uint8_t *text = message.size > 0 ? message.data : (const uint8_t *)"";
	bool good = public_key && ctx &&
		    EVP_DigestVerifyInit_ex(ctx, NULL, digest_name(key->digest), c->library, NULL,
					    public_key, NULL) == 1 &&
		    EVP_DigestVerify(ctx, signature.data, signature.size, text, message.size) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(public_key);
	return good;
}

bool ecdsa_verify(struct crypto *c, const struct ecdsa_key *key, struct bytes message,
		  struct bytes signature)
{
	ERR_set_mark();
	bool good = verify(c, key, message, signature);
	ERR_pop_to_mark();
	return good;
}

/* The DER form of r and s of `field` bytes each. Returns its size, or 0 when libcrypto refuses;
 * *out is freed with OPENSSL_free. */
static size_t encode(const uint8_t *fixed, size_t field, uint8_t **out)
{
	int size = 0;
	ECDSA_SIG *signature = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(fixed, (int)field, NULL);
	BIGNUM *s = BN_bin2bn(fixed + field, (int)field, NULL);
	*out = NULL;
	if (signature && r && s && ECDSA_SIG_set0(signature, r, s) == 1) {
		r = s = NULL; /* the signature's now */
		size = i2d_ECDSA_SIG(signature, out);
	}
	BN_free(r);
	BN_free(s);
	ECDSA_SIG_free(signature);
	return size > 0 ? (size_t)size : 0;
}

bool ecdsa_verify_fixed(struct crypto *c, const struct ecdsa_key *key, struct bytes message,
			struct bytes signature)
{
	size_t field = suite_field_size(key->suite);
	if (signature.size != 2 * field)
		return false;
	uint8_t *der = NULL;
	ERR_set_mark();
	size_t size = encode(signature.data, field, &der);
	bool good = size > 0 && verify(c, key, message, bytes_of(der, size));
	ERR_pop_to_mark();
	OPENSSL_free(der);
	return good;
}
