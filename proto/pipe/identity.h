/* identity.h - those whose certificates a run's CA has issued, many of them at little memory.
 *
 * Inside proto/pipe only. OpenSSL's objects of one certificate and its key take ten times the bytes
 * that both are, so a run of many devices keeps the bytes, and the objects while a session presents
 * them.
 */
#ifndef PROTO_PIPE_IDENTITY_H
#define PROTO_PIPE_IDENTITY_H

#include <openssl/ssl.h>

#include "proto/pipe/certificate.h"
#include "proto/pipe/forgery.h"

enum { IDENTITIES_FEW = 8 }; /* up to so many keep their objects */

struct identity;

/* Zero it to begin. */
struct identities {
	struct identity *list; /* in the order in which they were issued */
	size_t count, room;
};

/* Issue a certificate for a new key: name, at most 64 bytes and given to nobody before, and hosts
 * are copied. Aborts when OpenSSL refuses. */
void identities_issue(struct identities *x, struct certificate_authority *a, const char *name,
		      const char *const *hosts, size_t count);
/* Let ssl present it. Returns its number, for identities_release when ssl has been freed. An unknown
 * name is a bug and aborts. */
size_t identities_present(struct identities *x, OSSL_LIB_CTX *library, const char *name, SSL *ssl);
void identities_release(struct identities *x, size_t number);
/* Replace what name presents by a false one; a name that is new has none but that. */
void identities_forge(struct identities *x, struct certificate_authority *a, const char *name,
		      const struct certificate_spec *usual, const struct tls_forged *f);
void identities_fini(struct identities *x);

/* forgery.c */
struct forged {
	X509 *certificate;
	EVP_PKEY *key;
	X509 *between; /* goes with it; NULL: none */
};
/* Make a false certificate from what a true one says. The caller frees what is in out. */
void forgery_issue(struct certificate_authority *a, const struct certificate_spec *usual,
		   const struct tls_forged *f, struct forged *out);
/* Let a session that is to begin speak otherwise, where that concerns its protocol. */
void forgery_speak(SSL *ssl, enum tls_speech speech);

#endif
