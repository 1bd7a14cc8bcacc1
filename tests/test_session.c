/* test_session.c - who a session lets in: every refusal by the right check, and what the judge says
 * instead is what happens. */
#include <string.h>

#include "tests/lib/ends.h"
#include "tests/lib/suite.h"

static const enum pipe_kind tls[] = { PIPE_TLS, PIPE_KINDS };
static const enum pipe_kind dtls[] = { PIPE_DTLS, PIPE_KINDS };
static const enum pipe_kind *const kinds[] = { tls, dtls };

static struct ends e;

/* One way to be wrong, and who must find it. */
struct wrong {
	const char *what;
	void (*arrange)(void);
	int judge_end;
	enum pipe_check check;
	const char *why;      /* at the end that refuses */
	const char *alert[2]; /* at the other, TLS and DTLS */
	unsigned knock_also;  /* further checks that must pass for the session to be secured */
};

static void wrong_host(void)
{
	e.spec[OPENER].host = "uem.example";
}

/* RFC 6125 6.4.4: the common name counts for nothing where there are host names. */
static void host_in_common_name_only(void)
{
	static const char *const hosts[] = { "other.example" };
	tls_context_identity(e.tls, "named.example", hosts, 1);
	e.spec[ACCEPTOR].identity = e.spec[OPENER].host = "named.example";
}

static void wrong_ca(void)
{
	e.spec[ACCEPTOR].tls = e.other_tls;
}

static void wrong_ca_of_client(void)
{
	e.spec[OPENER].tls = e.other_tls;
	e.judged[OPENER].knocked = 1u << PIPE_CHECK_CHAIN; /* it trusts another CA than its own */
}

static void expired(void)
{
	e.now_ns = (int64_t)TLS_IDENTITY_DAYS * TLS_DAY_S * S_NS;
	host_set_time(e.host, e.now_ns);
	e.judged[ACCEPTOR].knocked = 1u << PIPE_CHECK_TIME;
}

static void expired_client(void)
{
	expired();
	e.judged[ACCEPTOR].knocked = 0;
	e.judged[OPENER].knocked = 1u << PIPE_CHECK_TIME;
}

static void no_client_certificate(void)
{
	e.spec[OPENER].mutual = false;
}

static void wrong_client(void)
{
	e.spec[ACCEPTOR].client = "device.example";
}

/* clang-format off */
static const struct wrong wrongs[] = {
	{ "host", wrong_host, OPENER, PIPE_CHECK_HOST, "certificate verify failed", { "sslv3 alert bad certificate", "sslv3 alert bad certificate" }, 0 },
	{ "common name", host_in_common_name_only, OPENER, PIPE_CHECK_HOST, "certificate verify failed", { "sslv3 alert bad certificate", "sslv3 alert bad certificate" }, 0 },
	{ "CA", wrong_ca, OPENER, PIPE_CHECK_CHAIN, "certificate verify failed", { "tlsv1 alert unknown ca", "tlsv1 alert unknown ca" }, 1u << PIPE_CHECK_CHAIN },
	{ "CA of client", wrong_ca_of_client, ACCEPTOR, PIPE_CHECK_CHAIN, "certificate verify failed", { "tlsv1 alert unknown ca", "tlsv1 alert unknown ca" }, 0 },
	{ "time", expired, OPENER, PIPE_CHECK_TIME, "certificate verify failed", { "sslv3 alert certificate expired", "sslv3 alert certificate expired" }, 0 },
	{ "time of client", expired_client, ACCEPTOR, PIPE_CHECK_TIME, "certificate verify failed", { "sslv3 alert certificate expired", "sslv3 alert certificate expired" }, 0 },
	{ "no client certificate", no_client_certificate, ACCEPTOR, PIPE_CHECK_CLIENT, "peer did not return a certificate", { "tlsv13 alert certificate required", "sslv3 alert handshake failure" }, 0 },
	{ "client", wrong_client, ACCEPTOR, PIPE_CHECK_CLIENT, "certificate verify failed", { "sslv3 alert handshake failure", "sslv3 alert handshake failure" }, 0 },
};
/* clang-format on */
enum { WRONGS = sizeof wrongs / sizeof *wrongs };

