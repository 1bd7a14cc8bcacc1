/* copy.c - values between plain structs and protobuf-c's. No limits of messages are known here: the
 * shapes hold them, and scan.c has checked what came from outside. */
#include "proto/codec/copy.h"

#include <assert.h>
#include <string.h>

/* One field on its way: the plain struct on one side, protobuf-c's on the other. */
struct lane {
	const struct field *field;
	const ProtobufCFieldDescriptor *fd;
	struct arena *arena; /* to the wire only */
};

static size_t size_read(const uint8_t *plain, const struct field *f)
{
	uint8_t size8;
	uint16_t size16;
	size_t size;
	switch (f->width) {
	case sizeof size8:
		memcpy(&size8, plain + f->size_at, sizeof size8);
		return size8;
	case sizeof size16:
		memcpy(&size16, plain + f->size_at, sizeof size16);
		return size16;
	default:
		assert(f->width == sizeof size);
		memcpy(&size, plain + f->size_at, sizeof size);
		return size;
	}
}

static void size_write(uint8_t *plain, const struct field *f, size_t size)
{
	uint8_t size8 = (uint8_t)size;
	uint16_t size16 = (uint16_t)size;
	assert(size <= (f->kind == FIELD_SIZED ? f->max : f->items));
	if (f->width == sizeof size8)
		memcpy(plain + f->size_at, &size8, sizeof size8);
	else if (f->width == sizeof size16)
		memcpy(plain + f->size_at, &size16, sizeof size16);
	else
		memcpy(plain + f->size_at, &size, sizeof size);
}

/* Bytes of what f keeps at its place; a size or count is beside it. */
static size_t width_of(const struct field *f)
{
	switch (f->kind) {
	case FIELD_NUMBER:
		return f->width;
	case FIELD_TEXT:
		return f->max + 1;
	case FIELD_FIXED:
	case FIELD_SIZED:
		return f->max;
	case FIELD_VIEW:
		return sizeof(struct bytes);
	default: /* an array */
		return (size_t)f->items * f->stride;
	}
}

size_t copy_extent(const struct shape *shape)
{
	size_t extent = 0;
	for (size_t i = 0; i < shape->count; i++) {
		const struct field *f = &shape->fields[i];
		size_t end = f->at + width_of(f), size_end = (size_t)f->size_at + f->width;
		extent = end > extent ? end : extent;
		extent = size_end > extent ? size_end : extent;
	}
	return extent;
}

/* -- to the wire -- */

static void data_to_wire(const struct lane *l, const uint8_t *data, size_t size, uint8_t *wire)
{
	ProtobufCBinaryData binary = { .len = size, .data = (uint8_t *)data };
	memcpy(wire + l->fd->offset, &binary, sizeof binary);
}

static void number_to_wire(const struct lane *l, const uint8_t *plain, uint8_t *wire)
{
	memcpy(wire + l->fd->offset, plain + l->field->at, l->field->width);
}

static void text_to_wire(const struct lane *l, const uint8_t *plain, uint8_t *wire)
{
	const char *text = (const char *)plain + l->field->at;
	assert(strnlen(text, l->field->max + 1) <= l->field->max);
	memcpy(wire + l->fd->offset, &text, sizeof text);
}

static void fixed_to_wire(const struct lane *l, const uint8_t *plain, uint8_t *wire)
{
	data_to_wire(l, plain + l->field->at, l->field->max, wire);
}

static void sized_to_wire(const struct lane *l, const uint8_t *plain, uint8_t *wire)
{
	size_t size = size_read(plain, l->field);
	assert(size <= l->field->max);
	data_to_wire(l, plain + l->field->at, size, wire);
}

static void view_to_wire(const struct lane *l, const uint8_t *plain, uint8_t *wire)
{
	struct bytes view;
	memcpy(&view, plain + l->field->at, sizeof view);
	assert(view.size <= l->field->max);
	data_to_wire(l, view.data, view.size, wire);
}

/* The texts or structs of a repeated field, as an array of pointers in the arena. */
static void list_to_wire(const struct lane *l, const uint8_t *plain, uint8_t *wire)
{
	const struct field *f = l->field;
	size_t count = size_read(plain, f);
	assert(count <= f->items);
	const void **list = arena_take(l->arena, f->items * sizeof *list);
	assert(list);
	for (size_t i = 0; i < count; i++) {
		const uint8_t *item = plain + f->at + i * f->stride;
		assert(f->nested || strnlen((const char *)item, f->max + 1) <= f->max);
		list[i] = item;
		if (f->nested)
			list[i] = copy_to_wire(f->nested, item, l->arena);
	}
	memcpy(wire + l->fd->offset, &list, sizeof list);
	memcpy(wire + l->fd->quantifier_offset, &count, sizeof count);
}

