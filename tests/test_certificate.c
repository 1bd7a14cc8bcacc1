/* test_certificate.c - what a run's certificates say, and that one seed makes the same ones. */
#include <stdio.h>
#include <string.h>

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "proto/pipe/tls_context.h"
#include "sim/host/host.h"
#include "tests/lib/suite.h"

#define EPOCH_S INT64_C(1767225600)

static struct host *host;
static struct tls_context *context;

static void begin(uint64_t seed)
{
	static const char *const noc[] = { "noc.example", "gw.noc.example" };
	static const char *const app[] = { "app.example" };
	host = host_new(seed, EPOCH_S);
	context = tls_context_new(host_library(host), EPOCH_S);
	tls_context_identity(context, "noc.example", noc, 2);
	tls_context_identity(context, "app.example", app, 1);
}

static void end(void)
{
	tls_context_free(context);
	host_free(host);
}

static SSL_CTX *server(void)
{
	struct tls_use use = { .mutual = true };
	return tls_context_ssl(context, &use);
}

/* What a session of this identity presents; the caller frees it. */
static X509 *presented(const char *identity)
{
	SSL *ssl = SSL_new(server());
	CU_ASSERT_PTR_NOT_NULL_FATAL(ssl);
	size_t number = tls_context_present(context, identity, ssl);
	CU_ASSERT_EQUAL(SSL_check_private_key(ssl), 1);
	X509 *c = SSL_get_certificate(ssl);
	CU_ASSERT_FATAL(c && X509_up_ref(c) == 1);
	SSL_free(ssl);
	tls_context_release(context, number);
	return c;
}

static X509 *authority(void)
{
	X509_STORE *store = SSL_CTX_get_cert_store(server());
	STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(store);
	CU_ASSERT_EQUAL_FATAL(sk_X509_OBJECT_num(objects), 1);
	return X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, 0));
}

/* Valid from a day before the epoch for this many days after it. */
static bool lasts(X509 *c, int64_t days)
{
	time_t from = (time_t)(EPOCH_S - TLS_DAY_S), to = (time_t)(EPOCH_S + days * TLS_DAY_S);
	ASN1_TIME *first = ASN1_TIME_set(NULL, from), *last = ASN1_TIME_set(NULL, to);
	bool equal = ASN1_TIME_compare(X509_get0_notBefore(c), first) == 0 &&
		     ASN1_TIME_compare(X509_get0_notAfter(c), last) == 0;
	ASN1_TIME_free(first);
	ASN1_TIME_free(last);
	return equal;
}

static bool is_critical(X509 *c, int name)
{
	int at = X509_get_ext_by_NID(c, name, -1);
	return at >= 0 && X509_EXTENSION_get_critical(X509_get_ext(c, at)) == 1;
}

static void test_the_authority_may_sign_certificates_and_nothing_else(void)
{
	begin(1);
	X509 *c = authority();
	CU_ASSERT(X509_get_extension_flags(c) & EXFLAG_CA);
	CU_ASSERT_EQUAL(X509_get_key_usage(c), KU_KEY_CERT_SIGN);
	CU_ASSERT(is_critical(c, NID_basic_constraints) && is_critical(c, NID_key_usage));
	CU_ASSERT_EQUAL(X509_get_pathlen(c), 0);
	CU_ASSERT_EQUAL(ASN1_INTEGER_get(X509_get0_serialNumber(c)), 1);
	CU_ASSERT(lasts(c, TLS_CA_DAYS));
	CU_ASSERT_EQUAL(X509_verify(c, X509_get0_pubkey(c)), 1);
	end();
}

static void test_an_identity_serves_its_hosts_as_server_and_client(void)
{
	begin(1);
	X509 *c = presented("noc.example");
	CU_ASSERT_FALSE(X509_get_extension_flags(c) & EXFLAG_CA);
	CU_ASSERT_EQUAL(X509_get_key_usage(c), KU_DIGITAL_SIGNATURE);
	CU_ASSERT_EQUAL(X509_get_extended_key_usage(c), XKU_SSL_SERVER | XKU_SSL_CLIENT);
	CU_ASSERT_EQUAL(X509_check_host(c, "noc.example", 0, 0, NULL), 1);
	CU_ASSERT_EQUAL(X509_check_host(c, "gw.noc.example", 0, 0, NULL), 1);
	CU_ASSERT_EQUAL(X509_check_host(c, "app.example", 0, 0, NULL), 0);
	CU_ASSERT_EQUAL(ASN1_INTEGER_get(X509_get0_serialNumber(c)), 2);
	CU_ASSERT(lasts(c, TLS_IDENTITY_DAYS));
	CU_ASSERT_EQUAL(X509_verify(c, X509_get0_pubkey(authority())), 1);
	X509_free(c);
	c = presented("app.example");
	CU_ASSERT_EQUAL(ASN1_INTEGER_get(X509_get0_serialNumber(c)), 3);
	char group[32] = "";
	size_t size = 0;
	EVP_PKEY_get_group_name(X509_get0_pubkey(c), group, sizeof group, &size);
	CU_ASSERT_STRING_EQUAL(group, "prime256v1");
	X509_free(c);
	end();
}