static void prepare(const struct wrong *w, size_t kind)
{
	ends_init(&e, 3, kinds[kind], true);
	w->arrange();
}

static void refuse(const struct wrong *w, size_t kind)
{
	prepare(w, kind);
	ends_open(&e);
	ends_run(&e, e.now_ns + 60 * S_NS);
	enum pipe_kind layer = kinds[kind][0];
	CU_ASSERT_EQUAL(e.judged[w->judge_end].asked[w->check], 1);
	CU_ASSERT_FALSE(e.judged[w->judge_end].holds[w->check]);
	for (int c = 0; c < PIPE_CHECKS; c++)
		if (c != (int)w->check && e.judged[w->judge_end].asked[c])
			CU_ASSERT(e.judged[w->judge_end].holds[c]);
	const struct pipe_notice *own = ends_notice(&e, w->judge_end, PIPE_FAILED, layer);
	const struct pipe_notice *other = ends_notice(&e, 1 - w->judge_end, PIPE_FAILED, layer);
	CU_ASSERT_FATAL(own != NULL && other != NULL);
	CU_ASSERT_STRING_EQUAL(own->why, w->why);
	CU_ASSERT_STRING_EQUAL(other->why, w->alert[kind]);
	CU_ASSERT(ends_notice(&e, w->judge_end, PIPE_SECURED, layer) == NULL);
	ends_fini(&e);
}

static void knock(const struct wrong *w, size_t kind)
{
	prepare(w, kind);
	e.judged[w->judge_end].knocked |= 1u << w->check;
	e.judged[1 - w->judge_end].knocked |= w->knock_also;
	ends_open(&e);
	ends_run(&e, e.now_ns + 60 * S_NS);
	CU_ASSERT_EQUAL(e.judged[w->judge_end].asked[w->check], 1);
	CU_ASSERT_FALSE(e.judged[w->judge_end].holds[w->check]);
	for (int i = 0; i < ENDS; i++)
		CU_ASSERT(ends_notice(&e, i, PIPE_SECURED, kinds[kind][0]) != NULL);
	ends_say(&e, OPENER, bytes_of_string("in"));
	ends_run(&e, e.now_ns + 60 * S_NS);
	CU_ASSERT_EQUAL(e.run[ACCEPTOR].size, 2);
	ends_fini(&e);
}

static void test_a_wrong_peer_is_refused_by_the_right_check(void)
{
	for (size_t i = 0; i < WRONGS; i++)
		for (size_t kind = 0; kind < 2; kind++)
			refuse(&wrongs[i], kind);
}

static void test_a_wrong_peer_that_the_judge_lets_pass_is_let_in(void)
{
	for (size_t i = 0; i < WRONGS; i++)
		for (size_t kind = 0; kind < 2; kind++)
			knock(&wrongs[i], kind);
}

static void test_each_check_of_a_good_handshake_is_judged_once(void)
{
	static const unsigned opener = 1u << PIPE_CHECK_VERSION | 1u << PIPE_CHECK_CHAIN |
				       1u << PIPE_CHECK_HOST | 1u << PIPE_CHECK_TIME;
	static const unsigned acceptor = 1u << PIPE_CHECK_VERSION | 1u << PIPE_CHECK_CHAIN |
					 1u << PIPE_CHECK_CLIENT | 1u << PIPE_CHECK_TIME;
	for (size_t kind = 0; kind < 2; kind++) {
		ends_init(&e, 3, kinds[kind], true);
		ends_open(&e);
		ends_run(&e, PIPE_NEVER);
		unsigned expected[] = { opener, acceptor | (kind ? 1u << PIPE_CHECK_COOKIE : 0) };
		for (int i = 0; i < ENDS; i++)
			for (int c = 0; c < PIPE_CHECKS; c++) {
				CU_ASSERT_EQUAL(e.judged[i].asked[c], expected[i] >> c & 1u);
				CU_ASSERT_EQUAL(e.judged[i].holds[c], expected[i] >> c & 1u);
			}
		ends_fini(&e);
	}
}

