/* test_secrets.c - the secrets of a run have one text form: what is written is read again, whatever
 * else is in the file is refused where it stands, and no refusal repeats it.
 */
#include "sim/trace/trace.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/lib/suite.h"

static char path[] = "/tmp/actflow-test-secrets-XXXXXX";

static void file_write(struct bytes b)
{
	FILE *f = fopen(path, "wb");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_EQUAL(fwrite(b.data, 1, b.size, f), b.size);
	CU_ASSERT_EQUAL(fclose(f), 0);
}

static const char good[] = "access_key#1\taccess_key\tuem\t-\t61626331\n"
			   "tls_traffic#1\ttls_traffic\tapp\tnoc_session\t00ff\n"
			   "access_key#2\taccess_key\tapp\t-\t7a\n";

static struct secrets some(void)
{
	struct secrets s = { 0 };
	secrets_add(&s, "access_key", "uem", "", bytes_of("abc1", 4));
	secrets_add(&s, "tls_traffic", "app", "noc_session", bytes_of("\x00\xff", 2));
	secrets_add(&s, "access_key", "app", "", bytes_of("z", 1));
	return s;
}

static void test_secrets_are_listed_once_in_order_of_appearance(void)
{
	struct secrets s = some();
	struct buffer text = { 0 };
	secrets_add(&s, "access_key", "app", "", bytes_of("abc1", 4));
	secrets_add(&s, "access_key", "app", "", bytes_of("", 0));
	CU_ASSERT_EQUAL(s.count, 3);
	secrets_format(&s, &text);
	CU_ASSERT_TRUE(bytes_equal(bytes_of_buffer(&text), bytes_of_string(good)));
	buffer_fini(&text);
	secrets_fini(&s);
	CU_ASSERT_EQUAL(s.count, 0);
	CU_ASSERT_PTR_NULL(s.list);
}

static void test_a_secret_is_found_by_class_and_value(void)
{
	struct secrets s = some();
	const struct secret *found = secrets_find(&s, "access_key", bytes_of("z", 1));
	CU_ASSERT_PTR_NOT_NULL_FATAL(found);
	CU_ASSERT_STRING_EQUAL(found->reference, "access_key#2");
	CU_ASSERT_STRING_EQUAL(found->holder, "app");
	CU_ASSERT_PTR_NULL(secrets_find(&s, "tls_traffic", bytes_of("z", 1)));
	CU_ASSERT_PTR_NULL(secrets_find(&s, "access_key", bytes_of("abc", 3)));
	CU_ASSERT_PTR_NULL(secrets_find(&s, "access_key", bytes_of("abc2", 4)));
	secrets_fini(&s);
}

/* More than the index begins with, of several classes; numbers count by class. */
static void test_thousands_of_secrets_are_found(void)
{
	enum { THOUSANDS = 5000 };
	struct secrets s = { 0 };
	char class[16], expected[32];
	bool all = true;
	CU_ASSERT_PTR_NULL(secrets_find(&s, "k0", bytes_of("0", 1)));
	for (uint32_t i = 0; i < THOUSANDS; i++) {
		snprintf(class, sizeof class, "k%u", i % 7);
		secrets_add(&s, class, "uem", "", bytes_of(&i, sizeof i));
		secrets_add(&s, class, "app", "", bytes_of(&i, sizeof i));
	}
	CU_ASSERT_EQUAL(s.count, THOUSANDS);
	for (uint32_t i = 0; i < THOUSANDS; i++) {
		snprintf(class, sizeof class, "k%u", i % 7);
		snprintf(expected, sizeof expected, "k%u#%u", i % 7, i / 7 + 1);
		const struct secret *found = secrets_find(&s, class, bytes_of(&i, sizeof i));
		all = all && found == &s.list[i] && strcmp(found->reference, expected) == 0 &&
		      strcmp(found->holder, "uem") == 0;
	}
	CU_ASSERT_TRUE(all);
	CU_ASSERT_PTR_NULL(secrets_find(&s, "k8", bytes_of("\0\0\0\0", 4)));
	secrets_fini(&s);
}

