/* test_search.c - the forms of a value against other encoders' results, the search against a plain
 * one, and the numbering of keys.
 */
#include "sim/flow/search.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "sim/flow/keys.h"
#include "tests/lib/suite.h"

/* -- forms -- */

static const char key[] = "k7x2m9q4w1z8r5t";
/* NUL, a quote, a backslash, a line feed, a letter, 0xff, DEL, a percent sign, a tilde, a slash */
static const uint8_t odd[] = { 0x00, 0x22, 0x5c, 0x0a, 0x41, 0xff, 0x7f, 0x25, 0x7e, 0x2f };

static void expect_form(enum spelling spelling, enum encoding encoding, struct bytes value,
			const char *wanted)
{
	struct buffer made = { 0 };
	form_make((struct form){ spelling, encoding }, value, &made);
	CU_ASSERT_TRUE(bytes_equal(bytes_of_buffer(&made), bytes_of_string(wanted)));
	buffer_fini(&made);
}

/* Wanted texts: Python 3 (bytes.hex, base64, urllib.parse.quote, json.dumps). */
static void forms_are_what_others_make(void)
{
	struct bytes k = bytes_of_string(key), o = bytes_of(odd, sizeof odd);
	expect_form(SPELLING_AS_IS, ENCODING_RAW, k, key);
	expect_form(SPELLING_AS_IS, ENCODING_HEX_LOWER, o, "00225c0a41ff7f257e2f");
	expect_form(SPELLING_AS_IS, ENCODING_HEX_UPPER, o, "00225C0A41FF7F257E2F");
	expect_form(SPELLING_AS_IS, ENCODING_BASE64_0, k, "azd4Mm05cTR3MXo4cjV0");
	expect_form(SPELLING_AS_IS, ENCODING_PERCENT_UPPER, o, "%00%22%5C%0AA%FF%7F%25~%2F");
	expect_form(SPELLING_AS_IS, ENCODING_PERCENT_LOWER, o, "%00%22%5c%0aA%ff%7f%25~%2f");
	expect_form(SPELLING_AS_IS, ENCODING_PERCENT_ALL_UPPER, o,
		    "%00%22%5C%0A%41%FF%7F%25%7E%2F");
	expect_form(SPELLING_AS_IS, ENCODING_PERCENT_ALL_LOWER, o,
		    "%00%22%5c%0a%41%ff%7f%25%7e%2f");
	expect_form(SPELLING_AS_IS, ENCODING_PERCENT_LOWER, k, key);
	expect_form(SPELLING_AS_IS, ENCODING_JSON_LOWER, o, "\\u0000\\\"\\\\\\nA\\u00ff\x7f%~/");
	expect_form(SPELLING_AS_IS, ENCODING_JSON_UPPER, o, "\\u0000\\\"\\\\\\nA\\u00FF\x7f%~/");
	expect_form(SPELLING_AS_IS, ENCODING_JSON_ALL_LOWER, bytes_of(odd + 2, 8),
		    "\\u005c\\u000a\\u0041\\u00ff\\u007f\\u0025\\u007e\\u002f");
	expect_form(SPELLING_AS_IS, ENCODING_JSON_ALL_UPPER, bytes_of(odd + 2, 8),
		    "\\u005C\\u000A\\u0041\\u00FF\\u007F\\u0025\\u007E\\u002F");
	expect_form(SPELLING_UPPER, ENCODING_RAW, k, "K7X2M9Q4W1Z8R5T");
	expect_form(SPELLING_HYPHENS, ENCODING_RAW, k, "k7x2m-9q4w1-z8r5t");
	expect_form(SPELLING_BOTH, ENCODING_RAW, k, "K7X2M-9Q4W1-Z8R5T");
	expect_form(SPELLING_BOTH, ENCODING_HEX_LOWER, k,
		    "4b3758324d2d39513457312d5a385235"
		    "54");
}

static void base64_is_found_at_every_alignment(void)
{
	uint8_t value[64], around[80], text[120];
	for (size_t size = FORM_VALUE_MIN; size <= sizeof value; size++)
		for (int before = 0; before < 3; before++) {
			struct buffer made = { 0 };
			for (size_t i = 0; i < sizeof value; i++)
				value[i] = (uint8_t)(i * 37 + size * 11 + (i % 3 ? 0 : 251));
			memset(around, 0xa5, sizeof around);
			memcpy(around + before, value, size);
			int length = EVP_EncodeBlock(text, around, (int)size + before + 2);
			form_make((struct form){ SPELLING_AS_IS,
						 (enum encoding)(ENCODING_BASE64_0 + before) },
				  bytes_of(value, size), &made);
			CU_ASSERT_TRUE(made.size >= SEARCH_PREFIX && made.size * 6 > size * 8 - 12);
			CU_ASSERT_PTR_NOT_NULL(memmem(text, (size_t)length, made.data, made.size));
			for (int i = 0; i < length; i++)
				text[i] = text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i];
			form_make((struct form){ SPELLING_AS_IS,
						 (enum encoding)(ENCODING_BASE64URL_0 + before) },
				  bytes_of(value, size), &made);
			CU_ASSERT_PTR_NOT_NULL(memmem(text, (size_t)length, made.data, made.size));
			buffer_fini(&made);
		}
}

