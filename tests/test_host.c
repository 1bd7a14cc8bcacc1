/* test_host.c - the door to time and randomness: keyed by purpose, virtual while a host is alive,
 * real again afterwards. Certificates are read from the virtual clock here; handshakes in
 * test_session.c and test_dtls.c.
 */
#include <string.h>
#include <sys/time.h>
#include <time.h>

#include <CUnit/CUnit.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include "proto/crypto/crypto.h"
#include "proto/crypto/random.h"
#include "sim/host/host.h"
#include "tests/lib/aborts.h"
#include "tests/lib/suite.h"

enum { DRAW = 48 };
#define SECOND INT64_C(1000000000)
static const int64_t epoch_s = 1767225600; /* 2026-01-01 00:00:00 UTC */
static const struct host_purpose purpose = {
	.actor = "uem", .incarnation = 1, .session = 2, .step = 3, .what = "action"
};

/* The first bytes of a purpose under a seed, in a host of its own. */
static void draw_alone(uint64_t seed, const struct host_purpose *p, uint8_t out[DRAW])
{
	struct host *h = host_new(seed, epoch_s);
	host_enter(h, p);
	CU_ASSERT_EQUAL(RAND_priv_bytes_ex(host_library(h), out, DRAW, 0), 1);
	host_free(h);
}

static bool same_as(const uint8_t *want, uint64_t seed, const struct host_purpose *p)
{
	uint8_t got[DRAW];
	draw_alone(seed, p, got);
	return memcmp(got, want, DRAW) == 0;
}

static void a_seed_and_a_purpose_give_the_same_bytes(void)
{
	uint8_t first[DRAW];
	draw_alone(7, &purpose, first);
	CU_ASSERT_TRUE(same_as(first, 7, &purpose));
	CU_ASSERT_FALSE(same_as(first, 8, &purpose));
	CU_ASSERT_FALSE(same_as(first, UINT64_C(7) << 32, &purpose));
}

static void every_field_of_the_purpose_matters(void)
{
	struct host_purpose others[] = { purpose, purpose, purpose, purpose, purpose,
					 purpose, purpose, purpose, purpose };
	uint8_t first[DRAW];
	others[0].actor = "noc";
	others[1].incarnation++;
	others[2].session++;
	others[3].step++;
	others[4].what = "examine";
	others[5].session += UINT64_C(1) << 32;
	others[6].step += UINT64_C(1) << 32;
	others[7].session = purpose.step;
	others[7].step = purpose.session;
	others[8].actor = "uemaction";
	others[8].what = "";
	draw_alone(7, &purpose, first);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		CU_ASSERT_FALSE(same_as(first, 7, &others[i]));
}

/* A purpose is a stream: it does not matter in which pieces it is drawn. */
static void a_purpose_is_one_stream(void)
{
	uint8_t whole[DRAW], pieces[DRAW];
	struct host *h = host_new(7, epoch_s);
	host_enter(h, &purpose);
	RAND_bytes_ex(host_library(h), whole, DRAW, 0);
	host_enter(h, &purpose);
	for (size_t i = 0, size = 1; i < DRAW; i += size, size = i + 5 <= DRAW ? 5 : DRAW - i)
		RAND_bytes_ex(host_library(h), pieces + i, size, 0);
	CU_ASSERT_EQUAL(memcmp(whole, pieces, DRAW), 0);
	host_free(h);
}

static void one_draw_more_shifts_no_other_purpose(void)
{
	struct host_purpose next = purpose;
	uint8_t sparing[DRAW], lavish[DRAW], waste[1000];
	struct host *h = host_new(7, epoch_s);
	next.step++;
	host_enter(h, &purpose);
	host_enter(h, &next);
	RAND_bytes_ex(host_library(h), sparing, DRAW, 0);
	host_enter(h, &purpose);
	RAND_bytes_ex(host_library(h), waste, sizeof waste, 0);
	RAND_priv_bytes_ex(host_library(h), waste, 17, 0);
	host_enter(h, &next);
	RAND_bytes_ex(host_library(h), lavish, DRAW, 0);
	CU_ASSERT_EQUAL(memcmp(sparing, lavish, DRAW), 0);
	host_free(h);
}

