/* diag.c - collects, orders and prints errors of kind two: input or machine is wrong.
 *
 * It judges nothing itself. What it prints may hold bytes of a hostile file, so everything that a
 * terminal could act upon is escaped before it is kept.
 */
#include "sim/diag.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/bytes.h"
#include "sim/utf8.h"

enum { WORD_MAX = 64 }; /* bytes of the longest word that a nearest one is looked for */

static void append_escaped(struct buffer *out, uint32_t code)
{
	char text[16];
	const char *letter = code == '\n'   ? "\\n"
			     : code == '\r' ? "\\r"
			     : code == '\t' ? "\\t"
					    : NULL;
	if (letter)
		snprintf(text, sizeof text, "%s", letter);
	else
		snprintf(text, sizeof text, code < 0x100 ? "\\x%02x" : "\\u%04x", (unsigned)code);
	buffer_append(out, bytes_of_string(text));
}

/* Code points that change how the text around them is shown: directions, line separators. */
static bool misleads(uint32_t code)
{
	return (code >= 0x200E && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
	       (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}

char *diag_escaped(const char *text)
{
	struct buffer out = { 0 };
	size_t size = strlen(text);
	for (size_t i = 0; i < size;) {
		uint32_t code = 0;
		size_t length = utf8_decode(text + i, size - i, &code);
		if (length == 0) {
			append_escaped(&out, (uint8_t)text[i]);
			length = 1;
		} else if (utf8_is_control(code) || misleads(code)) {
			append_escaped(&out, code);
		} else {
			buffer_append(&out, bytes_of(text + i, length));
		}
		i += length;
	}
	buffer_append_u8(&out, 0);
	return (char *)out.data;
}

void diag_add(struct diags *d, const char *file, int line, int column, const char *format, ...)
{
	if (d->count == DIAGS_MAX) {
		d->beyond++;
		return;
	}
	char *text = NULL;
	va_list arguments;
	va_start(arguments, format);
	int length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0)
		abort();
	d->list[d->count++] = (struct diag){
		.file = diag_escaped(file), .line = line, .column = column, .text = diag_escaped(text)
	};
	free(text);
}

static int compare(const struct diag *a, const struct diag *b)
{
	int by_file = strcmp(a->file, b->file);
	if (by_file != 0)
		return by_file;
	return a->line != b->line ? a->line - b->line : a->column - b->column;
}

/* By insertion: few errors, and those at one place keep the order in which they were found. */
static void sort(struct diags *d)
{
	for (size_t i = 1; i < d->count; i++) {
		struct diag moved = d->list[i];
		size_t to = i;
		for (; to > 0 && compare(&d->list[to - 1], &moved) > 0; to--)
			d->list[to] = d->list[to - 1];
		d->list[to] = moved;
	}
}

void diag_print(struct diags *d, FILE *out)
{
	sort(d);
	for (size_t i = 0; i < d->count; i++) {
		const struct diag *one = &d->list[i];
		if (one->line > 0)
			fprintf(out, "%s:%d:%d: %s\n", one->file, one->line, one->column,
				one->text);
		else
			fprintf(out, "%s: %s\n", one->file, one->text);
	}
	if (d->beyond > 0)
		fprintf(out, "%zu more error%s not shown\n", d->beyond, d->beyond == 1 ? "" : "s");
}

void diag_fini(struct diags *d)
{
	for (size_t i = 0; i < d->count; i++) {
		free(d->list[i].file);
		free(d->list[i].text);
	}
	*d = (struct diags){ 0 };
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Edits that turn a into b; two swapped neighbours are one edit, the commonest slip of all. */
static size_t distance(const char *a, size_t a_size, const char *b, size_t b_size)
{
	size_t rows[3][WORD_MAX + 1];
	for (size_t j = 0; j <= b_size; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_size; i++) {
		size_t *now = rows[i % 3];
		const size_t *above = rows[(i + 2) % 3], *higher = rows[(i + 1) % 3];
		now[0] = i;
		for (size_t j = 1; j <= b_size; j++) {
			size_t same = a[i - 1] == b[j - 1] ? 0 : 1;
			now[j] = least(above[j - 1] + same, least(above[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = least(now[j], higher[j - 2] + 1);
		}
	}
	return rows[a_size % 3][b_size];
}

const char *diag_nearest(const char *word, const char *const *candidates, size_t count)
{
	size_t size = strnlen(word, WORD_MAX + 1);
	size_t best = size / 3 > 1 ? size / 3 : 1;
	const char *nearest = NULL;
	for (size_t i = 0; i < count && size > 0 && size <= WORD_MAX; i++) {
		size_t other = strnlen(candidates[i], WORD_MAX + 1);
		if (other > WORD_MAX)
			continue;
		size_t edits = distance(word, size, candidates[i], other);
		if (edits > best || edits >= size || (nearest && edits == best))
			continue;
		best = edits;
		nearest = candidates[i];
	}
	return nearest;
}
