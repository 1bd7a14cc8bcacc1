/* forms.c - spells and encodes a value in each form of forms.h. It searches nothing. */
#include "sim/flow/forms.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static const char hex_lower[] = "0123456789abcdef", hex_upper[] = "0123456789ABCDEF";
static const char base64_alphabet[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64url_alphabet[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

enum { GROUP = 5 /* characters between two hyphens of a typed key: xxxxx-xxxxx-xxxxx */ };

/* Longest result of one byte: \u00xx. Room for all of it is made once. */
enum { PUT_MAX = 6 };

static void put(struct buffer *out, uint8_t c)
{
	assert(out->size < out->room);
	out->data[out->size++] = c;
}

static bool is_alphanumeric(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void spell(enum spelling spelling, struct bytes value, struct buffer *out)
{
	bool upper = spelling == SPELLING_UPPER || spelling == SPELLING_BOTH;
	bool hyphens = spelling == SPELLING_HYPHENS || spelling == SPELLING_BOTH;
	for (size_t i = 0; i < value.size; i++) {
		uint8_t c = value.data[i];
		if (hyphens && i && i % GROUP == 0)
			put(out, '-');
		put(out, upper && c >= 'a' && c <= 'z' ? (uint8_t)(c - 'a' + 'A') : c);
	}
}

static void append_hex(struct buffer *out, uint8_t c, const char *digits)
{
	put(out, (uint8_t)digits[c >> 4]);
	put(out, (uint8_t)digits[c & 15]);
}

static void make_hex(struct bytes value, const char *digits, struct buffer *out)
{
	for (size_t i = 0; i < value.size; i++)
		append_hex(out, value.data[i], digits);
}

/* before: bytes of something else in front of the value, modulo 3. */
static void make_base64(struct bytes value, size_t before, const char *alphabet, struct buffer *out)
{
	size_t skip = (before * 8 + 5) / 6; /* characters that hold bits of what stands before */
	size_t end = (before + value.size) * 8 / 6; /* and those that hold bits of what follows */
	for (size_t i = skip; i < end; i++) {
		size_t bit = i * 6 - before * 8, byte = bit / 8;
		unsigned two = (unsigned)value.data[byte] << 8;
		if (byte + 1 < value.size)
			two |= value.data[byte + 1];
		put(out, (uint8_t)alphabet[two >> (10 - bit % 8) & 63]);
	}
}

static void make_percent(struct bytes value, bool all, const char *digits, struct buffer *out)
{
	for (size_t i = 0; i < value.size; i++) {
		uint8_t c = value.data[i];
		if (!all && (is_alphanumeric(c) || (c && strchr("-._~", c)))) {
			put(out, c);
			continue;
		}
		put(out, '%');
		append_hex(out, c, digits);
	}
}

static void make_json(struct bytes value, bool all, const char *digits, struct buffer *out)
{
	static const char short_from[] = "\"\\\b\f\n\r\t", short_to[] = "\"\\bfnrt";
	for (size_t i = 0; i < value.size; i++) {
		uint8_t c = value.data[i];
		const char *named = !all && c ? strchr(short_from, c) : NULL;
		if (named) {
			put(out, '\\');
			put(out, (uint8_t)short_to[named - short_from]);
		} else if (!all && c >= ' ' && c < 0x80) {
			put(out, c);
		} else {
			put(out, '\\');
			put(out, 'u');
			put(out, '0');
			put(out, '0');
			append_hex(out, c, digits);
		}
	}
}

static void encode(enum encoding encoding, struct bytes value, struct buffer *out)
{
	switch (encoding) {
	case ENCODING_RAW:
		buffer_append(out, value);
		break;
	case ENCODING_HEX_LOWER:
	case ENCODING_HEX_UPPER:
		make_hex(value, encoding == ENCODING_HEX_LOWER ? hex_lower : hex_upper, out);
		break;
	case ENCODING_BASE64_0:
	case ENCODING_BASE64_1:
	case ENCODING_BASE64_2:
		make_base64(value, encoding - ENCODING_BASE64_0, base64_alphabet, out);
		break;
	case ENCODING_BASE64URL_0:
	case ENCODING_BASE64URL_1:
	case ENCODING_BASE64URL_2:
		make_base64(value, encoding - ENCODING_BASE64URL_0, base64url_alphabet, out);
		break;
	case ENCODING_PERCENT_ALL_LOWER:
	case ENCODING_PERCENT_LOWER:
		make_percent(value, encoding == ENCODING_PERCENT_ALL_LOWER, hex_lower, out);
		break;
	case ENCODING_PERCENT_ALL_UPPER:
	case ENCODING_PERCENT_UPPER:
		make_percent(value, encoding == ENCODING_PERCENT_ALL_UPPER, hex_upper, out);
		break;
	case ENCODING_JSON_ALL_LOWER:
	case ENCODING_JSON_LOWER:
		make_json(value, encoding == ENCODING_JSON_ALL_LOWER, hex_lower, out);
		break;
	case ENCODING_JSON_ALL_UPPER:
	case ENCODING_JSON_UPPER:
		make_json(value, encoding == ENCODING_JSON_ALL_UPPER, hex_upper, out);
		break;
	case ENCODINGS:
		break; /* not a form; form_make refuses it */
	}
}

void form_make(struct form form, struct bytes value, struct buffer *out)
{
	assert(value.size >= FORM_VALUE_MIN && form.encoding < ENCODINGS);
	size_t room = value.size * 2 * PUT_MAX; /* twice: a spelling adds hyphens */
	if (out->room < room)
		buffer_cleanse(out); /* growing it would leave a copy behind */
	buffer_clear(out);
	buffer_reserve(out, room);
	if (form.spelling == SPELLING_AS_IS) {
		encode(form.encoding, value, out);
		return;
	}
	struct buffer spelled = { 0 };
	buffer_reserve(&spelled, value.size * 2);
	spell(form.spelling, value, &spelled);
	encode(form.encoding, bytes_of_buffer(&spelled), out);
	buffer_cleanse(&spelled);
}

static const char *const spelling_names[] = { "", ", upper-case", ", hyphenated",
					      ", upper-case and hyphenated" };
static const char *const encoding_names[] = {
	[ENCODING_RAW] = "raw",
	[ENCODING_HEX_LOWER] = "lower-case hex",
	[ENCODING_HEX_UPPER] = "upper-case hex",
	[ENCODING_BASE64_0] = "base64 at alignment 0",
	[ENCODING_BASE64_1] = "base64 at alignment 1",
	[ENCODING_BASE64_2] = "base64 at alignment 2",
	[ENCODING_BASE64URL_0] = "base64url at alignment 0",
	[ENCODING_BASE64URL_1] = "base64url at alignment 1",
	[ENCODING_BASE64URL_2] = "base64url at alignment 2",
	[ENCODING_PERCENT_ALL_LOWER] = "percent escapes",
	[ENCODING_PERCENT_ALL_UPPER] = "percent escapes",
	[ENCODING_PERCENT_LOWER] = "percent escapes where needed",
	[ENCODING_PERCENT_UPPER] = "percent escapes where needed",
	[ENCODING_JSON_ALL_LOWER] = "JSON escapes",
	[ENCODING_JSON_ALL_UPPER] = "JSON escapes",
	[ENCODING_JSON_LOWER] = "JSON escapes where needed",
	[ENCODING_JSON_UPPER] = "JSON escapes where needed",
};
_Static_assert(sizeof spelling_names / sizeof *spelling_names == SPELLINGS, "name every spelling");
_Static_assert(sizeof encoding_names / sizeof *encoding_names == ENCODINGS, "name every encoding");

const char *form_name(struct form form, char name[FORM_NAME_MAX])
{
	snprintf(name, FORM_NAME_MAX, "%s%s", encoding_names[form.encoding],
		 spelling_names[form.spelling]);
	return name;
}
