/* golden_block.c - where in a file's bytes a literal block stands. The tree knows its text and
 * where it begins; rewriting it in place needs the very lines.
 */
#include <string.h>

#include "sim/scenario/scenario_reader.h"

/* Offset behind the line that holds `at`, with its line feed. */
static size_t line_end(struct bytes text, size_t at)
{
	const uint8_t *feed = text.size > at ? memchr(text.data + at, '\n', text.size - at) : NULL;
	return feed ? (size_t)(feed - text.data) + 1 : text.size;
}

size_t text_line(struct bytes text, int line)
{
	size_t at = 0;
	for (int i = 1; i < line && at < text.size; i++)
		at = line_end(text, at);
	return at;
}

/* Spaces at the beginning of a line. */
static size_t indent_of(struct bytes text, size_t at)
{
	size_t i = at;
	while (i < text.size && text.data[i] == ' ')
		i++;
	return i - at;
}

/* Whether a line is blank to a block of this indentation: spaces beyond it would be text. */
static bool is_blank(struct bytes text, size_t at, size_t indent)
{
	size_t spaces = indent_of(text, at);
	bool ends = at + spaces == text.size || strchr("\r\n", text.data[at + spaces]);
	return ends && (indent == 0 || spaces <= indent);
}

/* The indicator: "|", then a digit and a sign in either order. */
static void read_header(struct bytes text, size_t at, size_t parent, struct block *b)
{
	b->header_begin = at;
	for (at++; at < text.size && strchr("+-123456789", text.data[at]) && text.data[at]; at++) {
		if (text.data[at] == '+')
			b->keeps = true;
		else if (text.data[at] != '-')
			b->indent = parent + (size_t)(text.data[at] - '0');
	}
	b->header_end = at;
}

struct block block_find(struct bytes text, const struct tree_node *node)
{
	struct block b = { 0 };
	size_t parent = (size_t)node->key_place.column - 1;
	size_t at = text_line(text, node->place.line);
	/* Columns count code points; what precedes the indicator on its line is skipped by them. */
	for (int column = 1; column < node->place.column && at < text.size; at++)
		column += at + 1 == text.size || (text.data[at + 1] & 0xC0) != 0x80;
	read_header(text, at, parent, &b);
	b.begin = b.end = b.blank_end = line_end(text, at);
	for (at = b.begin; at < text.size; at = line_end(text, at)) {
		size_t indent = indent_of(text, at);
		if (is_blank(text, at, b.indent)) {
			b.blank_end = line_end(text, at);
			continue;
		}
		if (b.indent == 0 && indent > parent)
			b.indent = indent;
		if (b.indent == 0 || indent < b.indent)
			break;
		b.end = b.blank_end = line_end(text, at);
	}
	return b;
}
