/* wire.h - the protobuf wire format, read strictly: tags, varints, spans, text.
 *
 * Not a protobuf decoder: it knows no messages. It lets untrusted bytes be bounded before
 * libprotobuf-c, which checks neither nesting nor UTF-8, sees them.
 */
#ifndef PROTO_CODEC_WIRE_H
#define PROTO_CODEC_WIRE_H

#include "proto/bytes.h"

enum wire_type { WIRE_VARINT = 0, WIRE_64BIT = 1, WIRE_SPAN = 2, WIRE_32BIT = 5 };

struct wire_tag {
	uint32_t number; /* field number, from 1 */
	enum wire_type type;
};

/* Each takes one item from the front of *rest and returns true, or returns false when the item is
 * truncated or not in its one shortest form; *rest is then unspecified. Groups are refused. */
bool wire_take_varint(struct bytes *rest, uint64_t *value);
bool wire_take_tag(struct bytes *rest, struct wire_tag *tag);
bool wire_take_span(struct bytes *rest, struct bytes *span); /* span borrows what rest did */

/* Whether text is UTF-8 (no overlong form, no surrogate, nothing above U+10FFFF) without the
 * control characters 0x00 to 0x1f and 0x7f; with `lines`, tab and line feed are let through. */
bool wire_text_is_good(struct bytes text, bool lines);

#endif
