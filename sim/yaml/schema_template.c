/* schema_template.c - a table as a file to begin from: every key with its sentence and a value. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/yaml/schema.h"
#include "sim/yaml/value.h"

enum { PATH_MAX_SIZE = 256, DEPTH_MAX = 12, INDENT = 2, WIDTH = 100 };
#define NS_PER_S INT64_C(1000000000)

struct writer {
	FILE *out;
	const struct schema_example *examples;
	char path[PATH_MAX_SIZE]; /* of the key in hand */
	int depth;
	bool off;  /* inside a key that is not used */
	bool dash; /* the next key begins an item of a list */
};

static const struct schema_example *example_of(const struct writer *w)
{
	for (const struct schema_example *e = w->examples; e->path; e++)
		if (strcmp(e->path, w->path) == 0)
			return e;
	return NULL;
}

/* Whether the key in hand, or one in it, is on. */
static bool is_on(const struct writer *w)
{
	size_t size = strlen(w->path);
	for (const struct schema_example *e = w->examples; e->path; e++)
		if (e->on && strncmp(e->path, w->path, size) == 0 &&
		    (e->path[size] == '.' || e->path[size] == '\0'))
			return true;
	return false;
}

static size_t enter(struct writer *w, const char *name)
{
	size_t before = strlen(w->path);
	snprintf(w->path + before, sizeof w->path - before, "%s%s", before ? "." : "", name);
	return before;
}

static void begin_line(struct writer *w)
{
	fprintf(w->out, "%s%*s", w->off ? "#" : "", INDENT * w->depth, "");
}

static void print_words(struct writer *w, const char *const *words)
{
	for (size_t i = 0; words[i]; i++)
		fprintf(w->out, "%s%s", i == 0 ? "" : words[i + 1] ? ", " : " or ", words[i]);
}

static void print_range(struct writer *w, const struct schema *s)
{
	char least[VALUE_SHOWN_MAX], most[VALUE_SHOWN_MAX];
	if (s->kind == SCHEMA_INTEGER)
		fprintf(w->out, "a whole number from %" PRId64 " to %" PRId64, s->least, s->most);
	else if (s->kind == SCHEMA_DURATION)
		fprintf(w->out, "a time from %s to %s, in ns, us, ms, s, min or h",
			value_show_duration(s->least, least), value_show_duration(s->most, most));
	else
		fprintf(w->out, "from %s to %s, in B, KiB, MiB or GiB",
			value_show_size(s->least, least), value_show_size(s->most, most));
}

/* What a value of this kind looks like, behind the sentence; nothing where the value shows it. */
static void print_form(struct writer *w, const struct schema *s)
{
	static const char *const forms[SCHEMA_KINDS] = {
		[SCHEMA_LIST] = "a list",
		[SCHEMA_FLAG] = "true or false",
		[SCHEMA_UNSIGNED] = "a whole number",
		[SCHEMA_RATE] = "in bit/s, kbit/s, Mbit/s or Gbit/s, or unlimited",
		[SCHEMA_PROBABILITY] = "as 5% or 0.05",
		[SCHEMA_ADDRESS] = "as 10.0.1.1",
	};
	bool ranged =
		s->kind == SCHEMA_INTEGER || s->kind == SCHEMA_DURATION || s->kind == SCHEMA_SIZE;
	if (s->least == s->most && ranged)
		return;
	if (ranged || s->words || forms[s->kind])
		fputs("; ", w->out);
	if (ranged)
		print_range(w, s);
	else if (forms[s->kind])
		fputs(forms[s->kind], w->out);
	for (size_t i = 0; s->kind == SCHEMA_EITHER && s->fields[i].text; i++)
		fprintf(w->out, "%s%s", i == 0 ? "; " : ", or ", s->fields[i].text);
	if (s->words) {
		fputs(s->kind == SCHEMA_LIST ? ", or " : "", w->out);
		print_words(w, s->words);
	}
}

/* A comment, broken at blanks so that its lines fit. */
static void print_comment(struct writer *w, const char *text)
{
	bool begun = false;
	int used = 0;
	for (size_t size = 0; *text; text += size + (text[size] == ' ')) {
		size = strcspn(text, " ");
		if (!begun || used + 1 + (int)size > WIDTH) {
			fputs(begun ? "\n" : "", w->out);
			begin_line(w);
			fputs("#", w->out);
			used = w->off + INDENT * w->depth + 1;
			begun = true;
		}
		fprintf(w->out, " %.*s", (int)size, text);
		used += 1 + (int)size;
	}
	fputs("\n", w->out);
}

static void print_sentence(struct writer *w, const struct schema *s)
{
	const struct schema_example *e = example_of(w);
	FILE *out = w->out;
	char *text = NULL;
	size_t size = 0;
	w->out = open_memstream(&text, &size);
	if (!w->out)
		abort();
	fputs(s->text, w->out);
	print_form(w, s);
	if (e && e->note)
		fprintf(w->out, "; %s", e->note);
	fputs(s->required ? " (required)" : "", w->out);
	if (fclose(w->out) != 0)
		abort(); /* out of memory */
	w->out = out;
	print_comment(w, text);
	free(text);
}

