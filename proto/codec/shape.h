/* shape.h - what a protobuf message may look like, and where its fields live in a plain struct.
 *
 * A shape is a const table beside the generated descriptor: fields[n] rules the field with number n
 * + 1. scan.c holds untrusted bytes to it, copy.c moves values by it; neither knows any message.
 */
#ifndef PROTO_CODEC_SHAPE_H
#define PROTO_CODEC_SHAPE_H

#include <protobuf-c/protobuf-c.h>

#include "proto/message.h"

enum {
	SHAPE_FIELDS_MAX = 32,
	UID_MIN = 3, /* bytes: the shortest e-mail address, SECURE-CHANNEL.md 1 */
};

enum field_kind {
	FIELD_NUMBER, /* any integer: copied as it is */
	FIELD_TEXT,   /* NUL-terminated array */
	FIELD_TEXTS,  /* array of those, with a count */
	FIELD_FIXED,  /* array that is always full */
	FIELD_SIZED,  /* array with a size */
	FIELD_VIEW,   /* struct bytes: borrowed from the unit */
	FIELD_NESTED, /* array of structs, with a count */
	FIELD_KINDS
};

struct shape;
struct field {
	enum field_kind kind;
	uint32_t min, max; /* bytes of one item: string, bytes */
	uint16_t items;    /* of a repeated field: how many at most */
	uint16_t at;       /* offset in the plain struct */
	uint16_t size_at;  /* offset of the size or count */
	uint8_t width;     /* bytes of the size, the count or the number */
	uint16_t stride;   /* from one item of an array to the next */
	const struct shape *nested;
};
struct shape {
	enum message_type type; /* MESSAGE_NONE for a part of a message */
	const ProtobufCMessageDescriptor *descriptor;
	const struct field *fields;
	size_t count; /* of fields */
	bool lines;   /* text may hold tabs and line feeds */
};

/* The shape of a message type; NULL for MESSAGE_NONE and whatever is no type. */
const struct shape *shape_of(enum message_type type);

/* Message shapes by topic; each list covers a run of enum message_type, in its order. */
struct shapes {
	const struct shape *list;
	size_t count;
};
extern const struct shapes shapes_console, shapes_signalling, shapes_activation,
	shapes_people, shapes_links;

/* Rows of a field table: struct tag, member, and what cannot be read off the member. */
/* clang-format off */
#define SHAPE_MEMBER(tag, member) (((const struct tag *)0)->member)
#define NUMBER(tag, member) { .kind = FIELD_NUMBER, .at = offsetof(struct tag, member), \
	.width = sizeof SHAPE_MEMBER(tag, member) }
#define TEXT(tag, member, least) { .kind = FIELD_TEXT, .at = offsetof(struct tag, member), \
	.min = (least), .max = sizeof SHAPE_MEMBER(tag, member) - 1 }
#define TEXTS(tag, member, least) { .kind = FIELD_TEXTS, .at = offsetof(struct tag, member), \
	.min = (least), .max = sizeof SHAPE_MEMBER(tag, member[0]) - 1, \
	.items = sizeof SHAPE_MEMBER(tag, member) / sizeof SHAPE_MEMBER(tag, member[0]), \
	.stride = sizeof SHAPE_MEMBER(tag, member[0]), .size_at = offsetof(struct tag, member##_count), \
	.width = sizeof SHAPE_MEMBER(tag, member##_count) }
#define FIXED(tag, member) { .kind = FIELD_FIXED, .at = offsetof(struct tag, member), \
	.min = sizeof SHAPE_MEMBER(tag, member), .max = sizeof SHAPE_MEMBER(tag, member) }
#define SIZED(tag, member, size_member) { .kind = FIELD_SIZED, .at = offsetof(struct tag, member), \
	.min = 1, .max = sizeof SHAPE_MEMBER(tag, member), .size_at = offsetof(struct tag, size_member), \
	.width = sizeof SHAPE_MEMBER(tag, size_member) }
#define VIEW(tag, member, most) { .kind = FIELD_VIEW, .at = offsetof(struct tag, member), \
	.max = (most) }
#define NESTED(tag, member, shape) { .kind = FIELD_NESTED, .at = offsetof(struct tag, member), \
	.max = UNIT_MAX, .items = sizeof SHAPE_MEMBER(tag, member) / sizeof SHAPE_MEMBER(tag, member[0]), \
	.stride = sizeof SHAPE_MEMBER(tag, member[0]), .size_at = offsetof(struct tag, member##_count), \
	.width = sizeof SHAPE_MEMBER(tag, member##_count), .nested = (shape) }
#define SHAPE(message, generated) .type = (message), \
	.descriptor = &knox__##generated##__descriptor
#define FIELDS(list) .fields = (list), .count = sizeof (list) / sizeof *(list)
/* clang-format on */

#endif
