/* chosen.c - from the files that were found to the scenarios that are meant: one a case. */
#include "tools/actflow/chosen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/roster.h"
#include "proto/list.h"
#include "sim/scenario/cases.h"
#include "sim/world/world.h"
#include "tools/actflow/attacks.h"
#include "tools/actflow/refusals.h"
#include "tools/actflow/triggers.h"
#include "tools/actflow/text.h"

enum { WORDS_SHOWN_MAX = 64 }; /* candidates that are kept for "did you mean" */

/* One "variable=value" of --case, and what the files have instead. */
struct wish {
	char *name, *value; /* owned */
	bool known, met;    /* a file has the variable; a case has the value */
	size_t values_count;
	char *values[WORDS_SHOWN_MAX + 1]; /* owned; NULL-terminated */
};
struct wishes {
	bool unread; /* a file could not be read: what it has is not known */
	size_t count;
	struct wish list[CASES_VARIABLES_MAX];
	size_t names_count;
	char *names[WORDS_SHOWN_MAX + 1]; /* owned; NULL-terminated: variables of all files */
};

/* -- the option -- */

/* Up to the next comma; a backslash says that the comma or backslash behind it is one of the
 * value's, and is itself before anything else. *at is left behind the comma. */
static char *take_pair(const char **at)
{
	struct buffer pair = { 0 };
	for (; **at && **at != ','; ++*at) {
		if (**at == '\\' && ((*at)[1] == ',' || (*at)[1] == '\\'))
			++*at;
		buffer_append_u8(&pair, (uint8_t) * *at);
	}
	*at += **at == ',';
	return (char *)text_string(&pair); /* the buffer's memory is the caller's now */
}

static bool is_wished(const struct wishes *w, const char *name)
{
	for (size_t i = 0; i < w->count; i++)
		if (strcmp(w->list[i].name, name) == 0)
			return true;
	return false;
}

static bool read_wishes(struct wishes *w, const char *cases, struct diags *d)
{
	for (const char *at = cases; *at;) {
		char *pair = take_pair(&at), *sign = strchr(pair, '=');
		if (!sign || sign == pair || w->count == CASES_VARIABLES_MAX) {
			diag_add(d, "actflow run", 0, 0,
				 "--case: expected variable=value,... of at most %d variables, "
				 "actual \"%s\"",
				 CASES_VARIABLES_MAX, pair);
			free(pair);
			return false;
		}
		*sign = '\0';
		if (is_wished(w, pair)) {
			diag_add(d, "actflow run", 0, 0,
				 "--case: expected each variable once, actual \"%s\" again", pair);
			free(pair);
			return false;
		}
		w->list[w->count++] =
			(struct wish){ .name = strdup(pair), .value = strdup(sign + 1) };
		free(pair);
	}
	if (w->count == 0)
		diag_add(d, "actflow run", 0, 0,
			 "--case: expected variable=value,..., actual nothing");
	return w->count > 0;
}

/* Keep a word once, as long as there is room. */
static void keep_word(char **words, size_t *count, const char *word)
{
	for (size_t i = 0; i < *count; i++)
		if (strcmp(words[i], word) == 0)
			return;
	if (*count < WORDS_SHOWN_MAX)
		words[(*count)++] = strdup(word);
}

static void wishes_fini(struct wishes *w)
{
	for (size_t i = 0; i < w->count; i++) {
		free(w->list[i].name);
		free(w->list[i].value);
		for (size_t k = 0; k < w->list[i].values_count; k++)
			free(w->list[i].values[k]);
	}
	for (size_t i = 0; i < w->names_count; i++)
		free(w->names[i]);
}

static void unknown(const char *word, const char *kind, char *const *words, struct diags *d)
{
	char *copy = strdup(word);
	struct tree_node said = { .kind = TREE_SCALAR, .style = TREE_QUOTED, .text = copy };
	schema_error_unknown(&said, "actflow run", d, kind, (const char *const *)words);
	free(copy);
}

/* What no file has is a slip of the pen. */
static enum err judge_wishes(const struct wishes *w, struct diags *d)
{
	size_t before = d->count;
	for (size_t i = 0; i < w->count && !w->unread; i++) {
		const struct wish *one = &w->list[i];
		struct buffer kind = { 0 };
		text_printf(&kind, "value of %s in --case", one->name);
		if (!one->known)
			unknown(one->name, "variable in --case", w->names, d);
		else if (!one->met)
			unknown(one->value, text_string(&kind), one->values, d);
		buffer_fini(&kind);
	}
	return d->count > before ? ERR_INPUT : ERR_OK;
}

/* Whether a case is one of those wanted; what it has is noted for messages. */
static bool is_wanted(struct wishes *w, const struct cases *c, size_t index)
{
	bool all = true;
	for (size_t i = 0; i < w->count; i++) {
		struct wish *one = &w->list[i];
		const char *value = cases_value(c, index, one->name);
		bool same = value && strcmp(value, one->value) == 0;
		one->known = one->known || value;
		one->met = one->met || same;
		if (value)
			keep_word(one->values, &one->values_count, value);
		all = all && same;
	}
	return all;
}

/* -- the cases -- */

