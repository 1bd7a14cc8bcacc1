/* test_ecdh.c - the three curves against published numbers, and the many points that are none.
 *
 * The project signs nothing itself; RFC 6979 gives key pairs, and signatures that show the library
 * context verifying what TLS certificates carry.
 */
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "proto/crypto/crypto.h"
#include "proto/crypto/ecdh.h"
#include "tests/lib/suite.h"
#include "tests/vectors/reader.h"

static OSSL_LIB_CTX *library;
static struct crypto *crypto;

static const enum suite suites[] = { SUITE_P256, SUITE_P384, SUITE_P521 };
static const char *const groups[] = { "", "P-256", "P-384", "P-521" };

static enum suite suite_of(const struct vectors *v, size_t record)
{
	const char *bits = vector_text(v, record, "suite");
	for (size_t i = 0; i < 3; i++)
		if (strcmp(bits, groups[suites[i]] + strlen("P-")) == 0)
			return suites[i];
	CU_FAIL_FATAL("a suite that we do not have");
	return SUITE_P256;
}

/* 04, x, y; longer coordinates than a point can hold make it as long as it can be. */
static struct point point_of(const struct vectors *v, size_t i, const char *x, const char *y)
{
	const struct hex xs = vector_hex(v, i, x), ys = vector_hex(v, i, y);
	struct point p = { .data = { 0x04 } };
	size_t x_size = xs.size, y_size = ys.size;
	if (1 + x_size + y_size > POINT_MAX)
		y_size = POINT_MAX - 1 - x_size;
	memcpy(p.data + 1, xs.data, x_size);
	memcpy(p.data + 1 + x_size, ys.data, y_size);
	p.size = (uint8_t)(1 + x_size + y_size);
	return p;
}

static struct ecdh_pair pair_of(const struct vectors *v, size_t i, const char *scalar,
				struct point public_key)
{
	const struct hex raw = vector_hex(v, i, scalar);
	struct ecdh_pair pair = { .public_key = public_key };
	CU_ASSERT_FATAL(raw.size == suite_field_size(suite_of(v, i)));
	memcpy(pair.private_key, raw.data, raw.size);
	return pair;
}

/* Whether own and peer agree on these digits, and nothing stands behind them. */
static bool agree_on(enum suite s, const struct ecdh_pair *own, const struct point *peer,
		     const struct hex *z)
{
	uint8_t out[ECDH_FIELD_MAX], expected[ECDH_FIELD_MAX] = { 0 };
	memset(out, 0xff, sizeof out);
	memcpy(expected, z->data, z->size);
	return z->size == suite_field_size(s) && ecdh_derive(crypto, s, own, peer, out) &&
	       memcmp(out, expected, sizeof out) == 0;
}

/* Refused by both doors, without a trace in z or in OpenSSL's queue. */
static bool is_refused(enum suite s, const struct ecdh_pair *own, const struct point *p)
{
	const uint8_t zero[ECDH_FIELD_MAX] = { 0 };
	uint8_t z[ECDH_FIELD_MAX];
	memset(z, 0xff, sizeof z);
	return !ecdh_point_is_good(crypto, s, p) && !ecdh_derive(crypto, s, own, p, z) &&
	       memcmp(z, zero, sizeof z) == 0 && ERR_peek_error() == 0;
}

/* -- published numbers -- */

static void test_ecdh_agrees_as_in_rfc_5903(void)
{
	struct vectors *v = vectors_load("rfc5903.txt");
	CU_ASSERT(v->count == 3);
	for (size_t i = 0; i < v->count; i++) {
		enum suite s = suite_of(v, i);
		struct ecdh_pair a = pair_of(v, i, "i", point_of(v, i, "gix", "giy"));
		struct ecdh_pair b = pair_of(v, i, "r", point_of(v, i, "grx", "gry"));
		struct hex z = vector_hex(v, i, "girx");
		CU_ASSERT(ecdh_point_is_good(crypto, s, &a.public_key));
		CU_ASSERT(ecdh_point_is_good(crypto, s, &b.public_key));
		CU_ASSERT(agree_on(s, &a, &b.public_key, &z));
		CU_ASSERT(agree_on(s, &b, &a.public_key, &z));
	}
	vectors_free(v);
}