static void seeds_of_wires_are_keyed_and_draw_nothing(void)
{
	struct host_purpose other = purpose;
	uint8_t first[DRAW], after[DRAW];
	struct host *h = host_new(7, epoch_s);
	other.session++;
	uint64_t seed = host_seed(h, &purpose);
	CU_ASSERT_EQUAL(seed, host_seed(h, &purpose));
	CU_ASSERT_NOT_EQUAL(seed, host_seed(h, &other));
	host_enter(h, &purpose);
	RAND_bytes_ex(host_library(h), first, DRAW, 0);
	host_enter(h, &purpose);
	(void)host_seed(h, &other);
	RAND_bytes_ex(host_library(h), after, DRAW, 0);
	CU_ASSERT_EQUAL(memcmp(first, after, DRAW), 0);
	host_free(h);
}

/* -- forbidden draws -- */

static void draw_while_forbidden(void)
{
	uint8_t out[1];
	struct host *h = host_new(7, epoch_s);
	host_forbid(h);
	RAND_bytes_ex(host_library(h), out, sizeof out, 0);
}

static void draw_through_our_own_door_while_forbidden(void)
{
	uint8_t out[1];
	struct host *h = host_new(7, epoch_s);
	struct crypto *c = crypto_new(host_library(h));
	host_enter(h, &purpose);
	host_forbid(h);
	random_draw(c, out, sizeof out);
}

static void go_back_in_time(void)
{
	struct host *h = host_new(7, epoch_s);
	host_set_time(h, 5);
	host_set_time(h, 4);
}

static void be_two(void)
{
	(void)host_new(1, epoch_s);
	(void)host_new(2, epoch_s);
}

static void what_must_not_happen_aborts(void)
{
	CU_ASSERT_TRUE(aborts(draw_while_forbidden));
	CU_ASSERT_TRUE(aborts(draw_through_our_own_door_while_forbidden));
	CU_ASSERT_TRUE(aborts(go_back_in_time));
	CU_ASSERT_TRUE(aborts(be_two));
}

static void entering_a_purpose_allows_draws_again(void)
{
	uint8_t out[1];
	struct host *h = host_new(7, epoch_s);
	host_forbid(h);
	host_enter(h, &purpose);
	CU_ASSERT_EQUAL(RAND_bytes_ex(host_library(h), out, sizeof out, 0), 1);
	host_free(h);
}

/* -- time -- */

static void time_is_virtual_while_a_host_is_alive(void)
{
	struct timeval tv;
	time_t seconds;
	struct host *h = host_new(7, epoch_s);
	CU_ASSERT_EQUAL(time(NULL), epoch_s);
	host_set_time(h, 90 * SECOND + 123456789);
	CU_ASSERT_EQUAL(time(&seconds), epoch_s + 90);
	CU_ASSERT_EQUAL(seconds, epoch_s + 90);
	CU_ASSERT_EQUAL(gettimeofday(&tv, NULL), 0);
	CU_ASSERT_EQUAL(tv.tv_sec, epoch_s + 90);
	CU_ASSERT_EQUAL(tv.tv_usec, 123456);
	host_free(h);
}

static void time_and_randomness_are_the_systems_again_afterwards(void)
{
	struct timespec now;
	struct timeval tv;
	uint8_t a[DRAW], b[DRAW];
	host_free(host_new(7, epoch_s));
	clock_gettime(CLOCK_REALTIME, &now);
	CU_ASSERT_TRUE(time(NULL) >= now.tv_sec && time(NULL) <= now.tv_sec + 5);
	CU_ASSERT_EQUAL(gettimeofday(&tv, NULL), 0);
	CU_ASSERT_TRUE(tv.tv_sec >= now.tv_sec && tv.tv_sec <= now.tv_sec + 5);
	CU_ASSERT_EQUAL(RAND_bytes(a, sizeof a), 1);
	CU_ASSERT_EQUAL(RAND_bytes(b, sizeof b), 1);
	CU_ASSERT_NOT_EQUAL(memcmp(a, b, sizeof a), 0);
	host_free(NULL);
}