static void forms_have_names(void)
{
	char name[FORM_NAME_MAX];
	CU_ASSERT_STRING_EQUAL(form_name((struct form){ SPELLING_AS_IS, ENCODING_RAW }, name),
			       "raw");
	CU_ASSERT_STRING_EQUAL(form_name((struct form){ SPELLING_BOTH, ENCODING_BASE64_2 }, name),
			       "base64 at alignment 2, upper-case and hyphenated");
}

/* -- search -- */

static uint32_t seed;

static uint32_t next(uint32_t below)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 16) % below;
}

static bool has(const struct hits *h, size_t owner)
{
	for (size_t i = 0; i < h->count; i++)
		if (h->list[i].owner == owner)
			return true;
	return false;
}

/* Values over two letters, so that prefixes collide and overlap all the time. */
static void a_stream_in_pieces_is_searched_as_a_whole(void)
{
	enum { VALUES = 12, SIZE = 600, ROUNDS = 300 };
	for (uint32_t round = 0; round < ROUNDS; round++) {
		uint8_t values[VALUES][24], text[SIZE];
		size_t sizes[VALUES];
		struct search *s = search_new();
		struct tail stream = { 0 }, end = { 0 };
		struct hits found = { 0 };
		seed = round;
		for (size_t i = 0; i < VALUES; i++) {
			sizes[i] = FORM_VALUE_MIN + next(17);
			for (size_t k = 0; k < sizes[i]; k++)
				values[i][k] = (uint8_t)('a' + (next(4) == 0));
			search_add(s, i, (struct form){ SPELLING_AS_IS, ENCODING_RAW },
				   bytes_of(values[i], sizes[i]));
		}
		for (size_t i = 0; i < SIZE; i++)
			text[i] = (uint8_t)('a' + (next(4) == 0));
		for (size_t at = 0; at < SIZE;) {
			size_t size = 1 + next(round % 3 ? 20 : 5);
			size = size < SIZE - at ? size : SIZE - at;
			struct bytes piece = bytes_of(text + at, size);
			search_scan(s, piece, &found, &end);
			search_join(s, &stream, piece, &end, &found);
			at += size;
		}
		for (size_t i = 0; i < VALUES; i++)
			CU_ASSERT_EQUAL(has(&found, i),
					memmem(text, SIZE, values[i], sizes[i]) != NULL);
		hits_fini(&found);
		tail_fini(&stream);
		tail_fini(&end);
		search_free(s);
	}
}

static void patterns_are_found_after_the_table_grew(void)
{
	enum { COUNT = 5000 };
	struct search *s = search_new();
	struct hits found = { 0 };
	struct tail end = { 0 };
	static uint8_t values[COUNT][16]; /* the search borrows them */
	for (uint32_t i = 0; i < COUNT; i++) {
		write_u32(values[i], i * 2654435761u);
		write_u32(values[i] + 8, i);
		search_add(s, i, (struct form){ SPELLING_AS_IS, ENCODING_RAW },
			   bytes_of(values[i], sizeof values[i]));
	}
	CU_ASSERT_EQUAL(search_count(s), COUNT);
	for (uint32_t i = 0; i < COUNT; i += 7) {
		found.count = 0;
		search_scan(s, bytes_of(values[i], sizeof values[i]), &found, &end);
		CU_ASSERT_TRUE(found.count == 1 && found.list[0].owner == i);
	}
	hits_fini(&found);
	tail_fini(&end);
	search_free(s);
}

static void equal_forms_are_kept_once(void)
{
	struct search *s = search_new();
	for (int i = 0; i < ENCODINGS; i++)
		search_add(s, 0, (struct form){ SPELLING_AS_IS, (enum encoding)i },
			   bytes_of_string(key));
	/* percent escapes and JSON escapes where needed are the key itself, base64url is base64,
	 * and digits of hex are cased in some bytes only */
	CU_ASSERT_TRUE(search_count(s) >= 8 && search_count(s) < ENCODINGS - 6);
	search_free(s);
}

/* -- keys -- */

static void keys_are_numbered_in_order(void)
{
	struct keys k = { 0 };
	bool added;
	CU_ASSERT_EQUAL(keys_find(&k, bytes_of_string("0")), KEYS_NONE);
	for (uint32_t i = 0; i < 3000; i++)
		CU_ASSERT_EQUAL(keys_add(&k, bytes_of(&i, sizeof i), &added), i);
	CU_ASSERT_TRUE(added);
	for (uint32_t i = 0; i < 3000; i++) {
		CU_ASSERT_EQUAL(keys_add(&k, bytes_of(&i, sizeof i), &added), i);
		CU_ASSERT_FALSE(added);
		CU_ASSERT_TRUE(bytes_equal(keys_text(&k, i), bytes_of(&i, sizeof i)));
	}
	CU_ASSERT_EQUAL(keys_add(&k, (struct bytes){ 0 }, &added), 3000);
	CU_ASSERT_EQUAL(keys_find(&k, (struct bytes){ 0 }), 3000);
	CU_ASSERT_EQUAL(keys_find(&k, bytes_of_string("absent")), KEYS_NONE);
	keys_fini(&k);
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(forms_are_what_others_make),
		TEST(base64_is_found_at_every_alignment),
		TEST(forms_have_names),
		TEST(a_stream_in_pieces_is_searched_as_a_whole),
		TEST(patterns_are_found_after_the_table_grew),
		TEST(equal_forms_are_kept_once),
		TEST(keys_are_numbered_in_order),
	};
	return suite_run("search", cases, sizeof cases / sizeof *cases);
}
