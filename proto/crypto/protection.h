/* protection.h - records of TLS 1.3 and DTLS 1.2, opened with what a key log says of their session.
 *
 * For the judge of what leaked keys give away; whoever speaks these protocols asks OpenSSL itself.
 * Only AES-GCM suites are known: no other is offered here.
 */
#ifndef PROTO_CRYPTO_PROTECTION_H
#define PROTO_CRYPTO_PROTECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/bytes.h"
#include "proto/crypto/aead.h"
#include "proto/crypto/digest.h"

enum {
	PROTECTION_RANDOM = 32, /* bytes of a hello's random */
	PROTECTION_MASTER = 48, /* bytes of a master secret (RFC 5246 8.1) */
};

/* A cipher suite by its number in a ServerHello. */
struct protection_suite {
	uint16_t number;
	bool tls13; /* else of DTLS 1.2 */
	enum digest digest;
	size_t key_size; /* bytes of an AES key */
};
/* NULL: none that is known. Static. Source: RFC 8446 B.4, RFC 5289. */
const struct protection_suite *protection_suite(uint16_t number);

/* Keys of one direction. Its owner cleanses it. */
struct protection {
	const struct protection_suite *suite; /* NULL: no keys */
	uint8_t key[AEAD_KEY_SIZE];
	uint8_t iv[AEAD_IV_SIZE]; /* of DTLS 1.2: the salt, its first four bytes */
};

/* From a traffic secret of TLS 1.3, a hash long. False, and *out is zero: it has another size, or
 * libcrypto refuses. Source: RFC 8446 7.3. */
bool protection_of_traffic(struct crypto *c, const struct protection_suite *s, struct bytes secret,
			   struct protection *out);
/* The traffic secret after a KeyUpdate, in place. Source: RFC 8446 7.2. */
bool protection_update(struct crypto *c, const struct protection_suite *s, uint8_t *secret);

/* What a DTLS 1.2 session's keys come from; randoms are PROTECTION_RANDOM bytes, borrowed. */
struct protection_session {
	struct bytes master;
	const uint8_t *client_random, *server_random;
};
/* out: what the client writes with, then what the server does. False, and both are zero, as above.
 * Source: RFC 5246 6.3, RFC 5288 3. */
bool protection_of_master(struct crypto *c, const struct protection_suite *s,
			  const struct protection_session *session, struct protection out[2]);

/* Open a whole record, its header included, the one of this number in its direction. plain: what it
 * holds is appended, without padding and type; the caller cleanses it. Returns its content type, or
 * 0: it is not authentic under these keys, or empty. Source: RFC 8446 5.2. */
uint8_t protection_open_tls(struct crypto *c, const struct protection *p, uint64_t number,
			    struct bytes record, struct buffer *plain);
/* As above, of DTLS 1.2: the number stands in the record. Source: RFC 6347 4.1, RFC 5288 3. */
uint8_t protection_open_dtls(struct crypto *c, const struct protection *p, struct bytes record,
			     struct buffer *plain);

#endif
