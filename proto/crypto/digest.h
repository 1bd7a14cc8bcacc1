/* digest.h - SHA-256 and SHA-512 of one span. No streaming: every input here is in memory already.
 */
#ifndef PROTO_CRYPTO_DIGEST_H
#define PROTO_CRYPTO_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/bytes.h"
#include "proto/crypto/crypto.h"

enum digest { DIGEST_SHA256, DIGEST_SHA512, DIGEST_SHA384, DIGESTS };
enum { DIGEST_SIZE_MAX = 64 }; /* bytes */

/* Bytes of a hash: 32, 64 or 48. */
size_t digest_size(enum digest d);

/* Hash data. out: receives digest_size(d) bytes.
 * Returns false when libcrypto refuses; out is then zero.
 * Source: FIPS 180-4. */
bool digest_of(struct crypto *c, enum digest d, struct bytes data, uint8_t *out);

#endif
