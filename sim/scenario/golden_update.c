/* golden_update.c - writes a new golden story into a scenario file and touches nothing else in it.
 *
 * The new text is parsed before it replaces the old one: unless it reads back as the same story,
 * the file stays as it was.
 */
#include <stdio.h>
#include <string.h>

#include "sim/scenario/scenario_reader.h"
#include "sim/yaml/text_file.h"

enum { STEP = 2 }; /* columns by which what we add is indented */

static void append_text(struct buffer *out, const char *text)
{
	buffer_append(out, bytes_of_string(text));
}

/* The indicator under which YAML gives back a story's blank ends and leading spaces. */
static void append_header(struct buffer *out, const char *story, size_t indented_by)
{
	size_t size = strlen(story);
	append_text(out, "|");
	if (size > 0 && strchr(" \t\n", *story)) {
		char digit[2] = { (char)('0' + indented_by), 0 };
		append_text(out, digit);
	}
	if (size > 0 && story[size - 1] != '\n')
		append_text(out, "-");
	else if (size > 0 && (size == 1 || story[size - 2] == '\n'))
		append_text(out, "+");
}

static bool keeps_blanks(const char *story)
{
	size_t size = strlen(story);
	return size > 0 && story[size - 1] == '\n' && (size == 1 || story[size - 2] == '\n');
}

/* The story's lines, indented; blank lines stay empty. */
static void append_story(struct buffer *out, const char *story, size_t indent, const char *feed)
{
	while (*story) {
		size_t size = strcspn(story, "\n");
		for (size_t i = 0; i < indent && size > 0; i++)
			append_text(out, " ");
		buffer_append(out, bytes_of(story, size));
		append_text(out, feed);
		story += size + (story[size] == '\n');
	}
}

static const char *feed_of(struct bytes text)
{
	const uint8_t *feed = text.size > 0 ? memchr(text.data, '\n', text.size) : NULL;
	return feed && feed > text.data && feed[-1] == '\r' ? "\r\n" : "\n";
}

static void end_line(struct buffer *out, const char *feed)
{
	if (out->size > 0 && out->data[out->size - 1] != '\n')
		append_text(out, feed);
}

static void replace_block(struct bytes text, const struct tree_node *node, const char *story,
			  struct buffer *out)
{
	struct block b = block_find(text, node);
	const char *feed = feed_of(text);
	size_t parent = (size_t)node->key_place.column - 1;
	size_t by = b.indent > parent && b.indent - parent < 10 ? b.indent - parent : STEP;
	size_t rest = keeps_blanks(story) ? b.blank_end : b.end;
	buffer_append(out, bytes_of(text.data, b.header_begin));
	append_header(out, story, by);
	buffer_append(out, bytes_of(text.data + b.header_end, b.begin - b.header_end));
	end_line(out, feed);
	append_story(out, story, parent + by, feed);
	buffer_append(out, bytes_of(text.data + rest, text.size - rest));
}

/* The last line that a node in block style reaches, by its last leaf. */
static int last_line(const struct tree_node *node)
{
	while (!node->flow && node->last)
		node = node->last;
	return node->end.line;
}

/* Add `trace:` behind the last key of `expect:`. */
static void insert_trace(struct bytes text, const struct tree_node *expect, const char *story,
			 struct buffer *out)
{
	const char *feed = feed_of(text);
	size_t indent = (size_t)expect->first->key_place.column - 1;
	size_t at = text_line(text, last_line(expect) + 1);
	buffer_append(out, bytes_of(text.data, at));
	end_line(out, feed);
	for (size_t i = 0; i < indent; i++)
		append_text(out, " ");
	append_text(out, "trace: ");
	append_header(out, story, STEP);
	append_text(out, feed);
	append_story(out, story, indent + STEP, feed);
	buffer_append(out, bytes_of(text.data + at, text.size - at));
}

static void append_expect(struct bytes text, const char *story, struct buffer *out)
{
	const char *feed = feed_of(text);
	buffer_append(out, text);
	end_line(out, feed);
	append_text(out, "expect:");
	append_text(out, feed);
	append_text(out, "  trace: ");
	append_header(out, story, STEP);
	append_text(out, feed);
	append_story(out, story, 2 * STEP, feed);
}

/* Make the new text; false after reporting a file in which a block has no place. */
static bool make_text(const struct scenario *s, const struct tree *t, const char *story,
		      struct buffer *out, struct diags *d)
{
	const struct tree_node *expect = tree_get(t->root, "expect");
	const struct tree_node *trace = tree_get(expect, "trace");
	struct bytes text = bytes_of_buffer(&t->text);
	const struct tree_node *in = expect ? expect : t->root;
	if (in->flow || t->root->flow) {
		schema_error(in, s->file, d, "cannot write expect.trace, expected %s",
			     "lines of keys and no {...} around them");
		return false;
	}
	if (trace && trace->style != TREE_LITERAL) {
		schema_error(trace, s->file, d, "expect.trace, expected a literal block (|)");
		return false;
	}
	if (trace)
		replace_block(text, trace, story, out);
	else if (expect && expect->count > 0)
		insert_trace(text, expect, story, out);
	else
		append_expect(text, story, out);
	return true;
}

/* Whether the new text reads back as the story, and is a scenario file still. */
static bool reads_back(const char *file, const struct buffer *text, const char *story)
{
	struct tree t = { 0 };
	struct diags d = { 0 };
	buffer_append(&t.text, bytes_of_buffer(text));
	bool good = text->size <= TEXT_FILE_MAX &&
		    text_check(bytes_of_buffer(text), file, &d) == ERR_OK &&
		    tree_parse(file, &t, &d) == ERR_OK;
	if (good) {
		struct raw_scenario raw = { .verdict = -1, .unchanged = -1 };
		schema_read(&scenario_schema, t.root, file, &raw, &d);
		good = d.count == 0 && raw.trace && strcmp(raw.trace->text, story) == 0;
	}
	tree_fini(&t);
	diag_fini(&d);
	return good;
}

enum err scenario_update_golden(const struct scenario *s, const char *story, struct diags *d)
{
	struct tree t = { 0 };
	struct buffer text = { 0 };
	enum err e = tree_read(s->file, &t, d);
	if (e == ERR_OK && !make_text(s, &t, story, &text, d))
		e = ERR_INPUT;
	if (e == ERR_OK && !reads_back(s->file, &text, story)) {
		diag_add(d, s->file, 0, 0,
			 "cannot write expect.trace, expected a story that YAML gives back as it "
			 "is, actual another; the file is unchanged");
		e = ERR_INPUT;
	}
	if (e == ERR_OK)
		e = file_replace(s->file, bytes_of_buffer(&text), d);
	buffer_fini(&text);
	tree_fini(&t);
	return e;
}
