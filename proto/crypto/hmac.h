/* hmac.h - HMAC over the digests of digest.h, and the only comparison that a MAC may meet. */
#ifndef PROTO_CRYPTO_HMAC_H
#define PROTO_CRYPTO_HMAC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/bytes.h"
#include "proto/crypto/crypto.h"
#include "proto/crypto/digest.h"

/* MAC data under key, of any size. out: receives digest_size(d) bytes, never truncated.
 * Returns false when libcrypto refuses; out is then zero.
 * Source: RFC 2104; tested by the vectors of RFC 4231. */
bool hmac_of(struct crypto *c, enum digest d, struct bytes key, struct bytes data, uint8_t *out);

/* Whether two secrets of `size` bytes are the same, in time that does not tell where they differ.
 */
bool hmac_equal(const uint8_t *a, const uint8_t *b, size_t size);

#endif
