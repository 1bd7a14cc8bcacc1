/* access_key.h - the two things a user types, in the one form in which they are hashed: line 1 of
 * the construction.
 */
#ifndef PROTO_CRYPTO_ACCESS_KEY_H
#define PROTO_CRYPTO_ACCESS_KEY_H

#include <stdbool.h>

#include "proto/bytes.h"
#include "proto/crypto/crypto.h"
#include "proto/message.h"

/* Draw an access key: ACCESS_KEY_SIZE bytes of [a-z0-9], all equally likely, and a NUL. */
void access_key_draw(struct crypto *c, char out[ACCESS_KEY_SIZE + 1]);

/* Write it as it is mailed: "xxxxx-xxxxx-xxxxx" and a NUL. key: a normalised one. */
void access_key_type(const char key[ACCESS_KEY_SIZE + 1], char typed[TYPED_KEY_MAX + 1]);

/* Read it as it was typed: with both hyphens or without any, letters of any case.
 * out: receives the normalised key and a NUL; the caller wipes it.
 * Returns false for anything else; out is then empty. */
bool access_key_normalise(struct bytes typed, char out[ACCESS_KEY_SIZE + 1]);

/* Whether uid is a user id: a lower-case ASCII e-mail address of 3 to UID_MAX bytes, one @ with
 * something on both sides, no space and no control character. */
bool uid_is_good(struct bytes uid);

#endif
