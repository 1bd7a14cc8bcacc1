/* vectors_file.c - reads one file of vectors, runs its tests group by group and judges the answers.
 *
 * The whole file is gone through even after an error, so that all of them are told at once; the
 * counts of a file with errors are no result.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "sim/yaml/text_file.h"
#include "proto/list.h"
#include "tools/actflow/text.h"
#include "tools/actflow/vectors.h"
#include "tools/actflow/vectors_kinds.h"

static const struct vectors_algorithm algorithms[] = {
	{ "AES-GCM", VECTORS_AES_GCM, NULL },
	{ "ECDH", VECTORS_ECDH, NULL },
	{ "ECDSA", VECTORS_ECDSA, NULL },
	{ "HKDF-SHA-1", VECTORS_HKDF, "SHA-1" },
	{ "HKDF-SHA-256", VECTORS_HKDF, "SHA-256" },
	{ "HKDF-SHA-384", VECTORS_HKDF, "SHA-384" },
	{ "HKDF-SHA-512", VECTORS_HKDF, "SHA-512" },
	{ "HMACSHA1", VECTORS_HMAC, "SHA-1" },
	{ "HMACSHA224", VECTORS_HMAC, "SHA-224" },
	{ "HMACSHA256", VECTORS_HMAC, "SHA-256" },
	{ "HMACSHA384", VECTORS_HMAC, "SHA-384" },
	{ "HMACSHA512", VECTORS_HMAC, "SHA-512" },
	{ "HMACSHA512/224", VECTORS_HMAC, "SHA-512/224" },
	{ "HMACSHA512/256", VECTORS_HMAC, "SHA-512/256" },
	{ "HMACSHA3-224", VECTORS_HMAC, "SHA3-224" },
	{ "HMACSHA3-256", VECTORS_HMAC, "SHA3-256" },
	{ "HMACSHA3-384", VECTORS_HMAC, "SHA3-384" },
	{ "HMACSHA3-512", VECTORS_HMAC, "SHA3-512" },
	{ "HMACSM3", VECTORS_HMAC, "SM3" },
};
enum { ALGORITHMS = sizeof algorithms / sizeof *algorithms };

/* What a file says of a test. */
enum verdict { VALID, INVALID, ACCEPTABLE, VERDICTS };
static const char *const verdicts[] = { "valid", "invalid", "acceptable" };
_Static_assert(sizeof verdicts / sizeof *verdicts == VERDICTS, "name every verdict");

/* One file while it is run. */
struct run {
	struct crypto *crypto;
	struct vectors_result *out;
	const struct vectors_algorithm *algorithm;
};

/* A group while it is run. */
struct group_run {
	struct run *run;
	size_t index;
	const struct vectors_kind *kind; /* NULL: of no type that is run */
	struct vectors_setting setting;
	struct vectors_count count;
};

/* -- JSON -- */

/* Values of a JSON text, or a few more: each but the first stands behind one of these. */
static size_t count_values(struct bytes text)
{
	size_t count = 1;
	bool inside = false;
	for (size_t i = 0; i < text.size; i++) {
		uint8_t c = text.data[i];
		if (inside && c == '\\')
			i++;
		else if (c == '"')
			inside = !inside;
		else if (!inside && (c == ',' || c == '[' || c == '{'))
			count++;
	}
	return count;
}

static void refuse_json(const char *file, const json_error_t *e, struct diags *d)
{
	const char *expected = NULL;
	switch (json_error_code(e)) {
	case json_error_premature_end_of_input:
		expected = "the rest of its JSON, actual the end of the file";
		break;
	case json_error_duplicate_key:
		expected = "each key once in an object, actual";
		break;
	case json_error_stack_overflow:
		expected = "less nesting, actual";
		break;
	default:
		expected = "JSON, actual";
	}
	diag_add(d, file, e->line > 0 ? e->line : 0, e->column > 0 ? e->column : 1,
		 "not a file of vectors, expected %s: %s", expected, e->text);
}

