/* ecdh.h - ephemeral ECDH over the three suites, on key pairs that are plain values.
 *
 * A pair can be stored and loaded like any other bytes. Points are uncompressed and nothing else;
 * every form but 04 and every other length is refused before OpenSSL sees it.
 */
#ifndef PROTO_CRYPTO_ECDH_H
#define PROTO_CRYPTO_ECDH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/bytes.h"
#include "proto/crypto/crypto.h"
#include "proto/crypto/digest.h"
#include "proto/message.h"

/* The `su` of SECURE-CHANNEL.md; a curve and the hash that goes with it. */
enum suite {
	SUITE_P256 = 1, /* SHA-256 */
	SUITE_P384 = 2, /* SHA-512 */
	SUITE_P521 = 3, /* SHA-512; the default */
};
enum { ECDH_FIELD_MAX = 66 }; /* bytes of a coordinate of P-521 */

/* Bytes of an uncompressed point: 65, 97, 133. */
size_t suite_point_size(enum suite s);
/* Bytes of a coordinate, a private key and a shared secret: 32, 48, 66. */
size_t suite_field_size(enum suite s);
enum digest suite_digest(enum suite s);
/* h, the bytes of a hash, a pseudorandom key and a tag: 32, 64, 64. */
size_t suite_hash_size(enum suite s);

/* A key pair as a value. Its owner wipes private_key. */
struct ecdh_pair {
	uint8_t private_key[ECDH_FIELD_MAX]; /* suite_field_size() bytes, big-endian, rest zero */
	struct point public_key;
};

/* Draw a fresh pair. Aborts when libcrypto refuses, as random_draw() does. */
void ecdh_generate(struct crypto *c, enum suite s, struct ecdh_pair *out);

/* Make the pair that a private key belongs to.
 * private_key: suite_field_size(s) bytes, big-endian.
 * Returns false for another size, for zero and from the group's order upwards, or when libcrypto
 * refuses; out is then zero. */
bool ecdh_pair_of(struct crypto *c, enum suite s, struct bytes private_key, struct ecdh_pair *out);

/* Whether p may be used as a peer's key: form 04, exact length, coordinates below the prime, on the
 * curve and of the curve's order. */
bool ecdh_point_is_good(struct crypto *c, enum suite s, const struct point *p);

/* Write a point that is in another form (02, 03: compressed; 06, 07: hybrid) in the one that is
 * used, in its place. One that is none of the curve stays as it is. Only for who is weakened to
 * take them. */
void ecdh_point_expand(struct crypto *c, enum suite s, struct point *p);

/* Agree on Z, the shared x-coordinate.
 * z: receives suite_field_size(s) bytes, big-endian and left-padded, rest zero; the caller wipes
 * it. Returns false when peer is not a good point, own is not a key of the suite or libcrypto
 * refuses; z is then zero. With P-384 OpenSSL draws randomness for blinding. Source: NIST SP
 * 800-56A 5.7.1.2; tested by the vectors of RFC 5903. */
bool ecdh_derive(struct crypto *c, enum suite s, const struct ecdh_pair *own,
		 const struct point *peer, uint8_t z[ECDH_FIELD_MAX]);

#endif
