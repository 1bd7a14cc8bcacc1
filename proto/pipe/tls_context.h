/* tls_context.h - the keys and certificates of one run: a CA of its own, and one identity an actor.
 *
 * Every key, serial number and cookie secret comes from the library context given, so a seeded one
 * makes all bytes reproducible. Not a session: tls.c and dtls.c open those from a context.
 */
#ifndef PROTO_PIPE_TLS_CONTEXT_H
#define PROTO_PIPE_TLS_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/bio.h>
#include <openssl/types.h>

enum {
	TLS_DAY_S = 24 * 60 * 60,
	TLS_CA_DAYS = 3650,       /* the CA's certificate ends this many days after the epoch */
	TLS_IDENTITY_DAYS = 90,   /* and an identity's; both begin one day before the epoch */
};

struct tls_context;
struct cookie_keys; /* proto/pipe/cookie.h */

/* Make a context with a fresh P-256 CA. library: borrowed, must outlive the context. epoch_s: Unix
 * time of virtual time 0; certificates are judged at epoch_s plus the time of the call that feeds
 * them. Never NULL: an OpenSSL that cannot make a certificate aborts. */
struct tls_context *tls_context_new(OSSL_LIB_CTX *library, int64_t epoch_s);

/* Give `identity` (at most 64 bytes, the certificate's CN) a P-256 key and a certificate of the CA
 * for these host names (its subjectAltName). All are copied. Serial numbers count up in the order
 * of the calls; naming an identity twice is a bug and aborts. */
void tls_context_identity(struct tls_context *t, const char *identity, const char *const *hosts,
			  size_t count);

/* From now on `identity`, one that was given or a new one, presents a false certificate; hosts as
 * for a true one. Draws a key of its own. Before the first session of it. */
struct tls_forged; /* proto/pipe/forgery.h */
void tls_context_forge(struct tls_context *t, const char *identity, const char *const *hosts,
		       size_t count, const struct tls_forged *f);
/* Sessions of `identity`, whether it presents a certificate or not, speak otherwise: enum
 * tls_speech. */
void tls_context_speak(struct tls_context *t, const char *identity, int speech);

/* NULL-safe. No session may be left. */
void tls_context_free(struct tls_context *t);

/* What sessions ask of their context. */

/* Which SSL_CTX a session needs. */
struct tls_use {
	bool datagram; /* DTLS 1.2, else TLS 1.3 */
	bool opener;   /* client */
	bool mutual;   /* the client presents a certificate */
	bool keylog;   /* secrets are logged; formatting them costs 3 % of a handshake */
};

/* The SSL_CTX for this use, made at its first use and shared; borrowed. Making it draws: who wants
 * that apart from what its sessions draw asks for it before. */
SSL_CTX *tls_context_ssl(struct tls_context *t, const struct tls_use *use);

/* Let a session present the certificate of `identity`. Returns its number, for tls_context_release
 * when ssl has been freed. One that was never given is a bug and aborts. */
size_t tls_context_present(struct tls_context *t, const char *identity, SSL *ssl);
void tls_context_release(struct tls_context *t, size_t number);

/* Have a new session of `identity` speak as was said of it. */
void tls_context_tune(const struct tls_context *t, const char *identity, SSL *ssl);

OSSL_LIB_CTX *tls_context_library(const struct tls_context *t);
int64_t tls_context_epoch_s(const struct tls_context *t);
/* The secrets that DTLS cookies are made with, at this time; borrowed. Draws at most once an hour. */
const struct cookie_keys *tls_context_cookie_keys(struct tls_context *t, int64_t now_ns);
/* How sessions meet the bytes of pipes: a byte stream, or datagrams that keep their boundaries. */
const BIO_METHOD *tls_context_carrier(const struct tls_context *t);

#endif
