/* ecdsa.h - verifies ECDSA signatures on the three curves; it makes none.
 *
 * TLS verifies its certificates inside OpenSSL and does not come here. Of a signature one form is
 * taken and nothing beside it: strict DER, or r and s side by side.
 */
#ifndef PROTO_CRYPTO_ECDSA_H
#define PROTO_CRYPTO_ECDSA_H

#include <stdbool.h>

#include "proto/bytes.h"
#include "proto/crypto/crypto.h"
#include "proto/crypto/digest.h"
#include "proto/crypto/ecdh.h"

/* Whose signature, and over which hash of the message. The suite says the curve only. */
struct ecdsa_key {
	enum suite suite;
	enum digest digest;
	struct point point; /* refused unless ecdh_point_is_good() */
};

/* Whether signature, in DER, is one of message under key. Anything but the one DER encoding of r
 * and s, both from 1 to below the order, is refused, as is a bad point. Source: FIPS 186-5 6.4; the
 * form is RFC 3279 2.2.3. */
bool ecdsa_verify(struct crypto *c, const struct ecdsa_key *key, struct bytes message,
		  struct bytes signature);

/* The same for r and s in suite_field_size() bytes each, big-endian, as IEEE P1363 has them. */
bool ecdsa_verify_fixed(struct crypto *c, const struct ecdsa_key *key, struct bytes message,
			struct bytes signature);

#endif