/* The root, or NULL with an error in d. */
static json_t *read_json(const char *file, struct diags *d)
{
	struct buffer text = { 0 };
	if (text_file_read_within(file, VECTORS_FILE_MAX, &text, d) != ERR_OK)
		return NULL;
	json_t *root = NULL;
	json_error_t e;
	if (count_values(bytes_of_buffer(&text)) > VECTORS_VALUES_MAX) {
		diag_add(d, file, 0, 0, "too large, expected at most %d JSON values, actual more",
			 VECTORS_VALUES_MAX);
	} else {
		root = json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, &e);
		if (!root)
			refuse_json(file, &e, d);
	}
	buffer_fini(&text);
	return root;
}

/* -- what came of a test -- */

static char *taken(struct buffer *b)
{
	char *text = strdup(text_string(b));
	if (!text)
		abort();
	buffer_fini(b);
	return text;
}

static char *copied(const char *text)
{
	char *copy = strdup(text);
	if (!copy)
		abort();
	return copy;
}

/* The names in "flags", joined. They and the comment may be left out. */
static char *flags_of(struct fields *test)
{
	struct buffer out = { 0 };
	const json_t *flag;
	size_t i;
	const json_t *list = fields_have(test, "flags") ? fields_list(test, "flags") : NULL;
	json_array_foreach((json_t *)list, i, flag)
	{
		if (json_is_string(flag))
			text_printf(&out, "%s%s", i > 0 ? ", " : "", json_string_value(flag));
		else
			fields_refuse(test, "flags", "an array of strings", "something else in it");
	}
	return taken(&out);
}

static enum verdict verdict_of(struct fields *test)
{
	const char *said = fields_text(test, "result");
	for (enum verdict v = VALID; v < VERDICTS; v++)
		if (strcmp(said, verdicts[v]) == 0)
			return v;
	if (*said) {
		struct buffer actual = { 0 };
		text_printf(&actual, "\"%.40s\"", said);
		fields_refuse(test, "result", "valid, invalid or acceptable", text_string(&actual));
		buffer_fini(&actual);
	}
	return VALID;
}

static struct vectors_failure *add_failure(struct vectors_result *r)
{
	r->failures =
		list_grow(r->failures, r->failures_count, &r->failures_room, sizeof *r->failures);
	r->failures[r->failures_count] = (struct vectors_failure){ 0 };
	return &r->failures[r->failures_count++];
}

static char *words_or(struct buffer *words, const char *otherwise)
{
	if (words->size == 0)
		text_add(words, otherwise);
	return taken(words);
}

static void tell_failure(const struct group_run *g, struct fields *test, enum verdict verdict,
			 enum vectors_answer answer, struct vectors_words *words)
{
	struct vectors_failure *f = add_failure(g->run->out);
	f->group = g->index;
	f->id = fields_number(test, "tcId", INT64_MAX);
	f->comment = copied(fields_have(test, "comment") ? fields_text(test, "comment") : "");
	f->flags = flags_of(test);
	if (verdict == INVALID)
		buffer_clear(&words->expected);
	if (answer == VECTORS_AGREED)
		buffer_clear(&words->actual);
	f->expected = words_or(&words->expected, verdict == INVALID ? "refused" : "accepted");
	f->actual = words_or(&words->actual, answer == VECTORS_REFUSED ? "refused" : "accepted");
}

/* -- tests and groups -- */

/* Look at the fields that every test has, whatever comes of it. */
static void check_common(struct fields *test)
{
	fields_number(test, "tcId", INT64_MAX);
	if (fields_have(test, "comment"))
		fields_text(test, "comment");
	free(flags_of(test));
}

static void run_test(struct group_run *g, struct fields *test)
{
	struct vectors_words words = { 0 };
	enum verdict verdict = verdict_of(test);
	check_common(test);
	enum vectors_answer answer = g->kind->run(&g->setting, test, &words);
	bool good = verdict == VALID     ? answer == VECTORS_AGREED
		    : verdict == INVALID ? answer == VECTORS_REFUSED
					 : answer != VECTORS_DIFFERED;
	g->count.passed += good && verdict != ACCEPTABLE;
	g->count.acceptable += good && verdict == ACCEPTABLE;
	g->count.failed += !good;
	if (!good && !test->bad)
		tell_failure(g, test, verdict, answer, &words);
	buffer_cleanse(&words.expected);
	buffer_cleanse(&words.actual);
}

static const struct vectors_kind *kind_of(const struct run *r, const char *type)
{
	static const struct vectors_kind *const lists[] = { vectors_curve_kinds,
							    vectors_symmetric_kinds };
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		for (const struct vectors_kind *k = lists[i]; k->type; k++)
			if (k->family == r->algorithm->family && strcmp(k->type, type) == 0)
				return k;
	return NULL;
}

