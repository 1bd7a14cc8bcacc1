/* test_yaml.c - YAML becomes a tree with places, or located errors; never a crash, never a wait. */
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "sim/yaml/text_file.h"
#include "sim/yaml/tree.h"
#include "tests/lib/files.h"
#include "tests/lib/suite.h"

/* What reading the file says, and whether that is told by the result. */
static const char *errors_of(const char *file)
{
	struct tree t = { 0 };
	struct diags d = { 0 };
	enum err e = tree_read(file, &t, &d);
	CU_ASSERT_EQUAL(e, d.count > 0 ? ERR_INPUT : ERR_OK);
	tree_fini(&t);
	return printed(&d);
}

static const char *errors_of_bytes(struct bytes text)
{
	file_write("x.yaml", text);
	return errors_of("x.yaml");
}

static const char *errors_of_text(const char *text)
{
	return errors_of_bytes(bytes_of_string(text));
}

static void every_broken_file_is_refused_at_its_place(void)
{
	static const struct {
		const char *file, *errors;
	} cases[] = {
		{ "alias.yaml", "7:11: aliases are not supported, expected the value written out "
				"instead of *, actual slow\n" },
		{ "anchor.yaml", "7:11: anchors are not supported, expected the value alone, "
				 "without &, actual slow\n" },
		{ "tag.yaml", "5:7: tags are not supported, expected the value alone, without !, "
			      "actual tag:yaml.org,2002:int\n" },
		{ "merge-key.yaml", "8:5: merge keys are not supported, expected the keys written "
				    "out, actual \"<<\"\n" },
		{ "key-is-a-list.yaml", "7:3: key, expected a name, actual a sequence\n" },
		{ "second-document.yaml", "6:1: second document, expected one document in a file, "
					  "actual another one\n" },
		{ "directive.yaml", "1:1: directives are not supported, expected the document "
				    "alone, actual \"%\"\n" },
		{ "unclosed-bracket.yaml", "6:9: YAML syntax while parsing a flow mapping, "
					   "expected ',' or '}', actual the end of the file\n" },
		{ "unclosed-quote.yaml",
		  "6:23: YAML syntax while scanning a quoted scalar: found unexpected end of "
		  "stream, expected valid YAML, actual the end of the file\n" },
		{ "tab.yaml", "7:1: YAML syntax while scanning for the next token: found character "
			      "that cannot start any token, expected valid YAML, actual a tab\n" },
		{ "two-colons.yaml", "6:14: YAML syntax of the file: mapping values are not "
				     "allowed in this context, expected valid YAML, actual ':'\n" },
		{ "nul.yaml", "2:11: NUL character, expected text, actual \"\\0\"\n" },
		{ "empty.yaml",
		  "1:1: empty file, expected \"actflow: 1\" and more, actual nothing\n" },
		{ "only-comments.yaml",
		  "1:1: empty file, expected \"actflow: 1\" and more, actual nothing\n" },
	};
	char home[4096];
	CU_ASSERT_PTR_NOT_NULL_FATAL(getcwd(home, sizeof home));
	CU_ASSERT_EQUAL(chdir(project_file("tests/broken/yaml")), 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char expected[256];
		snprintf(expected, sizeof expected, "%s:%s", cases[i].file, cases[i].errors);
		CU_ASSERT_STRING_EQUAL(errors_of(cases[i].file), expected);
	}
	CU_ASSERT_STRING_EQUAL(
		errors_of("duplicate-key.yaml"),
		"duplicate-key.yaml:6:33: duplicate key, expected it once, actual \"steps\" again "
		"(first at 6:10)\n"
		"duplicate-key.yaml:7:1: duplicate key, expected it once, actual \"seed\" again "
		"(first at 5:1)\n");
	CU_ASSERT_EQUAL(chdir(home), 0);
}

