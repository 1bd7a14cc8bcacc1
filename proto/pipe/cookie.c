/* cookie.c - cookies under a secret that is drawn anew every hour. */
#include "proto/pipe/cookie.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#define PERIOD_NS (COOKIE_PERIOD_S * INT64_C(1000000000))

enum { INPUT_SIZE = 2 * 6 + 4 }; /* two addresses, the association */

static void draw(uint8_t key[COOKIE_KEY_SIZE], OSSL_LIB_CTX *library)
{
	if (RAND_bytes_ex(library, key, COOKIE_KEY_SIZE, 0) != 1)
		abort();
}

void cookie_keys_init(struct cookie_keys *k, OSSL_LIB_CTX *library)
{
	*k = (struct cookie_keys){ 0 };
	draw(k->now, library);
}

void cookie_keys_turn(struct cookie_keys *k, OSSL_LIB_CTX *library, int64_t now_ns)
{
	int64_t period = now_ns / PERIOD_NS;
	if (period <= k->period)
		return;
	k->has_before = period == k->period + 1;
	memcpy(k->before, k->now, sizeof k->before);
	if (!k->has_before)
		OPENSSL_cleanse(k->before, sizeof k->before);
	draw(k->now, library);
	k->period = period;
}

void cookie_keys_fini(struct cookie_keys *k)
{
	OPENSSL_cleanse(k, sizeof *k);
}

/* HMAC(Secret, Client-IP, Client-Parameters). */
static bool make_under(const uint8_t key[COOKIE_KEY_SIZE], OSSL_LIB_CTX *library,
		       const struct cookie_client *c, uint8_t out[COOKIE_SIZE])
{
	uint8_t input[INPUT_SIZE];
	size_t size = 0;
	write_u32(input, c->remote.ip);
	write_u16(input + 4, c->remote.port);
	write_u32(input + 6, c->local.ip);
	write_u16(input + 10, c->local.port);
	write_u32(input + 12, c->association);
	return EVP_Q_mac(library, "HMAC", NULL, "SHA256", NULL, key, COOKIE_KEY_SIZE, input,
			 sizeof input, out, COOKIE_SIZE, &size) != NULL &&
	       size == COOKIE_SIZE;
}

bool cookie_make(const struct cookie_keys *k, OSSL_LIB_CTX *library, const struct cookie_client *c,
		 uint8_t out[COOKIE_SIZE])
{
	return make_under(k->now, library, c, out);
}

static bool is_under(const uint8_t key[COOKIE_KEY_SIZE], OSSL_LIB_CTX *library,
		     const struct cookie_client *c, struct bytes cookie)
{
	uint8_t own[COOKIE_SIZE];
	return cookie.size == COOKIE_SIZE && make_under(key, library, c, own) &&
	       CRYPTO_memcmp(own, cookie.data, COOKIE_SIZE) == 0;
}

bool cookie_is_good(const struct cookie_keys *k, OSSL_LIB_CTX *library,
		    const struct cookie_client *c, struct bytes cookie)
{
	return is_under(k->now, library, c, cookie) ||
	       (k->has_before && is_under(k->before, library, c, cookie));
}
