/* patch.c - one field of a unit, read and replaced on the protobuf wire. Not held to any rule of
 * the message: that is what it is for. Only the bytes between tags are looked at, nothing is
 * decoded.
 */
#include "proto/codec/patch.h"

#include <string.h>

#include "proto/codec/shape.h"
#include "proto/codec/wire.h"

enum { TYPE_SIZE = 2, NAME_SIZE = 64, DIGITS_MAX = 20 };

/* One name of a path: "addresses[2]", and what follows behind its dot. */
struct link {
	char name[NAME_SIZE];
	size_t index;     /* of a repeated field, from 1; 0: the field, all of it */
	const char *rest; /* NULL: it was the last one */
	const ProtobufCFieldDescriptor *field;
	const struct shape *inside; /* what its bytes are the body of; NULL: nothing that we know */
};

/* A field as it stands on the wire. */
struct item {
	struct wire_tag tag;
	struct bytes whole, value; /* value: of a number its varint */
};

static bool read_index(const char **text, size_t *index)
{
	size_t value = 0;
	*index = 0;
	if (**text != '[')
		return true;
	for (++*text; **text >= '0' && **text <= '9' && value < 1000; ++*text)
		value = value * 10 + (size_t)(**text - '0');
	*index = value;
	return value > 0 && *(*text)++ == ']';
}

/* SECURE-CHANNEL.md 6: the body of a setup message is that of another one. */
static const struct shape *inside(const struct shape *shape, unsigned index)
{
	const struct field *f = &shape->fields[index];
	if (shape->type == MESSAGE_SECURE_CHANNEL_SETUP &&
	    strcmp(shape->descriptor->fields[index].name, "body") == 0)
		return shape_of(MESSAGE_SETUP_BODY);
	return f->kind == FIELD_NESTED ? f->nested : NULL;
}

/* Read the path's first name as a field of this shape; false when it has none of that name. */
static bool read_link(const struct shape *shape, const char *path, struct link *out)
{
	size_t size = strcspn(path, ".[");
	*out = (struct link){ 0 };
	if (!shape || size >= NAME_SIZE)
		return false;
	memcpy(out->name, path, size);
	path += size;
	if (!read_index(&path, &out->index) || (*path && *path != '.'))
		return false;
	out->rest = *path ? path + 1 : NULL;
	for (unsigned i = 0; i < shape->descriptor->n_fields; i++)
		if (strcmp(shape->descriptor->fields[i].name, out->name) == 0) {
			out->field = &shape->descriptor->fields[i];
			out->inside = inside(shape, i);
		}
	return out->field && (!out->rest || out->inside) &&
	       (out->index == 0 || out->field->label == PROTOBUF_C_LABEL_REPEATED);
}

static bool is_number(const ProtobufCFieldDescriptor *f)
{
	return f->type != PROTOBUF_C_TYPE_STRING && f->type != PROTOBUF_C_TYPE_BYTES &&
	       f->type != PROTOBUF_C_TYPE_MESSAGE;
}

static bool is_zigzag(const ProtobufCFieldDescriptor *f)
{
	return f->type == PROTOBUF_C_TYPE_SINT32 || f->type == PROTOBUF_C_TYPE_SINT64;
}

static bool take_item(struct bytes *rest, struct item *out)
{
	struct bytes begin = *rest;
	uint64_t number;
	if (!wire_take_tag(rest, &out->tag))
		return false;
	struct bytes value = *rest;
	bool span = out->tag.type == WIRE_SPAN;
	bool good = span ? wire_take_span(rest, &out->value)
			 : out->tag.type == WIRE_VARINT && wire_take_varint(rest, &number);
	if (good && !span)
		out->value = bytes_of(value.data, value.size - rest->size);
	out->whole = bytes_of(begin.data, begin.size - rest->size);
	return good;
}

/* -- reading -- */

static void append_decimal(uint64_t value, bool negative, struct buffer *out)
{
	char digits[DIGITS_MAX + 1];
	size_t at = sizeof digits;
	do
		digits[--at] = (char)('0' + value % 10);
	while ((value /= 10) > 0);
	if (negative)
		digits[--at] = '-';
	buffer_append(out, bytes_of(digits + at, sizeof digits - at));
}

static void append_number(const ProtobufCFieldDescriptor *f, struct bytes varint,
			  struct buffer *out)
{
	uint64_t raw = 0;
	wire_take_varint(&varint, &raw);
	bool negative = is_zigzag(f) ? raw & 1 : f->type == PROTOBUF_C_TYPE_INT64 && raw >> 63;
	if (is_zigzag(f))
		raw = negative ? (raw >> 1) + 1 : raw >> 1;
	else if (negative)
		raw = ~raw + 1;
	append_decimal(raw, negative, out);
}