/* -- certificates on the virtual clock -- */

/* A certificate that signs itself, good from the epoch for a minute. */
static X509 *certificate_of_a_minute(OSSL_LIB_CTX *library)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(library, NULL, "EC", "P-256");
	X509 *x = X509_new_ex(library, NULL);
	X509_NAME *name = X509_get_subject_name(x);
	X509_set_version(x, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"m", 1, -1, 0);
	X509_set_issuer_name(x, name);
	ASN1_TIME_set(X509_getm_notBefore(x), epoch_s);
	ASN1_TIME_set(X509_getm_notAfter(x), epoch_s + 60);
	X509_set_pubkey(x, key);
	CU_ASSERT_TRUE_FATAL(X509_sign(x, key, EVP_sha256()) > 0);
	EVP_PKEY_free(key);
	return x;
}

/* X509_V_OK, or why not, at the host's present. */
static int verification_of(OSSL_LIB_CTX *library, X509 *x)
{
	X509_STORE *trusted = X509_STORE_new();
	X509_STORE_CTX *c = X509_STORE_CTX_new_ex(library, NULL);
	X509_STORE_add_cert(trusted, x);
	CU_ASSERT_EQUAL_FATAL(X509_STORE_CTX_init(c, trusted, x, NULL), 1);
	bool good = X509_verify_cert(c) == 1;
	int why = X509_STORE_CTX_get_error(c);
	CU_ASSERT_EQUAL(good, why == X509_V_OK);
	X509_STORE_CTX_free(c);
	X509_STORE_free(trusted);
	return why;
}

static void a_certificate_expires_at_its_very_second(void)
{
	struct host *h = host_new(7, epoch_s);
	X509 *x = certificate_of_a_minute(host_library(h));
	CU_ASSERT_EQUAL(verification_of(host_library(h), x), X509_V_OK);
	host_set_time(h, 60 * SECOND - 1);
	CU_ASSERT_EQUAL(verification_of(host_library(h), x), X509_V_OK);
	host_set_time(h, 60 * SECOND);
	CU_ASSERT_EQUAL(verification_of(host_library(h), x), X509_V_ERR_CERT_HAS_EXPIRED);
	X509_free(x);
	host_free(h);
}

static void a_certificate_of_tomorrow_is_not_yet_good(void)
{
	struct host *h = host_new(7, epoch_s - 1);
	X509 *x = certificate_of_a_minute(host_library(h));
	CU_ASSERT_EQUAL(verification_of(host_library(h), x), X509_V_ERR_CERT_NOT_YET_VALID);
	host_set_time(h, SECOND);
	CU_ASSERT_EQUAL(verification_of(host_library(h), x), X509_V_OK);
	X509_free(x);
	host_free(h);
}

/* Each that OpenSSL has beyond those costs every handshake time: it asks them all. */
static void a_run_has_the_algorithms_it_uses_and_no_others(void)
{
	struct host *h = host_new(1, epoch_s);
	EVP_CIPHER *used = EVP_CIPHER_fetch(host_library(h), "AES-256-GCM", NULL);
	EVP_CIPHER *other = EVP_CIPHER_fetch(host_library(h), "ChaCha20-Poly1305", NULL);
	EVP_PKEY *curve = EVP_PKEY_Q_keygen(host_library(h), NULL, "EC", "P-521");
	CU_ASSERT_PTR_NOT_NULL(used);
	CU_ASSERT_PTR_NULL(other);
	CU_ASSERT_PTR_NOT_NULL(curve);
	CU_ASSERT_PTR_NULL(EVP_PKEY_Q_keygen(host_library(h), NULL, "X25519"));
	EVP_CIPHER_free(used);
	EVP_PKEY_free(curve);
	ERR_clear_error();
	host_free(h);
}

