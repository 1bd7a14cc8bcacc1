/* scan.c - the bounded look at a message before protobuf-c. Not a parser: it keeps nothing but
 * counts. */
#include "proto/codec/scan.h"

#include <assert.h>

#include "proto/codec/wire.h"

struct scan {
	const struct shape *shape;
	struct scan_view *view;
	unsigned depth;
	uint16_t seen[SHAPE_FIELDS_MAX]; /* how often each field came */
};

static enum message_error scan_body(const struct shape *shape, struct bytes body, unsigned depth,
				    struct scan_view *view);

/* Whether a span that is no field of ours holds spans in spans deeper than any message of ours. The
 * answer only chooses the words of the refusal. */
static bool is_deep(struct bytes b, unsigned depth)
{
	struct wire_tag tag;
	struct bytes inner;
	while (depth <= SCAN_DEPTH_MAX && wire_take_tag(&b, &tag) && tag.type == WIRE_SPAN &&
	       wire_take_span(&b, &inner)) {
		b = inner;
		depth++;
	}
	return depth > SCAN_DEPTH_MAX;
}

static enum message_error refuse_stranger(const struct scan *s, struct wire_tag tag,
					  struct bytes rest)
{
	if (tag.type != WIRE_SPAN)
		return MESSAGE_FIELD;
	struct bytes span;
	if (!wire_take_span(&rest, &span))
		return MESSAGE_WIRE;
	return is_deep(span, s->depth + 1) ? MESSAGE_DEPTH : MESSAGE_FIELD;
}

static bool is_span(ProtobufCType type)
{
	return type == PROTOBUF_C_TYPE_STRING || type == PROTOBUF_C_TYPE_BYTES ||
	       type == PROTOBUF_C_TYPE_MESSAGE;
}

static enum message_error scan_number(ProtobufCType type, struct bytes *rest)
{
	uint64_t value;
	if (!wire_take_varint(rest, &value))
		return MESSAGE_WIRE;
	switch (type) {
	case PROTOBUF_C_TYPE_BOOL:
		return value <= 1 ? MESSAGE_OK : MESSAGE_FIELD;
	case PROTOBUF_C_TYPE_ENUM:
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_SINT32:
		return value <= UINT32_MAX ? MESSAGE_OK : MESSAGE_FIELD;
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_UINT64:
		return MESSAGE_OK;
	default:
		/* The schemas use no other: int32 has two forms for a negative number. */
		assert(false && "a number type that the scan does not know");
		return MESSAGE_FIELD;
	}
}

static enum message_error scan_span(struct scan *s, const struct field *field, ProtobufCType type,
				    struct bytes *rest)
{
	struct bytes span;
	if (!wire_take_span(rest, &span))
		return MESSAGE_WIRE;
	if (span.size < field->min || span.size > field->max)
		return MESSAGE_FIELD;
	if (type == PROTOBUF_C_TYPE_STRING && !wire_text_is_good(span, s->shape->lines))
		return MESSAGE_STRING;
	if (type == PROTOBUF_C_TYPE_MESSAGE)
		return scan_body(field->nested, span, s->depth + 1, NULL);
	if (field->kind == FIELD_VIEW && s->view)
		*s->view = (struct scan_view){ .field = field, .span = span };
	return MESSAGE_OK;
}

static enum message_error scan_field(struct scan *s, struct bytes *rest)
{
	struct wire_tag tag;
	if (!wire_take_tag(rest, &tag))
		return MESSAGE_WIRE;
	if (tag.number > s->shape->count)
		return refuse_stranger(s, tag, *rest);
	size_t index = tag.number - 1;
	const ProtobufCFieldDescriptor *fd = &s->shape->descriptor->fields[index];
	const struct field *field = &s->shape->fields[index];
	assert(fd->id == tag.number);
	if (tag.type != (is_span(fd->type) ? WIRE_SPAN : WIRE_VARINT))
		return MESSAGE_WIRE;
	if (s->seen[index] == (fd->label == PROTOBUF_C_LABEL_REPEATED ? field->items : 1))
		return MESSAGE_FIELD;
	s->seen[index]++;
	return is_span(fd->type) ? scan_span(s, field, fd->type, rest)
				 : scan_number(fd->type, rest);
}

static enum message_error scan_body(const struct shape *shape, struct bytes body, unsigned depth,
				    struct scan_view *view)
{
	assert(shape->count == shape->descriptor->n_fields && shape->count <= SHAPE_FIELDS_MAX);
	if (depth > SCAN_DEPTH_MAX)
		return MESSAGE_DEPTH;
	struct scan s = { .shape = shape, .view = view, .depth = depth };
	while (body.size > 0) {
		enum message_error e = scan_field(&s, &body);
		if (e != MESSAGE_OK)
			return e;
	}
	for (size_t i = 0; i < shape->count; i++)
		if (shape->descriptor->fields[i].label == PROTOBUF_C_LABEL_REQUIRED && !s.seen[i])
			return MESSAGE_FIELD;
	return MESSAGE_OK;
}

enum message_error scan_message(const struct shape *shape, struct bytes body,
				struct scan_view *view)
{
	if (view)
		*view = (struct scan_view){ 0 };
	return scan_body(shape, body, 1, view);
}
