/* scan.h - holds untrusted protobuf bytes to a shape before anything parses them. */
#ifndef PROTO_CODEC_SCAN_H
#define PROTO_CODEC_SCAN_H

#include "proto/codec/shape.h"

enum { SCAN_DEPTH_MAX = 4 }; /* levels of messages in messages; ours have two */

/* The one FIELD_VIEW of a message: field is NULL when it has none. */
struct scan_view {
	const struct field *field;
	struct bytes span; /* borrows from the scanned bytes */
};

/* Whether body is a message of this shape: only known fields, each of its wire type and length,
 * none twice that is not repeated, no repeated one too often, none missing, text that is text,
 * nothing truncated or in a longer form than needed. Any order of fields is accepted. view may be
 * NULL. Time is linear in body, memory constant. */
enum message_error scan_message(const struct shape *shape, struct bytes body,
				struct scan_view *view);

#endif
