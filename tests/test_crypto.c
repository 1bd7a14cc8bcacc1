/* test_crypto.c - digest, hmac, hkdf, random and label against published numbers, and at
 * their limits. Curves are in test_ecdh.c, AES-GCM in test_aead.c.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/provider.h>
#include <openssl/rand.h>

#include "proto/crypto/crypto.h"
#include "proto/crypto/digest.h"
#include "proto/crypto/hkdf.h"
#include "proto/crypto/hmac.h"
#include "proto/crypto/label.h"
#include "proto/crypto/random.h"
#include "tests/lib/suite.h"
#include "tests/vectors/reader.h"

static struct crypto *crypto;

static const struct {
	enum digest digest;
	const char *name;
} hashes[] = { { DIGEST_SHA256, "sha256" }, { DIGEST_SHA512, "sha512" } };

static bool is_zero(const uint8_t *data, size_t size)
{
	uint8_t any = 0;
	for (size_t i = 0; i < size; i++)
		any |= data[i];
	return any == 0;
}

static bool is_hex(const uint8_t *data, size_t size, const char *digits)
{
	char text[2 * DIGEST_SIZE_MAX + 1];
	size_t written = 0;
	return OPENSSL_buf2hexstr_ex(text, sizeof text, &written, data, size, '\0') == 1 &&
	       OPENSSL_strcasecmp(text, digits) == 0;
}

/* -- digest -- */

static void test_digest_gives_the_published_hashes(void)
{
	struct vectors *v = vectors_load("sha.txt");
	size_t compared = 0;
	for (size_t i = 0; i < v->count; i++) {
		for (size_t h = 0; h < 2; h++) {
			if (!vector_has(v, i, hashes[h].name))
				continue;
			struct hex data = vector_hex(v, i, "data");
			struct hex hash = vector_hex(v, i, hashes[h].name);
			uint8_t out[DIGEST_SIZE_MAX];
			CU_ASSERT(hash.size == digest_size(hashes[h].digest));
			CU_ASSERT(digest_of(crypto, hashes[h].digest, bytes_of_hex(&data), out));
			CU_ASSERT(memcmp(out, hash.data, hash.size) == 0);
			compared++;
		}
	}
	CU_ASSERT(compared == 19);
	vectors_free(v);
}