static void a_tree_keeps_order_styles_and_places(void)
{
	struct tree t = { 0 };
	struct diags d = { 0 };
	file_write("x.yaml", bytes_of_string("b: no\r\na: ['1', {z: |-\r\n}]\r\n"));
	CU_ASSERT_EQUAL(tree_read("x.yaml", &t, &d), ERR_INPUT); /* no blocks inside brackets */
	CU_ASSERT_EQUAL(d.count, 1);
	tree_fini(&t);
	diag_fini(&d);
	file_write("x.yaml",
		   bytes_of_string("b: no\r\n\xc3\xa4: ['1', {z: ~}]\r\nt: |\r\n  x\r\n"));
	CU_ASSERT_EQUAL(tree_read("x.yaml", &t, &d), ERR_OK);
	const struct tree_node *b = t.root->first, *a = b->next, *one = a->first;
	CU_ASSERT_EQUAL(t.root->count, 3);
	CU_ASSERT_STRING_EQUAL(b->key, "b");
	CU_ASSERT_STRING_EQUAL(b->text, "no");
	CU_ASSERT_EQUAL(b->style, TREE_PLAIN);
	CU_ASSERT_TRUE(b->place.line == 1 && b->place.column == 4);
	CU_ASSERT_TRUE(a->flow && a->place.line == 2 && a->place.column == 4);
	CU_ASSERT_TRUE(one->style == TREE_QUOTED && one->place.column == 5);
	CU_ASSERT_STRING_EQUAL(tree_get(one->next, "z")->text, "~");
	CU_ASSERT_EQUAL(tree_get(one->next, "z")->key_place.column, 11);
	CU_ASSERT_STRING_EQUAL(tree_get(t.root, "t")->text, "x\n");
	CU_ASSERT_EQUAL(tree_get(t.root, "t")->style, TREE_LITERAL);
	CU_ASSERT_PTR_NULL(tree_get(t.root, "x"));
	CU_ASSERT_PTR_NULL(tree_get(b, "x"));
	CU_ASSERT_PTR_NULL(tree_get(NULL, "x"));
	tree_fini(&t);
}

static void a_broken_part_leaves_the_rest_readable(void)
{
	struct tree t = { 0 };
	struct diags d = { 0 };
	file_write("x.yaml", bytes_of_string("a: *x\nb: 1\nb: 2\n<<: {c: 3}\n[d]: 4\ne: 5\n"));
	CU_ASSERT_EQUAL(tree_read("x.yaml", &t, &d), ERR_INPUT);
	CU_ASSERT_EQUAL(d.count, 4);
	CU_ASSERT_EQUAL(t.root->count, 3);
	CU_ASSERT_EQUAL(tree_get(t.root, "a")->kind, TREE_BROKEN);
	CU_ASSERT_STRING_EQUAL(tree_get(t.root, "b")->text, "1");
	CU_ASSERT_STRING_EQUAL(tree_get(t.root, "e")->text, "5");
	tree_fini(&t);
	diag_fini(&d);
}

static void other_encodings_are_named(void)
{
	static const char refused[] =
		"x.yaml:1:1: encoding, expected UTF-8 without a mark, actual ";
	static const struct {
		const char *text;
		size_t size;
		const char *name;
	} marks[] = {
		{ "\xff\xfe"
		  "a\0:\0 \0"
		  "1\0",
		  10, "UTF-16 (little-endian)\n" },
		{ "\xfe\xff\0a\0:\0 \0"
		  "1",
		  10, "UTF-16 (big-endian)\n" },
		{ "a\0:\0 \0"
		  "1\0",
		  8, "UTF-16 (little-endian)\n" },
		{ "\0a\0:\0 \0"
		  "1",
		  8, "UTF-16 (big-endian)\n" },
		{ "\xff\xfe\0\0"
		  "a\0\0\0",
		  8, "UTF-32 (little-endian)\n" },
		{ "\0\0\xfe\xff\0\0\0a", 8, "UTF-32 (big-endian)\n" },
		{ "\xef\xbb\xbf"
		  "a: 1",
		  7, "a byte order mark (UTF-8)\n" },
	};
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		const char *errors = errors_of_bytes(bytes_of(marks[i].text, marks[i].size));
		CU_ASSERT_EQUAL(strncmp(errors, refused, sizeof refused - 1), 0);
		CU_ASSERT_STRING_EQUAL(errors + sizeof refused - 1, marks[i].name);
	}
}