static struct found *add(struct founds *f)
{
	f->list = list_grow(f->list, f->count, &f->room, sizeof *f->list);
	f->list[f->count] = (struct found){ 0 };
	return &f->list[f->count++];
}

static void add_case(struct founds *f, const struct found *file, const struct cases *c,
		     size_t index)
{
	struct buffer name = { 0 }, label = { 0 };
	struct found *made = add(f);
	cases_name(c, index, &name);
	text_printf(&label, "%s[%s]", file->file, text_string(&name));
	*made = (struct found){ .file = strdup(file->file),
				.name = strdup(file->name),
				.case_index = index,
				.case_name = (char *)text_string(&name),
				.label = (char *)text_string(&label) };
	if (!made->file || !made->name)
		abort();
}

static void add_copy(struct founds *f, const struct found *file)
{
	struct found *made = add(f);
	*made = (struct found){ .file = strdup(file->file),
				.name = strdup(file->name),
				.label = strdup(file->label),
				.flow = file->flow };
	if (!made->file || !made->name || !made->label)
		abort();
}

/* Of a file of the thorough set that nobody named, what was taken is left out. */
static void take_back(struct founds *out, size_t before)
{
	for (size_t i = before; i < out->count; i++)
		found_fini(&out->list[i]);
	out->left_out += out->count - before;
	out->count = before;
}

static void expand_file(const struct found *file, struct wishes *w, bool thorough,
			struct founds *out)
{
	size_t before = out->count;
	struct cases c = { 0 };
	struct diags unsaid = { 0 }; /* whoever plays the file says it */
	bool read = cases_read(file->file, &c, &unsaid) == ERR_OK;
	for (size_t v = 0; v < c.variables_count; v++)
		keep_word(w->names, &w->names_count, c.variables[v].name);
	for (size_t i = 0; i < c.count; i++)
		if (is_wanted(w, &c, i))
			add_case(out, file, &c, i);
	w->unread = w->unread || !read;
	if (!read || (c.count == 0 && w->count == 0))
		add_copy(out, file);
	if (c.thorough && !thorough && !file->named)
		take_back(out, before);
	for (size_t i = before; i < out->count; i++)
		out->list[i].thorough = c.thorough;
	out->thorough += c.thorough ? out->count - before : 0;
	cases_fini(&c);
	diag_fini(&unsaid);
}

void chosen_cases(const struct found *file, struct founds *out)
{
	struct wishes none = { 0 };
	expand_file(file, &none, true, out);
	wishes_fini(&none);
}

static void say_nothing_left(const struct founds *out, const char *cases, struct diags *d)
{
	if (out->left_out > 0)
		diag_add(d, "actflow", 0, 0,
			 "expected a run outside the thorough set, actual none; --thorough plays "
			 "the %zu of it",
			 out->left_out);
	else
		diag_add(d, "actflow run", 0, 0,
			 "--case: expected a case with all of \"%s\", actual none", cases);
}

enum err chosen_expand(struct founds *f, struct wanted_runs wanted, struct diags *d)
{
	struct founds out = { 0 };
	struct wishes w = { 0 };
	bool good = !wanted.cases || read_wishes(&w, wanted.cases, d);
	for (size_t i = 0; i < f->count && good; i++)
		expand_file(&f->list[i], &w, wanted.thorough, &out);
	enum err status = good ? judge_wishes(&w, d) : ERR_INPUT;
	if (status == ERR_OK && out.count == 0) {
		say_nothing_left(&out, wanted.cases, d);
		status = ERR_NOTHING;
	}
	founds_fini(f);
	*f = out;
	wishes_fini(&w);
	return status;
}

void chosen_say_thorough(const struct founds *f, struct buffer *out)
{
	if (f->thorough > 0)
		text_printf(out, "; %zu of them of the thorough set", f->thorough);
	if (f->left_out > 0)
		text_printf(out, "; %zu of the thorough set left out, --thorough plays them",
			    f->left_out);
}

void chosen_warn_thorough(const struct founds *f, const char *command)
{
	if (f->left_out > 0)
		fprintf(stderr,
			"%s: %zu runs of the thorough set left out; --thorough plays them\n",
			command, f->left_out);
}

/* -- one of them -- */

enum err chosen_read_bare(const struct found *f, struct scenario *s, struct diags *d)
{
	size_t before = d->count + d->beyond;
	enum err status = scenario_read_case(f->file, f->case_index, s, d);
	if (status != ERR_OK)
		return status;
	status = world_check(s, &dynamics_roster, d);
	refusals_check(s, &dynamics_roster, d);
	attacks_check(s, d);
	triggers_check(s, &dynamics_roster, d);
	return d->count + d->beyond > before ? ERR_INPUT : status;
}

enum err chosen_read(const struct found *f, struct scenario *s, struct diags *d)
{
	struct diags own = { 0 };
	enum err status = chosen_read_bare(f, s, &own);
	for (size_t i = 0; i < own.count; i++)
		diag_add(d, own.list[i].file, own.list[i].line, own.list[i].column, "%s%s%s%s",
			 own.list[i].text, f->case_name ? " (case " : "",
			 f->case_name ? f->case_name : "", f->case_name ? ")" : "");
	d->beyond += own.beyond;
	diag_fini(&own);
	return status;
}