/* FIPS 180-2, B.3 and C.3: a million times "a". */
static void test_digest_hashes_a_long_message(void)
{
	enum { MILLION = 1000000 };
	uint8_t *data = malloc(MILLION), out[DIGEST_SIZE_MAX];
	CU_ASSERT_FATAL(data != NULL);
	memset(data, 'a', MILLION);
	CU_ASSERT(digest_of(crypto, DIGEST_SHA256, bytes_of(data, MILLION), out));
	CU_ASSERT(is_hex(out, 32,
			 "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
	CU_ASSERT(digest_of(crypto, DIGEST_SHA512, bytes_of(data, MILLION), out));
	CU_ASSERT(is_hex(out, 64,
			 "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
			 "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b"));
	free(data);
}

/* -- hmac -- */

static void test_hmac_gives_the_macs_of_rfc_4231(void)
{
	struct vectors *v = vectors_load("rfc4231.txt");
	CU_ASSERT(v->count == 7);
	for (size_t i = 0; i < v->count; i++) {
		struct hex key = vector_hex(v, i, "key"), data = vector_hex(v, i, "data");
		for (size_t h = 0; h < 2; h++) {
			struct hex mac = vector_hex(v, i, hashes[h].name);
			size_t full = digest_size(hashes[h].digest);
			uint8_t out[DIGEST_SIZE_MAX];
			CU_ASSERT(mac.size == (i == 4 ? 16 : full)); /* case 5 is truncated */
			CU_ASSERT(hmac_of(crypto, hashes[h].digest, bytes_of_hex(&key),
					  bytes_of_hex(&data), out));
			CU_ASSERT(hmac_equal(out, mac.data, mac.size));
		}
	}
	vectors_free(v);
}

/* An empty key is that of zeros only (RFC 2104 2), and not "the key of the call before". */
static void test_hmac_takes_an_empty_key_and_empty_data(void)
{
	const uint8_t zeros[64] = { 0 };
	const struct bytes empty = bytes_of(NULL, 0), data = bytes_of_string("Hi There");
	uint8_t a[DIGEST_SIZE_MAX], b[DIGEST_SIZE_MAX];
	CU_ASSERT(hmac_of(crypto, DIGEST_SHA256, bytes_of_string("Jefe"), data, a));
	CU_ASSERT(hmac_of(crypto, DIGEST_SHA256, empty, data, a));
	CU_ASSERT(hmac_of(crypto, DIGEST_SHA256, bytes_of(zeros, sizeof zeros), data, b));
	CU_ASSERT(hmac_equal(a, b, 32));
	CU_ASSERT(hmac_of(crypto, DIGEST_SHA256, empty, empty, a));
	CU_ASSERT(
		is_hex(a, 32, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"));
}

static void test_hmac_equal_sees_every_byte(void)
{
	uint8_t a[64], b[64];
	memset(a, 0x5a, sizeof a);
	memcpy(b, a, sizeof b);
	CU_ASSERT(hmac_equal(a, b, sizeof a));
	for (size_t i = 0; i < sizeof a; i++) {
		b[i] ^= 1;
		CU_ASSERT(!hmac_equal(a, b, sizeof a));
		CU_ASSERT(hmac_equal(a, b, i));
		b[i] ^= 1;
	}
}

/* -- hkdf -- */

static void test_hkdf_gives_the_keys_of_rfc_5869(void)
{
	struct vectors *v = vectors_load("rfc5869.txt");
	CU_ASSERT(v->count == 3);
	for (size_t i = 0; i < v->count; i++) {
		struct hex ikm = vector_hex(v, i, "ikm"), salt = vector_hex(v, i, "salt");
		struct hex info = vector_hex(v, i, "info"), prk = vector_hex(v, i, "prk");
		struct hex okm = vector_hex(v, i, "okm");
		uint8_t out[HEX_MAX];
		CU_ASSERT(hkdf_extract(crypto, DIGEST_SHA256, bytes_of_hex(&salt),
				       bytes_of_hex(&ikm), out));
		CU_ASSERT(prk.size == 32 && memcmp(out, prk.data, 32) == 0);
		const struct hkdf_prk from = { DIGEST_SHA256, bytes_of_hex(&prk) };
		CU_ASSERT(hkdf_expand(crypto, &from, bytes_of_hex(&info), out, okm.size));
		CU_ASSERT(memcmp(out, okm.data, okm.size) == 0);
	}
	vectors_free(v);
}

static void test_hkdf_refuses_what_rfc_5869_does_not_define(void)
{
	enum { LIMIT = 255 * DIGEST_SIZE_MAX };
	static uint8_t out[LIMIT + 1];
	const uint8_t prk[DIGEST_SIZE_MAX] = { 1 };
	const struct bytes info = bytes_of_string("info");
	for (size_t h = 0; h < 2; h++) {
		enum digest d = hashes[h].digest;
		size_t size = digest_size(d), limit = 255 * size;
		const struct hkdf_prk good = { d, bytes_of(prk, size) };
		const struct hkdf_prk brief = { d, bytes_of(prk, size - 1) };
		CU_ASSERT(hkdf_expand(crypto, &good, info, out, limit));
		CU_ASSERT(!is_zero(out + limit - 16, 16));
		CU_ASSERT(!hkdf_expand(crypto, &good, info, out, limit + 1));
		CU_ASSERT(is_zero(out, limit + 1));
		CU_ASSERT(!hkdf_expand(crypto, &good, info, out, 0));
		memset(out, 0xff, size);
		CU_ASSERT(!hkdf_expand(crypto, &brief, info, out, size));
		CU_ASSERT(is_zero(out, size));
		memset(out, 0xff, size);
		CU_ASSERT(!hkdf_extract(crypto, d, info, bytes_of(NULL, 0), out));
		CU_ASSERT(is_zero(out, size));
	}
}

/* -- label -- */

static void test_label_puts_lengths_before_contents(void)
{
	const struct bytes items[] = { bytes_of_string("bc"), bytes_of(NULL, 0) };
	struct buffer out = { 0 }, other = { 0 };
	label_encode(&out, "a", items, 2);
	CU_ASSERT(bytes_equal(bytes_of_buffer(&out), bytes_of("\0\0\0\1a\0\0\0\2bc\0\0\0\0", 15)));
	const struct bytes shifted[] = { bytes_of_string("b"), bytes_of_string("c") };
	label_encode(&other, "a", shifted, 2);
	CU_ASSERT(!bytes_equal(bytes_of_buffer(&out), bytes_of_buffer(&other)));
	buffer_fini(&out);
	buffer_fini(&other);
}

/* -- crypto, random -- */

static void test_crypto_needs_its_algorithms(void)
{
	OSSL_LIB_CTX *library = OSSL_LIB_CTX_new();
	OSSL_PROVIDER *null = OSSL_PROVIDER_load(library, "null");
	CU_ASSERT_FATAL(null != NULL);
	CU_ASSERT(crypto_new(library) == NULL);
	ERR_clear_error(); /* fetching what is not there says so */
	crypto_free(NULL);
	OSSL_PROVIDER_unload(null);
	OSSL_LIB_CTX_free(library);
}

static void test_random_draws_anew(void)
{
	uint8_t a[64] = { 0 }, b[64] = { 0 };
	random_draw(crypto, a, sizeof a);
	random_draw(crypto, b, sizeof b);
	CU_ASSERT(!is_zero(a, sizeof a) && memcmp(a, b, sizeof a) != 0);
}

/* In a child: a context whose generator does not exist. */
static void draw_from_nothing(void)
{
	OSSL_LIB_CTX *library = OSSL_LIB_CTX_new();
	uint8_t out[16];
	if (!freopen("/dev/null", "w", stderr) ||
	    RAND_set_DRBG_type(library, "NO-SUCH-DRBG", NULL, NULL, NULL) != 1)
		_exit(2);
	random_draw(crypto_new(library), out, sizeof out);
	_exit(0);
}

static void test_random_never_goes_on_without_randomness(void)
{
	int status = 0;
	pid_t child = fork();
	if (child == 0)
		draw_from_nothing();
	CU_ASSERT_FATAL(child > 0 && waitpid(child, &status, 0) == child);
	CU_ASSERT(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(test_digest_gives_the_published_hashes),
		TEST(test_digest_hashes_a_long_message),
		TEST(test_hmac_gives_the_macs_of_rfc_4231),
		TEST(test_hmac_takes_an_empty_key_and_empty_data),
		TEST(test_hmac_equal_sees_every_byte),
		TEST(test_hkdf_gives_the_keys_of_rfc_5869),
		TEST(test_hkdf_refuses_what_rfc_5869_does_not_define),
		TEST(test_label_puts_lengths_before_contents),
		TEST(test_crypto_needs_its_algorithms),
		TEST(test_random_draws_anew),
		TEST(test_random_never_goes_on_without_randomness),
	};
	OSSL_LIB_CTX *library = OSSL_LIB_CTX_new();
	crypto = crypto_new(library);
	int failed = !crypto || suite_run("crypto", cases, sizeof cases / sizeof *cases);
	crypto_free(crypto);
	OSSL_LIB_CTX_free(library);
	return failed;
}
