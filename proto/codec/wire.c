/* wire.c - strict readers of the protobuf wire format. Not a decoder: see wire.h. */
#include "proto/codec/wire.h"

#include <string.h>

enum { VARINT_SIZE_MAX = 10 };

static void advance(struct bytes *rest, size_t count)
{
	rest->data += count;
	rest->size -= count;
}

bool wire_take_varint(struct bytes *rest, uint64_t *value)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < VARINT_SIZE_MAX && i < rest->size; i++) {
		uint8_t byte = rest->data[i];
		/* The tenth byte holds bit 63 alone. */
		if (i == VARINT_SIZE_MAX - 1 && byte > 1)
			return false;
		sum |= (uint64_t)(byte & 0x7f) << (7 * i);
		if (byte & 0x80)
			continue;
		/* A last group of zero bits adds nothing: the same value has a shorter form. */
		if (byte == 0 && i > 0)
			return false;
		advance(rest, i + 1);
		*value = sum;
		return true;
	}
	return false;
}

bool wire_take_tag(struct bytes *rest, struct wire_tag *tag)
{
	uint64_t raw;
	if (!wire_take_varint(rest, &raw) || raw > UINT32_MAX || raw >> 3 == 0)
		return false;
	*tag = (struct wire_tag){ .number = (uint32_t)(raw >> 3),
				  .type = (enum wire_type)(raw & 7) };
	return tag->type == WIRE_VARINT || tag->type == WIRE_64BIT || tag->type == WIRE_SPAN ||
	       tag->type == WIRE_32BIT;
}

bool wire_take_span(struct bytes *rest, struct bytes *span)
{
	uint64_t size;
	if (!wire_take_varint(rest, &size) || size > rest->size)
		return false;
	*span = bytes_of(rest->data, (size_t)size);
	advance(rest, (size_t)size);
	return true;
}

/* Well-formed UTF-8 by first byte: how many bytes, and what the second may be.
 * Source: The Unicode Standard, table 3-7. */
static const struct lead {
	uint8_t first, last, size, second_min, second_max;
} leads[] = {
	{ 0xc2, 0xdf, 2, 0x80, 0xbf }, { 0xe0, 0xe0, 3, 0xa0, 0xbf }, { 0xe1, 0xec, 3, 0x80, 0xbf },
	{ 0xed, 0xed, 3, 0x80, 0x9f }, { 0xee, 0xef, 3, 0x80, 0xbf }, { 0xf0, 0xf0, 4, 0x90, 0xbf },
	{ 0xf1, 0xf3, 4, 0x80, 0xbf }, { 0xf4, 0xf4, 4, 0x80, 0x8f },
};

/* Bytes of the multi-byte character at the front of text; 0 when it is none. */
static size_t character_size(struct bytes text)
{
	const struct lead *lead = NULL;
	for (size_t i = 0; i < sizeof leads / sizeof *leads; i++)
		if (text.data[0] >= leads[i].first && text.data[0] <= leads[i].last)
			lead = &leads[i];
	if (!lead || text.size < lead->size)
		return 0;
	if (text.data[1] < lead->second_min || text.data[1] > lead->second_max)
		return 0;
	for (size_t i = 2; i < lead->size; i++)
		if ((text.data[i] & 0xc0) != 0x80)
			return 0;
	return lead->size;
}

/* Whether eight bytes are all visible ASCII or blanks, as nearly all text is. Each 0x80 is the
 * highest bit of a byte: set in it already, borrowed from it below a blank, or carried into it by
 * DEL. */
static bool is_plain(const uint8_t text[8])
{
	const uint64_t ones = UINT64_MAX / 0xff;
	uint64_t w;
	memcpy(&w, text, sizeof w);
	return ((w | (w - 0x20 * ones) | (w + ones)) & 0x80 * ones) == 0;
}

bool wire_text_is_good(struct bytes text, bool lines)
{
	for (size_t i = 0; i < text.size;) {
		if (text.size - i >= 8 && is_plain(text.data + i)) {
			i += 8;
			/* The rest may be looked at together with what was: one look for all of it.
			 */
			if (i < text.size && text.size - i < 8 &&
			    is_plain(text.data + text.size - 8))
				return true;
			continue;
		}
		uint8_t c = text.data[i];
		size_t size = 1;
		if (c >= 0x80)
			size = character_size(bytes_of(text.data + i, text.size - i));
		else if (c == 0x7f || (c < 0x20 && !(lines && (c == '\t' || c == '\n'))))
			size = 0;
		if (size == 0)
			return false;
		i += size;
	}
	return true;
}
