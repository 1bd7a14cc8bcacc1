/* identity.h - those whose certificates a run's CA has issued, many of them at little memory.
 *
 * Inside proto/pipe only. OpenSSL's objects of one certificate and its key take ten times the bytes
 * that both are, so a run of a thousand devices keeps the bytes, and the objects of those who were
 * last asked for.
 */
#ifndef PROTO_PIPE_IDENTITY_H
#define PROTO_PIPE_IDENTITY_H

#include <openssl/ssl.h>

#include "proto/pipe/certificate.h"

enum { IDENTITIES_READ_MAX = 16 };

struct identity;

/* Zero it to begin. */
struct identities {
	struct identity *list; /* in the order in which they were issued */
	size_t count, room;
	uint64_t uses;                    /* counts them */
	size_t read[IDENTITIES_READ_MAX]; /* numbers of those whose objects are kept */
	size_t read_count;
};

/* Issue a certificate for a new key: name, at most 64 bytes and given to nobody before, and hosts
 * are copied. Aborts when OpenSSL refuses. */
void identities_issue(struct identities *x, struct certificate_authority *a, const char *name,
		      const char *const *hosts, size_t count);
/* Let ssl present it. An unknown name is a bug and aborts. */
void identities_present(struct identities *x, OSSL_LIB_CTX *library, const char *name, SSL *ssl);
void identities_fini(struct identities *x);

#endif
