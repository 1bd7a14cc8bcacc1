/* guess.c - from the shortest to the longest: every key costs one hash, as it would cost anybody.
 */
#include "sim/adversary/guess.h"

#include <string.h>

#include <openssl/crypto.h>

#include "proto/crypto/access_key.h"
#include "proto/crypto/secure_channel.h"

bool guess_access_key(struct crypto *c, struct bytes uid, struct bytes verifier,
		      char out[ACCESS_KEY_SIZE + 1])
{
	uint8_t v[VERIFIER_SIZE];
	for (size_t letters = 1; letters <= GUESS_LETTERS_MAX; letters++)
		for (size_t i = 0; i < access_key_weak_count(letters); i++) {
			access_key_weak(letters, i, out);
			if (secure_channel_verifier(c, uid, bytes_of_string(out), v) &&
			    bytes_equal(bytes_of(v, sizeof v), verifier))
				return true;
		}
	OPENSSL_cleanse(out, ACCESS_KEY_SIZE + 1);
	return false;
}