/* -- from the wire -- */

static ProtobufCBinaryData data_from_wire(const struct lane *l, const uint8_t *wire)
{
	ProtobufCBinaryData binary;
	memcpy(&binary, wire + l->fd->offset, sizeof binary);
	assert(binary.len <= l->field->max);
	return binary;
}

static void number_from_wire(const struct lane *l, const uint8_t *wire, uint8_t *plain)
{
	memcpy(plain + l->field->at, wire + l->fd->offset, l->field->width);
}

static void text_copy(const struct field *f, const char *text, uint8_t *to)
{
	size_t size = strlen(text);
	assert(size <= f->max);
	memcpy(to, text, size + 1);
}

static void text_from_wire(const struct lane *l, const uint8_t *wire, uint8_t *plain)
{
	const char *text;
	memcpy(&text, wire + l->fd->offset, sizeof text);
	text_copy(l->field, text, plain + l->field->at);
}

static void fixed_from_wire(const struct lane *l, const uint8_t *wire, uint8_t *plain)
{
	ProtobufCBinaryData binary = data_from_wire(l, wire);
	assert(binary.len == l->field->max);
	memcpy(plain + l->field->at, binary.data, binary.len);
}

static void sized_from_wire(const struct lane *l, const uint8_t *wire, uint8_t *plain)
{
	ProtobufCBinaryData binary = data_from_wire(l, wire);
	if (binary.len > 0)
		memcpy(plain + l->field->at, binary.data, binary.len);
	size_write(plain, l->field, binary.len);
}

static void view_from_wire(const struct lane *l, const uint8_t *wire, uint8_t *plain)
{
	(void)l, (void)wire, (void)plain; /* what protobuf-c holds dies with the arena */
}

static void list_from_wire(const struct lane *l, const uint8_t *wire, uint8_t *plain)
{
	const struct field *f = l->field;
	size_t count;
	const void *const *list;
	memcpy(&count, wire + l->fd->quantifier_offset, sizeof count);
	memcpy(&list, wire + l->fd->offset, sizeof list);
	assert(count <= f->items);
	for (size_t i = 0; i < count; i++) {
		uint8_t *item = plain + f->at + i * f->stride;
		if (f->nested)
			copy_from_wire(f->nested, list[i], item);
		else
			text_copy(f, list[i], item);
	}
	size_write(plain, f, count);
}

/* -- both -- */

typedef void copy_fn(const struct lane *l, const uint8_t *from, uint8_t *to);

static const struct {
	copy_fn *to_wire, *from_wire;
} copies[] = {
	[FIELD_NUMBER] = { number_to_wire, number_from_wire },
	[FIELD_TEXT] = { text_to_wire, text_from_wire },
	[FIELD_TEXTS] = { list_to_wire, list_from_wire },
	[FIELD_FIXED] = { fixed_to_wire, fixed_from_wire },
	[FIELD_SIZED] = { sized_to_wire, sized_from_wire },
	[FIELD_VIEW] = { view_to_wire, view_from_wire },
	[FIELD_NESTED] = { list_to_wire, list_from_wire },
};
_Static_assert(sizeof copies / sizeof *copies == FIELD_KINDS, "copy every kind of field");

ProtobufCMessage *copy_to_wire(const struct shape *shape, const void *plain, struct arena *a)
{
	ProtobufCMessage *wire = arena_take(a, shape->descriptor->sizeof_message);
	assert(wire && shape->count == shape->descriptor->n_fields);
	protobuf_c_message_init(shape->descriptor, wire);
	for (size_t i = 0; i < shape->count; i++) {
		struct lane l = { &shape->fields[i], &shape->descriptor->fields[i], a };
		copies[l.field->kind].to_wire(&l, plain, (uint8_t *)wire);
	}
	return wire;
}

void copy_from_wire(const struct shape *shape, const ProtobufCMessage *wire, void *plain)
{
	for (size_t i = 0; i < shape->count; i++) {
		struct lane l = { &shape->fields[i], &shape->descriptor->fields[i], NULL };
		copies[l.field->kind].from_wire(&l, (const uint8_t *)wire, plain);
	}
}
