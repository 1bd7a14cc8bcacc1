/* access_key.h - the two things a user types, in the one form in which they are hashed: line 1 of
 * the construction.
 */
#ifndef PROTO_CRYPTO_ACCESS_KEY_H
#define PROTO_CRYPTO_ACCESS_KEY_H

#include <stdbool.h>

#include "proto/bytes.h"
#include "proto/crypto/crypto.h"
#include "proto/message.h"

/* Draw an access key: ACCESS_KEY_SIZE bytes of [a-z0-9] and a NUL. drawn: how many of them are, all
 * letters equally likely; they are then repeated. ACCESS_KEY_SIZE, but for a weak key. */
void access_key_draw(struct crypto *c, size_t drawn, char out[ACCESS_KEY_SIZE + 1]);
/* How many weak keys of so many drawn letters there are, and the index-th of them: what a
 * dictionary holds. drawn: 1 to ACCESS_KEY_WEAK_MAX. */
enum { ACCESS_KEY_WEAK_MAX = 4 };
size_t access_key_weak_count(size_t drawn);
void access_key_weak(size_t drawn, size_t index, char out[ACCESS_KEY_SIZE + 1]);

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
