/* tls_context.c - holds a run's CA, and makes each SSL_CTX at its first use.
 *
 * One SSL_CTX serves all sessions of one use, whoever's they are: making it costs more than a
 * handshake's arithmetic. Who a session speaks for is set on the session (identity.c).
 */
#include "proto/pipe/tls_context.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "proto/pipe/cookie.h"
#include "proto/pipe/identity.h"
#include "proto/pipe/session.h"

enum { USES = 2 * 2 * 2 * 2 }; /* datagram, opener, mutual, keylog */

struct speaker {
	char *name;
	enum tls_speech speech;
};

struct tls_context {
	struct certificate_authority authority;
	X509_STORE *trusted; /* the CA alone; shared by every SSL_CTX */
	BIO_METHOD *carrier;
	struct cookie_keys cookies;
	struct identities identities;
	struct speaker *speakers; /* who speaks otherwise; nearly always nobody */
	size_t speakers_count;
	SSL_CTX *contexts[USES];
};

struct tls_context *tls_context_new(OSSL_LIB_CTX *library, int64_t epoch_s)
{
	struct tls_context *t = calloc(1, sizeof *t);
	certificate_must(t != NULL);
	certificate_authority_init(&t->authority, library, epoch_s);
	t->trusted = X509_STORE_new();
	certificate_must(t->trusted && X509_STORE_add_cert(t->trusted, t->authority.certificate));
	t->carrier = carrier_method_new();
	cookie_keys_init(&t->cookies, library);
	return t;
}

void tls_context_identity(struct tls_context *t, const char *identity, const char *const *hosts,
			  size_t count)
{
	identities_issue(&t->identities, &t->authority, identity, hosts, count);
}

size_t tls_context_present(struct tls_context *t, const char *identity, SSL *ssl)
{
	return identities_present(&t->identities, t->authority.library, identity, ssl);
}

void tls_context_release(struct tls_context *t, size_t number)
{
	identities_release(&t->identities, number);
}

void tls_context_forge(struct tls_context *t, const char *identity, const char *const *hosts,
		       size_t count, const struct tls_forged *f)
{
	struct certificate_spec usual = certificate_usual(&t->authority, f->whose, hosts, count);
	identities_forge(&t->identities, &t->authority, identity, &usual, f);
}

void tls_context_speak(struct tls_context *t, const char *identity, int speech)
{
	t->speakers = reallocarray(t->speakers, t->speakers_count + 1, sizeof *t->speakers);
	certificate_must(t->speakers != NULL);
	struct speaker *x = &t->speakers[t->speakers_count++];
	*x = (struct speaker){ .name = strdup(identity), .speech = (enum tls_speech)speech };
	certificate_must(x->name != NULL);
}

void tls_context_tune(const struct tls_context *t, const char *identity, SSL *ssl)
{
	for (size_t i = 0; i < t->speakers_count; i++)
		if (strcmp(t->speakers[i].name, identity) == 0)
			forgery_speak(ssl, t->speakers[i].speech);
}

void tls_context_free(struct tls_context *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < USES; i++)
		SSL_CTX_free(t->contexts[i]);
	identities_fini(&t->identities);
	for (size_t i = 0; i < t->speakers_count; i++)
		free(t->speakers[i].name);
	free(t->speakers);
	X509_STORE_free(t->trusted);
	BIO_meth_free(t->carrier);
	certificate_authority_fini(&t->authority);
	cookie_keys_fini(&t->cookies);
	free(t);
}

static void restrict_protocol(SSL_CTX *c, bool datagram)
{
	int version = session_version(datagram);
	certificate_must(SSL_CTX_set_min_proto_version(c, version));
	certificate_must(SSL_CTX_set_max_proto_version(c, version));
	certificate_must(SSL_CTX_set1_groups_list(c, "P-256"));
	certificate_must(SSL_CTX_set1_sigalgs_list(c, "ECDSA+SHA256"));
	certificate_must(
		SSL_CTX_set_ciphersuites(c, "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256"));
	certificate_must(SSL_CTX_set_cipher_list(c, "ECDHE-ECDSA-AES256-GCM-SHA384:"
						    "ECDHE-ECDSA-AES128-GCM-SHA256"));
	SSL_CTX_set_options(c, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
				       SSL_OP_NO_QUERY_MTU | SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
	certificate_must(SSL_CTX_set_num_tickets(c, 0));
	/* The CA stands in every trust store, so nobody sends it. */
	SSL_CTX_set_mode(c, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
}

static SSL_CTX *make(struct tls_context *t, const struct tls_use *use)
{
	const SSL_METHOD *method = use->datagram ? DTLS_method() : TLS_method();
	SSL_CTX *c = SSL_CTX_new_ex(t->authority.library, NULL, method);
	certificate_must(c != NULL);
	restrict_protocol(c, use->datagram);
	SSL_CTX_set1_cert_store(c, t->trusted);
	if (!use->opener && use->mutual)
		certificate_must(SSL_CTX_add_client_CA(c, t->authority.certificate));
	if (use->datagram) /* see dtls.c: how it is known that a record was dropped */
		SSL_CTX_clear_mode(c, SSL_MODE_AUTO_RETRY);
	if (!use->opener && use->datagram)
		SSL_CTX_set_options(c, SSL_OP_COOKIE_EXCHANGE);
	session_checks_install(c, use);
	return c;
}

SSL_CTX *tls_context_ssl(struct tls_context *t, const struct tls_use *use)
{
	unsigned index = (use->datagram ? 8u : 0) | (use->opener ? 4u : 0) |
			 (use->mutual ? 2u : 0) | (use->keylog ? 1u : 0);
	if (!t->contexts[index])
		t->contexts[index] = make(t, use);
	return t->contexts[index];
}

OSSL_LIB_CTX *tls_context_library(const struct tls_context *t)
{
	return t->authority.library;
}

int64_t tls_context_epoch_s(const struct tls_context *t)
{
	return t->authority.epoch_s;
}

const struct cookie_keys *tls_context_cookie_keys(struct tls_context *t, int64_t now_ns)
{
	cookie_keys_turn(&t->cookies, t->authority.library, now_ns);
	return &t->cookies;
}

const BIO_METHOD *tls_context_carrier(const struct tls_context *t)
{
	return t->carrier;
}
