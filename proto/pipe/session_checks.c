/* session_checks.c - who may be at the other end: each decision of a handshake, put to the judge.
 *
 * OpenSSL reports one result for a whole verification. Here every fault of the chain is collected,
 * sorted into chain and time, and each sort is judged once, before OpenSSL picks its alert.
 */
#include "proto/pipe/session.h"

#include <openssl/err.h>

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <openssl/x509v3.h>

enum { HANDSHAKE_CERTIFICATE = 11 }; /* RFC 8446 4, RFC 5246 7.4: HandshakeType */

bool session_ask(struct session *s, enum pipe_check check, bool holds, const char *detail)
{
	unsigned bit = 1u << check;
	bool worse = s->held & bit && !holds; /* a second hello must not ride on the first */
	if (s->asked & bit && !worse)
		return s->admitted & bit;
	s->asked |= bit;
	s->held = holds ? s->held | bit : s->held & ~bit;
	bool admitted = judge_ask(&s->layer.judge, check, holds, detail);
	s->admitted = admitted ? s->admitted | bit : s->admitted & ~bit;
	return admitted;
}

/* -- certificates -- */

static bool is_of_time(int error)
{
	return error == X509_V_ERR_CERT_NOT_YET_VALID || error == X509_V_ERR_CERT_HAS_EXPIRED ||
	       error == X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD ||
	       error == X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD;
}

static struct session *session_of(X509_STORE_CTX *store)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
	return SSL_get_app_data(ssl);
}

/* OpenSSL's verification goes on after each fault, so that none hides another. */
static int note_fault(int good, X509_STORE_CTX *store)
{
	struct session *s = session_of(store);
	int error = X509_STORE_CTX_get_error(store);
	if (good)
		return 1;
	int *sort = is_of_time(error) ? &s->time_error : &s->chain_error;
	if (*sort == X509_V_OK)
		*sort = error;
	return 1;
}

/* The certificate's only CN, or "" when it has none, several, or one that is no plain string. */
static void common_name(X509 *certificate, char *out, size_t size)
{
	out[0] = 0;
	const X509_NAME *name = X509_get_subject_name(certificate);
	int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
	if (at < 0 || X509_NAME_get_index_by_NID(name, NID_commonName, at) >= 0)
		return;
	unsigned char *text = NULL;
	ASN1_STRING *value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at));
	int length = ASN1_STRING_to_UTF8(&text, value);
	if (length > 0 && (size_t)length < size && !memchr(text, 0, (size_t)length))
		snprintf(out, size, "%s", (const char *)text);
	OPENSSL_free(text);
}

/* Whether a certificate's name is that of the client admitted, or of one of several such:
 * "device@2" is a device. */
static bool client_is(const char *name, const char *client)
{
	size_t size = strlen(client);
	if (strncmp(name, client, size) != 0)
		return false;
	const char *number = name + size;
	if (*number == 0)
		return true;
	return number[0] == '@' && number[1] >= '1' && number[1] <= '9' &&
	       strspn(number + 1, "0123456789") == strlen(number + 1);
}

/* The peer's name: the host dialled, or the client admitted. X509_V_OK, or the error to alert. */
static int judge_name(struct session *s, X509 *certificate)
{
	const char *name = s->peer;
	char detail[320];
	common_name(certificate, s->peer, sizeof s->peer);
	if (s->opener) {
		unsigned strict =
			X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_WILDCARDS;
		bool holds = X509_check_host(certificate, s->host, 0, strict, NULL) == 1;
		snprintf(detail, sizeof detail, "CN=%s wanted %s", name, s->host);
		bool admitted = session_ask(s, PIPE_CHECK_HOST, holds, detail);
		return admitted ? X509_V_OK : X509_V_ERR_HOSTNAME_MISMATCH;
	}
	bool holds = !s->client || client_is(name, s->client);
	snprintf(detail, sizeof detail, "CN=%s wanted %s", name, s->client ? s->client : "any");
	bool admitted = session_ask(s, PIPE_CHECK_CLIENT, holds, detail);
	return admitted ? X509_V_OK : X509_V_ERR_APPLICATION_VERIFICATION;
}

static int verify(X509_STORE_CTX *store, void *unused)
{
	(void)unused;
	struct session *s = session_of(store);
	s->chain_error = s->time_error = X509_V_OK;
	X509_STORE_CTX_set_verify_cb(store, note_fault);
	if (X509_verify_cert(store) <= 0 && s->chain_error == X509_V_OK)
		s->chain_error = X509_V_ERR_UNSPECIFIED;
	int refused[3] = { X509_V_OK, X509_V_OK, X509_V_OK };
	if (!session_ask(s, PIPE_CHECK_CHAIN, s->chain_error == X509_V_OK,
			 X509_verify_cert_error_string(s->chain_error)))
		refused[0] = s->chain_error ? s->chain_error : X509_V_ERR_CERT_REJECTED;
	if (!session_ask(s, PIPE_CHECK_TIME, s->time_error == X509_V_OK,
			 X509_verify_cert_error_string(s->time_error)))
		refused[1] = s->time_error ? s->time_error : X509_V_ERR_CERT_HAS_EXPIRED;
	refused[2] = judge_name(s, X509_STORE_CTX_get0_cert(store));
	int first = refused[0] ? refused[0] : refused[1] ? refused[1] : refused[2];
	X509_STORE_CTX_set_error(store, first);
	return first == X509_V_OK;
}

