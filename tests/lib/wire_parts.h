/* wire_parts.h - cuts a good message unit into its fields and puts it together wrongly.
 *
 * Reads only what our own encoder wrote; it is a forger's bench, not a decoder.
 */
#ifndef TESTS_LIB_WIRE_PARTS_H
#define TESTS_LIB_WIRE_PARTS_H

#include "proto/bytes.h"
#include "proto/codec/wire.h"

enum { PARTS_MAX = 32 };

/* One field of a unit, in the order in which it stands there. */
struct part {
	uint64_t number, value; /* field number; the number, or the length of the span */
	unsigned type;          /* enum wire_type: WIRE_VARINT or WIRE_SPAN */
	struct buffer whole;    /* tag, value and content */
	struct buffer content;  /* of a span */
};
struct parts {
	uint8_t type[2]; /* of the message */
	size_t count;
	struct part list[PARTS_MAX];
};

/* Cut; parts_fini releases. */
struct parts parts_split(const struct buffer *unit);
void parts_fini(struct parts *p);
/* Put together again, as it was or with part i replaced (i == count: with it appended). The caller
 * releases. */
struct buffer parts_join(const struct parts *p);
struct buffer parts_join_with(const struct parts *p, size_t i, struct bytes part);

/* Append a varint in its shortest form and `extra` bytes longer, without changing its value. */
void parts_append_varint(struct buffer *out, uint64_t value, size_t extra);
void parts_append_span(struct buffer *out, uint64_t number, struct bytes content);

#endif
