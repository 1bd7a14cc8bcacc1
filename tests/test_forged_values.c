/* test_forged_values.c - what the values of an attack are made of: against published numbers,
 * against the construction that the honest ends use, and at their limits.
 */
#include <stdlib.h>
#include <string.h>

#include "proto/codec/patch.h"
#include "proto/crypto/aead.h"
#include "proto/crypto/label.h"
#include "sim/adversary/value.h"
#include "tests/lib/suite.h"

static struct crypto *crypto;
static struct buffer made;

/* -- where they come from -- */

static const uint8_t captured_unit[] = {
	0, MESSAGE_KEY_ASKED, 0x0a, 6, 'a', '@', 'b', '.', 'c', 'c'
};
static const uint8_t k1[] = { 1, 2, 3 };

static bool captured(void *context, const char *name, struct bytes *unit)
{
	(void)context;
	*unit = bytes_of(captured_unit, sizeof captured_unit);
	return strcmp(name, "asked") == 0;
}

static bool secret(void *context, const char *class, struct bytes *value)
{
	(void)context;
	*value = bytes_of(k1, sizeof k1);
	return strcmp(class, "k1") == 0;
}

static void fresh_key(void *context, struct point *p)
{
	unsigned *drawn = context;
	*p = (struct point){ .data = { 4, (uint8_t)++ * drawn }, .size = 2 };
}

static const char *make(const struct value *v, struct bytes here)
{
	static unsigned drawn;
	struct value_source source = { .crypto = crypto,
				       .here = here,
				       .context = &drawn,
				       .captured = captured,
				       .secret = secret,
				       .fresh_key = fresh_key };
	buffer_clear(&made);
	return value_make(v, &source, &made);
}

/* -- trees, as short as they read -- */

static struct value text(const char *t)
{
	struct value v = { .op = VALUE_BYTES };
	buffer_append(&v.bytes, bytes_of_string(t));
	return v;
}

static struct value repeated(uint8_t byte, size_t size)
{
	struct value v = { .op = VALUE_BYTES };
	for (size_t i = 0; i < size; i++)
		buffer_append_u8(&v.bytes, byte);
	return v;
}

static struct value named(enum value_op op, const char *name, const char *field)
{
	return (struct value){ .op = op,
			       .name = strdup(name),
			       .field = field ? strdup(field) : NULL };
}

/* The parts are taken over. */
static struct value of(enum value_op op, size_t count, const struct value *parts)
{
	struct value v = { .op = op, .count = count, .parts = calloc(count + 1, sizeof *v.parts) };
	CU_ASSERT_FATAL(v.parts != NULL);
	memcpy(v.parts, parts, count * sizeof *parts);
	return v;
}

static void makes(struct value v, struct bytes expected)
{
	CU_ASSERT_PTR_NULL(make(&v, bytes_of(NULL, 0)));
	CU_ASSERT_TRUE(bytes_equal(bytes_of_buffer(&made), expected));
	value_fini(&v);
}

static void makes_nothing(struct value v, const char *why)
{
	const char *said = make(&v, bytes_of(NULL, 0));
	CU_ASSERT_PTR_NOT_NULL_FATAL(said);
	CU_ASSERT_STRING_EQUAL(said, why);
	CU_ASSERT_EQUAL(made.size, 0);
	value_fini(&v);
}

#define PARTS(...)                                                                                 \
	(sizeof(struct value[]){ __VA_ARGS__ } / sizeof(struct value)), (struct value[])           \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}

/* -- claims -- */