/* A client's Certificate message without a certificate: OpenSSL refuses it before it verifies
 * anything, unless the judge lets it pass here. m begins with its handshake header. */
static void watch_for_no_certificate(struct session *s, struct bytes m)
{
	if (m.size < 1 || m.data[0] != HANDSHAKE_CERTIFICATE)
		return;
	size_t list = s->carrier.datagram ? 12 : 4; /* behind the header */
	if (!s->carrier.datagram && m.size > list)
		list += 1u +
			m.data[list]; /* and, in TLS 1.3, behind the request's context (4.4.2) */
	if (m.size < list + 3 || m.data[list] || m.data[list + 1] || m.data[list + 2])
		return;
	if (session_ask(s, PIPE_CHECK_CLIENT, false, "no certificate"))
		SSL_set_verify(s->ssl, SSL_VERIFY_PEER, NULL);
}

static void watch(int sent, int version, int type, const void *message, size_t size, SSL *ssl,
		  void *unused)
{
	struct session *s = SSL_get_app_data(ssl);
	(void)version, (void)unused;
	if (sent || type == SSL3_RT_HEADER || type == SSL3_RT_INNER_CONTENT_TYPE)
		return;
	s->heard++;
	if (!s->opener && s->mutual && type == SSL3_RT_HANDSHAKE)
		watch_for_no_certificate(s, bytes_of(message, size));
}

/* -- version -- */

int session_version(bool datagram)
{
	return datagram ? DTLS1_2_VERSION : TLS1_3_VERSION;
}

/* The oldest that this end speaks, where it still speaks the one required; else that one. */
int session_oldest_version(SSL *ssl)
{
	int required = session_version(SSL_is_dtls(ssl));
	return SSL_get_max_proto_version(ssl) == required ? (int)SSL_get_min_proto_version(ssl)
							  : required;
}

static bool hello_offers_version(SSL *ssl, const struct session *s)
{
	unsigned legacy = SSL_client_hello_get0_legacy_version(ssl);
	if (s->carrier.datagram) /* DTLS numbers count down (RFC 6347 4.1) */
		return legacy <= DTLS1_2_VERSION;
	const unsigned char *list;
	size_t size;
	if (!SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_supported_versions, &list, &size))
		return legacy >= (unsigned)s->oldest_version;
	for (size_t i = 1; i + 1 < size; i += 2)
		if (read_u16(list + i) >= s->oldest_version && read_u16(list + i) <= TLS1_3_VERSION)
			return true;
	return false;
}

static bool lists_one_of_ours(SSL *ssl, const unsigned char *list, size_t size)
{
	const STACK_OF(SSL_CIPHER) *ours = SSL_get_ciphers(ssl);
	for (size_t i = 0; i + 1 < size; i += 2)
		for (int j = 0; j < sk_SSL_CIPHER_num(ours); j++)
			if (SSL_CIPHER_get_protocol_id(sk_SSL_CIPHER_value(ours, j)) ==
			    read_u16(list + i))
				return true;
	return false;
}

/* A hello without a list of groups takes any (RFC 8422 4). */
static bool hello_offers_group(SSL *ssl)
{
	enum { SECP256R1 = 23 }; /* RFC 8446 4.2.7 */
	const unsigned char *list;
	size_t size;
	if (!SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_supported_groups, &list, &size))
		return true;
	for (size_t i = 2; i + 1 < size; i += 2)
		if (read_u16(list + i) == SECP256R1)
			return true;
	return false;
}

/* A suite or group of others is let pass by taking all that OpenSSL has. */
static void judge_suite(SSL *ssl)
{
	const unsigned char *list;
	size_t size = SSL_client_hello_get0_ciphers(ssl, &list);
	bool suite = lists_one_of_ours(ssl, list, size), group = hello_offers_group(ssl);
	if ((suite && group) || !session_ask(SSL_get_app_data(ssl), PIPE_CHECK_SUITE, false,
					     suite ? "no shared group" : "no shared cipher"))
		return;
	SSL_set_security_level(ssl, 0);
	if (!SSL_set_cipher_list(ssl, "ALL:COMPLEMENTOFALL") ||
	    !SSL_set1_groups_list(ssl, "P-256:P-384:P-521"))
		abort();
}

/* The server judges version and suite where it could still speak another. What the judge does not
 * let pass is left to OpenSSL, which refuses it with the alert that fits. */