/* RFC 5280 4.1.2.5 includes notAfter; OpenSSL refuses at it already. */
static void test_a_certificate_ends_at_its_second(void)
{
	int64_t end_ns = (int64_t)TLS_IDENTITY_DAYS * TLS_DAY_S * S_NS;
	for (int64_t late_s = -2; late_s <= 1; late_s++) {
		ends_init(&e, 3, tls, true);
		e.now_ns = end_ns + late_s * S_NS;
		host_set_time(e.host, e.now_ns);
		ends_open(&e);
		ends_run(&e, PIPE_NEVER);
		/* A packet needs 20 ms, so it arrives in the second in which it was sent. */
		CU_ASSERT_EQUAL(e.judged[OPENER].asked[PIPE_CHECK_TIME], 1);
		CU_ASSERT_EQUAL(e.judged[OPENER].holds[PIPE_CHECK_TIME], late_s < 0);
		ends_fini(&e);
	}
}

static void test_several_faults_are_each_reported(void)
{
	ends_init(&e, 3, tls, true);
	wrong_ca();
	wrong_host();
	e.now_ns = (int64_t)TLS_IDENTITY_DAYS * TLS_DAY_S * S_NS;
	host_set_time(e.host, e.now_ns);
	ends_open(&e);
	ends_run(&e, PIPE_NEVER);
	const enum pipe_check all[] = { PIPE_CHECK_CHAIN, PIPE_CHECK_TIME, PIPE_CHECK_HOST };
	for (size_t i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL(e.judged[OPENER].asked[all[i]], 1);
		CU_ASSERT_FALSE(e.judged[OPENER].holds[all[i]]);
	}
	CU_ASSERT_STRING_EQUAL(e.judged[OPENER].detail[PIPE_CHECK_HOST],
			       "CN=noc.example wanted uem.example");
	ends_fini(&e);
}

/* -- version and cookie: messages that our own OpenSSL would not send -- */

/* Take the supported_versions extension (43, length 3, list of one: 0x0304) out of a ClientHello by
 * renaming it, so that TLS 1.3 is not offered. */
static bool hide_version(struct buffer *hello)
{
	static const uint8_t offer[] = { 0, 43, 0, 3, 2, 3, 4 };
	uint8_t *at = memmem(hello->data, hello->size, offer, sizeof offer);
	if (at)
		at[1] = 99;
	return at != NULL;
}

static void offer_no_tls13(unsigned knocked)
{
	ends_init(&e, 3, tls, true);
	e.judged[ACCEPTOR].knocked = knocked;
	ends_open(&e);
	CU_ASSERT_EQUAL_FATAL(e.flying_count, 1);
	CU_ASSERT_FATAL(hide_version(&e.flying[0].unit.bytes));
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT_EQUAL(e.judged[ACCEPTOR].asked[PIPE_CHECK_VERSION], 1);
	CU_ASSERT_FALSE(e.judged[ACCEPTOR].holds[PIPE_CHECK_VERSION]);
}

static void test_a_hello_without_tls13_is_refused(void)
{
	offer_no_tls13(0);
	const struct pipe_notice *n = ends_notice(&e, ACCEPTOR, PIPE_FAILED, PIPE_TLS);
	CU_ASSERT_FATAL(n != NULL);
	CU_ASSERT_STRING_EQUAL(n->why, "unsupported protocol");
	n = ends_notice(&e, OPENER, PIPE_FAILED, PIPE_TLS);
	CU_ASSERT_FATAL(n != NULL);
	CU_ASSERT_STRING_EQUAL(n->why, "tlsv1 alert protocol version");
	ends_fini(&e);
}

/* A ClientHello without a key share is asked for again (RFC 8446 4.1.4); the second one, without
 * TLS 1.3, must not ride on what the first was granted. The share of P-256 (extension 51, 71 bytes)
 * is made an empty list and an extension that nobody knows. */
