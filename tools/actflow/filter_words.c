/* filter_words.c - the words of an expression, and what is said of one that is wrong. */
#include "tools/actflow/filter_words.h"

#include <string.h>

#include "tools/actflow/text.h"

#define SOURCE "--filter"

static const char *const joining[] = { "and", "or", "not" };

/* -- errors -- */

static int column_of(const char *text, size_t offset)
{
	int column = 1;
	for (size_t i = 0; i < offset; i++)
		column += ((unsigned char)text[i] & 0xc0) != 0x80;
	return column;
}

void filter_error(struct reading *r, const char *what, const char *expected, const char *nearest)
{
	const struct token *t = &r->token;
	struct buffer actual = { 0 };
	if (t->kind == TOKEN_END)
		text_add(&actual, "the end");
	else
		text_printf(&actual, "\"%.*s\"", (int)(t->end - t->begin), r->text + t->begin);
	diag_add(r->d, SOURCE, 1, column_of(r->text, t->begin), "%s, expected %s, actual %s%s%s",
		 what, expected, text_string(&actual), nearest ? ", did you mean " : "",
		 nearest ? nearest : "");
	buffer_fini(&actual);
}

/* The same of what is not where it belongs; reading stops. */
int filter_stop(struct reading *r, const char *what, const char *expected, const char *nearest)
{
	if (!r->stuck)
		filter_error(r, what, expected, nearest);
	r->stuck = true;
	return -1;
}

/* What people write who know another language. */
const char *filter_meant(const struct reading *r)
{
	static const char *const pairs[][2] = { { "&&", "and" }, { "&", "and" },   { "||", "or" },
						{ "|", "or" },   { "!", "not" },   { "==", "=" },
						{ "=~", "~" },   { "<>", "!=" },   { "=<", "<=" },
						{ "=>", ">=" },  { "AND", "and" }, { "OR", "or" },
						{ "NOT", "not" } };
	const char *word = r->text + r->token.begin;
	size_t size = r->token.end - r->token.begin;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (strlen(pairs[i][0]) == size && strncmp(pairs[i][0], word, size) == 0)
			return pairs[i][1];
	return NULL;
}

/* -- words -- */

static bool is_comparing(char c)
{
	return c && strchr("=!<>~", c);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool ends_word(char c)
{
	return !c || is_blank(c) || is_comparing(c) || strchr("()\"'", c);
}

static void read_quoted(struct reading *r, size_t begin)
{
	struct token *t = &r->token;
	char quote = r->text[begin];
	size_t at = begin + 1;
	for (; r->text[at] && r->text[at] != quote; at++) {
		bool escapes = r->text[at] == '\\' &&
			       (r->text[at + 1] == quote || r->text[at + 1] == '\\');
		at += escapes;
		buffer_append_u8(&t->value, (uint8_t)r->text[at]);
	}
	t->kind = TOKEN_QUOTED;
	t->end = at + (r->text[at] == quote);
	if (r->text[at] != quote)
		filter_stop(r, "a quote is not closed", quote == '"' ? "another \"" : "another '",
			    NULL);
}

void filter_advance(struct reading *r)
{
	struct token *t = &r->token;
	size_t at = t->end;
	while (is_blank(r->text[at]))
		at++;
	buffer_clear(&t->value);
	char first = r->text[at];
	t->begin = at;
	if (first == '"' || first == '\'') {
		read_quoted(r, at);
		return;
	}
	t->kind = !first                ? TOKEN_END
		  : first == '('        ? TOKEN_OPEN
		  : first == ')'        ? TOKEN_CLOSE
		  : is_comparing(first) ? TOKEN_COMPARISON
					: TOKEN_WORD;
	if (t->kind == TOKEN_WORD)
		while (!ends_word(r->text[at]))
			at++;
	else if (t->kind == TOKEN_COMPARISON)
		while (is_comparing(r->text[at]))
			at++;
	else
		at += first != '\0';
	t->end = at;
	buffer_append(&t->value, bytes_of(r->text + t->begin, t->end - t->begin));
}

const char *filter_word(struct reading *r)
{
	return text_string(&r->token.value);
}

bool filter_is_word(struct reading *r, const char *word)
{
	return r->token.kind == TOKEN_WORD && strcmp(filter_word(r), word) == 0;
}

bool filter_word_joins(struct reading *r)
{
	for (size_t i = 0; i < sizeof joining / sizeof *joining; i++)
		if (filter_is_word(r, joining[i]))
			return true;
	return false;
}

/* The expression up to a column, as it is shown. */
static size_t shown_width(const char *text, int column)
{
	struct buffer part = { 0 }, shown = { 0 };
	size_t size = 0;
	for (int at = 1; text[size]; size++) {
		at += ((unsigned char)text[size] & 0xc0) != 0x80;
		if (at > column)
			break;
	}
	buffer_append(&part, bytes_of(text, size));
	text_safe(&shown, text_string(&part));
	size_t width = text_width(text_string(&shown));
	buffer_fini(&part);
	buffer_fini(&shown);
	return width;
}

void filter_complain(const char *text, struct diags *d, struct buffer *out)
{
	for (size_t i = 0; i < d->count; i++) {
		const struct diag *one = &d->list[i];
		text_printf(out, "%s:%d:%d: %s\n", one->file, one->line, one->column, one->text);
		if (strlen(text) > FILTER_SIZE_MAX)
			continue;
		text_add(out, "  ");
		text_safe(out, text);
		text_add(out, "\n");
		text_pad(out, 0, 2 + shown_width(text, one->column));
		text_add(out, "^\n");
	}
	diag_fini(d);
}
