/* random.h - the provider through which OpenSSL draws the host's randomness. Private to sim/host. */
#ifndef SIM_HOST_RANDOM_H
#define SIM_HOST_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/types.h>

/* Load the provider into a library context and make its generator the only one there. The generator
 * asks host_draw for every byte. The caller unloads it. NULL when OpenSSL refuses. */
OSSL_PROVIDER *random_install(OSSL_LIB_CTX *library);

/* Give `size` bytes of the purpose now in force; false when no host is alive. A draw while draws are
 * forbidden aborts. Defined in host.c. */
bool host_draw(uint8_t *out, size_t size);

#endif
