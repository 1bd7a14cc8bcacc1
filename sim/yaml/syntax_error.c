/* syntax_error.c - turns libyaml's problem and context into one located line.
 *
 * An unclosed bracket or quote is found only at the end of the file; there the place where it began
 * is what the operator must look at. Anything else is reported where it was met.
 */
#include "sim/yaml/syntax_error.h"

#include <string.h>

#include "sim/utf8.h"

static struct place place_of(yaml_mark_t mark)
{
	return (struct place){ .line = (int)mark.line + 1, .column = (int)mark.column + 1 };
}

/* What is left of the text from a mark on. libyaml's index counts code points. */
static struct bytes text_from(struct bytes text, yaml_mark_t mark)
{
	for (size_t left = mark.index; left > 0 && text.size > 0; left--) {
		uint32_t code = 0;
		size_t length = utf8_decode(text.data, text.size, &code);
		if (length == 0)
			break;
		text = bytes_of(text.data + length, text.size - length);
	}
	return text;
}

/* The character that libyaml stumbled over. */
static void show_character(struct bytes rest, char out[32])
{
	uint32_t code = 0;
	size_t length = utf8_decode(rest.data, rest.size, &code);
	if (length == 0)
		snprintf(out, 32, "the end of the file");
	else if (code == '\n' || code == '\r')
		snprintf(out, 32, "the end of the line");
	else if (code == '\t')
		snprintf(out, 32, "a tab");
	else if (code == ' ')
		snprintf(out, 32, "a space");
	else
		snprintf(out, 32, "'%.*s'", (int)length, (const char *)rest.data);
}

static bool is_blank(struct bytes rest)
{
	for (size_t i = 0; i < rest.size; i++)
		if (!strchr(" \t\r\n", rest.data[i]))
			return false;
	return true;
}

/* libyaml ends a last line that has no line feed by itself: its mark is then on a line that no
 * editor shows. The place behind the last character is meant. */
static struct place inside(struct place at, struct bytes text)
{
	struct place end = { .line = 1, .column = 1 };
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] == '\n')
			end = (struct place){ .line = end.line + 1, .column = 1 };
		else
			end.column += (text.data[i] & 0xC0) != 0x80;
	}
	return at.line > end.line ? end : at;
}

/* What libyaml would have accepted, out of its sentence; NULL when the sentence names nothing. */
static const char *expectation(const char *problem)
{
	static const char *const openings[] = { "did not find expected ",
						"could not find expected " };
	for (size_t i = 0; i < sizeof openings / sizeof *openings; i++)
		if (strncmp(problem, openings[i], strlen(openings[i])) == 0)
			return problem + strlen(openings[i]);
	return NULL;
}

/* Braces mean something inside {...} and [...], so a ${name} there stops the parser at its brace.
 */
static bool is_bare_variable(struct bytes text, struct bytes rest)
{
	return rest.size > 0 && rest.data > text.data && rest.data[0] == '{' &&
	       rest.data[-1] == '$';
}

void syntax_error_add(const yaml_parser_t *parser, const char *file, struct bytes text,
		      struct diags *d)
{
	const char *problem = parser->problem ? parser->problem : "out of memory";
	const char *context = parser->context ? parser->context : "of the file";
	const char *expected = expectation(problem);
	struct bytes rest = text_from(text, parser->problem_mark);
	struct place at = place_of(parser->problem_mark);
	char actual[32] = "the end of the file";
	if (parser->context && is_blank(rest))
		at = place_of(parser->context_mark);
	else
		show_character(rest, actual);
	const char *hint = is_bare_variable(text, rest)
				   ? " (inside {...} and [...] a ${name} stands in quotes)"
				   : "";
	at = inside(at, text);
	if (expected)
		diag_add(d, file, at.line, at.column, "YAML syntax %s, expected %s, actual %s%s",
			 context, expected, actual, hint);
	else
		diag_add(d, file, at.line, at.column,
			 "YAML syntax %s: %s, expected valid YAML, actual %s", context, problem,
			 actual);
}
