/* test_redactor.c - secrets are found in bytes, the longest first, whatever their number. */
#include "sim/world/redactor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <CUnit/CUnit.h>

#include "tests/lib/suite.h"

static struct secrets secrets;
static struct redactor redactor;

static void begin(void)
{
	secrets = (struct secrets){ 0 };
	redactor = (struct redactor){ 0 };
}

static void end(void)
{
	redactor_fini(&redactor);
	secrets_fini(&secrets);
}

static void add(const char *class, const char *value)
{
	secrets_add(&secrets, class, "app", "", bytes_of_string(value));
}

/* The reference of what stands at the beginning of text; "": nothing. */
static const char *found(const char *text)
{
	redactor_index(&redactor, &secrets);
	const struct secret *s = redactor_find(&redactor, &secrets, bytes_of_string(text));
	return s ? s->reference : "";
}

static void secrets_with_one_beginning_are_told_apart(void)
{
	begin();
	add("k", "beginning");
	add("k", "beginning and more");
	add("k", "beginnings");
	add("other", "beginning and more"); /* the same value of another class */
	CU_ASSERT_STRING_EQUAL(found("beginning."), "k#1");
	CU_ASSERT_STRING_EQUAL(found("beginnings"), "k#3");
	CU_ASSERT_STRING_EQUAL(found("beginnin"), "");
	CU_ASSERT_STRING_EQUAL(found("beginninG"), "");
	CU_ASSERT_STRING_EQUAL(found(" beginning"), "");
	const char *longest = found("beginning and more of it");
	CU_ASSERT_TRUE(strcmp(longest, "k#2") == 0 || strcmp(longest, "other#1") == 0);
	/* Which of two equal ones does not depend on anything but their order. */
	CU_ASSERT_STRING_EQUAL(found("beginning and more"), longest);
	end();
}

static void the_longest_is_found_in_whatever_order_they_came(void)
{
	static const char *const values[] = { "01234567", "0123456789", "0123456789abcdef" };
	static const size_t orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
					     { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
	for (size_t i = 0; i < 6; i++) {
		begin();
		for (size_t k = 0; k < 3; k++) {
			add(values[orders[i][k]], values[orders[i][k]]);
			found("0123456789abcdef"); /* the index grows while it is used */
		}
		CU_ASSERT_STRING_EQUAL(found("0123456789abcdef"), "0123456789abcdef#1");
		CU_ASSERT_STRING_EQUAL(found("0123456789abcdeX"), "0123456789#1");
		CU_ASSERT_STRING_EQUAL(found("012345678X"), "01234567#1");
		CU_ASSERT_STRING_EQUAL(found("01234567"), "01234567#1");
		CU_ASSERT_STRING_EQUAL(found("0123456"), "");
		end();
	}
}

static void short_ones_are_not_looked_for(void)
{
	begin();
	add("k", "1234567");
	CU_ASSERT_STRING_EQUAL(found("1234567"), "");
	CU_ASSERT_STRING_EQUAL(found("12345678"), "");
	end();
	begin();
	CU_ASSERT_STRING_EQUAL(found("no secret at all"), "");
	end();
}

/* Where `in` holds secrets: each as "offset:reference ", skipping what was found. */
static const char *all_found(const char *in)
{
	static char out[256];
	struct bytes b = bytes_of_string(in);
	const struct secret *s;
	out[0] = '\0';
	redactor_index(&redactor, &secrets);
	for (size_t at = 0; (s = redactor_next(&redactor, &secrets, b, &at)) != NULL;
	     at += s->value.size) {
		size_t used = strlen(out);
		snprintf(out + used, sizeof out - used, "%zu:%s ", at, s->reference);
	}
	return out;
}

static void each_is_found_where_it_stands(void)
{
	begin();
	CU_ASSERT_STRING_EQUAL(all_found("nothing is known yet"), "");
	add("a", "12345678");
	add("b", "12999999 and on");
	add("c", "ssssssss");
	CU_ASSERT_STRING_EQUAL(all_found("12345678"), "0:a#1 ");
	CU_ASSERT_STRING_EQUAL(all_found("1212345678"), "2:a#1 ");
	CU_ASSERT_STRING_EQUAL(all_found("x12345678"), "1:a#1 ");
	CU_ASSERT_STRING_EQUAL(all_found("1234567812345678,12999999 and on"),
			       "0:a#1 8:a#1 17:b#1 ");
	CU_ASSERT_STRING_EQUAL(all_found("ssssssssssssssssss"), "0:c#1 8:c#1 ");
	CU_ASSERT_STRING_EQUAL(all_found("1234567 8 12999999 and o"), "");
	CU_ASSERT_STRING_EQUAL(all_found("1234567"), "");
	CU_ASSERT_STRING_EQUAL(all_found(""), "");
	add("d", "12999999");
	CU_ASSERT_STRING_EQUAL(all_found("12999999 and off, 12999999 and on"), "0:d#1 18:b#1 ");
	end();
}

static uint64_t next(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *state >> 16;
}

enum { MANY = 20000, SIZE = 32, SEARCHED = 1024 * 1024 };

static void number_value(uint8_t value[SIZE], size_t number, uint64_t *state)
{
	for (size_t i = 0; i < SIZE; i++)
		value[i] = (uint8_t)next(state);
	for (size_t i = 0; i < 4; i++)
		value[i] = (uint8_t)(number >> 8 * i);
}

/* A search reads the bytes once: thousands of secrets cost hardly more than one. */
static double seconds_to_search(const uint8_t *bytes, size_t *hits)
{
	struct timespec begun, done;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begun);
	for (size_t i = 0; i + REDACTOR_SIZE_MIN <= SEARCHED; i++)
		*hits += redactor_find(&redactor, &secrets, bytes_of(bytes + i, SEARCHED - i)) !=
			 NULL;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &done);
	return (double)(done.tv_sec - begun.tv_sec) + (double)(done.tv_nsec - begun.tv_nsec) / 1e9;
}

