/* cookie.h - the cookie that a DTLS server gives whoever says hello, and wants to see again before
 * it keeps anything for him (RFC 6347 4.2.1).
 *
 * Inside proto/pipe only. Its secret is another one every hour; the one before is still good for
 * what was given out under it, so that no honest client is asked twice for the time of day.
 */
#ifndef PROTO_PIPE_COOKIE_H
#define PROTO_PIPE_COOKIE_H

#include <stdbool.h>

#include <openssl/types.h>

#include "proto/pipe/stack.h"

enum {
	COOKIE_SIZE = 32,         /* bytes: HMAC-SHA-256 */
	COOKIE_KEY_SIZE = 32,     /* bytes */
	COOKIE_PERIOD_S = 60 * 60 /* how long a secret is given out; it is good for as long again */
};

struct cookie_keys {
	int64_t period; /* of `now`: periods since time 0 */
	uint8_t now[COOKIE_KEY_SIZE], before[COOKIE_KEY_SIZE];
	bool has_before; /* the period before this one had a key */
};
/* Who says hello, and to whom. */
struct cookie_client {
	struct address remote, local;
	uint32_t association; /* stands for the client's parameters: who was not given it cannot
				 know it */
};

/* Draw the first key. */
void cookie_keys_init(struct cookie_keys *k, OSSL_LIB_CTX *library);
/* Draw another key when a period has ended since the last one; keep that one if it was the period
 * before. */
void cookie_keys_turn(struct cookie_keys *k, OSSL_LIB_CTX *library, int64_t now_ns);
void cookie_keys_fini(struct cookie_keys *k);

/* Make the cookie of this client under the present key. False: OpenSSL has no memory. */
bool cookie_make(const struct cookie_keys *k, OSSL_LIB_CTX *library, const struct cookie_client *c,
		 uint8_t out[COOKIE_SIZE]);
/* Whether it is this client's, under the present key or the one before. */
bool cookie_is_good(const struct cookie_keys *k, OSSL_LIB_CTX *library,
		    const struct cookie_client *c, struct bytes cookie);

#endif