static void test_what_was_taken_from_the_run(void)
{
	struct value here = { .op = VALUE_HERE, .field = strdup("uid") };
	makes(named(VALUE_CAPTURED, "asked", "uid"), bytes_of_string("a@b.cc"));
	makes(named(VALUE_CAPTURED, "asked", NULL), bytes_of(captured_unit, sizeof captured_unit));
	makes(named(VALUE_SECRET, "k1", NULL), bytes_of(k1, sizeof k1));
	makes_nothing(named(VALUE_CAPTURED, "other", NULL), "nothing was captured");
	makes_nothing(named(VALUE_CAPTURED, "asked", "app"), "there is no such field");
	makes_nothing(named(VALUE_SECRET, "k2", NULL), "the actor holds no such secret");
	CU_ASSERT_PTR_NULL(make(&here, bytes_of(captured_unit, sizeof captured_unit)));
	CU_ASSERT_TRUE(bytes_equal(bytes_of_buffer(&made), bytes_of_string("a@b.cc")));
	makes_nothing(here, "there is no message in hand");
	/* Each is another key, and one that fails takes the whole with it. */
	struct value two[] = { { .op = VALUE_FRESH_KEY }, { .op = VALUE_FRESH_KEY } };
	struct value both = of(VALUE_JOIN, 2, two);
	CU_ASSERT_PTR_NULL(make(&both, bytes_of(NULL, 0)));
	CU_ASSERT_EQUAL(made.size, 4);
	CU_ASSERT_NOT_EQUAL(made.data[1], made.data[3]);
	value_fini(&both);
	makes_nothing(of(VALUE_JOIN, PARTS(text("a"), named(VALUE_SECRET, "k2", NULL))),
		      "the actor holds no such secret");
}

static void test_bytes_are_cut_and_put_together(void)
{
	struct value v;
	makes(of(VALUE_JOIN, PARTS(text("ab"), text(""), text("c"))), bytes_of_string("abc"));
	static const struct {
		int64_t bit;
		const char *becomes; /* of "@A" = 0x40 0x41; NULL: nothing */
	} flips[] = { { 0, "\xc0"
			   "A" },
		      { 7, "AA" },
		      { 15, "@@" },
		      { -1, "@@" },
		      { -16, "\xc0"
			     "A" },
		      { 16, NULL },
		      { -17, NULL } };
	for (size_t i = 0; i < sizeof flips / sizeof *flips; i++) {
		v = of(VALUE_FLIP, PARTS(text("@A")));
		v.from = flips[i].bit;
		if (flips[i].becomes)
			makes(v, bytes_of_string(flips[i].becomes));
		else
			makes_nothing(v, "it has no such bytes");
	}
	static const struct {
		int64_t from, to;
		bool has_to;
		const char *becomes; /* of "abcdef" */
	} parts[] = { { 0, 0, false, "abcdef" }, { 2, 0, false, "cdef" }, { -2, 0, false, "ef" },
		      { 0, -1, true, "abcde" },  { 1, 3, true, "bc" },    { 3, 3, true, "" },
		      { 6, 6, true, "" },        { 0, 0, true, "" },      { 4, 3, true, NULL },
		      { 7, 0, false, NULL },     { 0, 7, true, NULL },    { -7, 0, false, NULL } };
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		v = of(VALUE_PART, PARTS(text("abcdef")));
		v.from = parts[i].from;
		v.to = parts[i].to;
		v.has_to = parts[i].has_to;
		if (parts[i].becomes)
			makes(v, bytes_of_string(parts[i].becomes));
		else
			makes_nothing(v, "it has no such bytes");
	}
	v = of(VALUE_REPEAT, PARTS(text("ab")));
	v.from = 3;
	makes(v, bytes_of_string("ababab"));
	v = of(VALUE_REPEAT, PARTS(text("ab")));
	makes(v, bytes_of(NULL, 0));
}

static void test_nothing_is_longer_than_its_limit(void)
{
	struct value v = of(VALUE_REPEAT, PARTS(text("ab")));
	v.from = VALUE_SIZE_MAX / 2;
	CU_ASSERT_PTR_NULL(make(&v, bytes_of(NULL, 0)));
	CU_ASSERT_EQUAL(made.size, VALUE_SIZE_MAX);
	makes_nothing(of(VALUE_JOIN, PARTS(v, text("c"))), "it is longer than 64 KiB");
	v = of(VALUE_REPEAT, PARTS(text("ab")));
	v.from = VALUE_SIZE_MAX / 2 + 1;
	makes_nothing(v, "it is longer than 64 KiB");
}

