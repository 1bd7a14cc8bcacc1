/* tls_context.c - holds a run's CA and identities, and makes each SSL_CTX at its first use.
 *
 * One SSL_CTX serves all sessions of one use; making it costs more than a handshake's arithmetic.
 */
#include "proto/pipe/tls_context.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>

#include "proto/pipe/certificate.h"
#include "proto/pipe/session.h"

enum { USES = 2 * 2 * 2 * 2 }; /* datagram, opener, mutual, keylog */

struct identity {
	char *name;
	EVP_PKEY *key;
	X509 *certificate;
	SSL_CTX *contexts[USES];
};

struct tls_context {
	struct certificate_authority authority;
	X509_STORE *trusted; /* the CA alone; shared by every SSL_CTX */
	BIO_METHOD *carrier;
	uint8_t cookie_key[TLS_COOKIE_KEY_SIZE];
	struct identity anonymous; /* clients that present no certificate */
	struct identity *identities;
	size_t count;
};

struct tls_context *tls_context_new(OSSL_LIB_CTX *library, int64_t epoch_s)
{
	struct tls_context *t = calloc(1, sizeof *t);
	certificate_must(t != NULL);
	certificate_authority_init(&t->authority, library, epoch_s);
	t->trusted = X509_STORE_new();
	certificate_must(t->trusted && X509_STORE_add_cert(t->trusted, t->authority.certificate));
	t->carrier = carrier_method_new();
	certificate_must(RAND_bytes_ex(library, t->cookie_key, sizeof t->cookie_key, 0) == 1);
	return t;
}

static struct identity *find(struct tls_context *t, const char *name)
{
	for (size_t i = 0; i < t->count; i++)
		if (strcmp(t->identities[i].name, name) == 0)
			return &t->identities[i];
	return NULL;
}

void tls_context_identity(struct tls_context *t, const char *identity, const char *const *hosts,
			  size_t count)
{
	assert(!find(t, identity) && strlen(identity) <= 64);
	struct identity *list = realloc(t->identities, (t->count + 1) * sizeof *list);
	certificate_must(list != NULL);
	t->identities = list;
	struct identity *i = &list[t->count++];
	*i = (struct identity){ .name = strdup(identity) };
	certificate_must(i->name != NULL);
	i->key = certificate_key_new(&t->authority);
	i->certificate = certificate_issue(&t->authority, i->key, identity, hosts, count);
}

static void identity_fini(struct identity *i)
{
	for (size_t u = 0; u < USES; u++)
		SSL_CTX_free(i->contexts[u]);
	X509_free(i->certificate);
	EVP_PKEY_free(i->key);
	free(i->name);
}

void tls_context_free(struct tls_context *t)
{
	if (!t)
		return;
	identity_fini(&t->anonymous);
	for (size_t i = 0; i < t->count; i++)
		identity_fini(&t->identities[i]);
	free(t->identities);
	X509_STORE_free(t->trusted);
	BIO_meth_free(t->carrier);
	certificate_authority_fini(&t->authority);
	OPENSSL_cleanse(t->cookie_key, sizeof t->cookie_key);
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

static SSL_CTX *make(struct tls_context *t, const struct identity *i, const struct tls_use *use)
{
	const SSL_METHOD *method = use->datagram ? DTLS_method() : TLS_method();
	SSL_CTX *c = SSL_CTX_new_ex(t->authority.library, NULL, method);
	certificate_must(c != NULL);
	restrict_protocol(c, use->datagram);
	SSL_CTX_set1_cert_store(c, t->trusted);
	if (i->certificate) {
		certificate_must(SSL_CTX_use_certificate(c, i->certificate));
		certificate_must(SSL_CTX_use_PrivateKey(c, i->key));
	}
	if (!use->opener && use->mutual)
		certificate_must(SSL_CTX_add_client_CA(c, t->authority.certificate));
	if (!use->opener && use->datagram)
		SSL_CTX_set_options(c, SSL_OP_COOKIE_EXCHANGE);
	session_checks_install(c, use);
	return c;
}

SSL_CTX *tls_context_ssl(struct tls_context *t, const struct tls_use *use)
{
	bool anonymous = use->opener && !use->mutual;
	struct identity *i = anonymous ? &t->anonymous : find(t, use->identity);
	assert(i);
	unsigned index = (use->datagram ? 8u : 0) | (use->opener ? 4u : 0) |
			 (use->mutual ? 2u : 0) | (use->keylog ? 1u : 0);
	if (!i->contexts[index])
		i->contexts[index] = make(t, i, use);
	return i->contexts[index];
}

OSSL_LIB_CTX *tls_context_library(const struct tls_context *t)
{
	return t->authority.library;
}

int64_t tls_context_epoch_s(const struct tls_context *t)
{
	return t->authority.epoch_s;
}

const uint8_t *tls_context_cookie_key(const struct tls_context *t)
{
	return t->cookie_key;
}

const BIO_METHOD *tls_context_carrier(const struct tls_context *t)
{
	return t->carrier;
}
