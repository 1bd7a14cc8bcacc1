/* schema_print.c - a table as JSON Schema (draft-07), so that editors know the files too.
 *
 * Our strings are const ASCII without anything that JSON escapes but quotes and backslashes.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/yaml/schema_scalar.h"

#define DECIMAL "(0|[1-9][0-9]*)(\\.[0-9]+)?"

struct printer {
	FILE *out;
	int depth;     /* of open braces */
	bool first;    /* nothing has been printed yet inside the innermost brace */
	bool replaces; /* values may hold ${...} */
};

static void print_string(struct printer *p, const char *text)
{
	fputc('"', p->out);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', p->out);
		fputc(*text, p->out);
	}
	fputc('"', p->out);
}

/* Begin a member: comma, line, indentation, name. */
static void print_name(struct printer *p, const char *name)
{
	fprintf(p->out, "%s\n%*s", p->first ? "" : ",", 2 * p->depth, "");
	print_string(p, name);
	fputs(": ", p->out);
	p->first = false;
}

static void print_open(struct printer *p)
{
	fputc('{', p->out);
	p->depth++;
	p->first = true;
}

static void print_close(struct printer *p)
{
	p->depth--;
	fprintf(p->out, "\n%*s}", 2 * p->depth, "");
	p->first = false;
}

static void print_member(struct printer *p, const char *name, const char *value)
{
	print_name(p, name);
	print_string(p, value);
}

static void print_number(struct printer *p, const char *name, int64_t value)
{
	print_name(p, name);
	fprintf(p->out, "%" PRId64, value);
}

static void print_words(struct printer *p, const char *const *words)
{
	print_name(p, "enum");
	fputc('[', p->out);
	for (size_t i = 0; words[i]; i++) {
		if (i > 0)
			fputs(", ", p->out);
		print_string(p, words[i]);
	}
	fputc(']', p->out);
}

static void print_schema(struct printer *p, const struct schema *s);

static void print_item(struct printer *p, const char *name, const struct schema *item)
{
	print_name(p, name);
	print_open(p);
	print_schema(p, item);
	print_close(p);
}

static void print_required(struct printer *p, const struct schema *fields)
{
	bool any = false;
	for (const struct schema *f = fields; f->name; f++) {
		if (!f->required)
			continue;
		if (any)
			fputs(", ", p->out);
		else
			print_name(p, "required");
		if (!any)
			fputc('[', p->out);
		print_string(p, f->name);
		any = true;
	}
	if (any)
		fputc(']', p->out);
}

static bool has_cases(const struct schema *s)
{
	for (const struct schema *f = s->fields; f->name; f++)
		if (strcmp(f->name, SCHEMA_CASES_KEY) == 0)
			return true;
	return false;
}

/* A key at which ${...} means nothing: the version, and where the variables come from. */
static bool is_literal(const struct schema *s)
{
	return s->name &&
	       (strcmp(s->name, SCHEMA_VERSION_KEY) == 0 || strcmp(s->name, SCHEMA_CASES_KEY) == 0);
}

static void print_group(struct printer *p, const struct schema *s)
{
	print_member(p, "type", "object");
	print_required(p, s->fields);
	print_name(p, "additionalProperties");
	fputs("false", p->out);
	print_name(p, "properties");
	print_open(p);
	for (const struct schema *f = s->fields; f->name; f++)
		print_item(p, f->name, f);
	print_close(p);
}

static const char name_pattern[] = "^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$";
static const char instance_pattern[] = "^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}(@[1-9][0-9]{0,8})?$";

static const char path_pattern[] =
	"^[A-Za-z0-9][A-Za-z0-9_.-]*(\\[[1-9][0-9]*\\][A-Za-z0-9_.-]*)*$";

static void print_map(struct printer *p, const struct schema *s)
{
	print_member(p, "type", "object");
	print_number(p, "minProperties", s->least);
	print_number(p, "maxProperties", s->most);
	print_name(p, "propertyNames");
	print_open(p);
	print_member(p, "pattern",
		     s->instances ? instance_pattern
		     : s->paths   ? path_pattern
				  : name_pattern);
	print_close(p);
	print_item(p, "additionalProperties", s->item);
}

static void print_list(struct printer *p, const struct schema *s)
{
	print_member(p, "type", "array");
	print_number(p, "minItems", s->least);
	print_number(p, "maxItems", s->most);
	print_item(p, "items", s->item);
}

static void print_text(struct printer *p, const char *pattern)
{
	print_member(p, "type", "string");
	print_member(p, "pattern", pattern);
}

/* A percentage is text; from 0 to 1 it may be a number. */
static void print_probability(struct printer *p)
{
	print_name(p, "anyOf");
	fputs("[{\"type\": \"number\", \"minimum\": 0, \"maximum\": 1}, {\"type\": \"string\", "
	      "\"pattern\": ",
	      p->out);
	print_string(p, "^" DECIMAL "%?$");
	fputs("}]", p->out);
}

