/* outside.c - the stop-watches: each calls the real function and adds up how long it took. */
#include "tests/bench/outside.h"

#include <string.h>

#include "proto/crypto/crypto.h"
#include "proto/pipe/tls_context.h"
#include "sim/host/host.h"
#include "tests/bench/samples.h"

static int64_t spent_ns[OUTSIDES];

int64_t outside_ns(enum outside what)
{
	return spent_ns[what];
}

int64_t outside_all_ns(void)
{
	int64_t all = 0;
	for (size_t i = 0; i < OUTSIDES; i++)
		all += spent_ns[i];
	return all;
}

void outside_reset(void)
{
	memset(spent_ns, 0, sizeof spent_ns);
}

static void spend(enum outside what, int64_t begun)
{
	spent_ns[what] += clock_busy_ns() - begun;
}

/* The linker gives these names: __real_x is the product's x, and whoever calls x gets __wrap_x. */
struct host *__real_host_new(uint64_t seed, int64_t epoch_s);
struct host *__wrap_host_new(uint64_t seed, int64_t epoch_s);
void __real_host_free(struct host *h);
void __wrap_host_free(struct host *h);
struct crypto *__real_crypto_new(OSSL_LIB_CTX *library);
struct crypto *__wrap_crypto_new(OSSL_LIB_CTX *library);
void __real_crypto_free(struct crypto *c);
void __wrap_crypto_free(struct crypto *c);
struct tls_context *__real_tls_context_new(OSSL_LIB_CTX *library, int64_t epoch_s);
struct tls_context *__wrap_tls_context_new(OSSL_LIB_CTX *library, int64_t epoch_s);
void __real_tls_context_identity(struct tls_context *t, const char *identity,
				 const char *const *hosts, size_t count);
void __wrap_tls_context_identity(struct tls_context *t, const char *identity,
				 const char *const *hosts, size_t count);
void __real_tls_context_free(struct tls_context *t);
void __wrap_tls_context_free(struct tls_context *t);
SSL_CTX *__real_tls_context_ssl(struct tls_context *t, const struct tls_use *use);
SSL_CTX *__wrap_tls_context_ssl(struct tls_context *t, const struct tls_use *use);

struct host *__wrap_host_new(uint64_t seed, int64_t epoch_s)
{
	int64_t begun = clock_busy_ns();
	struct host *h = __real_host_new(seed, epoch_s);
	spend(OUTSIDE_LIBRARY, begun);
	return h;
}

void __wrap_host_free(struct host *h)
{
	int64_t begun = clock_busy_ns();
	__real_host_free(h);
	spend(OUTSIDE_LIBRARY, begun);
}

struct crypto *__wrap_crypto_new(OSSL_LIB_CTX *library)
{
	int64_t begun = clock_busy_ns();
	struct crypto *c = __real_crypto_new(library);
	spend(OUTSIDE_LIBRARY, begun);
	return c;
}

void __wrap_crypto_free(struct crypto *c)
{
	int64_t begun = clock_busy_ns();
	__real_crypto_free(c);
	spend(OUTSIDE_LIBRARY, begun);
}

struct tls_context *__wrap_tls_context_new(OSSL_LIB_CTX *library, int64_t epoch_s)
{
	int64_t begun = clock_busy_ns();
	struct tls_context *t = __real_tls_context_new(library, epoch_s);
	spend(OUTSIDE_CERTIFICATES, begun);
	return t;
}

void __wrap_tls_context_identity(struct tls_context *t, const char *identity,
				 const char *const *hosts, size_t count)
{
	int64_t begun = clock_busy_ns();
	__real_tls_context_identity(t, identity, hosts, count);
	spend(OUTSIDE_CERTIFICATES, begun);
}

void __wrap_tls_context_free(struct tls_context *t)
{
	int64_t begun = clock_busy_ns();
	__real_tls_context_free(t);
	spend(OUTSIDE_CERTIFICATES, begun);
}

SSL_CTX *__wrap_tls_context_ssl(struct tls_context *t, const struct tls_use *use)
{
	int64_t begun = clock_busy_ns();
	SSL_CTX *c = __real_tls_context_ssl(t, use);
	spend(OUTSIDE_CONTEXTS, begun);
	return c;
}
