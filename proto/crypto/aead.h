/* aead.h - AES-256-GCM in one call, its tag behind the ciphertext.
 *
 * Who calls sees to it that a key and IV seal one message, ever.
 */
#ifndef PROTO_CRYPTO_AEAD_H
#define PROTO_CRYPTO_AEAD_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/bytes.h"
#include "proto/crypto/crypto.h"

enum {
	AEAD_KEY_SIZE = 32,
	AEAD_IV_SIZE = 12,
	AEAD_TAG_SIZE = 16,
};

/* Under what a message is sealed or opened. All borrowed. */
struct aead {
	const uint8_t *key; /* AEAD_KEY_SIZE bytes */
	const uint8_t *iv;  /* AEAD_IV_SIZE bytes */
	struct bytes aad;   /* authenticated, not sent; may be empty */
};

/* Seal plain. out: ciphertext and tag are appended, plain.size + AEAD_TAG_SIZE bytes.
 * Returns false when libcrypto refuses or a size is beyond INT_MAX; out is then as it was.
 * Source: NIST SP 800-38D. */
bool aead_seal(struct crypto *c, const struct aead *a, struct bytes plain, struct buffer *out);

/* Open sealed. plain: the plaintext is appended, sealed.size - AEAD_TAG_SIZE bytes; the caller
 * cleanses it. When the tag is wrong *authentic is false and plain as it was, unless
 * crypto_yield_unauthentic() was called: then it is appended all the same, and is somebody's claim
 * only. Returns false when sealed is shorter than a tag, a size is beyond INT_MAX or libcrypto
 * refuses; plain is then as it was and *authentic is false. */
bool aead_open(struct crypto *c, const struct aead *a, struct bytes sealed, struct buffer *plain,
	       bool *authentic);

/* Which IV a message was sealed under, by whoever has its key: GCM's tag is a hash of aad and
 * ciphertext under E(key, IV || 1), so the IV follows from key, aad and tag. For the judge of what a
 * leaked key gives away; nobody who speaks the protocol calls it.
 * under: its key and aad; its iv is not read. iv: receives AEAD_IV_SIZE bytes.
 * Returns false when there is no such IV of 12 bytes (another key or aad), sealed is shorter than a
 * tag or libcrypto refuses; iv is then zero. Source: NIST SP 800-38D 7.1. */
bool aead_iv_find(struct crypto *c, const struct aead *under, struct bytes sealed, uint8_t *iv);

#endif
