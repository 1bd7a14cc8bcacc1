/* wire_parts.c - the forger's bench of wire_parts.h. */
#include "tests/lib/wire_parts.h"

#include <assert.h>
#include <string.h>

static uint64_t take_varint(struct bytes *rest)
{
	uint64_t value = 0;
	bool good = wire_take_varint(rest, &value);
	assert(good);
	return value;
}

struct parts parts_split(const struct buffer *unit)
{
	struct parts p = { 0 };
	struct bytes rest = bytes_of(unit->data + sizeof p.type, unit->size - sizeof p.type);
	memcpy(p.type, unit->data, sizeof p.type);
	while (rest.size > 0) {
		assert(p.count < PARTS_MAX);
		struct part *part = &p.list[p.count++];
		const uint8_t *begin = rest.data;
		uint64_t tag = take_varint(&rest);
		part->number = tag >> 3;
		part->type = tag & 7;
		part->value = take_varint(&rest);
		if (part->type == WIRE_SPAN) {
			buffer_append(&part->content, bytes_of(rest.data, part->value));
			rest = bytes_of(rest.data + part->value, rest.size - part->value);
		}
		buffer_append(&part->whole, bytes_of(begin, (size_t)(rest.data - begin)));
	}
	return p;
}

void parts_fini(struct parts *p)
{
	for (size_t i = 0; i < p->count; i++) {
		buffer_fini(&p->list[i].whole);
		buffer_fini(&p->list[i].content);
	}
	p->count = 0;
}

struct buffer parts_join_with(const struct parts *p, size_t i, struct bytes part)
{
	struct buffer unit = { 0 };
	buffer_append(&unit, bytes_of(p->type, sizeof p->type));
	for (size_t k = 0; k < p->count; k++)
		buffer_append(&unit, k == i ? part : bytes_of_buffer(&p->list[k].whole));
	if (i == p->count)
		buffer_append(&unit, part);
	return unit;
}

struct buffer parts_join(const struct parts *p)
{
	return parts_join_with(p, p->count, bytes_of("", 0));
}

void parts_append_varint(struct buffer *out, uint64_t value, size_t extra)
{
	for (; value > 0x7f; value >>= 7)
		buffer_append_u8(out, (uint8_t)(value & 0x7f) | 0x80);
	buffer_append_u8(out, (uint8_t)value | (extra > 0 ? 0x80 : 0));
	for (; extra > 0; extra--)
		buffer_append_u8(out, extra > 1 ? 0x80 : 0);
}

void parts_append_span(struct buffer *out, uint64_t number, struct bytes content)
{
	parts_append_varint(out, number << 3 | WIRE_SPAN, 0);
	parts_append_varint(out, content.size, 0);
	buffer_append(out, content);
}