static void control_characters_are_refused_at_their_place(void)
{
	CU_ASSERT_STRING_EQUAL(errors_of_bytes(bytes_of("a: 1\nb: \0", 9)),
			       "x.yaml:2:4: control character, expected printable text, actual "
			       "U+0000\n");
	CU_ASSERT_STRING_EQUAL(errors_of_text("a: \xc3\xa4\xc3\n"),
			       "x.yaml:1:5: not text, expected UTF-8, actual byte 0xc3\n");
	CU_ASSERT_STRING_EQUAL(errors_of_text("a: 1\r\nb: 2\rc: 3\n"),
			       "x.yaml:2:5: control character, expected printable text, actual "
			       "U+000D\n");
	CU_ASSERT_STRING_EQUAL(errors_of_text("a: \xe2\x80\xa8"),
			       "x.yaml:1:4: control character, expected printable text, actual "
			       "U+2028\n");
	CU_ASSERT_STRING_EQUAL(errors_of_text("a: \xc2\x85"),
			       "x.yaml:1:4: control character, expected printable text, actual "
			       "U+0085\n");
	CU_ASSERT_STRING_EQUAL(errors_of_text("a: \xef\xbb\xbf"),
			       "x.yaml:1:4: control character, expected printable text, actual "
			       "U+FEFF\n");
	CU_ASSERT_STRING_EQUAL(errors_of_text("a: \xf0\x9f\x94\x91 \xe2\x82\xac\r\n"), "");
}

static void noise_is_refused_with_one_error(void)
{
	struct buffer noise = { 0 };
	uint64_t state = 1;
	while (noise.size < 1024 * 1024)
		buffer_append_u32(&noise, (uint32_t)next_number(&state));
	CU_ASSERT_STRING_EQUAL(errors_of_bytes(bytes_of_buffer(&noise)),
			       "x.yaml:1:1: not text, expected UTF-8, actual byte 0x89\n");
	for (size_t i = 0; i < noise.size; i++)
		noise.data[i] = (uint8_t)("\n \t-:[{#&*!|>'\"%@`a?,]}0~"[noise.data[i] % 25]);
	CU_ASSERT_STRING_EQUAL(errors_of_bytes(bytes_of_buffer(&noise)),
			       "x.yaml:1:3: YAML syntax while scanning a block scalar, expected "
			       "comment or line break, actual '`'\n");
	buffer_fini(&noise);
}

static double seconds(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

static void deep_nesting_is_refused_in_no_time(void)
{
	static const struct {
		const char *unit, *errors;
	} cases[] = {
		{ "[", "x.yaml:1:33: nesting, expected at most 32 levels, actual more\n" },
		{ "- ", "x.yaml:1:65: nesting, expected at most 32 levels, actual more\n" },
		{ "{", "x.yaml:1:33: nesting, expected at most 32 levels, actual more\n" },
		{ "? ", "x.yaml:1:65: nesting, expected at most 32 levels, actual more\n" },
		{ "{a: ", "x.yaml:1:129: nesting, expected at most 32 levels, actual more\n" },
		{ "[\n", "x.yaml:33:1: nesting, expected at most 32 levels, actual more\n" },
	};
	double begin = seconds();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buffer text = { 0 };
		for (int n = 0; n < 200000; n++)
			buffer_append(&text, bytes_of_string(cases[i].unit));
		CU_ASSERT_PTR_NOT_NULL(
			strstr(errors_of_bytes(bytes_of_buffer(&text)), cases[i].errors));
		buffer_fini(&text);
	}
	CU_ASSERT_TRUE(seconds() - begin < 1.0 * sizeof cases / sizeof *cases);
	CU_ASSERT_STRING_EQUAL(errors_of_text("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]"
					      "]]]]]]]]]]]]]]"),
			       "");
}

static void many_values_are_bounded_and_cost_little(void)
{
	struct buffer list = { 0 }, keys = { 0 };
	double begin = seconds();
	buffer_append(&list, bytes_of_string("["));
	for (int i = 0; i < TREE_NODES_MAX; i++)
		buffer_append(&list, bytes_of_string("a,"));
	CU_ASSERT_STRING_EQUAL(errors_of_bytes(bytes_of_buffer(&list)),
			       "x.yaml:1:200000: values, expected at most 100000 in a file, actual "
			       "more\n");
	for (int i = 0; i < TREE_NODES_MAX / 2 - 1; i++) {
		char line[32];
		snprintf(line, sizeof line, "key%d: 1\n", i % 49990);
		buffer_append(&keys, bytes_of_string(line));
	}
	const char *errors = errors_of_bytes(bytes_of_buffer(&keys));
	CU_ASSERT_EQUAL(strncmp(errors,
				"x.yaml:49991:1: duplicate key, expected it once, actual "
				"\"key0\" again (first at 1:1)\n",
				84),
			0);
	CU_ASSERT_PTR_NOT_NULL(strstr(errors, "x.yaml:49999:1: "));
	CU_ASSERT_TRUE(seconds() - begin < 4);
	buffer_fini(&list);
	buffer_fini(&keys);
}

