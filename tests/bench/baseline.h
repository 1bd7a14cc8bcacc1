/* baseline.h - the cryptography of one activation with bare OpenSSL, and nothing else.
 *
 * For each channel of the inventory that was secured: one full handshake between two SSLs of this
 * process through memory BIOs, with the channel's certificates, curve and suites, then every
 * further record of the trace, in both directions, with its own size. For each secret that the
 * trace says an actor drew or derived: the operations that make it (baseline_secrets.c). For each
 * packet: SHA-256 of its bytes and of the hash before it. Not in it: library context, CA,
 * certificates, SSL_CTXs, which are made before and are not timed; and whatever the product adds:
 * simulated wires, reliable streams, relaying, codecs, tables, judges, records, redaction.
 */
#ifndef TESTS_BENCH_BASELINE_H
#define TESTS_BENCH_BASELINE_H

#include <openssl/evp.h>
#include <openssl/ssl.h>

#include "proto/pipe/certificate.h"
#include "tests/bench/inventory.h"

struct baseline {
	const struct inventory *inventory; /* borrowed */
	OSSL_LIB_CTX *library;
	struct certificate_authority authority;
	X509_STORE *trusted;
	EVP_PKEY *keys[FLOW_ACTORS_MAX]; /* of the flow's actors; NULL: not certified */
	X509 *certificates[FLOW_ACTORS_MAX];
	SSL_CTX *contexts[FLOW_CHANNELS_MAX][SIDES];
	EVP_MD *sha256, *sha512;
	EVP_MAC *hmac;
	EVP_KDF *hkdf;
	EVP_CIPHER *gcm;
};

/* Make what is not timed. inventory: finished, borrowed. Aborts when OpenSSL refuses. */
struct baseline *baseline_new(const struct inventory *inventory);
/* Do all of it once. Returns nanoseconds of work. */
int64_t baseline_run(struct baseline *b);
/* Do all of it once, and compare: each handshake's records must be those of the trace in number,
 * type and order, each size within what a DER signature varies; each further record the same size;
 * the secrets of the trace exactly those that the list of operations knows, as often. False, and
 * lines on standard error, when the baseline is not what the product does. */
bool baseline_is_same(struct baseline *b);
void baseline_free(struct baseline *b);

/* -- between the files of the baseline -- */

/* baseline_session.c: one handshake and the records after it. records: receives what was on the
 * wire; may be NULL. False when it fails. */
bool baseline_session(struct baseline *b, size_t channel, struct tls_records records[SIDES]);
/* How many of a side's records in the trace its handshake made: those in front of what it says. */
size_t baseline_handshake_records(const struct inventory *x, size_t channel,
				  enum inventory_side side);
SSL_CTX *baseline_context(struct baseline *b, size_t channel, enum inventory_side side);

/* baseline_secrets.c */
void baseline_secrets_fetch(struct baseline *b);
void baseline_secrets_run(struct baseline *b);
bool baseline_secrets_are_same(const struct inventory *x);
void baseline_secrets_free(struct baseline *b);

#endif
