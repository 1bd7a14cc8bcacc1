/* test_aead.c - AES-256-GCM against published numbers, and at its limits. */
#include <limits.h>
#include <string.h>

#include <openssl/err.h>

#include "proto/crypto/aead.h"
#include "tests/lib/suite.h"
#include "tests/vectors/reader.h"

static struct crypto *crypto;

/* Open case i, as it is or with one bit of ciphertext or tag flipped. */
static bool open_case(const struct vectors *v, size_t i, size_t flipped_bit, struct buffer *plain)
{
	struct hex key = vector_hex(v, i, "key"), iv = vector_hex(v, i, "iv");
	struct hex aad = vector_hex(v, i, "aad"), ct = vector_hex(v, i, "ct");
	struct hex tag = vector_hex(v, i, "tag");
	const struct aead under = { key.data, iv.data, bytes_of_hex(&aad) };
	bool authentic = false;
	CU_ASSERT_FATAL(key.size == AEAD_KEY_SIZE && iv.size == AEAD_IV_SIZE);
	CU_ASSERT_FATAL(tag.size == AEAD_TAG_SIZE && ct.size + tag.size <= sizeof ct.data);
	memcpy(ct.data + ct.size, tag.data, tag.size);
	ct.size += tag.size;
	if (flipped_bit < 8 * ct.size)
		ct.data[flipped_bit / 8] ^= (uint8_t)(1 << flipped_bit % 8);
	CU_ASSERT(aead_open(crypto, &under, bytes_of_hex(&ct), plain, &authentic));
	CU_ASSERT(ERR_peek_error() == 0);
	return authentic;
}

static void test_aead_opens_the_cases_of_cavp(void)
{
	struct vectors *v = vectors_load("gcm256.txt");
	size_t failed = 0;
	for (size_t i = 0; i < v->count; i++) {
		bool fails = strcmp(vector_text(v, i, "result"), "fail") == 0;
		struct buffer plain = { 0 };
		CU_ASSERT(open_case(v, i, SIZE_MAX, &plain) == !fails);
		failed += fails;
		if (!fails) {
			struct hex pt = vector_hex(v, i, "pt");
			CU_ASSERT(bytes_equal(bytes_of_buffer(&plain), bytes_of_hex(&pt)));
		}
		buffer_cleanse(&plain);
	}
	CU_ASSERT(v->count == 33 && failed == 11);
	vectors_free(v);
}

static void test_aead_seals_the_cases_of_cavp(void)
{
	struct vectors *v = vectors_load("gcm256.txt");
	for (size_t i = 0; i < v->count; i++) {
		if (strcmp(vector_text(v, i, "result"), "pass") != 0)
			continue;
		struct hex key = vector_hex(v, i, "key"), iv = vector_hex(v, i, "iv");
		struct hex aad = vector_hex(v, i, "aad"), pt = vector_hex(v, i, "pt");
		struct hex ct = vector_hex(v, i, "ct"), tag = vector_hex(v, i, "tag");
		const struct aead under = { key.data, iv.data, bytes_of_hex(&aad) };
		struct buffer out = { 0 };
		buffer_append_u8(&out, 0x2a); /* what is there already stays */
		CU_ASSERT(aead_seal(crypto, &under, bytes_of_hex(&pt), &out));
		CU_ASSERT(out.size == 1 + ct.size + tag.size && out.data[0] == 0x2a);
		CU_ASSERT(memcmp(out.data + 1, ct.data, ct.size) == 0);
		CU_ASSERT(memcmp(out.data + 1 + ct.size, tag.data, tag.size) == 0);
		buffer_fini(&out);
	}
	vectors_free(v);
}

/* Each bit of ciphertext and tag, flipped: nothing is handed out, unless a check is knocked out and
 * what the message holds must be seen. */
static void flip_every_bit(bool yields)
{
	struct vectors *v = vectors_load("gcm256.txt");
	size_t tried = 0;
	for (size_t i = 0; i < v->count; i++) {
		if (strcmp(vector_text(v, i, "result"), "pass") != 0)
			continue;
		struct hex pt = vector_hex(v, i, "pt");
		for (size_t bit = 0; bit < 8 * (pt.size + AEAD_TAG_SIZE); bit++, tried++) {
			struct buffer plain = { 0 };
			CU_ASSERT(!open_case(v, i, bit, &plain));
			if (bit < 8 * pt.size)
				pt.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
			CU_ASSERT(yields ? bytes_equal(bytes_of_buffer(&plain), bytes_of_hex(&pt))
					 : plain.size == 0);
			if (bit < 8 * pt.size)
				pt.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
			buffer_cleanse(&plain);
		}
	}
	CU_ASSERT(tried > 4000);
	vectors_free(v);
}

