/* test_template.c - a table printed as a file is read by that table: as it stands, and with every
 * key put on.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/yaml/schema.h"
#include "tests/lib/files.h"
#include "tests/lib/suite.h"

static const char *const colours[] = { "red", "green", "blue", NULL };
static const char *const all[] = { "all", NULL };
static const struct schema name_item = { .text = "a name", .kind = SCHEMA_NAME };
static const struct schema deep_fields[] = {
	{ "colour", "what it looks like", SCHEMA_WORD, .words = colours },
	{ "wide", "whether it is wide", SCHEMA_FLAG, .least = 0 },
	{ .name = NULL },
};
static const struct schema deep_item = { .text = "a deep one",
					 .kind = SCHEMA_GROUP,
					 .fields = deep_fields };
static const struct schema act_fields[] = {
	{ "at", "where it happens", SCHEMA_NAME, .required = true },
	{ "who", "those who see it", SCHEMA_LIST, .least = 1, .most = 3, .item = &name_item },
	{ "how", "name: what it is like", SCHEMA_MAP, .least = 1, .most = 3, .item = &deep_item },
	{ "then", "what follows", SCHEMA_GROUP, .fields = deep_fields },
	{ .name = NULL },
};
static const struct schema act_item = { .text = "an act",
					.kind = SCHEMA_GROUP,
					.fields = act_fields };
static const struct schema some_forms[] = {
	{ .text = "the one that there is", .kind = SCHEMA_NAME },
	{ .text = "all that there are", .kind = SCHEMA_LIST, .most = 3, .item = &name_item },
	{ .text = NULL },
};
static const struct schema fields[] = {
	{ "version", "the version", SCHEMA_INTEGER, .required = true, .least = 3, .most = 3 },
	{ "acts", "what is done, in order", SCHEMA_LIST, .least = 1, .most = 9, .item = &act_item },
	{ "seen", "names, or all of them", SCHEMA_LIST, .most = 9, .words = all,
	  .item = &name_item },
	{ "wait", "a time", SCHEMA_DURATION, .least = 1, .most = 500000000 },
	{ "room", "a size", SCHEMA_SIZE, .least = 4096, .most = 65536 },
	{ "rate", "a rate", SCHEMA_RATE, .least = 0 },
	{ "odds", "a probability", SCHEMA_PROBABILITY, .least = 0 },
	{ "address", "an address", SCHEMA_ADDRESS, .least = 0 },
	{ "number", "a number", SCHEMA_INTEGER, .least = -9, .most = -2 },
	{ "seed", "a seed", SCHEMA_UNSIGNED, .least = 0 },
	{ "file", "a file", SCHEMA_PATH, .least = 0 },
	{ "title",
	  "a title that is told in so many words that its sentence takes more than the hundred "
	  "cells that a line has",
	  SCHEMA_TEXT, .least = 0 },
	{ "story", "a story", SCHEMA_STORY, .least = 0 },
	{ "some", "what there is of it", SCHEMA_EITHER, .fields = some_forms },
	{ "loose", "text or a number", SCHEMA_SCALAR, .least = 0 },
	{ .name = NULL },
};
static const struct schema root = { .text = "a file", .kind = SCHEMA_GROUP, .fields = fields };

static const struct schema_example none[] = { { NULL, NULL, NULL, false } };

/* The template as text; the caller frees it. */
static char *printed_with(const struct schema *s, const struct schema_example *examples)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(out);
	schema_print_template(s, examples, out);
	fclose(out);
	char *whole = strdup(text); /* gcc -O3 takes what a memstream made for a part of `text` */
	free(text);
	return whole;
}

/* What the table says of a text; the top's children are counted into *keys. */
static const char *errors_in(const char *text, size_t *keys)
{
	struct tree t = { 0 };
	struct diags d = { 0 };
	buffer_append(&t.text, bytes_of_string(text));
	tree_parse("x", &t, &d);
	CU_ASSERT_PTR_NOT_NULL_FATAL(t.root);
	schema_read(&root, t.root, "x", NULL, &d);
	*keys = t.root->count;
	tree_fini(&t);
	return printed(&d);
}

/* Remove the # that keeps a key off, as the operator does. */
static void put_on(char *text)
{
	char *to = text;
	for (char *from = text; *from; from++) {
		bool begins = from == text || from[-1] == '\n';
		bool comment = from[0] == '#' && from[1] == ' ' && from[2] != ' ';
		if (!begins || *from != '#' || comment)
			*to++ = *from;
	}
	*to = '\0';
}

