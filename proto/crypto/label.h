/* label.h - E(label, items...), the one way in which bytes are put before a hash, a MAC or a key
 * derivation, so that no two different lists of items are ever the same bytes.
 */
#ifndef PROTO_CRYPTO_LABEL_H
#define PROTO_CRYPTO_LABEL_H

#include <stddef.h>

#include "proto/bytes.h"

/* Append the label and then each item, each as a 4-byte big-endian length and its bytes.
 * out: grows once, so that no stale copy of a secret is left behind; the caller cleanses it. */
void label_encode(struct buffer *out, const char *label, const struct bytes *items, size_t count);

#endif
