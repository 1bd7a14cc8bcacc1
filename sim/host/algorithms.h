/* algorithms.h - the few algorithms that a run uses, offered by a provider of their own. Private to
 * sim/host. */
#ifndef SIM_HOST_ALGORITHMS_H
#define SIM_HOST_ALGORITHMS_H

#include <openssl/types.h>

/* Load into `library` a provider with those algorithms of `standard` that runs use. standard:
 * OpenSSL's default provider in another library context, whose generator is the seeded one: what
 * OpenSSL's algorithms draw, they draw there. Both must outlive the result, which the caller
 * unloads. One at a time. NULL when OpenSSL refuses. */
OSSL_PROVIDER *algorithms_load(OSSL_LIB_CTX *library, OSSL_PROVIDER *standard);

#endif