static int judge_hello(SSL *ssl, int *alert, void *unused)
{
	struct session *s = SSL_get_app_data(ssl);
	(void)unused;
	bool holds = hello_offers_version(ssl, s);
	const char *detail =
		holds ? "the ClientHello offers it" : "the ClientHello does not offer it";
	bool admitted = session_ask(s, PIPE_CHECK_VERSION, holds, detail);
	if (holds && !admitted) {
		*alert = SSL_AD_PROTOCOL_VERSION;
		return SSL_CLIENT_HELLO_ERROR;
	}
	if (!holds && admitted)
		SSL_set_min_proto_version(ssl, s->carrier.datagram ? DTLS1_VERSION : TLS1_VERSION);
	if (admitted)
		judge_suite(ssl);
	return SSL_CLIENT_HELLO_SUCCESS;
}

bool session_version_is_admitted(struct session *s)
{
	bool holds = s->carrier.datagram ? SSL_version(s->ssl) == session_version(true)
					 : SSL_version(s->ssl) >= s->oldest_version;
	return session_ask(s, PIPE_CHECK_VERSION, holds, SSL_get_version(s->ssl));
}

void session_judge_failure(struct session *s, int reason)
{
	/* A server that has no certificate finds no version and no suite: that is nobody else's. */
	if (!s->opener && !SSL_get_certificate(s->ssl))
		return;
	if (reason == SSL_R_UNSUPPORTED_PROTOCOL || reason == SSL_R_WRONG_SSL_VERSION ||
	    reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_INAPPROPRIATE_FALLBACK ||
	    reason == SSL_R_BAD_PROTOCOL_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST)
		session_ask(s, PIPE_CHECK_VERSION, false,
			    ERR_reason_error_string(ERR_peek_last_error()));
	/* A message that was changed on the way gives both ends other keys (RFC 8446 7.1). */
	if (!s->secured && (reason == SSL_R_BAD_SIGNATURE || reason == SSL_R_DIGEST_CHECK_FAILED ||
			    reason == SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC))
		session_ask(s, PIPE_CHECK_PROOF, false,
			    ERR_reason_error_string(ERR_peek_last_error()));
	if (reason == SSL_R_NO_SHARED_CIPHER || reason == SSL_R_NO_SUITABLE_KEY_SHARE ||
	    reason == SSL_R_MISSING_SUPPORTED_GROUPS_EXTENSION || reason == SSL_R_BAD_KEY_SHARE ||
	    reason == SSL_R_WRONG_CIPHER_RETURNED || reason == SSL_R_UNKNOWN_CIPHER_RETURNED)
		session_ask(s, PIPE_CHECK_SUITE, false,
			    ERR_reason_error_string(ERR_peek_last_error()));
}

/* -- cookie -- */

static const struct cookie_keys *cookie_keys_of(const struct session *s)
{
	return tls_context_cookie_keys(s->context, s->now_ns);
}

static struct cookie_client cookie_client_of(const struct session *s)
{
	return (struct cookie_client){ s->remote, s->local, s->association };
}

static int cookie_generate(SSL *ssl, unsigned char *out, unsigned *size)
{
	const struct session *s = SSL_get_app_data(ssl);
	struct cookie_client client = cookie_client_of(s);
	*size = COOKIE_SIZE;
	return cookie_make(cookie_keys_of(s), tls_context_library(s->context), &client, out);
}

static bool cookie_holds(const struct session *s, struct bytes cookie)
{
	struct cookie_client client = cookie_client_of(s);
	return cookie_is_good(cookie_keys_of(s), tls_context_library(s->context), &client, cookie);
}

/* Each cookie is a question of its own: of many that are bad, one may be good. */
static bool ask_cookie(struct session *s, bool holds)
{
	s->asked &= ~(1u << PIPE_CHECK_COOKIE);
	return session_ask(s, PIPE_CHECK_COOKIE, holds,
			   holds ? "the cookie is ours" : "the cookie is not ours");
}

/* OpenSSL asks while it listens, and again in the handshake: a good cookie is judged in its turn
 * there, a bad one here and now. */
static int cookie_verify(SSL *ssl, const unsigned char *cookie, unsigned size)
{
	struct session *s = SSL_get_app_data(ssl);
	bool holds = cookie_holds(s, bytes_of(cookie, size));
	if (s->admitted & 1u << PIPE_CHECK_COOKIE || (s->listens && holds))
		return 1;
	return ask_cookie(s, holds);
}

static void log_key(const SSL *ssl, const char *line)
{
	const struct session *s = SSL_get_app_data(ssl);
	s->keylog(s->keylog_context, line);
}

void session_checks_install(SSL_CTX *c, const struct tls_use *use)
{
	if (use->keylog)
		SSL_CTX_set_keylog_callback(c, log_key);
	if (use->datagram || (use->mutual && !use->opener))
		SSL_CTX_set_msg_callback(c, watch);
	SSL_CTX_set_cert_verify_callback(c, verify, NULL);
	if (use->opener) {
		SSL_CTX_set_verify(c, SSL_VERIFY_PEER, NULL);
		return;
	}
	SSL_CTX_set_client_hello_cb(c, judge_hello, NULL);
	if (use->mutual)
		SSL_CTX_set_verify(c, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	SSL_CTX_set_cookie_generate_cb(c, cookie_generate);
	SSL_CTX_set_cookie_verify_cb(c, cookie_verify);
}