static void as_it_stands_only_what_is_required_is_there(void)
{
	size_t keys = 0;
	char *text = printed_with(&root, none);
	CU_ASSERT_STRING_EQUAL(errors_in(text, &keys), "");
	CU_ASSERT_EQUAL(keys, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\n# the version (required)\nversion: 3\n"));
	free(text);
}

static void with_every_key_on_it_is_read_too(void)
{
	size_t keys = 0;
	char *text = printed_with(&root, none);
	put_on(text);
	CU_ASSERT_STRING_EQUAL(errors_in(text, &keys), "");
	CU_ASSERT_EQUAL(keys, sizeof fields / sizeof *fields - 1);
	free(text);
}

static void a_list_of_groups_is_written_as_one(void)
{
	char *text = printed_with(&root, none);
	const char *wanted = "# what is done, in order; a list\n"
			     "#acts:\n"
			     "#    # where it happens (required)\n"
			     "#  - at: NAME\n"
			     "#    # those who see it; a list\n"
			     "#    who: [NAME]\n"
			     "#    # name: what it is like\n"
			     "#    how:\n"
			     "#      NAME:\n"
			     "#        # what it looks like; red, green or blue\n"
			     "#        colour: red\n"
			     "#        # whether it is wide; true or false\n"
			     "#        wide: true\n"
			     "#    # what follows\n"
			     "#    then:\n";
	CU_ASSERT_PTR_NOT_NULL(strstr(text, wanted));
	CU_ASSERT_PTR_NOT_NULL(
		strstr(text, "# names, or all of them; a list, or all\n#seen: [NAME]\n"));
	CU_ASSERT_PTR_NOT_NULL(
		strstr(text, "# what there is of it; the one that there is, or all that there "
			     "are\n#some: NAME\n"));
	free(text);
}

static void a_line_may_be_full(void)
{
	for (int size = 90; size < 105; size++) {
		char sentence[128];
		snprintf(sentence, sizeof sentence, "%0*d and more", size, 1);
		const struct schema one[] = { { "key", sentence, SCHEMA_NAME, .least = 0 },
					      { .name = NULL } };
		const struct schema top = { .text = "one", .kind = SCHEMA_GROUP, .fields = one };
		char *text = printed_with(&top, none);
		size_t lines = 0;
		for (const char *line = text; *line; line += strcspn(line, "\n") + 1) {
			CU_ASSERT_TRUE(strcspn(line, "\n") <= (size_t)(size > 98 ? size + 2 : 100));
			lines += line[0] == '#' && line[1] == ' ';
		}
		CU_ASSERT_EQUAL(lines, size + 2 + 9 <= 100 ? 1 : 2);
		free(text);
	}
}

static void examples_stand_where_they_belong(void)
{
	static const struct schema_example examples[] = {
		{ "acts.*.how", "door", "doors only", false },
		{ "acts.*.how.*.colour", "blue", NULL, false },
		{ "acts.*.who.*", "me", NULL, false },
		{ "seed", "7", "any", true },
		{ "acts.*.then.wide", "false", NULL, true },
		{ NULL, NULL, NULL, false },
	};
	char *text = printed_with(&root, examples);
	static const char *const wanted[] = {
		"\nacts:\n    # where it happens (required)\n  - at: NAME\n",
		"    # name: what it is like; doors only\n#    how:\n#      door:\n",
		"#        colour: blue\n",
		"#    who: [me]\n",
		"    # what follows\n    then:\n",
		"\n# a seed; a whole number; any\nseed: 7\n",
		"\n      wide: false\n",
	};
	size_t keys = 0;
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		CU_ASSERT_PTR_NOT_NULL(strstr(text, wanted[i]));
	CU_ASSERT_STRING_EQUAL(errors_in(text, &keys), "");
	CU_ASSERT_EQUAL(keys, 3);
	put_on(text);
	CU_ASSERT_STRING_EQUAL(errors_in(text, &keys), "");
	free(text);
}

static void a_table_that_holds_itself_ends(void)
{
	static struct schema again[] = {
		{ "again", "the same once more", SCHEMA_GROUP, .least = 0 }, { .name = NULL }
	};
	again[0].fields = again;
	const struct schema endless = { .text = "endless", .kind = SCHEMA_GROUP, .fields = again };
	char *text = printed_with(&endless, none);
	size_t lines = 0;
	for (const char *p = text; *p; p++)
		lines += *p == '\n';
	CU_ASSERT_TRUE(lines > 10 && lines < 40);
	free(text);
}

static void a_long_sentence_is_broken_at_blanks(void)
{
	char *text = printed_with(&root, none), *sentence = strstr(text, "# a title that");
	for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
		CU_ASSERT_TRUE(strcspn(line, "\n") <= 100);
	CU_ASSERT_PTR_NOT_NULL_FATAL(sentence);
	char *behind = strstr(sentence, "\n#title: words\n"), *end = strchr(sentence, '\n');
	CU_ASSERT_PTR_NOT_NULL_FATAL(behind);
	CU_ASSERT_TRUE_FATAL(end < behind);
	CU_ASSERT_EQUAL(strncmp(end, "\n# ", 3), 0);
	memmove(end, end + 2, strlen(end + 2) + 1); /* the break and the # */
	CU_ASSERT_EQUAL(strncmp(sentence + 2, fields[11].text, strlen(fields[11].text)), 0);
	CU_ASSERT_EQUAL(strlen(fields[11].text), (size_t)(behind - 2 - sentence - 2));
	free(text);
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(as_it_stands_only_what_is_required_is_there),
		TEST(with_every_key_on_it_is_read_too),
		TEST(a_list_of_groups_is_written_as_one),
		TEST(a_line_may_be_full),
		TEST(examples_stand_where_they_belong),
		TEST(a_table_that_holds_itself_ends),
		TEST(a_long_sentence_is_broken_at_blanks),
	};
	return suite_run("template", cases, sizeof cases / sizeof *cases);
}