static int encode(uint64_t seed, unsigned char *out, size_t room)
{
	begin(seed);
	X509 *c = presented("noc.example");
	int size = i2d_X509(c, NULL);
	CU_ASSERT_FATAL(size > 0 && (size_t)size <= room);
	i2d_X509(c, &out);
	X509_free(c);
	end();
	return size;
}

static void test_one_seed_makes_the_same_certificate(void)
{
	unsigned char first[2048], again[2048], other[2048];
	int size = encode(5, first, sizeof first);
	CU_ASSERT_EQUAL(encode(5, again, sizeof again), size);
	CU_ASSERT(memcmp(first, again, (size_t)size) == 0);
	int size_other = encode(6, other, sizeof other);
	CU_ASSERT(size_other != size || memcmp(first, other, (size_t)size) != 0);
}

static void test_sessions_share_the_context_of_their_use(void)
{
	begin(1);
	struct tls_use use = { .opener = true };
	SSL_CTX *anonymous = tls_context_ssl(context, &use);
	CU_ASSERT_PTR_EQUAL(tls_context_ssl(context, &use), anonymous);
	CU_ASSERT_PTR_NULL(SSL_CTX_get0_certificate(anonymous)); /* whose, says each session */
	use.mutual = true;
	SSL_CTX *mutual = tls_context_ssl(context, &use);
	CU_ASSERT_PTR_NOT_EQUAL(mutual, anonymous);
	CU_ASSERT_PTR_EQUAL(tls_context_ssl(context, &use), mutual);
	use.datagram = true;
	SSL_CTX *datagram = tls_context_ssl(context, &use);
	CU_ASSERT_EQUAL(SSL_CTX_get_min_proto_version(datagram), DTLS1_2_VERSION);
	CU_ASSERT_EQUAL(SSL_CTX_get_max_proto_version(datagram), DTLS1_2_VERSION);
	CU_ASSERT_EQUAL(SSL_CTX_get_min_proto_version(mutual), TLS1_3_VERSION);
	CU_ASSERT_EQUAL(SSL_CTX_get_max_proto_version(mutual), TLS1_3_VERSION);
	end();
}

/* So many that the context keeps OpenSSL's objects only while they are presented: each is read again
 * from its bytes. */
static void test_each_of_many_identities_presents_its_own(void)
{
	enum { MANY = 40 };
	static const char *const hosts[] = { "device.example" };
	char name[16];
	begin(1);
	for (int round = 0; round < 3; round++)
		for (int i = 0; i < MANY; i++) {
			snprintf(name, sizeof name, "device@%d", i);
			if (round == 0) {
				tls_context_identity(context, name, hosts, 1);
				continue;
			}
			X509 *c = presented(name);
			char common[32] = "";
			X509_NAME_get_text_by_NID(X509_get_subject_name(c), NID_commonName, common,
						  sizeof common);
			CU_ASSERT_STRING_EQUAL(common, name);
			CU_ASSERT_EQUAL(ASN1_INTEGER_get(X509_get0_serialNumber(c)), 4 + i);
			CU_ASSERT_EQUAL(X509_verify(c, X509_get0_pubkey(authority())), 1);
			X509_free(c);
		}
	end();
}

/* Two sessions present one identity: the first that ends takes nothing from the other. */
static void test_an_identity_lasts_as_long_as_its_sessions(void)
{
	enum { MANY = 40 };
	char name[16];
	SSL *ssl[2];
	size_t number[2];
	begin(1);
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof name, "device@%d", i);
		tls_context_identity(context, name, NULL, 0);
	}
	for (size_t i = 0; i < 2; i++) {
		ssl[i] = SSL_new(server());
		number[i] = tls_context_present(context, "device@7", ssl[i]);
	}
	CU_ASSERT_EQUAL(number[0], number[1]);
	X509 *first = SSL_get_certificate(ssl[0]);
	CU_ASSERT_PTR_EQUAL(SSL_get_certificate(ssl[1]), first); /* read once for both */
	SSL_free(ssl[0]);
	tls_context_release(context, number[0]);
	SSL *third = SSL_new(server());
	size_t again = tls_context_present(context, "device@7", third);
	CU_ASSERT_PTR_EQUAL(SSL_get_certificate(third), first);
	CU_ASSERT_EQUAL(SSL_check_private_key(ssl[1]), 1);
	SSL_free(third);
	tls_context_release(context, again);
	SSL_free(ssl[1]);
	tls_context_release(context, number[1]);
	X509 *later = presented("device@7");
	CU_ASSERT_EQUAL(X509_verify(later, X509_get0_pubkey(authority())), 1);
	X509_free(later);
	end();
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(test_the_authority_may_sign_certificates_and_nothing_else),
		TEST(test_an_identity_serves_its_hosts_as_server_and_client),
		TEST(test_one_seed_makes_the_same_certificate),
		TEST(test_sessions_share_the_context_of_their_use),
		TEST(test_each_of_many_identities_presents_its_own),
		TEST(test_an_identity_lasts_as_long_as_its_sessions),
	};
	return suite_run("certificate", cases, sizeof cases / sizeof *cases);
}