static void test_what_is_written_is_read(void)
{
	struct secrets s = { 0 };
	struct diags d = { 0 };
	struct buffer text = { 0 };
	file_write(bytes_of_string(good));
	CU_ASSERT_EQUAL(secrets_read(path, &s, &d), ERR_OK);
	CU_ASSERT_EQUAL(s.count, 3);
	secrets_format(&s, &text);
	CU_ASSERT_TRUE(bytes_equal(bytes_of_buffer(&text), bytes_of_string(good)));
	buffer_fini(&text);
	secrets_fini(&s);
	file_write(bytes_of("", 0));
	CU_ASSERT_EQUAL(secrets_read(path, &s, &d), ERR_OK);
	CU_ASSERT_EQUAL(s.count, 0);
	CU_ASSERT_EQUAL(d.count, 0);
}

static void test_many_secrets_survive(void)
{
	struct secrets s = { 0 }, back = { 0 };
	struct diags d = { 0 };
	struct buffer text = { 0 }, again = { 0 };
	for (uint32_t i = 0; i < 500; i++)
		secrets_add(&s, i % 3 ? "key" : "iv", "app", i % 2 ? "" : "tunnel",
			    bytes_of(&i, sizeof i));
	secrets_format(&s, &text);
	file_write(bytes_of_buffer(&text));
	CU_ASSERT_EQUAL(secrets_read(path, &back, &d), ERR_OK);
	CU_ASSERT_EQUAL(back.count, 500);
	secrets_format(&back, &again);
	CU_ASSERT_TRUE(bytes_equal(bytes_of_buffer(&text), bytes_of_buffer(&again)));
	buffer_fini(&text);
	buffer_fini(&again);
	secrets_fini(&s);
	secrets_fini(&back);
}

/* -- what others may have written -- */

static const struct {
	const char *text;
	int line, column;
	const char *words;
} victims[] = {
	{ "access_key#1\taccess_key\tuem\t-\t61", 1, 33, "does not end" },
	{ "\n", 1, 1, "too few columns" },
	{ "access_key#1 access_key uem - 61\n", 1, 33, "too few columns" },
	{ "k#1\tk\tuem\t61\n", 1, 13, "too few columns" },
	{ "k#1\tk\tuem\t-\t61\t\n", 1, 15, "too many columns" },
	{ "k#1\tk\t\t-\t61\n", 1, 7, "not a name" },
	{ "k#1\tk\tue m\t-\t61\n", 1, 7, "not a name" },
	{ "k#1\tk\tu\xc3\xa9m\t-\t61\n", 1, 7, "not a name" },
	{ "k#1\tk\tuem\t\t61\n", 1, 11, "not a name" },
	{ "k#1#1\tk#1\tuem\t-\t61\n", 1, 7, "not a class" },
	{ "k#2\tk\tuem\t-\t61\n", 1, 1, "expected k#1, actual k#2" },
	{ "k#01\tk\tuem\t-\t61\n", 1, 1, "expected k#1" },
	{ "j#1\tk\tuem\t-\t61\n", 1, 1, "expected k#1" },
	{ "k#1\tk\tuem\t-\t61\nk#1\tk\tuem\t-\t62\n", 2, 1, "expected k#2" },
	{ "k#1\tk\tuem\t-\t61\nk#2\tk\tuem\t-\t61\n", 2, 13, "listed before" },
	{ "k#1\tk\tuem\t-\t\n", 1, 13, "not a value" },
	{ "k#1\tk\tuem\t-\t616\n", 1, 13, "not a value" },
	{ "k#1\tk\tuem\t-\t616g\n", 1, 16, "expected 0-9 and a-f" },
	{ "k#1\tk\tuem\t-\t6A\n", 1, 14, "expected 0-9 and a-f" },
	{ "k#1\tk\tuem\t-\t61\r\n", 1, 13, "not a value" },
	{ "k#1\tk\tuem\t-\t6161\r1\n", 1, 17, "expected 0-9 and a-f" },
};

