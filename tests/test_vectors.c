/* test_vectors.c - what `actflow vectors` stands on: SPKI keys, ECDSA and pairs of a private key
 * against published numbers, and the verdict on whole files, read in this process.
 *
 * The files themselves, and what becomes of broken ones, are in vectors_cli.py.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "proto/crypto/ecdsa.h"
#include "proto/crypto/spki.h"
#include "tests/lib/files.h"
#include "tests/lib/suite.h"
#include "tests/vectors/reader.h"
#include "tools/actflow/vectors.h"

static struct crypto *crypto;
static const enum suite suites[] = { SUITE_P256, SUITE_P384, SUITE_P521 };

static enum suite suite_of(const struct vectors *v, size_t i)
{
	const char *bits = vector_text(v, i, "suite");
	return *bits == '2' ? SUITE_P256 : *bits == '3' ? SUITE_P384 : SUITE_P521;
}

static struct point point_of(const struct vectors *v, size_t i)
{
	struct hex x = vector_hex(v, i, "ux"), y = vector_hex(v, i, "uy");
	struct point p = { .data = { 0x04 }, .size = (uint8_t)(1 + x.size + y.size) };
	memcpy(p.data + 1, x.data, x.size);
	memcpy(p.data + 1 + x.size, y.data, y.size);
	return p;
}

static bool all_zero(const void *data, size_t size)
{
	const uint8_t *p = data;
	while (size > 0 && p[size - 1] == 0)
		size--;
	return size == 0;
}

/* -- pairs -- */

static void test_pair_has_the_public_key_of_rfc_6979(void)
{
	struct vectors *v = vectors_load("rfc6979.txt");
	CU_ASSERT(v->count == 6);
	for (size_t i = 0; i < v->count; i++) {
		struct hex x = vector_hex(v, i, "x");
		struct point expected = point_of(v, i);
		struct ecdh_pair pair;
		CU_ASSERT(ecdh_pair_of(crypto, suite_of(v, i), bytes_of_hex(&x), &pair));
		CU_ASSERT(memcmp(&pair.public_key, &expected, sizeof expected) == 0);
		CU_ASSERT(memcmp(pair.private_key, x.data, x.size) == 0);
	}
	vectors_free(v);
}

static bool no_pair(enum suite s, struct bytes private_key)
{
	struct ecdh_pair pair;
	memset(&pair, 0xff, sizeof pair);
	return !ecdh_pair_of(crypto, s, private_key, &pair) && all_zero(&pair, sizeof pair) &&
	       ERR_peek_error() == 0;
}

static void test_pair_is_refused_for_what_is_no_private_key(void)
{
	struct vectors *v = vectors_load("edges.txt");
	for (size_t i = 0; i < v->count; i++) {
		enum suite s = suite_of(v, i);
		struct hex n = vector_hex(v, i, "n");
		struct ecdh_pair pair;
		uint8_t zero[ECDH_FIELD_MAX] = { 0 }, most[ECDH_FIELD_MAX];
		memset(most, 0xff, sizeof most);
		CU_ASSERT_FATAL(n.size == suite_field_size(s));
		CU_ASSERT(no_pair(s, bytes_of(zero, n.size)));
		CU_ASSERT(no_pair(s, bytes_of(most, n.size)));
		CU_ASSERT(no_pair(s, bytes_of_hex(&n)));
		CU_ASSERT(no_pair(s, bytes_of(n.data, n.size - 1)));
		CU_ASSERT(no_pair(s, bytes_of(NULL, 0)));
		n.data[n.size - 1]--; /* the largest that is one */
		CU_ASSERT(ecdh_pair_of(crypto, s, bytes_of_hex(&n), &pair));
	}
	vectors_free(v);
}

/* -- SPKI -- */

