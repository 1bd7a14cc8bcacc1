/* test_weakened.c - what the cryptography does for weakened profiles, and for nobody else: keys
 * that a dictionary holds, other forms of points, a channel that begins with what the NOC is shown.
 */
#include <string.h>

#include <openssl/err.h>

#include "proto/crypto/secure_channel.h"
#include "sim/adversary/guess.h"
#include "tests/lib/suite.h"

static struct crypto *crypto;
static const enum suite suites[] = { SUITE_P256, SUITE_P384, SUITE_P521 };

static void a_weak_access_key_is_in_the_dictionary_once(void)
{
	enum { DRAWN = 2 };
	char key[ACCESS_KEY_SIZE + 1], other[ACCESS_KEY_SIZE + 1];
	size_t count = access_key_weak_count(DRAWN), found = 0;
	CU_ASSERT(count == 36 * 36 && access_key_weak_count(3) == 36 * 36 * 36);
	access_key_draw(crypto, DRAWN, key);
	CU_ASSERT(access_key_normalise(bytes_of_string(key), other) && strcmp(key, other) == 0);
	CU_ASSERT(memcmp(key, key + DRAWN, ACCESS_KEY_SIZE - DRAWN) == 0);
	for (size_t i = 0; i < count; i++) {
		access_key_weak(DRAWN, i, other);
		found += strcmp(other, key) == 0;
	}
	CU_ASSERT(found == 1);
	access_key_weak(3, 1 + 36 * 2 + 36 * 36 * 35, other);
	CU_ASSERT_STRING_EQUAL(other, "bc9bc9bc9bc9bc9");
}

static bool guesses(const char *key, const char *uid)
{
	uint8_t v[VERIFIER_SIZE];
	char found[ACCESS_KEY_SIZE + 1];
	bool good =
		secure_channel_verifier(crypto, bytes_of_string("a@b"), bytes_of_string(key), v);
	CU_ASSERT_FATAL(good);
	good = guess_access_key(crypto, bytes_of_string(uid), bytes_of(v, sizeof v), found);
	CU_ASSERT_STRING_EQUAL(found, good ? key : "");
	return good;
}

/* K26: what is in the dictionary is found, for the user that it is of; nothing else is. */
static void a_dictionary_finds_weak_keys_only(void)
{
	CU_ASSERT(guesses("aaaaaaaaaaaaaaa", "a@b") && guesses("z9z9z9z9z9z9z9z", "a@b"));
	CU_ASSERT(guesses("x7kx7kx7kx7kx7k", "a@b") && guesses("999999999999999", "a@b"));
	CU_ASSERT(!guesses("x7kx7kx7kx7kx7j", "a@b") && !guesses("abcdabcdabcdabc", "a@b"));
	CU_ASSERT(!guesses("x7kx7kx7kx7kx7k", "b@b"));
	char found[ACCESS_KEY_SIZE + 1];
	CU_ASSERT(!guess_access_key(crypto, bytes_of_string("a@b"), bytes_of(NULL, 0), found));
}

static bool expands_to(enum suite s, struct point p, const struct point *expected)
{
	ecdh_point_expand(crypto, s, &p);
	return p.size == expected->size && memcmp(p.data, expected->data, p.size) == 0 &&
	       ERR_peek_error() == 0;
}

/* The other forms of SEC 1, and nothing that is no point. */
static void other_forms_of_a_point_become_the_one(void)
{
	for (size_t i = 0; i < 3; i++) {
		enum suite s = suites[i];
		struct ecdh_pair pair;
		ecdh_generate(crypto, s, &pair);
		const struct point whole = pair.public_key;
		struct point compressed = whole, hybrid = whole, wrong = whole;
		uint8_t odd = whole.data[whole.size - 1] & 1;
		compressed.data[0] = (uint8_t)(0x02 | odd);
		compressed.size = (uint8_t)(1 + suite_field_size(s));
		hybrid.data[0] = (uint8_t)(0x06 | odd);
		wrong.data[0] = (uint8_t)(0x07 ^ odd); /* says another y than it has */
		CU_ASSERT(!ecdh_point_is_good(crypto, s, &compressed));
		CU_ASSERT(!ecdh_point_is_good(crypto, s, &hybrid));
		CU_ASSERT(expands_to(s, compressed, &whole) && expands_to(s, hybrid, &whole));
		CU_ASSERT(expands_to(s, whole, &whole) && expands_to(s, wrong, &wrong));
		compressed.size--;
		CU_ASSERT(expands_to(s, compressed, &compressed));
		compressed.size = 0;
		CU_ASSERT(expands_to(s, compressed, &compressed));
	}
}

/* K28: who knows v and not ak makes the same p0; in the default profile, not. */
static void the_channel_may_begin_with_the_verifier(void)
{
	const uint8_t uem[UEM_ID_SIZE] = { 1 }, cid[CID_SIZE] = { 2 }, salt[SALT_SIZE] = { 3 };
	const struct bytes uid = bytes_of_string("a@b"), ak = bytes_of_string("abcdefghij01234");
	struct secure_channel_attempt a = { crypto, SUITE_P256, uem, cid, true };
	uint8_t v[VERIFIER_SIZE], weak[SECURE_CHANNEL_HASH_MAX];
	uint8_t known[SECURE_CHANNEL_HASH_MAX], strong[SECURE_CHANNEL_HASH_MAX];
	CU_ASSERT_FATAL(secure_channel_verifier(crypto, uid, ak, v));
	CU_ASSERT_FATAL(secure_channel_p0(&a, uid, ak, salt, weak));
	a.from_verifier = false;
	CU_ASSERT_FATAL(secure_channel_p0(&a, uid, bytes_of(v, sizeof v), salt, known));
	CU_ASSERT_FATAL(secure_channel_p0(&a, uid, ak, salt, strong));
	CU_ASSERT(memcmp(weak, known, suite_hash_size(a.suite)) == 0);
	CU_ASSERT(memcmp(weak, strong, suite_hash_size(a.suite)) != 0);
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(a_weak_access_key_is_in_the_dictionary_once),
		TEST(a_dictionary_finds_weak_keys_only),
		TEST(other_forms_of_a_point_become_the_one),
		TEST(the_channel_may_begin_with_the_verifier),
	};
	OSSL_LIB_CTX *library = OSSL_LIB_CTX_new();
	crypto = crypto_new(library);
	int failed = !crypto || suite_run("weakened", cases, sizeof cases / sizeof *cases);
	crypto_free(crypto);
	OSSL_LIB_CTX_free(library);
	return failed;
}
