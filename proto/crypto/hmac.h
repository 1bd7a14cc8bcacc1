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

/* A key under which much is MACed: setting it up costs more than a short MAC. NULL when libcrypto refuses;
 * hmac_key_free() wipes and releases it. */
struct hmac_key;
struct hmac_key *hmac_key_new(struct crypto *c, enum digest d, struct bytes key);
/* As hmac_of() with that key. */
bool hmac_key_of(struct hmac_key *k, struct bytes data, uint8_t *out);
void hmac_key_free(struct hmac_key *k); /* NULL-safe */

/* Whether two secrets of `size` bytes are the same, in time that does not tell where they differ.
 */
bool hmac_equal(const uint8_t *a, const uint8_t *b, size_t size);

#endif