static void print_any_scalar(struct printer *p)
{
	print_name(p, "type");
	fputs("[\"string\", \"number\", \"boolean\"]", p->out);
}

static void print_integer(struct printer *p, const struct schema *s)
{
	print_member(p, "type", "integer");
	print_number(p, "minimum", s->kind == SCHEMA_UNSIGNED ? 0 : s->least);
	print_name(p, "maximum");
	if (s->kind == SCHEMA_UNSIGNED)
		fprintf(p->out, "%" PRIu64, UINT64_MAX);
	else
		fprintf(p->out, "%" PRId64, s->most);
}

/* Text and names are what stands there: to a parser that resolves, 2 is a number and no a boolean.
 */
static void print_unresolved(struct printer *p, const struct schema *s, const char *pattern)
{
	print_any_scalar(p);
	print_member(p, "pattern", pattern);
	if (s->kind == SCHEMA_NAME)
		print_number(p, "minimum", 0); /* a name begins with no sign */
}

static void print_scalar(struct printer *p, const struct schema *s)
{
	static const char *const patterns[SCHEMA_KINDS] = {
		[SCHEMA_TEXT] = "^[^\\u0000-\\u001f\\u007f-\\u009f]+$",
		[SCHEMA_NAME] = name_pattern,
		[SCHEMA_PATH] = "^[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$",
		[SCHEMA_DURATION] = "^" DECIMAL "(ns|us|ms|s|min|h)$",
		[SCHEMA_SIZE] = "^" DECIMAL "(B|KiB|MiB|GiB)$",
		[SCHEMA_RATE] = "^(unlimited|" DECIMAL "(bit/s|kbit/s|Mbit/s|Gbit/s))$",
		[SCHEMA_ADDRESS] = "^[0-9]{1,3}(\\.[0-9]{1,3}){3}$",
	};
	if (s->kind == SCHEMA_PROBABILITY)
		print_probability(p);
	else if (s->kind == SCHEMA_SCALAR)
		print_any_scalar(p);
	else if (s->kind == SCHEMA_WORD)
		print_words(p, s->words);
	else if (s->kind == SCHEMA_INTEGER || s->kind == SCHEMA_UNSIGNED)
		print_integer(p, s);
	else if (s->kind == SCHEMA_NAME || s->kind == SCHEMA_TEXT)
		print_unresolved(p, s, patterns[s->kind]);
	else if (patterns[s->kind])
		print_text(p, patterns[s->kind]);
	else
		print_member(p, "type", s->kind == SCHEMA_FLAG ? "boolean" : "string");
}

/* Begin one of several schemas, any of which may hold. */
static void print_alternative(struct printer *p, bool first)
{
	if (first)
		print_name(p, "anyOf");
	fputs(first ? "[" : ", ", p->out);
	print_open(p);
}

static void print_forms(struct printer *p, const struct schema *s)
{
	for (const struct schema *f = s->fields; f->text; f++) {
		print_alternative(p, f == s->fields);
		print_schema(p, f);
		print_close(p);
	}
	fputc(']', p->out);
}

static void print_scalar_or_variable(struct printer *p, const struct schema *s)
{
	bool any = s->kind == SCHEMA_TEXT || s->kind == SCHEMA_STORY || s->kind == SCHEMA_SCALAR;
	if (!p->replaces || any) {
		print_scalar(p, s);
		return;
	}
	print_alternative(p, true);
	print_scalar(p, s);
	print_close(p);
	print_alternative(p, false);
	print_text(p, "\\$\\{");
	print_close(p);
	fputc(']', p->out);
}

/* The members of a schema, inside braces that are open already. */
static void print_schema(struct printer *p, const struct schema *s)
{
	bool replaced = p->replaces;
	p->replaces = replaced && !is_literal(s);
	print_member(p, "description", s->text);
	switch (s->kind) {
	case SCHEMA_GROUP:
		print_group(p, s);
		break;
	case SCHEMA_MAP:
		print_map(p, s);
		break;
	case SCHEMA_LIST:
		print_list(p, s);
		break;
	case SCHEMA_EITHER:
		print_forms(p, s);
		break;
	case SCHEMA_VALUE:
		print_name(p, "type");
		fputs("[\"string\", \"number\", \"boolean\", \"object\"]", p->out);
		break;
	default:
		print_scalar_or_variable(p, s);
	}
	p->replaces = replaced;
}

void schema_print(const struct schema *root, const char *title, FILE *out)
{
	struct printer p = { .out = out, .replaces = has_cases(root) };
	print_open(&p);
	print_member(&p, "$schema", "http://json-schema.org/draft-07/schema#");
	print_member(&p, "title", title);
	print_schema(&p, root);
	print_close(&p);
	fputc('\n', out);
}