static void test_aead_gives_nothing_when_a_bit_is_wrong(void)
{
	flip_every_bit(false);
}

static void test_aead_yields_what_is_not_authentic_only_when_told_to(void)
{
	struct crypto *kept = crypto;
	crypto = crypto_new(NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(crypto);
	crypto_yield_unauthentic(crypto);
	flip_every_bit(true);
	crypto_free(crypto);
	crypto = kept;
}

static void test_aead_refuses_what_is_too_short_or_too_long(void)
{
	const uint8_t key[AEAD_KEY_SIZE] = { 1 }, iv[AEAD_IV_SIZE] = { 2 }, sealed[64] = { 3 };
	const size_t huge = (size_t)INT_MAX + 1; /* refused before a byte of it is read */
	const struct aead under = { key, iv, bytes_of(NULL, 0) };
	const struct aead long_aad = { key, iv, bytes_of(sealed, huge) };
	struct buffer out = { 0 };
	bool authentic = true;
	for (size_t size = 0; size < AEAD_TAG_SIZE; size++) {
		authentic = true;
		CU_ASSERT(!aead_open(crypto, &under, bytes_of(sealed, size), &out, &authentic));
		CU_ASSERT(!authentic && out.size == 0);
	}
	CU_ASSERT(!aead_open(crypto, &under, bytes_of(sealed, huge), &out, &authentic));
	CU_ASSERT(!aead_open(crypto, &long_aad, bytes_of(sealed, 64), &out, &authentic));
	CU_ASSERT(!aead_seal(crypto, &under, bytes_of(sealed, huge), &out));
	CU_ASSERT(!aead_seal(crypto, &long_aad, bytes_of(sealed, 64), &out));
	CU_ASSERT(out.size == 0);
	CU_ASSERT(aead_open(crypto, &under, bytes_of(sealed, AEAD_TAG_SIZE), &out, &authentic));
	CU_ASSERT(!authentic && out.size == 0);
	buffer_fini(&out);
}

static void test_aead_key_and_tag_give_the_iv(void)
{
	const uint8_t key[AEAD_KEY_SIZE] = { 7 }, other[AEAD_KEY_SIZE] = { 8 };
	const uint8_t iv[AEAD_IV_SIZE] = { 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 9 };
	struct aead under = { key, iv, bytes_of_string("associated") };
	struct buffer out = { 0 };
	uint8_t found[AEAD_IV_SIZE];
	CU_ASSERT(aead_seal(crypto, &under, bytes_of_string("some twenty bytes of it"), &out));
	under.iv = NULL; /* not read */
	CU_ASSERT(aead_iv_find(crypto, &under, bytes_of_buffer(&out), found));
	CU_ASSERT(memcmp(found, iv, sizeof iv) == 0);
	CU_ASSERT(!aead_iv_find(crypto, &under, bytes_of(out.data, AEAD_TAG_SIZE - 1), found));
	under.aad = bytes_of_string("Associated");
	CU_ASSERT(!aead_iv_find(crypto, &under, bytes_of_buffer(&out), found));
	under = (struct aead){ other, NULL, bytes_of_string("associated") };
	CU_ASSERT(!aead_iv_find(crypto, &under, bytes_of_buffer(&out), found));
	buffer_fini(&out);
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(test_aead_opens_the_cases_of_cavp),
		TEST(test_aead_key_and_tag_give_the_iv),
		TEST(test_aead_seals_the_cases_of_cavp),
		TEST(test_aead_gives_nothing_when_a_bit_is_wrong),
		TEST(test_aead_yields_what_is_not_authentic_only_when_told_to),
		TEST(test_aead_refuses_what_is_too_short_or_too_long),
	};
	OSSL_LIB_CTX *library = OSSL_LIB_CTX_new();
	crypto = crypto_new(library);
	int failed = !crypto || suite_run("aead", cases, sizeof cases / sizeof *cases);
	crypto_free(crypto);
	OSSL_LIB_CTX_free(library);
	return failed;
}
