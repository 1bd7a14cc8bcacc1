/* utf8.c - the strict decoder that readers and error messages share. Knows no file and no YAML. */
#include "sim/utf8.h"

/* Length that a first byte announces; 0 for a byte that cannot be first. */
static size_t announced(uint8_t first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xC2 && first <= 0xDF)
		return 2;
	if (first >= 0xE0 && first <= 0xEF)
		return 3;
	if (first >= 0xF0 && first <= 0xF4)
		return 4;
	return 0;
}

size_t utf8_decode(const void *p, size_t size, uint32_t *code)
{
	static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
	const uint8_t *byte = p;
	size_t length = size > 0 ? announced(byte[0]) : 0;
	if (length == 0 || length > size)
		return 0;
	uint32_t value = length == 1 ? byte[0] : byte[0] & (0x7Fu >> length);
	for (size_t i = 1; i < length; i++) {
		if ((byte[i] & 0xC0) != 0x80)
			return 0;
		value = value << 6 | (byte[i] & 0x3Fu);
	}
	if (value < least[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
		return 0;
	*code = value;
	return length;
}

bool utf8_is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7F && code < 0xA0);
}
