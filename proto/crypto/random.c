/* random.c - the private generator of the library context. */
#include "proto/crypto/random.h"

#include <stdio.h>
#include <stdlib.h>

#include <openssl/err.h>
#include <openssl/rand.h>

#include "proto/crypto/fetched.h"

void random_draw(struct crypto *c, uint8_t *out, size_t size)
{
	if (RAND_priv_bytes_ex(c->library, out, size, 0) == 1)
		return;
	ERR_print_errors_fp(stderr);
	abort();
}