static void test_a_worse_second_hello_is_judged_again(void)
{
	static const uint8_t share[] = { 0, 51, 0, 71, 0, 69, 0, 23, 0, 65 };
	static const uint8_t none[] = { 0, 51, 0, 2, 0, 0, 0, 99, 0, 65 };
	ends_init(&e, 3, tls, true);
	ends_open(&e);
	CU_ASSERT_EQUAL_FATAL(e.flying_count, 1);
	struct buffer *hello = &e.flying[0].unit.bytes;
	uint8_t *at = memmem(hello->data, hello->size, share, sizeof share);
	CU_ASSERT_FATAL(at != NULL);
	memcpy(at, none, sizeof none);
	ends_inject(&e, ACCEPTOR, bytes_of_buffer(hello));
	CU_ASSERT_EQUAL(e.judged[ACCEPTOR].asked[PIPE_CHECK_VERSION], 1);
	CU_ASSERT(e.judged[ACCEPTOR].holds[PIPE_CHECK_VERSION]);
	memcpy(at, share, sizeof share);
	CU_ASSERT_FATAL(hide_version(hello));
	ends_inject(&e, ACCEPTOR, bytes_of_buffer(hello));
	CU_ASSERT_EQUAL(e.judged[ACCEPTOR].asked[PIPE_CHECK_VERSION], 2);
	CU_ASSERT_FALSE(e.judged[ACCEPTOR].holds[PIPE_CHECK_VERSION]);
	CU_ASSERT(ends_notice(&e, ACCEPTOR, PIPE_FAILED, PIPE_TLS) != NULL);
	ends_fini(&e);
}

/* With the check knocked out the server goes on to what an older version needs, and finds that a
 * client of ours offers no cipher for it. */
static void test_a_hello_without_tls13_that_passes_fails_at_its_ciphers(void)
{
	offer_no_tls13(1u << PIPE_CHECK_VERSION);
	const struct pipe_notice *n = ends_notice(&e, ACCEPTOR, PIPE_FAILED, PIPE_TLS);
	CU_ASSERT_FATAL(n != NULL);
	CU_ASSERT_STRING_EQUAL(n->why, "no shared cipher");
	ends_fini(&e);
}

/* The ClientHello that carries the cookie is the one that is judged: 13 + 12 bytes of headers, then
 * the version, DTLS 1.0 here. */
static void test_an_older_version_behind_a_cookie_is_refused(void)
{
	ends_init(&e, 3, dtls, true);
	ends_open(&e);
	ends_run(&e, 45 * MS_NS);
	CU_ASSERT_EQUAL_FATAL(e.flying_count, 1);
	uint8_t *version = e.flying[0].unit.bytes.data + 13 + 12;
	CU_ASSERT_EQUAL_FATAL(read_u16(version), 0xfefd);
	write_u16(version, 0xfeff);
	ends_run(&e, 100 * S_NS);
	CU_ASSERT_EQUAL(e.judged[ACCEPTOR].asked[PIPE_CHECK_VERSION], 1);
	CU_ASSERT_FALSE(e.judged[ACCEPTOR].holds[PIPE_CHECK_VERSION]);
	const struct pipe_notice *n = ends_notice(&e, ACCEPTOR, PIPE_FAILED, PIPE_DTLS);
	CU_ASSERT_FATAL(n != NULL);
	CU_ASSERT_STRING_EQUAL(n->why, "unsupported protocol");
	ends_fini(&e);
}

/* Run until the second ClientHello flies and break a byte of its cookie: 13 bytes of record header,
 * 12 of handshake header, 2 + 32 of version and random, 1 of session id, 1 of cookie length. */
static void forge_cookie(unsigned knocked)
{
	ends_init(&e, 3, dtls, true);
	e.judged[ACCEPTOR].knocked = knocked;
	ends_open(&e);
	ends_run(&e, 45 * MS_NS);
	CU_ASSERT_EQUAL_FATAL(e.flying_count, 1);
	struct buffer *hello = &e.flying[0].unit.bytes;
	CU_ASSERT_EQUAL_FATAL(hello->data[13 + 12 + 35], 32);
	hello->data[13 + 12 + 36] ^= 1;
	ends_run(&e, 60 * MS_NS);
	CU_ASSERT_EQUAL(e.judged[ACCEPTOR].asked[PIPE_CHECK_COOKIE], 1);
	CU_ASSERT_FALSE(e.judged[ACCEPTOR].holds[PIPE_CHECK_COOKIE]);
}