/* SECURE-CHANNEL.md: E(label, x...); the honest ends' own code says what it is. */
static void test_items_are_those_of_the_construction(void)
{
	struct buffer expected = { 0 };
	const struct bytes items[] = { bytes_of_string("app>uem"), bytes_of(NULL, 0),
				       bytes_of(k1, 3) };
	label_encode(&expected, "actflow/1 setup", items, 3);
	makes(of(VALUE_ITEMS, PARTS(text("actflow/1 setup"), text("app>uem"), text(""),
				    named(VALUE_SECRET, "k1", NULL))),
	      bytes_of_buffer(&expected));
	buffer_fini(&expected);
}

/* RFC 4231 test case 2; FIPS 180-4's "abc"; RFC 5869 test case 1. */
static void test_macs_hashes_and_keys_are_the_published_ones(void)
{
	static const uint8_t mac[] = { 0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e,
				       0x6a, 0x04, 0x24, 0x26, 0x08, 0x95, 0x75, 0xc7,
				       0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83,
				       0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43 };
	static const uint8_t hash[] = { 0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea,
					0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
					0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c,
					0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad };
	static const uint8_t prk[] = { 0x07, 0x77, 0x09, 0x36, 0x2c, 0x2e, 0x32, 0xdf,
				       0x0d, 0xdc, 0x3f, 0x0d, 0xc4, 0x7b, 0xba, 0x63,
				       0x90, 0xb6, 0xc7, 0x3b, 0xb5, 0x0f, 0x9c, 0x31,
				       0x22, 0xec, 0x84, 0x4a, 0xd7, 0xc2, 0xb3, 0xe5 };
	static const uint8_t info[] = {
		0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9
	};
	static const uint8_t okm[] = { 0x3c, 0xb2, 0x5f, 0x25, 0xfa, 0xac,
				       0xd5, 0x7a, 0x90, 0x43, 0x4f };
	makes(of(VALUE_MAC, PARTS(text("Jefe"), text("what do ya want for nothing?"))),
	      bytes_of(mac, sizeof mac));
	makes(of(VALUE_HASH, PARTS(text("abc"))), bytes_of(hash, sizeof hash));
	struct value key = { .op = VALUE_BYTES }, about = { .op = VALUE_BYTES };
	buffer_append(&key.bytes, bytes_of(prk, sizeof prk));
	buffer_append(&about.bytes, bytes_of(info, sizeof info));
	struct value v = of(VALUE_EXPAND, PARTS(key, about));
	v.from = sizeof okm;
	makes(v, bytes_of(okm, sizeof okm));
	v = of(VALUE_EXPAND, PARTS(text("short"), text("")));
	v.from = 16;
	makes_nothing(v, "a key, nonce or size is none");
	v = of(VALUE_HASH, PARTS(text("abc")));
	v.digest = DIGEST_SHA512;
	CU_ASSERT_PTR_NULL(make(&v, bytes_of(NULL, 0)));
	CU_ASSERT_EQUAL(made.size, 64);
	value_fini(&v);
}

/* SEC 1 2.3.3: the last bit of y goes into the first byte. */
static void test_a_point_is_compressed_by_its_parity(void)
{
	makes(of(VALUE_COMPRESS, PARTS(text("\x04"
					    "xx"
					    "y\x03"))),
	      bytes_of_string("\x03"
			      "xx"));
	makes(of(VALUE_COMPRESS, PARTS(text("\x04"
					    "xx"
					    "y\x02"))),
	      bytes_of_string("\x02"
			      "xx"));
	makes_nothing(of(VALUE_COMPRESS, PARTS(text("\x04xxy"))), "that is no uncompressed point");
	makes_nothing(of(VALUE_COMPRESS, PARTS(text("\x02xxyy"))), "that is no uncompressed point");
	makes_nothing(of(VALUE_COMPRESS, PARTS(text(""))), "that is no uncompressed point");
}