/* The key as OpenSSL itself writes it. */
static struct buffer spki_of(enum suite s, const struct ecdh_pair *pair)
{
	static const char *const groups[] = { "", "P-256", "P-384", "P-521" };
	uint8_t *der = NULL;
	struct buffer out = { 0 };
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", groups[s]);
	CU_ASSERT_FATAL(EVP_PKEY_set1_encoded_public_key(key, pair->public_key.data,
							 pair->public_key.size) == 1);
	int size = i2d_PUBKEY(key, &der);
	CU_ASSERT_FATAL(size > 0);
	buffer_append(&out, bytes_of(der, (size_t)size));
	OPENSSL_free(der);
	EVP_PKEY_free(key);
	return out;
}

static bool is_no_spki(struct bytes der)
{
	enum suite suite = SUITE_P521;
	struct point p;
	memset(&p, 0xff, sizeof p);
	return !spki_parse(der, &suite, &p) && suite == SUITE_P521 && all_zero(&p, sizeof p);
}

static void test_spki_is_read_as_openssl_writes_it(void)
{
	for (size_t i = 0; i < 3; i++) {
		struct ecdh_pair pair;
		enum suite suite = suites[(i + 1) % 3];
		struct point p;
		ecdh_generate(crypto, suites[i], &pair);
		struct buffer der = spki_of(suites[i], &pair);
		CU_ASSERT(spki_parse(bytes_of_buffer(&der), &suite, &p));
		CU_ASSERT(suite == suites[i]);
		CU_ASSERT(memcmp(&p, &pair.public_key, sizeof p) == 0);
		buffer_fini(&der);
	}
}

/* Every byte in front of the coordinates counts, with every other value, and so does the size. */
static void test_spki_has_no_second_encoding(void)
{
	for (size_t i = 0; i < 3; i++) {
		struct ecdh_pair pair;
		ecdh_generate(crypto, suites[i], &pair);
		struct buffer der = spki_of(suites[i], &pair);
		size_t before = der.size - 2 * suite_field_size(suites[i]);
		for (size_t at = 0; at < before; at++) {
			for (int turn = 1; turn < 256; turn++) {
				der.data[at] = (uint8_t)(der.data[at] ^ turn);
				CU_ASSERT(is_no_spki(bytes_of_buffer(&der)));
				der.data[at] = (uint8_t)(der.data[at] ^ turn);
			}
		}
		for (size_t size = 0; size < der.size; size++)
			CU_ASSERT(is_no_spki(bytes_of(der.data, size)));
		buffer_append_u8(&der, 0);
		CU_ASSERT(is_no_spki(bytes_of_buffer(&der)));
		buffer_fini(&der);
	}
}

/* -- ECDSA -- */

static bool fixed_is_good(const struct vectors *v, size_t i, const char *message, int turn)
{
	struct hex r = vector_hex(v, i, "r"), s = vector_hex(v, i, "s");
	struct ecdsa_key key = { .suite = suite_of(v, i), .point = point_of(v, i) };
	uint8_t both[2 * ECDH_FIELD_MAX];
	const char *hash = vector_text(v, i, "hash") + strlen("sha");
	key.digest = *hash == '2' ? DIGEST_SHA256 : *hash == '3' ? DIGEST_SHA384 : DIGEST_SHA512;
	memcpy(both, r.data, r.size);
	memcpy(both + r.size, s.data, s.size);
	if (turn >= 0)
		both[turn / 8] ^= (uint8_t)(1 << turn % 8);
	return ecdsa_verify_fixed(crypto, &key, bytes_of_string(message),
				  bytes_of(both, r.size + s.size));
}

static void test_ecdsa_verifies_rfc_6979(void)
{
	struct vectors *v = vectors_load("rfc6979.txt");
	for (size_t i = 0; i < v->count; i++) {
		const char *message = vector_text(v, i, "message");
		int bits = (int)(16 * suite_field_size(suite_of(v, i)));
		CU_ASSERT(fixed_is_good(v, i, message, -1));
		CU_ASSERT(!fixed_is_good(v, i, strcmp(message, "test") ? "test" : "sample", -1));
		for (int turn = 0; turn < bits; turn += 7)
			CU_ASSERT(!fixed_is_good(v, i, message, turn));
		CU_ASSERT(ERR_peek_error() == 0);
	}
	vectors_free(v);
}