/* It is asked for anew (RFC 6347 4.2.1), and the client says its own again after a second. */
static void test_a_forged_cookie_is_refused(void)
{
	forge_cookie(0);
	CU_ASSERT_EQUAL(e.judged[ACCEPTOR].asked[PIPE_CHECK_VERSION], 0);
	ends_run(&e, PIPE_NEVER);
	CU_ASSERT_EQUAL(e.judged[ACCEPTOR].asked[PIPE_CHECK_COOKIE], 2);
	CU_ASSERT(e.judged[ACCEPTOR].holds[PIPE_CHECK_COOKIE]);
	CU_ASSERT_EQUAL(ends_notice_ns(&e, ACCEPTOR, PIPE_SECURED, PIPE_DTLS), S_NS + 100 * MS_NS);
	ends_fini(&e);
}

static void test_a_forged_cookie_that_passes_leads_on(void)
{
	forge_cookie(1u << PIPE_CHECK_COOKIE);
	ends_run(&e, 100 * S_NS);
	/* The handshake goes on from it; that the client's Finished covers another hello ends it.
	 */
	CU_ASSERT_EQUAL(e.judged[ACCEPTOR].asked[PIPE_CHECK_CHAIN], 1);
	ends_fini(&e);
}

static void test_a_cookie_belongs_to_its_address_and_association(void)
{
	for (int other = 0; other < 3; other++) {
		ends_init(&e, 3, dtls, true);
		ends_open(&e);
		ends_run(&e, 45 * MS_NS); /* the second ClientHello flies */
		CU_ASSERT_EQUAL_FATAL(e.flying_count, 1);
		stack_free(e.stack[ACCEPTOR]);
		e.spec[ACCEPTOR].remote.port =
			(uint16_t)(e.spec[ACCEPTOR].remote.port + (other == 1));
		e.spec[ACCEPTOR].association += other == 2;
		e.stack[ACCEPTOR] = stack_open(&e.spec[ACCEPTOR], e.now_ns);
		ends_run(&e, 100 * MS_NS);
		CU_ASSERT_EQUAL(e.judged[ACCEPTOR].asked[PIPE_CHECK_COOKIE], 1);
		CU_ASSERT_EQUAL(e.judged[ACCEPTOR].holds[PIPE_CHECK_COOKIE], other == 0);
		ends_fini(&e);
	}
}

static void test_noise_in_place_of_a_handshake_fails_and_says_so(void)
{
	static const char noise[] = "GET / HTTP/1.1\r\nHost: noc.example\r\n\r\n";
	ends_init(&e, 3, tls, true);
	ends_open(&e);
	ends_inject(&e, ACCEPTOR, bytes_of_string(noise));
	const struct pipe_notice *n = ends_notice(&e, ACCEPTOR, PIPE_FAILED, PIPE_TLS);
	CU_ASSERT_FATAL(n != NULL);
	CU_ASSERT_STRING_EQUAL(n->why, "http request");
	ends_inject(&e, ACCEPTOR, bytes_of_string(noise)); /* ignored from here on */
	ends_fini(&e);
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(test_a_wrong_peer_is_refused_by_the_right_check),
		TEST(test_a_wrong_peer_that_the_judge_lets_pass_is_let_in),
		TEST(test_each_check_of_a_good_handshake_is_judged_once),
		TEST(test_a_certificate_ends_at_its_second),
		TEST(test_several_faults_are_each_reported),
		TEST(test_a_hello_without_tls13_is_refused),
		TEST(test_a_hello_without_tls13_that_passes_fails_at_its_ciphers),
		TEST(test_a_worse_second_hello_is_judged_again),
		TEST(test_an_older_version_behind_a_cookie_is_refused),
		TEST(test_a_forged_cookie_is_refused),
		TEST(test_a_forged_cookie_that_passes_leads_on),
		TEST(test_a_cookie_belongs_to_its_address_and_association),
		TEST(test_noise_in_place_of_a_handshake_fails_and_says_so),
	};
	return suite_run("session", cases, sizeof cases / sizeof *cases);
}
