/* text.c - text that grows: what the reports are written into before anything is printed. It knows
 * bytes, UTF-8 characters and colours, and nothing of runs. */
#include "tools/actflow/text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/diag.h"

enum { ESCAPE = 0x1b };

void text_add(struct buffer *out, const char *text)
{
	buffer_append(out, bytes_of_string(text));
}

void text_printf(struct buffer *out, const char *format, ...)
{
	char *made = NULL;
	va_list list;
	va_start(list, format);
	int size = vasprintf(&made, format, list);
	va_end(list);
	if (size < 0)
		abort(); /* out of memory, as buffer_append */
	buffer_append(out, bytes_of(made, (size_t)size));
	free(made);
}

void text_repeat(struct buffer *out, const char *character, size_t count)
{
	for (size_t i = 0; i < count; i++)
		text_add(out, character);
}

void text_style(struct buffer *out, bool colour, const char *style, const char *text)
{
	if (colour && *style)
		text_printf(out, "\x1b[%sm%s\x1b[0m", style, text);
	else
		text_add(out, text);
}

void text_pad(struct buffer *out, size_t used, size_t width)
{
	if (used < width)
		text_repeat(out, " ", width - used);
}

void text_safe(struct buffer *out, const char *text)
{
	char *safe = diag_escaped(text);
	text_add(out, safe);
	free(safe);
}

void text_quoted(struct buffer *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "_@%+=:,./-";
	char *safe = diag_escaped(word);
	bool shown = strcmp(safe, word) == 0;
	bool bare = *word && strspn(word, plain) == strlen(word);
	free(safe);
	text_add(out, bare ? "" : shown ? "'" : "$'");
	for (const char *p = word; *p; p++) {
		unsigned char byte = (unsigned char)*p;
		if (!shown && (byte < 0x20 || byte >= 0x7f || byte == '\'' || byte == '\\'))
			text_printf(out, "\\%03o", byte);
		else if (byte == '\'' && !bare)
			text_add(out, "'\\''");
		else
			buffer_append_u8(out, byte);
	}
	text_add(out, bare ? "" : "'");
}

/* Bytes of the escape sequence at p, 0 when there is none. */
static size_t escape_size(const char *p, size_t left)
{
	if (left < 2 || p[0] != ESCAPE || p[1] != '[')
		return 0;
	for (size_t i = 2; i < left; i++)
		if (p[i] == 'm')
			return i + 1;
	return 0;
}

size_t text_width(const char *text)
{
	size_t width = 0;
	for (size_t left = strlen(text); left > 0;) {
		size_t skip = escape_size(text, left);
		if (skip == 0) {
			width += ((unsigned char)*text & 0xc0) != 0x80;
			skip = 1;
		}
		text += skip;
		left -= skip;
	}
	return width;
}

size_t text_wrap(const char *text, size_t width, size_t *skip)
{
	size_t cells = 0, i = 0, blank = 0;
	assert(width > 0);
	for (; text[i]; i++) {
		if (((unsigned char)text[i] & 0xc0) == 0x80)
			continue;
		if (cells == width)
			break;
		if (text[i] == ' ' && i > 0)
			blank = i;
		cells++;
	}
	size_t size = text[i] && text[i] != ' ' && blank > 0 ? blank : i;
	*skip = strspn(text + size, " ");
	return size;
}

void text_plain(struct buffer *out, struct bytes in)
{
	for (size_t i = 0; i < in.size;) {
		size_t skip = escape_size((const char *)in.data + i, in.size - i);
		if (skip == 0)
			buffer_append_u8(out, in.data[i]);
		i += skip ? skip : 1;
	}
}

const char *text_string(struct buffer *b)
{
	buffer_append_u8(b, 0);
	b->size--;
	return (const char *)b->data;
}
