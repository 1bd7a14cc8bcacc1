/* outside.h - what a run does that is no activation: its library, its CA and certificates, its
 * SSL_CTXs.
 *
 * The linker puts a stop-watch around the product's own functions that make and release them
 * (--wrap, meson.build), so what is left out is taken from the very run that is measured and is not
 * estimated by another.
 */
#ifndef TESTS_BENCH_OUTSIDE_H
#define TESTS_BENCH_OUTSIDE_H

#include <stdint.h>

/* In the order of a run. */
enum outside {
	OUTSIDE_LIBRARY,      /* host_new, crypto_new, host_free, crypto_free */
	OUTSIDE_CERTIFICATES, /* tls_context_new, tls_context_identity, tls_context_free */
	OUTSIDE_CONTEXTS,     /* tls_context_ssl: an SSL_CTX at its first use */
	OUTSIDES
};

/* Nanoseconds of work spent there since the last outside_reset. */
int64_t outside_ns(enum outside what);
int64_t outside_all_ns(void);
void outside_reset(void);

#endif
