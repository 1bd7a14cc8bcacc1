/* random.h - random bytes from the library context, seeded in a simulation and the system's
 * outside. */
#ifndef PROTO_CRYPTO_RANDOM_H
#define PROTO_CRYPTO_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include "proto/crypto/crypto.h"

/* Fill out with size bytes of the private generator.
 * Aborts when it fails: there is no run without randomness. */
void random_draw(struct crypto *c, uint8_t *out, size_t size);

#endif
