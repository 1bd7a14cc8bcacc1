/* guess.h - finds an access key that is too weak by trying a dictionary: what anybody can do who
 * sees what the key was hashed to (K26).
 */
#ifndef SIM_ADVERSARY_GUESS_H
#define SIM_ADVERSARY_GUESS_H

#include "proto/bytes.h"
#include "proto/crypto/crypto.h"
#include "proto/message.h"

enum { GUESS_LETTERS_MAX = 3 }; /* a key of so many letters, over and over: 47,988 in all */

/* Try every weak key against a verifier (line 2). out: receives the key, and a NUL; the caller
 * wipes it. False when none fits; out is then empty. */
bool guess_access_key(struct crypto *c, struct bytes uid, struct bytes verifier,
		      char out[ACCESS_KEY_SIZE + 1]);

#endif