static void test_what_is_sealed_opens_and_nothing_else(void)
{
	struct value sealed =
		of(VALUE_SEAL, PARTS(repeated(7, 32), repeated(9, 12), text("aad"), text("plain")));
	CU_ASSERT_PTR_NULL(make(&sealed, bytes_of(NULL, 0)));
	struct buffer plain = { 0 };
	uint8_t key[32], iv[12];
	bool authentic = false;
	memset(key, 7, sizeof key);
	memset(iv, 9, sizeof iv);
	struct aead a = { .key = key, .iv = iv, .aad = bytes_of_string("aad") };
	CU_ASSERT_TRUE(aead_open(crypto, &a, bytes_of_buffer(&made), &plain, &authentic) &&
		       authentic);
	CU_ASSERT_TRUE(bytes_equal(bytes_of_buffer(&plain), bytes_of_string("plain")));
	buffer_fini(&plain);
	makes(of(VALUE_OPEN, PARTS(repeated(7, 32), repeated(9, 12), text("aad"), sealed)),
	      bytes_of_string("plain"));
	makes_nothing(of(VALUE_OPEN,
			 PARTS(repeated(7, 32), repeated(9, 12), text("aad"), repeated(1, 21))),
		      "it does not open");
	makes_nothing(of(VALUE_SEAL, PARTS(repeated(7, 31), repeated(9, 12), text(""), text("x"))),
		      "a key, nonce or size is none");
	makes_nothing(of(VALUE_SEAL, PARTS(repeated(7, 32), repeated(9, 13), text(""), text("x"))),
		      "a key, nonce or size is none");
}

static void test_a_unit_is_made_of_its_fields(void)
{
	struct value uid = text("a@b.cc"), result = text("x");
	uid.into = strdup("uid");
	result.into = strdup("result");
	struct value v = of(VALUE_UNIT, PARTS(uid));
	v.type = MESSAGE_KEY_ASKED;
	makes(v, bytes_of(captured_unit, sizeof captured_unit));
	v = of(VALUE_UNIT, PARTS(result));
	v.type = MESSAGE_REFUSED;
	makes_nothing(v, "a field does not take its value");
	/* An empty one has its fields, and nothing in them. */
	static const uint8_t blank[] = { 0, MESSAGE_KEY_ASKED, 0x0a, 0 };
	v = (struct value){ .op = VALUE_UNIT, .type = MESSAGE_KEY_ASKED };
	makes(v, bytes_of(blank, sizeof blank));
	/* Another one is changed where it is said, and keeps the rest. */
	struct value gone = { .op = VALUE_ABSENT, .into = strdup("uid") }, other = text("c@d.ee");
	other.into = strdup("uid");
	makes(of(VALUE_UNIT, PARTS(named(VALUE_CAPTURED, "asked", NULL), gone)),
	      bytes_of(captured_unit, 2));
	static const uint8_t changed[] = { 0,  MESSAGE_KEY_ASKED, 0x0a, 6, 'c', '@', 'd', '.', 'e',
					   'e' };
	makes(of(VALUE_UNIT, PARTS(named(VALUE_CAPTURED, "asked", NULL), other)),
	      bytes_of(changed, sizeof changed));
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(test_what_was_taken_from_the_run),
		TEST(test_bytes_are_cut_and_put_together),
		TEST(test_nothing_is_longer_than_its_limit),
		TEST(test_items_are_those_of_the_construction),
		TEST(test_macs_hashes_and_keys_are_the_published_ones),
		TEST(test_a_point_is_compressed_by_its_parity),
		TEST(test_what_is_sealed_opens_and_nothing_else),
		TEST(test_a_unit_is_made_of_its_fields),
	};
	crypto = crypto_new(NULL);
	if (!crypto)
		return 1;
	int status = suite_run("forged_values", cases, sizeof cases / sizeof *cases);
	buffer_fini(&made);
	crypto_free(crypto);
	return status;
}
