/* test_protection.c - records of OpenSSL's own sessions, opened with what its key log says; and key
 * schedules against published numbers.
 */
#include <stdlib.h>
#include <string.h>

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "proto/crypto/protection.h"
#include "tests/lib/suite.h"

enum { TLS_HEAD = 5, DTLS_HEAD = 13, DATA = 23, HANDSHAKE = 22, SECRET_MAX = 48 };

static struct crypto *crypto;
static X509 *certificate;
static EVP_PKEY *key;

/* -- a session in memory -- */

static struct {
	SSL_CTX *context[2];
	SSL *ssl[2];
	struct buffer sent[2];         /* client's and server's bytes */
	uint8_t secret[3][SECRET_MAX]; /* client's and server's traffic, and master */
	size_t size[3];
	uint8_t random[2][PROTECTION_RANDOM];
} s;

static uint8_t nibble(char c)
{
	return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static size_t unhex(const char *text, uint8_t *out, size_t room)
{
	size_t size = 0;
	for (; size < room && text[0] && text[1]; text += 2)
		out[size++] = (uint8_t)(nibble(text[0]) << 4 | nibble(text[1]));
	return size;
}

static void log_line(const SSL *ssl, const char *line)
{
	static const char *const names[] = { "CLIENT_TRAFFIC_SECRET_0 ", "SERVER_TRAFFIC_SECRET_0 ",
					     "CLIENT_RANDOM " };
	for (size_t i = 0; i < 3; i++)
		if (ssl == s.ssl[0] && strncmp(line, names[i], strlen(names[i])) == 0)
			s.size[i] = unhex(strrchr(line, ' ') + 1, s.secret[i], SECRET_MAX);
}

static void make_certificate(void)
{
	key = EVP_EC_gen("P-256");
	certificate = X509_new();
	if (!key || !certificate)
		abort();
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
	X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
	X509_set_pubkey(certificate, key);
	if (X509_sign(certificate, key, EVP_sha256()) <= 0)
		abort();
}

/* What one end has to say goes to the other, and is kept. */
static void pass(int from)
{
	uint8_t bytes[4096];
	int size;
	while ((size = BIO_read(SSL_get_wbio(s.ssl[from]), bytes, sizeof bytes)) > 0) {
		buffer_append(&s.sent[from], bytes_of(bytes, (size_t)size));
		BIO_write(SSL_get_rbio(s.ssl[!from]), bytes, size);
	}
}

static void say(int from, const char *text)
{
	char got[64];
	CU_ASSERT_FATAL(SSL_write(s.ssl[from], text, (int)strlen(text)) == (int)strlen(text));
	pass(from);
	CU_ASSERT(SSL_read(s.ssl[!from], got, sizeof got) == (int)strlen(text));
	CU_ASSERT(memcmp(got, text, strlen(text)) == 0);
	pass(!from);
}

static void begin(bool datagram, const char *suite)
{
	memset(&s, 0, sizeof s);
	for (int i = 0; i < 2; i++) {
		SSL_CTX *c = SSL_CTX_new(datagram ? DTLS_method() : TLS_method());
		CU_ASSERT_FATAL(c && (datagram ? SSL_CTX_set_cipher_list(c, suite)
					       : SSL_CTX_set_ciphersuites(c, suite)));
		SSL_CTX_set_min_proto_version(c, datagram ? DTLS1_2_VERSION : TLS1_3_VERSION);
		SSL_CTX_set_keylog_callback(c, log_line);
		SSL_CTX_use_certificate(c, certificate);
		SSL_CTX_use_PrivateKey(c, key);
		s.context[i] = c;
		s.ssl[i] = SSL_new(c);
		SSL_set_bio(s.ssl[i], BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
		BIO_set_mem_eof_return(SSL_get_rbio(s.ssl[i]), -1);
	}
	SSL_set_connect_state(s.ssl[0]);
	SSL_set_accept_state(s.ssl[1]);
	for (int i = 0; i < 8; i++) {
		SSL_do_handshake(s.ssl[i % 2]);
		pass(i % 2);
	}
	CU_ASSERT_FATAL(SSL_is_init_finished(s.ssl[0]) && SSL_is_init_finished(s.ssl[1]));
	SSL_get_client_random(s.ssl[0], s.random[0], PROTECTION_RANDOM);
	SSL_get_server_random(s.ssl[0], s.random[1], PROTECTION_RANDOM);
}

static void end(void)
{
	for (int i = 0; i < 2; i++) {
		SSL_free(s.ssl[i]);
		SSL_CTX_free(s.context[i]);
		buffer_fini(&s.sent[i]);
	}
}

/* -- TLS 1.3 -- */

/* All data that one end has sent, opened with its traffic secret. records: how many were opened. */
static void tls_read(int from, const struct protection_suite *suite, struct buffer *data,
		     size_t *records)
{
	struct protection p;
	uint64_t number = 0;
	struct bytes rest = bytes_of_buffer(&s.sent[from]);
	*records = 0;
	if (!protection_of_traffic(crypto, suite, bytes_of(s.secret[from], s.size[from]), &p))
		return;
	while (rest.size >= TLS_HEAD) {
		size_t size = TLS_HEAD + read_u16(rest.data + 3), before = data->size;
		uint8_t type =
			protection_open_tls(crypto, &p, number, bytes_of(rest.data, size), data);
		number += type != 0;
		*records += type != 0;
		if (type == HANDSHAKE && data->data[before] == 24) {
			CU_ASSERT(protection_update(crypto, suite, s.secret[from]));
			protection_of_traffic(crypto, suite, bytes_of(s.secret[from], s.size[from]),
					      &p);
			number = 0;
		}
		data->size = type == DATA ? data->size : before;
		rest = bytes_of(rest.data + size, rest.size - size);
	}
}

static void test_a_tls_session_is_read_through_its_key_updates(void)
{
	static const char *const names[] = { "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384" };
	for (uint16_t i = 0; i < 2; i++) {
		struct buffer data[2] = { { 0 }, { 0 } };
		size_t records;
		begin(false, names[i]);
		say(0, "one ");
		say(1, "a ");
		CU_ASSERT(SSL_key_update(s.ssl[0], SSL_KEY_UPDATE_REQUESTED));
		say(0, "two ");
		say(1, "b ");
		CU_ASSERT(SSL_key_update(s.ssl[0], SSL_KEY_UPDATE_NOT_REQUESTED));
		say(0, "three");
		for (int from = 0; from < 2; from++)
			tls_read(from, protection_suite(0x1301 + i), &data[from], &records);
		CU_ASSERT(bytes_equal(bytes_of_buffer(&data[0]), bytes_of_string("one two three")));
		CU_ASSERT(bytes_equal(bytes_of_buffer(&data[1]), bytes_of_string("a b ")));
		buffer_fini(&data[0]);
		buffer_fini(&data[1]);
		end();
	}
}

static void test_a_tls_session_is_not_read_with_another_secret(void)
{
	const struct protection_suite *suite = protection_suite(0x1302);
	begin(false, "TLS_AES_256_GCM_SHA384");
	say(0, "secret");
	for (size_t bit = 0; bit < 8 * s.size[0]; bit++) {
		struct buffer data = { 0 };
		size_t records;
		s.secret[0][bit / 8] ^= (uint8_t)(1 << bit % 8);
		tls_read(0, suite, &data, &records);
		s.secret[0][bit / 8] ^= (uint8_t)(1 << bit % 8);
		CU_ASSERT(records == 0 && data.size == 0);
		buffer_fini(&data);
	}
	struct protection p;
	CU_ASSERT_FALSE(protection_of_traffic(crypto, suite, bytes_of(s.secret[0], 32), &p));
	CU_ASSERT_PTR_NULL(p.suite);
	CU_ASSERT_FALSE(protection_of_traffic(crypto, protection_suite(0xc02c),
					      bytes_of(s.secret[0], 48), &p));
	end();
}

/* -- DTLS 1.2 -- */

static void dtls_read(int from, const struct protection *p, struct buffer *data, size_t *opened)
{
	struct bytes rest = bytes_of_buffer(&s.sent[from]);
	*opened = 0;
	while (rest.size >= DTLS_HEAD) {
		size_t size = DTLS_HEAD + read_u16(rest.data + 11), before = data->size;
		uint8_t type = protection_open_dtls(crypto, p, bytes_of(rest.data, size), data);
		*opened += type != 0;
		data->size = type == DATA ? data->size : before;
		rest = bytes_of(rest.data + size, rest.size - size);
	}
}

static struct protection_session session_now(void)
{
	return (struct protection_session){ bytes_of(s.secret[2], s.size[2]), s.random[0],
					    s.random[1] };
}

static void test_a_dtls_session_is_read_with_its_master_secret(void)
{
	static const char *const names[] = { "ECDHE-ECDSA-AES128-GCM-SHA256",
					     "ECDHE-ECDSA-AES256-GCM-SHA384" };
	for (uint16_t i = 0; i < 2; i++) {
		struct protection keys[2];
		begin(true, names[i]);
		say(0, "up ");
		say(1, "down");
		say(0, "again");
		struct protection_session now = session_now();
		CU_ASSERT(protection_of_master(crypto, protection_suite(0xc02b + i), &now, keys));
		for (int from = 0; from < 2; from++) {
			struct buffer data = { 0 };
			size_t opened;
			dtls_read(from, &keys[from], &data, &opened);
			CU_ASSERT(opened == (from ? 2 : 3)); /* with its Finished */
			CU_ASSERT(bytes_equal(bytes_of_buffer(&data),
					      bytes_of_string(from ? "down" : "up again")));
			buffer_clear(&data);
			dtls_read(from, &keys[!from], &data, &opened);
			CU_ASSERT(opened == 0 && data.size == 0);
			buffer_fini(&data);
		}
		end();
	}
}

static void test_a_dtls_session_is_not_read_with_another_secret(void)
{
	const struct protection_suite *suite = protection_suite(0xc02c);
	struct protection keys[2];
	struct buffer data = { 0 };
	size_t opened;
	begin(true, "ECDHE-ECDSA-AES256-GCM-SHA384");
	say(0, "secret");
	uint8_t *const parts[] = { s.secret[2], s.random[0], s.random[1] };
	for (size_t part = 0; part < 3; part++) {
		struct protection_session now = session_now();
		parts[part][7] ^= 1;
		CU_ASSERT(protection_of_master(crypto, suite, &now, keys));
		dtls_read(0, &keys[0], &data, &opened);
		CU_ASSERT(opened == 0 && data.size == 0);
		parts[part][7] ^= 1;
	}
	struct protection_session small = session_now();
	small.master.size--;
	CU_ASSERT_FALSE(protection_of_master(crypto, suite, &small, keys));
	CU_ASSERT(!keys[0].suite && !keys[1].suite);
	buffer_fini(&data);
	end();
}

/* A record is what was sent: of another number, type or size it is none. */
static void test_a_changed_record_does_not_open(void)
{
	struct protection keys[2];
	struct buffer data = { 0 };
	begin(true, "ECDHE-ECDSA-AES256-GCM-SHA384");
	size_t at = s.sent[0].size;
	say(0, "secret");
	struct bytes record = bytes_of(s.sent[0].data + at, s.sent[0].size - at);
	struct protection_session now = session_now();
	CU_ASSERT(protection_of_master(crypto, protection_suite(0xc02c), &now, keys));
	CU_ASSERT(protection_open_dtls(crypto, &keys[0], record, &data) == DATA);
	for (size_t i = 0; i < record.size; i++) {
		bool is_length = i == 11 || i == 12; /* its caller's: it says where a record ends */
		s.sent[0].data[at + i] ^= 1;
		CU_ASSERT((protection_open_dtls(crypto, &keys[0], record, &data) == 0) !=
			  is_length);
		s.sent[0].data[at + i] ^= 1;
	}
	for (size_t size = 0; size < record.size; size++)
		CU_ASSERT(protection_open_dtls(crypto, &keys[0], bytes_of(record.data, size),
					       &data) == 0);
	CU_ASSERT(data.size == 3 * strlen("secret"));
	buffer_fini(&data);
	end();
}

/* -- published numbers -- */

/* RFC 8448 3: the client's application traffic secret, its key and IV. */
static void test_the_key_schedule_is_that_of_rfc_8448(void)
{
	uint8_t secret[32], key_of[16], iv[12];
	struct protection p;
	unhex("9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5", secret, 32);
	unhex("17422dda596ed5d9acd890e3c63f5051", key_of, 16);
	unhex("5b78923dee08579033e523d9", iv, 12);
	CU_ASSERT(
		protection_of_traffic(crypto, protection_suite(0x1301), bytes_of(secret, 32), &p));
	CU_ASSERT(memcmp(p.key, key_of, 16) == 0 && memcmp(p.iv, iv, 12) == 0);
	CU_ASSERT_PTR_NULL(protection_suite(0x1303));
	CU_ASSERT_PTR_NULL(protection_suite(0xc02d));
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(test_a_tls_session_is_read_through_its_key_updates),
		TEST(test_a_tls_session_is_not_read_with_another_secret),
		TEST(test_a_dtls_session_is_read_with_its_master_secret),
		TEST(test_a_dtls_session_is_not_read_with_another_secret),
		TEST(test_a_changed_record_does_not_open),
		TEST(test_the_key_schedule_is_that_of_rfc_8448),
	};
	crypto = crypto_new(NULL);
	make_certificate();
	int failed = suite_run("protection", cases, sizeof cases / sizeof *cases);
	crypto_free(crypto);
	X509_free(certificate);
	EVP_PKEY_free(key);
	return failed;
}