static int64_t nearest_in(const struct schema *s, int64_t wanted)
{
	return wanted < s->least ? s->least : wanted > s->most ? s->most : wanted;
}

static void print_scalar(struct writer *w, const struct schema *s)
{
	static const char *const values[SCHEMA_KINDS] = {
		[SCHEMA_TEXT] = "words",       [SCHEMA_SCALAR] = "words",
		[SCHEMA_VALUE] = "words",      [SCHEMA_STORY] = "|",
		[SCHEMA_NAME] = "NAME",        [SCHEMA_PATH] = "folder/file",
		[SCHEMA_FLAG] = "true",        [SCHEMA_UNSIGNED] = "1",
		[SCHEMA_RATE] = "1Mbit/s",     [SCHEMA_PROBABILITY] = "1%",
		[SCHEMA_ADDRESS] = "10.0.1.1",
	};
	const struct schema_example *e = example_of(w);
	char shown[VALUE_SHOWN_MAX];
	if (e && e->value)
		fputs(e->value, w->out);
	else if (s->kind == SCHEMA_WORD)
		fputs(s->words[0], w->out);
	else if (s->kind == SCHEMA_INTEGER)
		fprintf(w->out, "%" PRId64, nearest_in(s, 1));
	else if (s->kind == SCHEMA_DURATION)
		fputs(value_show_duration(nearest_in(s, NS_PER_S), shown), w->out);
	else if (s->kind == SCHEMA_SIZE)
		fputs(value_show_size(nearest_in(s, 1024), shown), w->out);
	else
		fputs(values[s->kind] ? values[s->kind] : "...", w->out);
}

static void print_value(struct writer *w, const struct schema *s);

static void print_field(struct writer *w, const struct schema *s)
{
	size_t before = enter(w, s->name);
	bool off = w->off, dash = w->dash;
	w->dash = false;
	w->off = off || !(s->required || is_on(w));
	bool own = w->off && !off; /* its sentence stays when the key is put on */
	w->off = own ? off : w->off;
	print_sentence(w, s);
	w->off = own || w->off;
	w->depth -= dash;
	begin_line(w);
	w->depth += dash;
	fprintf(w->out, "%s%s:", dash ? "- " : "", s->name);
	print_value(w, s);
	w->off = off;
	w->path[before] = '\0';
}

static void print_group(struct writer *w, const struct schema *s)
{
	w->depth++;
	for (const struct schema *f = s->fields; f->name; f++)
		print_field(w, f);
	w->depth--;
}

static void print_map(struct writer *w, const struct schema *s)
{
	const struct schema_example *e = example_of(w);
	const char *name = e && e->value ? e->value : "NAME";
	size_t before = enter(w, "*");
	w->depth++;
	begin_line(w);
	fprintf(w->out, "%s:", name);
	print_value(w, s->item);
	w->depth--;
	w->path[before] = '\0';
}

static void print_list(struct writer *w, const struct schema *s)
{
	size_t before = enter(w, "*");
	if (s->item->kind == SCHEMA_GROUP) {
		fputc('\n', w->out);
		w->depth++;
		w->dash = true;
		print_group(w, s->item);
		w->dash = false;
		w->depth--;
	} else {
		fputs(" [", w->out);
		if (s->item->kind != SCHEMA_MAP && s->item->kind != SCHEMA_LIST)
			print_scalar(w, s->item);
		fputs("]\n", w->out);
	}
	w->path[before] = '\0';
}

/* What stands behind a key's colon, and the lines below it. */
static void print_value(struct writer *w, const struct schema *s)
{
	if (w->depth >= DEPTH_MAX) { /* a table may hold itself */
		fputs(" ...\n", w->out);
	} else if (s->kind == SCHEMA_EITHER) {
		print_value(w, &s->fields[0]); /* its first form */
	} else if (s->kind == SCHEMA_GROUP) {
		fputc('\n', w->out);
		print_group(w, s);
	} else if (s->kind == SCHEMA_MAP) {
		fputc('\n', w->out);
		print_map(w, s);
	} else if (s->kind == SCHEMA_LIST) {
		print_list(w, s);
	} else {
		fputc(' ', w->out);
		print_scalar(w, s);
		fputc('\n', w->out);
	}
	if (s->kind != SCHEMA_STORY)
		return;
	w->depth++;
	begin_line(w);
	fputs("...\n", w->out);
	w->depth--;
}

void schema_print_template(const struct schema *root, const struct schema_example *examples,
			   FILE *out)
{
	struct writer w = { .out = out, .examples = examples };
	for (const struct schema *f = root->fields; f->name; f++) {
		fputc('\n', out);
		print_field(&w, f);
	}
}
