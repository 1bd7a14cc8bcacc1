/* label.h - E(label, items...), the one way in which bytes are put before a hash, a MAC or a key
 * derivation, so that no two different lists of items are ever the same bytes.
 */
#ifndef PROTO_CRYPTO_LABEL_H
#define PROTO_CRYPTO_LABEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/bytes.h"
#include "proto/crypto/crypto.h"
#include "proto/crypto/digest.h"
#include "proto/crypto/hkdf.h"

/* Append the label and then each item, each as a 4-byte big-endian length and its bytes.
 * out: grows once; the caller cleanses it when an item is secret. */
void label_encode(struct buffer *out, const char *label, const struct bytes *items, size_t count);

enum { LABEL_ITEMS_MAX = 8 };

/* E(label, items...) as a value; the items are borrowed. */
struct label {
	const char *label;
	struct bytes items[LABEL_ITEMS_MAX];
	size_t count;
};

/* H(E), HMAC(key, E), Ext(salt, E) and Exp(prk, E, out_size): as the functions of those modules,
 * with E put together, used and wiped. */
bool label_digest(struct crypto *c, enum digest d, const struct label *e, uint8_t *out);
bool label_hmac(struct crypto *c, enum digest d, struct bytes key, const struct label *e,
		uint8_t *out);
bool label_extract(struct crypto *c, enum digest d, struct bytes salt, const struct label *e,
		   uint8_t *out);
bool label_expand(struct crypto *c, const struct hkdf_prk *from, const struct label *e,
		  uint8_t *out, size_t out_size);

#endif