/* The x-coordinate that a private key shares with the base point is that of its public key. */
static void test_ecdh_finds_the_public_keys_of_rfc_6979(void)
{
	struct vectors *v = vectors_load("rfc6979.txt"), *edges = vectors_load("edges.txt");
	CU_ASSERT(v->count == 6);
	for (size_t i = 0; i < v->count; i++) {
		enum suite s = suite_of(v, i);
		struct ecdh_pair pair = pair_of(v, i, "x", point_of(v, i, "ux", "uy"));
		struct point base = point_of(edges, (size_t)s - 1, "gx", "gy");
		struct hex ux = vector_hex(v, i, "ux");
		CU_ASSERT(suite_of(edges, (size_t)s - 1) == s);
		CU_ASSERT(ecdh_point_is_good(crypto, s, &pair.public_key));
		CU_ASSERT(agree_on(s, &pair, &base, &ux));
	}
	vectors_free(edges);
	vectors_free(v);
}

static EVP_PKEY *key_of_point(enum suite s, struct point *p)
{
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)groups[s], 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, p->data, p->size),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY *key = NULL;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(library, "EC", NULL);
	CU_ASSERT_FATAL(EVP_PKEY_fromdata_init(ctx) == 1);
	CU_ASSERT_FATAL(EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) == 1);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static bool signature_is_good(const struct vectors *v, size_t i, const char *message)
{
	struct hex r = vector_hex(v, i, "r"), s = vector_hex(v, i, "s");
	struct point p = point_of(v, i, "ux", "uy");
	EVP_PKEY *key = key_of_point(suite_of(v, i), &p);
	ECDSA_SIG *raw = ECDSA_SIG_new();
	ECDSA_SIG_set0(raw, BN_bin2bn(r.data, (int)r.size, NULL),
		       BN_bin2bn(s.data, (int)s.size, NULL));
	uint8_t *der = NULL;
	int size = i2d_ECDSA_SIG(raw, &der);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	CU_ASSERT_FATAL(size > 0);
	CU_ASSERT_FATAL(EVP_DigestVerifyInit_ex(md, NULL, vector_text(v, i, "hash"), library, NULL,
						key, NULL) == 1);
	bool good = EVP_DigestVerify(md, der, (size_t)size, (const uint8_t *)message,
				     strlen(message)) == 1;
	EVP_MD_CTX_free(md);
	OPENSSL_free(der);
	ECDSA_SIG_free(raw);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return good;
}

static void test_library_verifies_the_signatures_of_rfc_6979(void)
{
	struct vectors *v = vectors_load("rfc6979.txt");
	for (size_t i = 0; i < v->count; i++) {
		const char *message = vector_text(v, i, "message");
		CU_ASSERT(signature_is_good(v, i, message));
		CU_ASSERT(!signature_is_good(v, i, strcmp(message, "test") ? "test" : "sample"));
	}
	vectors_free(v);
}

static void test_ecdh_judges_the_points_of_cavp(void)
{
	struct vectors *v = vectors_load("nist-pkv.txt");
	size_t good = 0;
	for (size_t i = 0; i < v->count; i++) {
		enum suite s = suite_of(v, i);
		struct point p = point_of(v, i, "x", "y");
		bool pass = strcmp(vector_text(v, i, "result"), "pass") == 0;
		CU_ASSERT(ecdh_point_is_good(crypto, s, &p) == pass);
		CU_ASSERT(ERR_peek_error() == 0);
		good += pass;
	}
	CU_ASSERT(v->count == 36 && good > 8 && good < 28);
	vectors_free(v);
}

/* -- edges -- */

static void test_ecdh_pads_z_on_the_left(void)
{
	struct vectors *v = vectors_load("edges.txt");
	CU_ASSERT(v->count == 3);
	for (size_t i = 0; i < v->count; i++) {
		struct ecdh_pair pair = pair_of(v, i, "k", point_of(v, i, "kx", "ky"));
		struct point base = point_of(v, i, "gx", "gy");
		struct hex kx = vector_hex(v, i, "kx");
		CU_ASSERT(kx.data[0] == 0);
		CU_ASSERT(agree_on(suite_of(v, i), &pair, &base, &kx));
	}
	vectors_free(v);
}

