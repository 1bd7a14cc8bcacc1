/* crypto.h - one library context and the algorithms fetched from it, once.
 *
 * Everything in proto/crypto takes a `struct crypto` first; nothing here is a primitive of our own.
 * It holds no key and no state between calls, so that one may serve every actor of a run.
 */
#ifndef PROTO_CRYPTO_CRYPTO_H
#define PROTO_CRYPTO_CRYPTO_H

#include <openssl/types.h>

struct crypto;

/* Fetch every algorithm that proto/crypto uses.
 * library: borrowed, must outlive the result; NULL means OpenSSL's default context.
 * Returns NULL when the context's providers lack one of them; crypto_free() releases the result. */
struct crypto *crypto_new(OSSL_LIB_CTX *library);

/* From now on, aead_open() yields what a message holds also where its tag is wrong. Only for a run
 * in which a check is knocked out: what follows from letting such a message pass is then seen. */
void crypto_yield_unauthentic(struct crypto *c);

/* Release it; NULL-safe. */
void crypto_free(struct crypto *c);

#endif