static void test_ecdsa_refuses_a_key_that_is_no_point(void)
{
	struct vectors *v = vectors_load("rfc6979.txt");
	struct hex r = vector_hex(v, 0, "r"), s = vector_hex(v, 0, "s");
	struct ecdsa_key key = { SUITE_P256, DIGEST_SHA256, point_of(v, 0) };
	struct bytes message = bytes_of_string("sample");
	uint8_t both[64];
	memcpy(both, r.data, 32);
	memcpy(both + 32, s.data, 32);
	CU_ASSERT(ecdsa_verify_fixed(crypto, &key, message, bytes_of(both, 64)));
	CU_ASSERT(!ecdsa_verify(crypto, &key, message, bytes_of(both, 64)));
	CU_ASSERT(!ecdsa_verify(crypto, &key, message, bytes_of(NULL, 0)));
	CU_ASSERT(!ecdsa_verify_fixed(crypto, &key, message, bytes_of(both, 63)));
	key.point.data[64] ^= 1;
	CU_ASSERT(!ecdsa_verify_fixed(crypto, &key, message, bytes_of(both, 64)));
	key.point = (struct point){ 0 };
	CU_ASSERT(!ecdsa_verify_fixed(crypto, &key, message, bytes_of(both, 64)));
	CU_ASSERT(ERR_peek_error() == 0);
	vectors_free(v);
}

/* -- whole files -- */

static enum err run(const char *file, struct vectors_count *count)
{
	char path[128];
	snprintf(path, sizeof path, "tests/vectors/wycheproof/%s", file);
	struct vectors_result r = { .file = project_file(path) };
	struct diags d = { 0 };
	enum err status = vectors_run(crypto, &r, &d);
	*count = r.count;
	CU_ASSERT(d.count == 0);
	CU_ASSERT(r.failures_count == r.count.failed);
	vectors_result_fini(&r);
	diag_fini(&d);
	return status;
}

static void test_a_file_is_as_its_tests_are(void)
{
	struct vectors_count c;
	CU_ASSERT(run("ecdh-spki.json", &c) == ERR_OK);
	CU_ASSERT(c.tests == 49 && c.passed == 45 && c.acceptable == 3 && c.skipped == 1);
	CU_ASSERT(run("ecdh-spki-wrong.json", &c) == ERR_NOT_AS_EXPECTED);
	CU_ASSERT(c.tests == 18 && c.failed == 18);
	CU_ASSERT(run("hmac-sha1.json", &c) == ERR_INCONCLUSIVE);
	CU_ASSERT(c.tests == 9 && c.skipped == 9 && c.passed == 0);
}

static void test_a_file_beyond_the_size_is_refused(void)
{
	const char *file = "large.json";
	struct vectors_result r = { .file = file };
	struct diags d = { 0 };
	folder_enter();
	FILE *out = fopen(file, "wb");
	CU_ASSERT_FATAL(out && fseek(out, VECTORS_FILE_MAX, SEEK_SET) == 0);
	CU_ASSERT_FATAL(fputc('}', out) == '}' && fclose(out) == 0);
	CU_ASSERT(vectors_run(crypto, &r, &d) == ERR_INPUT);
	CU_ASSERT(strstr(printed(&d), "too large, expected at most 67108864 bytes") != NULL);
	vectors_result_fini(&r);
	folder_leave();
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(test_pair_has_the_public_key_of_rfc_6979),
		TEST(test_pair_is_refused_for_what_is_no_private_key),
		TEST(test_spki_is_read_as_openssl_writes_it),
		TEST(test_spki_has_no_second_encoding),
		TEST(test_ecdsa_verifies_rfc_6979),
		TEST(test_ecdsa_refuses_a_key_that_is_no_point),
		TEST(test_a_file_is_as_its_tests_are),
		TEST(test_a_file_beyond_the_size_is_refused),
	};
	crypto = crypto_new(NULL);
	int status = suite_run("vectors", cases, sizeof cases / sizeof *cases);
	crypto_free(crypto);
	return status;
}