static void begin_group(struct group_run *g, struct fields *group, const char *type)
{
	g->setting = (struct vectors_setting){ .crypto = g->run->crypto,
					       .algorithm = g->run->algorithm };
	g->kind = kind_of(g->run, type);
	if (g->kind)
		g->kind->begin(group, &g->setting);
	else
		text_printf(&g->setting.reason, "type %s; no such tests of %s are run", type,
			    g->run->algorithm->name);
}

static void keep_group(struct group_run *g, const char *type)
{
	struct vectors_result *r = g->run->out;
	vectors_count_add(&r->count, &g->count);
	r->groups = list_grow(r->groups, r->groups_count, &r->groups_room, sizeof *r->groups);
	r->groups[r->groups_count++] = (struct vectors_group){
		.type = copied(type),
		.parameters = taken(&g->setting.parameters),
		.reason = taken(&g->setting.reason),
		.count = g->count,
	};
	buffer_fini(&g->setting.key_refusal);
}

static void run_group(struct run *r, struct fields *group, size_t index)
{
	struct group_run g = { .run = r, .index = index };
	const char *type = fields_text(group, "type");
	begin_group(&g, group, type);
	const json_t *tests = fields_list(group, "tests");
	g.count.tests = json_array_size(tests);
	bool skip = g.setting.reason.size > 0 || group->bad;
	if (skip)
		g.count.skipped = g.count.tests;
	for (size_t i = 0; i < g.count.tests; i++) {
		struct fields test = fields_item(group, "tests", i);
		if (!test.bad && !skip)
			run_test(&g, &test);
	}
	keep_group(&g, type);
}

/* -- files -- */

static const struct vectors_algorithm *algorithm_of(struct fields *root, const char *name)
{
	const char *names[ALGORITHMS];
	struct buffer actual = { 0 };
	for (size_t i = 0; i < ALGORITHMS; i++) {
		if (strcmp(algorithms[i].name, name) == 0)
			return &algorithms[i];
		names[i] = algorithms[i].name;
	}
	const char *nearest = diag_nearest(name, names, ALGORITHMS);
	text_printf(&actual, "\"%.40s\"", name);
	if (nearest)
		text_printf(&actual, ", did you mean %s", nearest);
	fields_refuse(
		root, "algorithm",
		"AES-GCM, ECDH, ECDSA, or HKDF or HMAC with its hash, HKDF-SHA-256 or HMACSHA256",
		text_string(&actual));
	buffer_fini(&actual);
	return NULL;
}

static void run_root(struct run *r, struct fields *root)
{
	const char *name = fields_text(root, "algorithm");
	r->out->algorithm = copied(name);
	r->algorithm = root->bad ? NULL : algorithm_of(root, name);
	size_t said = (size_t)fields_number(root, "numberOfTests", VECTORS_VALUES_MAX);
	const json_t *groups = fields_list(root, "testGroups");
	for (size_t i = 0; r->algorithm && i < json_array_size(groups); i++) {
		struct fields group = fields_item(root, "testGroups", i);
		if (!group.bad)
			run_group(r, &group, i);
	}
	if (!root->bad && said != r->out->count.tests) {
		char actual[64];
		snprintf(actual, sizeof actual, "%zu, of which the groups hold %zu", said,
			 r->out->count.tests);
		fields_refuse(root, "numberOfTests", "the number of tests", actual);
	}
}

enum err vectors_run(struct crypto *c, struct vectors_result *out, struct diags *d)
{
	size_t errors = d->count + d->beyond;
	struct run r = { .crypto = c, .out = out };
	json_t *root = read_json(out->file, d);
	struct fields top = { .object = root, .file = out->file, .errors = d };
	if (json_is_object(root))
		run_root(&r, &top);
	else if (root)
		diag_add(d, out->file, 1, 1,
			 "not a file of vectors, expected an object, actual an array");
	json_decref(root);
	if (d->count + d->beyond > errors)
		return ERR_INPUT;
	if (out->count.failed > 0)
		return ERR_NOT_AS_EXPECTED;
	return out->count.skipped < out->count.tests ? ERR_OK : ERR_INCONCLUSIVE;
}
