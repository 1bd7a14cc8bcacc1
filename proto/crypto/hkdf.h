/* hkdf.h - HKDF's two halves, extract and expand, each on its own. */
#ifndef PROTO_CRYPTO_HKDF_H
#define PROTO_CRYPTO_HKDF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/bytes.h"
#include "proto/crypto/crypto.h"
#include "proto/crypto/digest.h"

/* Ext: concentrate a secret into a pseudorandom key.
 * salt: may be empty. secret: not empty. out: receives digest_size(d) bytes; the caller wipes it.
 * Returns false for an empty secret or when libcrypto refuses; out is then zero.
 * Source: RFC 5869 2.2. */
bool hkdf_extract(struct crypto *c, enum digest d, struct bytes salt, struct bytes secret,
		  uint8_t *out);

/* What expand draws from. prk: at least a hash long; borrowed. */
struct hkdf_prk {
	enum digest digest;
	struct bytes prk;
};

/* Exp: out_size bytes for one purpose.
 * info: names the purpose; may be empty. out: at most 255 hashes; the caller wipes it.
 * Returns false for a short prk, an out_size of 0 or beyond the limit, or when libcrypto refuses;
 * out is then zero.
 * Source: RFC 5869 2.3. */
bool hkdf_expand(struct crypto *c, const struct hkdf_prk *from, struct bytes info, uint8_t *out,
		 size_t out_size);

#endif