/* A key is made in the context of OpenSSL's own provider: that one is seeded as well. */
static void a_key_pair_is_of_the_seed_and_the_purpose(void)
{
	unsigned char point[2][256];
	size_t size[2];
	for (int i = 0; i < 2; i++) {
		struct host *h = host_new(5, epoch_s);
		host_enter(h, &purpose);
		EVP_PKEY *key = EVP_PKEY_Q_keygen(host_library(h), NULL, "EC", "P-256");
		CU_ASSERT_EQUAL(EVP_PKEY_get_octet_string_param(key, "pub", point[i],
								sizeof point[i], &size[i]),
				1);
		EVP_PKEY_free(key);
		host_free(h);
	}
	CU_ASSERT_EQUAL_FATAL(size[0], size[1]);
	CU_ASSERT_EQUAL(memcmp(point[0], point[1], size[0]), 0);
}

/* Whether a handshake on this host would take a peer's point, as libssl asks. */
static bool peer_is_taken(OSSL_LIB_CTX *library, const unsigned char *point, size_t size)
{
	EVP_PKEY *own = EVP_PKEY_Q_keygen(library, NULL, "EC", "P-256"), *peer = EVP_PKEY_new();
	bool taken = EVP_PKEY_copy_parameters(peer, own) == 1 &&
		     EVP_PKEY_set1_encoded_public_key(peer, point, size) == 1;
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_pkey(library, own, NULL);
	taken = taken && EVP_PKEY_derive_init(c) == 1 && EVP_PKEY_derive_set_peer(c, peer) == 1;
	EVP_PKEY_CTX_free(c);
	EVP_PKEY_free(own);
	EVP_PKEY_free(peer);
	ERR_clear_error();
	return taken;
}

static void a_peers_point_is_on_the_curve_and_not_infinity(void)
{
	unsigned char point[65], *made = NULL;
	static const unsigned char infinity[1] = { 0 };
	struct host *h = host_new(1, epoch_s);
	EVP_PKEY *key = EVP_PKEY_Q_keygen(host_library(h), NULL, "EC", "P-256");
	CU_ASSERT_EQUAL_FATAL(EVP_PKEY_get1_encoded_public_key(key, &made), sizeof point);
	memcpy(point, made, sizeof point);
	CU_ASSERT_TRUE(peer_is_taken(host_library(h), point, sizeof point));
	point[64] ^= 1;
	CU_ASSERT_FALSE(peer_is_taken(host_library(h), point, sizeof point));
	CU_ASSERT_FALSE(peer_is_taken(host_library(h), infinity, sizeof infinity));
	OPENSSL_free(made);
	EVP_PKEY_free(key);
	host_free(h);
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(a_seed_and_a_purpose_give_the_same_bytes),
		TEST(every_field_of_the_purpose_matters),
		TEST(a_purpose_is_one_stream),
		TEST(one_draw_more_shifts_no_other_purpose),
		TEST(seeds_of_wires_are_keyed_and_draw_nothing),
		TEST(what_must_not_happen_aborts),
		TEST(entering_a_purpose_allows_draws_again),
		TEST(time_is_virtual_while_a_host_is_alive),
		TEST(time_and_randomness_are_the_systems_again_afterwards),
		TEST(a_certificate_expires_at_its_very_second),
		TEST(a_certificate_of_tomorrow_is_not_yet_good),
		TEST(a_run_has_the_algorithms_it_uses_and_no_others),
		TEST(a_key_pair_is_of_the_seed_and_the_purpose),
		TEST(a_peers_point_is_on_the_curve_and_not_infinity),
	};
	return suite_run("host", cases, sizeof cases / sizeof *cases);
}
