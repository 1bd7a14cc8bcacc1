/* session_seal.h - line 14: what an activated app and UEM say under the app's master session key.
 *
 * One key a purpose, derived from the master session key and bound to the app; what is sealed is bound
 * to app and instance. The nonce is drawn by who seals and travels with the message. Not the secure channel of lines 5 to 12.
 */
#ifndef PROTO_CRYPTO_SESSION_SEAL_H
#define PROTO_CRYPTO_SESSION_SEAL_H

#include "proto/crypto/aead.h"
#include "proto/crypto/crypto.h"
#include "proto/message.h"

/* Under what a message is sealed. All borrowed. */
struct session_seal {
	struct crypto *crypto;
	const uint8_t *master_session_key; /* MASTER_KEY_SIZE bytes */
	const char *purpose;               /* "actflow/1 key request", "actflow/1 key reply" */
	struct bytes app;                  /* whose key it is */
	struct bytes instance;             /* the device it runs on: bound as associated data */
};

/* The key that seals. key: receives AEAD_KEY_SIZE bytes; the caller wipes it. Only for who watches the
 * keys: closing and opening do this themselves. */
bool session_seal_key(const struct session_seal *s, uint8_t *key);
/* Seal plain; ciphertext and tag are appended to out. iv: AEAD_IV_SIZE bytes, fresh. False when
 * libcrypto refuses. */
bool session_seal_close(const struct session_seal *s, const uint8_t *iv, struct bytes plain,
                        struct buffer *out);
/* Seal a whole message under a fresh iv. iv: receives AEAD_IV_SIZE bytes; sealed: receives the size that
 * is returned, at most room. Draws; aborts when libcrypto refuses or room is too small. */
size_t session_seal_message(const struct session_seal *s, const struct message *m, uint8_t *iv,
			    uint8_t *sealed, size_t room);
/* Open sealed; plain and *authentic as aead_open() fills them. */
bool session_seal_open(const struct session_seal *s, const uint8_t *iv, struct bytes sealed,
                       struct buffer *plain, bool *authentic);

#endif
