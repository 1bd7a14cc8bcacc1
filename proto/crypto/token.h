/* token.h - T, the token that the NOC hands the app for UEM: line 4 of the construction.
 *
 * T names what the NOC has verified; it is neither secret nor sufficient.
 */
#ifndef PROTO_CRYPTO_TOKEN_H
#define PROTO_CRYPTO_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/bytes.h"
#include "proto/crypto/crypto.h"
#include "proto/message.h"

enum {
	TOKEN_KEY_SIZE = 32,
	TOKEN_ID_SIZE = 16,
};

/* What b says, in its order. */
struct token_fields {
	uint8_t kid; /* which of the keys that NOC and UEM share */
	char uid[UID_MAX + 1];
	char app[APP_MAX + 1];
	uint8_t cid[CID_SIZE];
	uint8_t uem[UEM_ID_SIZE];
	uint8_t stored[VERIFIER_SIZE]; /* s */
	uint8_t tid[TOKEN_ID_SIZE];    /* one use */
	int64_t iat_s;                 /* issued at, Unix time, not negative; 8 bytes in b */
};

/* T = b || HMAC-SHA-256(kT, E("actflow/1 token", b)).
 * kt: TOKEN_KEY_SIZE bytes.
 * Returns false when a field is not one that token_open() would read, or libcrypto refuses; out is
 * then empty. */
bool token_seal(struct crypto *c, const uint8_t kt[TOKEN_KEY_SIZE], const struct token_fields *f,
		struct token *out);

/* Read T, and say whether its MAC is kt's.
 * Returns false when T is malformed (an item of another size, one missing, bytes left over, a bad
 * uid or app, a negative time) or libcrypto refuses; out is then zero and *authentic false. When it
 * returns true out is filled, also with *authentic false: then they are somebody's claims only. */
bool token_open(struct crypto *c, const uint8_t kt[TOKEN_KEY_SIZE], struct bytes token,
		struct token_fields *out, bool *authentic);

#endif
