/* messages.c - messages of every type, filled from the codec's own tables: what stands in a table
 * is tried, whatever is added to it. Whether the tables are right is for hand-written bytes to say.
 */
#include "tests/lib/messages.h"

#include <assert.h>
#include <string.h>

#include "proto/codec/shape.h"

static void number_fill(ProtobufCType type, uint8_t *at, bool greatest)
{
	int32_t s32 = greatest ? INT32_MAX : INT32_MIN;
	uint32_t u32 = greatest ? UINT32_MAX : 0;
	int64_t s64 = greatest ? INT64_MAX : INT64_MIN;
	if (type == PROTOBUF_C_TYPE_SINT32)
		memcpy(at, &s32, sizeof s32);
	else if (type == PROTOBUF_C_TYPE_UINT32)
		memcpy(at, &u32, sizeof u32);
	else
		memcpy(at, &s64, sizeof s64);
}

static void size_fill(const struct field *f, uint8_t *plain, size_t size)
{
	uint8_t size8 = (uint8_t)size;
	uint16_t size16 = (uint16_t)size;
	if (f->width == sizeof size8)
		memcpy(plain + f->size_at, &size8, sizeof size8);
	else if (f->width == sizeof size16)
		memcpy(plain + f->size_at, &size16, sizeof size16);
	else
		memcpy(plain + f->size_at, &size, sizeof size);
}

static void fill(const struct shape *shape, uint8_t *plain, char mark, bool greatest)
{
	static uint8_t payload[CARRIED_MAX];
	for (size_t i = 0; i < shape->count; i++, mark++) {
		const struct field *f = &shape->fields[i];
		size_t size = greatest ? f->max : f->min;
		size_t items = greatest ? f->items : 0;
		memset(payload, mark, sizeof payload);
		struct bytes view = bytes_of(payload, size);
		if (f->kind == FIELD_NUMBER)
			number_fill(shape->descriptor->fields[i].type, plain + f->at, greatest);
		else if (f->kind == FIELD_VIEW)
			memcpy(plain + f->at, &view, sizeof view);
		else if (f->items == 0)
			memset(plain + f->at, mark, size);
		for (size_t n = 0; n < items; n++, mark++) {
			if (f->nested)
				fill(f->nested, plain + f->at + n * f->stride, mark, greatest);
			else
				memset(plain + f->at + n * f->stride, mark, size);
		}
		if (f->kind == FIELD_SIZED)
			size_fill(f, plain, size);
		else if (f->items > 0)
			size_fill(f, plain, items);
	}
}

void messages_fill(struct message *m, enum message_type type, bool greatest)
{
	memset(m, 0, sizeof *m);
	m->type = type;
	assert(shape_of(type));
	fill(shape_of(type), (uint8_t *)&m->as, 'a', greatest);
}

bool messages_carries(enum message_type type)
{
	const struct shape *shape = shape_of(type);
	for (size_t i = 0; shape && i < shape->count; i++)
		if (shape->fields[i].kind == FIELD_VIEW)
			return true;
	return false;
}