static void thousands_are_found_and_quickly(void)
{
	static uint8_t bytes[SEARCHED];
	uint8_t value[SIZE];
	uint64_t state = 7;
	size_t hits = 0, planted = 0, wrong = 0;
	begin();
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)next(&state);
	secrets_add(&secrets, "first", "app", "", bytes_of(bytes + 100, SIZE));
	redactor_index(&redactor, &secrets);
	double one = seconds_to_search(bytes, &hits);
	CU_ASSERT_EQUAL(hits, 1);
	for (size_t i = 0; i < MANY; i++) {
		number_value(value, i, &state);
		secrets_add(&secrets, "k", "app", "", bytes_of(value, SIZE));
		redactor_index(&redactor, &secrets);
		if (i % 16 == 0) {
			memcpy(bytes + 1000 + planted * 64, value, SIZE);
			planted++;
		}
	}
	CU_ASSERT_EQUAL(secrets.count, MANY + 1);
	for (size_t i = 0; i < planted; i++) {
		char expected[32];
		const struct secret *s =
			redactor_find(&redactor, &secrets, bytes_of(bytes + 1000 + i * 64, SIZE));
		snprintf(expected, sizeof expected, "k#%zu", i * 16 + 1);
		wrong += !s || strcmp(s->reference, expected) != 0;
	}
	CU_ASSERT_EQUAL(wrong, 0);
	hits = 0;
	double many = seconds_to_search(bytes, &hits);
	CU_ASSERT_EQUAL(hits, planted + 1);
	printf("1 MiB: %.1f ms with 1 secret, %.1f ms with %d, %zu found\n", one * 1e3, many * 1e3,
	       MANY + 1, hits);
	/* Trying each at each place would take a thousand times as long. */
	CU_ASSERT_TRUE(many < 20 * one + 0.5);
	end();
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(secrets_with_one_beginning_are_told_apart),
		TEST(the_longest_is_found_in_whatever_order_they_came),
		TEST(short_ones_are_not_looked_for),
		TEST(each_is_found_where_it_stands),
		TEST(thousands_are_found_and_quickly),
	};
	return suite_run("redactor", cases, sizeof cases / sizeof *cases);
}
