/* random.h - the provider through which OpenSSL draws the host's randomness. Private to sim/host. */
#ifndef SIM_HOST_RANDOM_H
#define SIM_HOST_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/types.h>

/* What random_install loaded, for random_remove. */
struct random_providers {
	OSSL_PROVIDER *standard, *seeded;
};

/* Register the provider on a library context and make its generator the only one there. The
 * generator asks host_draw for every byte. False when OpenSSL refuses. */
bool random_install(OSSL_LIB_CTX *library, struct random_providers *out);
/* Unload both; the library context is freed after this. */
void random_remove(struct random_providers *p);

/* Give `size` bytes of the purpose now in force; false when no host is alive. A draw while draws are
 * forbidden aborts. Defined in host.c. */
bool host_draw(uint8_t *out, size_t size);

#endif