/* (p, y0) is (0, y0) modulo p: the same point to whoever forgets the range. */
static void test_ecdh_refuses_a_coordinate_that_is_not_below_the_prime(void)
{
	struct vectors *v = vectors_load("edges.txt");
	for (size_t i = 0; i < v->count; i++) {
		enum suite s = suite_of(v, i);
		struct ecdh_pair own = pair_of(v, i, "k", point_of(v, i, "kx", "ky"));
		struct point zero_x = point_of(v, i, "p", "y0"), big_x = zero_x;
		struct point big_y = point_of(v, i, "gx", "p");
		memset(zero_x.data + 1, 0, suite_field_size(s));
		CU_ASSERT(ecdh_point_is_good(crypto, s, &zero_x));
		CU_ASSERT(is_refused(s, &own, &big_x));
		CU_ASSERT(is_refused(s, &own, &big_y));
		memset(big_x.data + 1, 0xff, 2 * suite_field_size(s));
		CU_ASSERT(is_refused(s, &own, &big_x));
	}
	vectors_free(v);
}

static void test_ecdh_refuses_private_keys_out_of_range(void)
{
	struct vectors *v = vectors_load("edges.txt");
	for (size_t i = 0; i < v->count; i++) {
		enum suite s = suite_of(v, i);
		struct point base = point_of(v, i, "gx", "gy");
		struct ecdh_pair own = pair_of(v, i, "n", base);
		size_t field = suite_field_size(s);
		struct hex gx = vector_hex(v, i, "gx");
		uint8_t z[ECDH_FIELD_MAX];
		CU_ASSERT(!ecdh_derive(crypto, s, &own, &base, z));
		own.private_key[field -
				1]--; /* n - 1 gives the base point's negative: the same x */
		CU_ASSERT(agree_on(s, &own, &base, &gx));
		memset(own.private_key, 0xff, field);
		CU_ASSERT(!ecdh_derive(crypto, s, &own, &base, z));
		memset(own.private_key, 0, field);
		CU_ASSERT(!ecdh_derive(crypto, s, &own, &base, z));
		own.private_key[field - 1] = 1;
		CU_ASSERT(agree_on(s, &own, &base, &gx));
		own.public_key.size--;
		CU_ASSERT(!ecdh_derive(crypto, s, &own, &base, z));
		CU_ASSERT(z[0] == 0 && memcmp(z, z + 1, sizeof z - 1) == 0);
		CU_ASSERT(ERR_peek_error() == 0);
	}
	vectors_free(v);
}

/* -- forms -- */

static void test_ecdh_refuses_every_other_length_and_form(void)
{
	for (size_t i = 0; i < 3; i++) {
		enum suite s = suites[i];
		struct ecdh_pair own, other;
		ecdh_generate(crypto, s, &own);
		ecdh_generate(crypto, s, &other);
		CU_ASSERT(ecdh_point_is_good(crypto, s, &other.public_key));
		for (unsigned size = 0; size <= UINT8_MAX; size++) {
			struct point p = other.public_key;
			p.size = (uint8_t)size;
			CU_ASSERT(size == suite_point_size(s) || is_refused(s, &own, &p));
		}
		/* 00 is infinity, 02 and 03 compressed, 06 and 07 hybrid */
		for (unsigned form = 0; form <= UINT8_MAX; form++) {
			struct point p = other.public_key;
			p.data[0] = (uint8_t)form;
			CU_ASSERT(form == 0x04 || is_refused(s, &own, &p));
			p.size = (uint8_t)(1 + suite_field_size(s));
			CU_ASSERT(is_refused(s, &own, &p));
		}
	}
}

static void test_ecdh_refuses_infinity_and_zeros(void)
{
	for (size_t i = 0; i < 3; i++) {
		enum suite s = suites[i];
		struct ecdh_pair own;
		ecdh_generate(crypto, s, &own);
		struct point infinity = { .size = 1 };
		struct point zeros = { .size = (uint8_t)suite_point_size(s) };
		struct point origin = { .data = { 0x04 }, .size = zeros.size };
		struct point nothing = { .size = 0 };
		CU_ASSERT(is_refused(s, &own, &infinity));
		CU_ASSERT(is_refused(s, &own, &zeros));
		CU_ASSERT(is_refused(s, &own, &origin));
		CU_ASSERT(is_refused(s, &own, &nothing));
	}
}

