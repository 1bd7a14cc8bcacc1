/* random.c - a built-in OpenSSL provider that offers one EVP_RAND.
 *
 * It generates nothing itself: every request is handed to host_draw. It exists because OpenSSL 3
 * takes randomness only from a provider; libssl and libcrypto then draw from it without knowing.
 */
#include "sim/host/random.h"

#include <string.h>

#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/provider.h>
#include <openssl/rand.h>

enum { STRENGTH_BITS = 256, REQUEST_MAX = 1 << 16 };

static const char generator_name[] = "ACTFLOW-SEEDED";

struct generator {
	int state; /* EVP_RAND_STATE_* */
};

static void *generator_new(void *provider, void *parent, const OSSL_DISPATCH *calls)
{
	(void)provider, (void)parent, (void)calls;
	return OPENSSL_zalloc(sizeof(struct generator));
}

static void generator_free(void *context)
{
	OPENSSL_free(context);
}

static int generator_instantiate(void *context, unsigned int strength, int resistance,
				 const unsigned char *personal, size_t personal_size,
				 const OSSL_PARAM params[])
{
	struct generator *g = context;
	(void)strength, (void)resistance, (void)personal, (void)personal_size, (void)params;
	g->state = EVP_RAND_STATE_READY;
	return 1;
}

static int generator_uninstantiate(void *context)
{
	struct generator *g = context;
	g->state = EVP_RAND_STATE_UNINITIALISED;
	return 1;
}

static int generator_generate(void *context, unsigned char *out, size_t size, unsigned int strength,
			      int resistance, const unsigned char *extra, size_t extra_size)
{
	(void)context, (void)strength, (void)resistance, (void)extra, (void)extra_size;
	return host_draw(out, size);
}

static int generator_reseed(void *context, int resistance, const unsigned char *entropy,
			    size_t entropy_size, const unsigned char *extra, size_t extra_size)
{
	(void)context, (void)resistance, (void)entropy, (void)entropy_size, (void)extra;
	(void)extra_size;
	return 1; /* the seed of the run is the only entropy there is */
}

static int generator_lock_enable(void *context)
{
	(void)context;
	return 1; /* one thread a run */
}

static int generator_lock(void *context)
{
	(void)context;
	return 1;
}

static void generator_unlock(void *context)
{
	(void)context;
}

static const OSSL_PARAM *generator_gettable(void *context, void *provider)
{
	static const OSSL_PARAM known[] = { OSSL_PARAM_int(OSSL_RAND_PARAM_STATE, NULL),
					    OSSL_PARAM_uint(OSSL_RAND_PARAM_STRENGTH, NULL),
					    OSSL_PARAM_size_t(OSSL_RAND_PARAM_MAX_REQUEST, NULL),
					    OSSL_PARAM_END };
	(void)context, (void)provider;
	return known;
}

static int generator_get(void *context, OSSL_PARAM params[])
{
	struct generator *g = context;
	OSSL_PARAM *p = OSSL_PARAM_locate(params, OSSL_RAND_PARAM_STATE);
	if (p && !OSSL_PARAM_set_int(p, g->state))
		return 0;
	p = OSSL_PARAM_locate(params, OSSL_RAND_PARAM_STRENGTH);
	if (p && !OSSL_PARAM_set_uint(p, STRENGTH_BITS))
		return 0;
	p = OSSL_PARAM_locate(params, OSSL_RAND_PARAM_MAX_REQUEST);
	return !p || OSSL_PARAM_set_size_t(p, REQUEST_MAX);
}

#define CALL(id, function)                                                                         \
	{                                                                                          \
		id, (void (*)(void))(function)                                                     \
	}
static const OSSL_DISPATCH generator_calls[] = {
	CALL(OSSL_FUNC_RAND_NEWCTX, generator_new),
	CALL(OSSL_FUNC_RAND_FREECTX, generator_free),
	CALL(OSSL_FUNC_RAND_INSTANTIATE, generator_instantiate),
	CALL(OSSL_FUNC_RAND_UNINSTANTIATE, generator_uninstantiate),
	CALL(OSSL_FUNC_RAND_GENERATE, generator_generate),
	CALL(OSSL_FUNC_RAND_RESEED, generator_reseed),
	CALL(OSSL_FUNC_RAND_ENABLE_LOCKING, generator_lock_enable),
	CALL(OSSL_FUNC_RAND_LOCK, generator_lock),
	CALL(OSSL_FUNC_RAND_UNLOCK, generator_unlock),
	CALL(OSSL_FUNC_RAND_GETTABLE_CTX_PARAMS, generator_gettable),
	CALL(OSSL_FUNC_RAND_GET_CTX_PARAMS, generator_get),
	{ 0, NULL },
};

static const OSSL_ALGORITHM algorithms[] = {
	{ generator_name, "provider=actflow", generator_calls, "seeded randomness of one run" },
	{ NULL, NULL, NULL, NULL },
};

static const OSSL_ALGORITHM *provider_query(void *provider, int operation, int *no_cache)
{
	(void)provider;
	*no_cache = 0;
	return operation == OSSL_OP_RAND ? algorithms : NULL;
}

static const OSSL_DISPATCH provider_calls[] = {
	CALL(OSSL_FUNC_PROVIDER_QUERY_OPERATION, provider_query),
	{ 0, NULL },
};

static int provider_init(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in,
			 const OSSL_DISPATCH **out, void **context)
{
	(void)in;
	*out = provider_calls;
	*context = (void *)(uintptr_t)handle; /* must not be NULL; nothing reads it */
	return 1;
}

OSSL_PROVIDER *random_install(OSSL_LIB_CTX *library)
{
	if (OSSL_PROVIDER_add_builtin(library, "actflow", provider_init) != 1)
		return NULL;
	OSSL_PROVIDER *seeded = OSSL_PROVIDER_load(library, "actflow");
	if (seeded &&
	    RAND_set_DRBG_type(library, generator_name, "provider=actflow", NULL, NULL) == 1)
		return seeded;
	OSSL_PROVIDER_unload(seeded);
	return NULL;
}