static void test_what_is_no_list_is_refused_where_it_stands(void)
{
	for (size_t i = 0; i < sizeof victims / sizeof *victims; i++) {
		struct secrets s = { 0 };
		struct diags d = { 0 };
		file_write(bytes_of_string(victims[i].text));
		CU_ASSERT_EQUAL(secrets_read(path, &s, &d), ERR_INPUT);
		CU_ASSERT_EQUAL(s.count, 0);
		CU_ASSERT_EQUAL_FATAL(d.count, 1);
		CU_ASSERT_STRING_EQUAL(d.list[0].file, path);
		CU_ASSERT_EQUAL(d.list[0].line, victims[i].line);
		CU_ASSERT_EQUAL(d.list[0].column, victims[i].column);
		CU_ASSERT_PTR_NOT_NULL(strstr(d.list[0].text, victims[i].words));
		diag_fini(&d);
	}
}

static void test_all_faults_of_a_file_are_told_and_no_value(void)
{
	struct secrets s = { 0 };
	struct diags d = { 0 };
	file_write(bytes_of_string("k#1\tk\tuem\t-\tdeadbeef\n"
				   "k#2\tk\tuem\t-\tdeadbeefz\n"
				   "k#3\tk\tuem\t-\tdeadbeef\tdeadbeef\n"
				   "k#2\tk\tuem\t-\tdeadbeef\n"));
	CU_ASSERT_EQUAL(secrets_read(path, &s, &d), ERR_INPUT);
	CU_ASSERT_EQUAL(d.count, 3);
	for (size_t i = 0; i < d.count; i++)
		CU_ASSERT_PTR_NULL(strstr(d.list[i].text, "dead"));
	diag_fini(&d);
}

static void test_noise_and_missing_files_are_refused(void)
{
	static uint8_t noise[1024 * 1024];
	struct secrets s = { 0 };
	struct diags d = { 0 };
	uint32_t state = 7;
	for (size_t i = 0; i < sizeof noise; i++)
		noise[i] = (uint8_t)((state = state * 1664525 + 1013904223) >> 24);
	file_write(bytes_of(noise, sizeof noise));
	CU_ASSERT_EQUAL(secrets_read(path, &s, &d), ERR_INPUT);
	CU_ASSERT_EQUAL(d.count, DIAGS_MAX);
	diag_fini(&d);
	d = (struct diags){ 0 };
	CU_ASSERT_EQUAL(secrets_read("/nonexistent/run.secrets", &s, &d), ERR_INPUT);
	CU_ASSERT_EQUAL(secrets_read("/", &s, &d), ERR_INPUT);
	CU_ASSERT_EQUAL(d.count, 2);
	CU_ASSERT_PTR_NOT_NULL(strstr(d.list[0].text, "cannot be opened"));
	CU_ASSERT_PTR_NOT_NULL(strstr(d.list[1].text, "cannot be read"));
	diag_fini(&d);
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(test_secrets_are_listed_once_in_order_of_appearance),
		TEST(test_a_secret_is_found_by_class_and_value),
		TEST(test_thousands_of_secrets_are_found),
		TEST(test_what_is_written_is_read),
		TEST(test_many_secrets_survive),
		TEST(test_what_is_no_list_is_refused_where_it_stands),
		TEST(test_all_faults_of_a_file_are_told_and_no_value),
		TEST(test_noise_and_missing_files_are_refused),
	};
	int file = mkstemp(path);
	if (file < 0 || close(file) != 0)
		return 1;
	int result = suite_run("secrets", cases, sizeof cases / sizeof *cases);
	return unlink(path) == 0 ? result : 1;
}