static void a_file_that_is_too_large_is_not_read(void)
{
	file_write("x.yaml", bytes_of_string("a: 1\n"));
	CU_ASSERT_EQUAL(truncate("x.yaml", TEXT_FILE_MAX + 1), 0);
	CU_ASSERT_STRING_EQUAL(errors_of("x.yaml"), "x.yaml: too large, expected at most 16777216 "
						    "bytes, actual more\n");
}

static void a_large_file_of_one_value_is_read(void)
{
	struct buffer text = { 0 };
	buffer_append(&text, bytes_of_string("a: "));
	for (size_t i = 3; i < TEXT_FILE_MAX; i++)
		buffer_append_u8(&text, i % 1000 == 0 ? '\n' : i % 1000 < 3 ? ' ' : 'b');
	CU_ASSERT_STRING_EQUAL(errors_of_bytes(bytes_of_buffer(&text)), "");
	buffer_fini(&text);
}

static void what_is_no_readable_file_is_named(void)
{
	CU_ASSERT_STRING_EQUAL(errors_of("absent.yaml"),
			       "absent.yaml: cannot be opened: No such file or directory\n");
	CU_ASSERT_STRING_EQUAL(errors_of("scenarios"), "scenarios: cannot be read, expected a "
						       "regular file, actual: a directory\n");
	CU_ASSERT_STRING_EQUAL(errors_of("/dev/null"), "/dev/null: cannot be read, expected a "
						       "regular file, actual: a device\n");
	CU_ASSERT_EQUAL(mkfifo("fifo", 0600), 0);
	CU_ASSERT_STRING_EQUAL(errors_of("fifo"), "fifo: cannot be read, expected a regular file, "
						  "actual: a FIFO\n"); /* and does not wait */
	CU_ASSERT_EQUAL(symlink("loop", "loop"), 0);
	CU_ASSERT_STRING_EQUAL(errors_of("loop"),
			       "loop: cannot be opened: Too many levels of symbolic links\n");
	file_write("closed.yaml", bytes_of_string("a: 1\n"));
	CU_ASSERT_EQUAL(chmod("closed.yaml", 0), 0);
	if (geteuid() != 0) /* root reads everything */
		CU_ASSERT_STRING_EQUAL(errors_of("closed.yaml"),
				       "closed.yaml: cannot be opened: Permission denied\n");
}

static void long_values_are_shown_shortened(void)
{
	char shown[TREE_SHOWN_MAX], text[200];
	memset(text, 'a', sizeof text);
	memcpy(text + 58, "\xe2\x82\xac", 3); /* the euro sign would be cut in two */
	text[120] = 0;
	struct tree_node node = { .kind = TREE_SCALAR, .text = text };
	tree_show(&node, shown);
	CU_ASSERT_EQUAL(strlen(shown), 1 + 58 + 3 + 1);
	CU_ASSERT_STRING_EQUAL(shown + 57, "aa...\"");
	text[60] = 0;
	text[58] = 'a';
	text[59] = 'a';
	CU_ASSERT_EQUAL(strlen(tree_show(&node, shown)), 62);
	CU_ASSERT_STRING_EQUAL(tree_show(NULL, shown), "nothing");
}

static const struct test_case cases[] = {
	TEST(every_broken_file_is_refused_at_its_place),
	TEST(a_tree_keeps_order_styles_and_places),
	TEST(a_broken_part_leaves_the_rest_readable),
	TEST(other_encodings_are_named),
	TEST(control_characters_are_refused_at_their_place),
	TEST(noise_is_refused_with_one_error),
	TEST(deep_nesting_is_refused_in_no_time),
	TEST(many_values_are_bounded_and_cost_little),
	TEST(a_file_that_is_too_large_is_not_read),
	TEST(a_large_file_of_one_value_is_read),
	TEST(what_is_no_readable_file_is_named),
	TEST(long_values_are_shown_shortened),
};

int main(void)
{
	folder_enter();
	int status = suite_run("yaml", cases, sizeof cases / sizeof *cases);
	folder_leave();
	return status;
}
