/* secure_channel.h - the secure channel between app and UEM, line by line as SECURE-CHANNEL.md
 * numbers it. Lines 1 and 4 are access_key.h and token.h.
 *
 * Pure functions of their inputs: who may say what, and when, is the actors' business. Each returns
 * false when libcrypto refuses, and its output is then zero. Every h-byte value is an array of
 * SECURE_CHANNEL_HASH_MAX or suite_hash_size() bytes; whoever holds an output wipes it.
 */
#ifndef PROTO_CRYPTO_SECURE_CHANNEL_H
#define PROTO_CRYPTO_SECURE_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/bytes.h"
#include "proto/crypto/access_key.h"
#include "proto/crypto/aead.h"
#include "proto/crypto/crypto.h"
#include "proto/crypto/ecdh.h"
#include "proto/crypto/label.h"
#include "proto/crypto/token.h"
#include "proto/message.h"

enum { SECURE_CHANNEL_HASH_MAX = DIGEST_SIZE_MAX }; /* h of the largest suite, bytes */

/* Line 2. v: what the app shows the NOC. uid and ak: normalised. */
bool secure_channel_verifier(struct crypto *c, struct bytes uid, struct bytes ak,
			     uint8_t v[VERIFIER_SIZE]);
/* Line 2. s: what the NOC keeps. */
bool secure_channel_stored(struct crypto *c, const uint8_t v[VERIFIER_SIZE],
			   uint8_t s[VERIFIER_SIZE]);

/* What one attempt is bound to until th1 stands for it. All borrowed. */
struct secure_channel_attempt {
	struct crypto *crypto;
	enum suite suite;
	const uint8_t *uem; /* UEM_ID_SIZE bytes */
	const uint8_t *cid; /* CID_SIZE bytes */
	bool from_verifier; /* weakened: p0 comes from v, which the NOC is shown, instead of ak */
};

/* Line 5. p0: receives h bytes. salt: the one in S1.12. uem and cid of the attempt do not enter. */
bool secure_channel_p0(const struct secure_channel_attempt *a, struct bytes uid, struct bytes ak,
		       const uint8_t salt[SALT_SIZE], uint8_t *p0);
/* Line 5. k1: receives h bytes. Only for who watches the keys; tag1 does this itself. */
bool secure_channel_k1(struct crypto *c, enum suite s, const uint8_t *p0, uint8_t *k1);
/* Line 6. body: the wire bytes as sent or received, never encoded anew. */
bool secure_channel_tag1(const struct secure_channel_attempt *a, const uint8_t *p0,
			 struct bytes body, struct mac *out);

/* Line 8. z: suite_field_size() bytes. p1: receives h bytes. */
bool secure_channel_p1(struct crypto *c, enum suite s, const uint8_t *p0, struct bytes z,
		       uint8_t *p1);
/* Line 8. m1: the whole message unit as sent, type and body. th1: receives h bytes. */
bool secure_channel_th1(const struct secure_channel_attempt *a, struct bytes m1,
			const struct point *b, uint8_t *th1);

/* Line 9. */
bool secure_channel_k2(
	struct crypto *c, enum suite s, const uint8_t *p1, const uint8_t *th1,
	uint8_t *k2); /* receives h bytes; as secure_channel_k1, tag2 does this itself */
bool secure_channel_tag2(struct crypto *c, enum suite s, const uint8_t *p1, const uint8_t *th1,
			 struct mac *out);
/* Line 9. th2: receives h bytes. False also for a tag2 that is not h bytes long. */
bool secure_channel_th2(struct crypto *c, enum suite s, const uint8_t *th1, const struct mac *tag2,
			uint8_t *th2);

/* Line 10. a: app to UEM, u: UEM to app; each seals one message, ever. */
struct secure_channel_keys {
	uint8_t ka[AEAD_KEY_SIZE];
	uint8_t ku[AEAD_KEY_SIZE];
	uint8_t na[AEAD_IV_SIZE];
	uint8_t nu[AEAD_IV_SIZE];
};
bool secure_channel_keys_of(struct crypto *c, enum suite s, const uint8_t *p1, const uint8_t *th2,
			    struct secure_channel_keys *out);

/* An agreed channel, for the two messages it carries. All borrowed. */
struct secure_channel {
	struct crypto *crypto;
	enum suite suite;
	const struct secure_channel_keys *keys;
	const uint8_t *th2; /* h bytes */
};

/* Line 11. sealed: the ciphertext and tag are appended. */
bool secure_channel_request_seal(const struct secure_channel *s, struct bytes request,
				 struct buffer *sealed);
/* Line 11. request and *authentic: as aead_open() fills them. */
bool secure_channel_request_open(const struct secure_channel *s, struct bytes sealed,
				 struct buffer *request, bool *authentic);
/* Line 12. m3: the whole message unit of the provisioning request as sent, type and body. */
bool secure_channel_data_seal(const struct secure_channel *s, struct bytes m3, struct bytes data,
			      struct buffer *sealed);
/* Line 12. data and *authentic: as aead_open() fills them. */
bool secure_channel_data_open(const struct secure_channel *s, struct bytes m3, struct bytes sealed,
			      struct buffer *data, bool *authentic);

#endif
