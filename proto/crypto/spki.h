/* spki.h - public keys of the three curves in their DER form, SubjectPublicKeyInfo.
 *
 * Of each curve exactly one encoding is taken: the curve by its name, the point uncompressed, every
 * length in its shortest form, nothing behind it. So there is no parser here, only a comparison:
 * explicit or altered parameters, other curves and other forms have nowhere to go.
 */
#ifndef PROTO_CRYPTO_SPKI_H
#define PROTO_CRYPTO_SPKI_H

#include <stdbool.h>

#include "proto/bytes.h"
#include "proto/crypto/ecdh.h"

/* Find the suite and the point of a key. Whether the point is on the curve is not looked at:
 * ecdh_derive() and ecdsa_verify() do.
 * Returns false for anything else; *s is then as it was and *out zero.
 * Source: RFC 5480 2. */
bool spki_parse(struct bytes der, enum suite *s, struct point *out);

#endif
