/* certificate.h - the run's own X.509 certificates: a CA, and leaves for hosts. */
#ifndef PROTO_PIPE_CERTIFICATE_H
#define PROTO_PIPE_CERTIFICATE_H

#include <stdint.h>

#include <openssl/x509.h>

#include "proto/bytes.h"

/* What is made here is our own, so OpenSSL refusing it is a bug of ours: unless good > 0, print
 * OpenSSL's errors and abort. */
void certificate_must(long good);

#define CERTIFICATE_AUTHORITY "actflow run CA" /* CN of who issues */

/* Who issues. */
struct certificate_authority {
	OSSL_LIB_CTX *library; /* borrowed */
	int64_t epoch_s;       /* validity is counted from here */
	EVP_PKEY *key;
	X509 *certificate;
	long serial; /* of the last certificate issued */
};

/* What a certificate says, and who says it. All borrowed. */
struct certificate_spec {
	const char *name;         /* CN */
	const char *const *hosts; /* subjectAltName */
	size_t hosts_count;       /* 0: none is said */
	uint32_t address;         /* subjectAltName, when no host is said: IPv4; 0: none */
	const char *behind_nul;   /* in name and hosts, behind a NUL; NULL: nothing */
	int64_t begins_s, ends_s; /* Unix time */
	const char *constraints, *usage,
		*use; /* as OpenSSL's configuration has them; use: NULL: any */
	X509 *issuer; /* NULL: itself */
	EVP_PKEY *issuer_key;
};
/* Make a certificate for key; the caller frees it. Aborts when OpenSSL refuses. */
X509 *certificate_make(struct certificate_authority *a, EVP_PKEY *key,
		       const struct certificate_spec *s);
/* What certificate_issue says. */
struct certificate_spec certificate_usual(const struct certificate_authority *a, const char *name,
					  const char *const *hosts, size_t count);
/* Make a key and a self-signed certificate. Aborts when OpenSSL refuses. */
void certificate_authority_init(struct certificate_authority *a, OSSL_LIB_CTX *library,
				int64_t epoch_s);
/* Issue a certificate for key: CN = name, subjectAltName = hosts, for servers and clients. The
 * caller frees it. Aborts when OpenSSL refuses. */
X509 *certificate_issue(struct certificate_authority *a, EVP_PKEY *key, const char *name,
			const char *const *hosts, size_t count);
/* A fresh P-256 key of the authority's library context; the caller frees it. */
EVP_PKEY *certificate_key_new(const struct certificate_authority *a);
void certificate_authority_fini(struct certificate_authority *a);

#endif