/* One flipped bit leaves the curve (y = 0 is on none of them, and -y differs in more than one). */
static void test_ecdh_refuses_a_point_beside_the_curve(void)
{
	struct vectors *v = vectors_load("rfc5903.txt");
	for (size_t i = 0; i < v->count; i++) {
		enum suite s = suite_of(v, i);
		struct ecdh_pair own = pair_of(v, i, "i", point_of(v, i, "gix", "giy"));
		size_t refused = 0;
		for (size_t bit = 8; bit < 8 * suite_point_size(s); bit += 3) {
			struct point p = point_of(v, i, "grx", "gry");
			p.data[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
			bool bad = is_refused(s, &own, &p);
			CU_ASSERT(bad);
			refused += bad;
		}
		CU_ASSERT(refused > 160);
	}
	vectors_free(v);
}

/* A point of `group` in the clothes of suite s. */
static struct point point_of_group(const char *group, enum suite s)
{
	struct point p = { .size = 0 };
	uint8_t raw[2 * POINT_MAX];
	size_t size = 0;
	EVP_PKEY *key = EVP_PKEY_Q_keygen(library, NULL, "EC", group);
	CU_ASSERT_FATAL(key != NULL);
	CU_ASSERT_FATAL(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, raw,
							sizeof raw, &size) == 1);
	EVP_PKEY_free(key);
	size_t field = suite_field_size(s), theirs = (size - 1) / 2;
	CU_ASSERT_FATAL(theirs <= field);
	p.data[0] = 0x04;
	memcpy(p.data + 1 + field - theirs, raw + 1, theirs);
	memcpy(p.data + 1 + 2 * field - theirs, raw + 1 + theirs, theirs);
	p.size = (uint8_t)suite_point_size(s);
	return p;
}

static void test_ecdh_refuses_a_point_of_another_curve(void)
{
	static const struct {
		const char *group;
		enum suite suite;
	} foreign[] = {
		{ "secp256k1", SUITE_P256 },       { "brainpoolP256r1", SUITE_P256 },
		{ "brainpoolP384r1", SUITE_P384 }, { "P-256", SUITE_P384 },
		{ "brainpoolP512r1", SUITE_P521 }, { "P-384", SUITE_P521 },
	};
	for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
		struct ecdh_pair own;
		ecdh_generate(crypto, foreign[i].suite, &own);
		struct point p = point_of_group(foreign[i].group, foreign[i].suite);
		CU_ASSERT(is_refused(foreign[i].suite, &own, &p));
		p = point_of_group(groups[foreign[i].suite], foreign[i].suite);
		CU_ASSERT(!is_refused(foreign[i].suite, &own, &p));
	}
}

/* -- pairs as values -- */

static void test_ecdh_pairs_survive_as_bytes(void)
{
	for (size_t i = 0; i < 3; i++) {
		enum suite s = suites[i];
		size_t field = suite_field_size(s);
		CU_ASSERT(suite_point_size(s) == 1 + 2 * field);
		for (int round = 0; round < 8; round++) {
			struct ecdh_pair a, b, stored;
			uint8_t za[ECDH_FIELD_MAX], zb[ECDH_FIELD_MAX];
			ecdh_generate(crypto, s, &a);
			ecdh_generate(crypto, s, &b);
			CU_ASSERT(memcmp(a.private_key, b.private_key, field) != 0);
			memcpy(&stored, &a, sizeof stored);
			memset(&a, 0, sizeof a);
			CU_ASSERT(ecdh_derive(crypto, s, &stored, &b.public_key, za));
			CU_ASSERT(ecdh_derive(crypto, s, &b, &stored.public_key, zb));
			CU_ASSERT(memcmp(za, zb, sizeof za) == 0);
		}
	}
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(test_ecdh_agrees_as_in_rfc_5903),
		TEST(test_ecdh_finds_the_public_keys_of_rfc_6979),
		TEST(test_library_verifies_the_signatures_of_rfc_6979),
		TEST(test_ecdh_judges_the_points_of_cavp),
		TEST(test_ecdh_pads_z_on_the_left),
		TEST(test_ecdh_refuses_a_coordinate_that_is_not_below_the_prime),
		TEST(test_ecdh_refuses_private_keys_out_of_range),
		TEST(test_ecdh_refuses_every_other_length_and_form),
		TEST(test_ecdh_refuses_infinity_and_zeros),
		TEST(test_ecdh_refuses_a_point_beside_the_curve),
		TEST(test_ecdh_refuses_a_point_of_another_curve),
		TEST(test_ecdh_pairs_survive_as_bytes),
	};
	library = OSSL_LIB_CTX_new();
	crypto = crypto_new(library);
	int failed = !crypto || suite_run("ecdh", cases, sizeof cases / sizeof *cases);
	crypto_free(crypto);
	OSSL_LIB_CTX_free(library);
	return failed;
}