static bool read_part(const struct shape *shape, struct bytes body, const char *path,
		      struct buffer *out)
{
	struct link l;
	struct item i;
	size_t seen = 0;
	if (!read_link(shape, path, &l))
		return false;
	while (body.size > 0) {
		if (!take_item(&body, &i))
			return false;
		if (i.tag.number != l.field->id || ++seen < l.index)
			continue;
		if (l.rest)
			return read_part(l.inside, i.value, l.rest, out);
		if (i.tag.type == WIRE_SPAN)
			buffer_append(out, i.value);
		else
			append_number(l.field, i.value, out);
		return true;
	}
	return false;
}

bool message_part(struct bytes unit, const char *path, struct buffer *out)
{
	const struct shape *shape = shape_of(message_peek(unit));
	return shape &&
	       read_part(shape, bytes_of(unit.data + TYPE_SIZE, unit.size - TYPE_SIZE), path, out);
}

bool message_has_part(enum message_type type, const char *path, bool *number)
{
	const struct shape *shape = shape_of(type);
	struct link l = { .rest = path };
	while (l.rest) {
		if (!read_link(shape, l.rest, &l))
			return false;
		shape = l.inside;
	}
	*number = l.field && is_number(l.field);
	return l.field != NULL;
}

/* -- writing -- */

static void append_varint(uint64_t value, struct buffer *out)
{
	for (; value > 0x7f; value >>= 7)
		buffer_append_u8(out, (uint8_t)(value | 0x80));
	buffer_append_u8(out, (uint8_t)value);
}

static bool read_decimal(struct bytes text, uint64_t *value, bool *negative)
{
	*value = 0;
	*negative = text.size > 0 && text.data[0] == '-';
	size_t i = *negative;
	if (i == text.size)
		return false;
	for (; i < text.size; i++) {
		uint64_t digit = (uint64_t)text.data[i] - '0';
		if (text.data[i] < '0' || text.data[i] > '9' || *value > (UINT64_MAX - digit) / 10)
			return false;
		*value = *value * 10 + digit;
	}
	return true;
}

bool message_number_is_good(struct bytes text)
{
	uint64_t value;
	bool negative;
	return read_decimal(text, &value, &negative);
}

/* A whole field, its tag in front; false for a number that is none. */
static bool append_field(const ProtobufCFieldDescriptor *f, struct bytes value, struct buffer *out)
{
	uint64_t number;
	bool negative;
	if (!is_number(f)) {
		append_varint((uint64_t)f->id << 3 | WIRE_SPAN, out);
		append_varint(value.size, out);
		buffer_append(out, value);
		return true;
	}
	if (!read_decimal(value, &number, &negative))
		return false;
	if (is_zigzag(f))
		number = negative ? number * 2 - (number > 0) : number * 2;
	else if (negative)
		number = ~number + 1;
	append_varint((uint64_t)f->id << 3 | WIRE_VARINT, out);
	append_varint(number, out);
	return true;
}

static bool patch_body(const struct shape *shape, struct bytes body, const struct patch *p,
		       struct buffer *out);

/* The field as it shall be, in the place of an old one, or of none. */
static bool append_patched(const struct link *l, struct bytes old, const struct patch *p,
			   struct buffer *out)
{
	struct patch deeper = { .path = l->rest, .value = p->value };
	struct buffer inner = { 0 };
	if (!l->rest)
		return !p->value || append_field(l->field, *p->value, out);
	bool good = patch_body(l->inside, old, &deeper, &inner) &&
		    append_field(l->field, bytes_of_buffer(&inner), out);
	buffer_cleanse(&inner);
	return good;
}

static bool patch_body(const struct shape *shape, struct bytes body, const struct patch *p,
		       struct buffer *out)
{
	struct link l;
	struct item i;
	size_t seen = 0;
	bool done = false, none = false;
	if (!read_link(shape, p->path, &l))
		return false;
	while (body.size > 0) {
		if (!take_item(&body, &i))
			return false;
		bool here = i.tag.number == l.field->id;
		seen += here;
		bool meant = here && (l.index == 0 || l.index == seen);
		/* Of a field that is not there, the place is before the next number. */
		if (!done && (meant || i.tag.number > l.field->id)) {
			none = none || !meant;
			done = true;
			if (!append_patched(&l, meant ? i.value : bytes_of(NULL, 0), p, out))
				return false;
		}
		if (!meant)
			buffer_append(out, i.whole);
	}
	if (!done && !append_patched(&l, bytes_of(NULL, 0), p, out))
		return false;
	none = none || !done;
	return !none || (p->value && l.index <= seen + 1);
}

bool message_patch(struct bytes unit, const struct patch *p, struct buffer *out)
{
	const struct shape *shape = shape_of(message_peek(unit));
	size_t begin = out->size;
	if (!shape)
		return false;
	buffer_append(out, bytes_of(unit.data, TYPE_SIZE));
	bool good =
		patch_body(shape, bytes_of(unit.data + TYPE_SIZE, unit.size - TYPE_SIZE), p, out);
	if (!good)
		out->size = begin;
	return good;
}
