/* algorithms.c - a built-in OpenSSL provider that passes on some algorithms of the default one.
 *
 * It implements none. OpenSSL 3.0 keeps no memory of which decoder fits a key: for each certificate
 * that a peer shows it asks every decoder of every provider, some seventy, of which a run needs
 * three. That was an eighth of an activation, and as much again of making its SSL_CTXs. Whoever
 * needs another algorithm in a run adds its name here; what is missing fails where it is fetched.
 * MD5-SHA1 and AES-128-CBC are for those who speak as nobody should any more (forgery.c).
 */
#include "sim/host/algorithms.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/params.h>
#include <openssl/provider.h>

enum {
	KEPT_MAX = 8,         /* algorithms of one operation */
	CURVE_CALLS_MAX = 40, /* functions of one algorithm */
};

/* clang-format off */
static const struct {
	int operation;
	const char *form;                /* what the properties must name too; NULL: nothing */
	const char *names[KEPT_MAX + 1]; /* as OpenSSL's own list has them first */
} wanted[] = {
	{ OSSL_OP_DIGEST,    NULL, { "SHA1", "SHA2-256", "SHA2-384", "SHA2-512", "MD5-SHA1" } },
	{ OSSL_OP_CIPHER,    NULL, { "AES-256-GCM", "AES-128-GCM", "AES-128-CBC" } },
	{ OSSL_OP_MAC,       NULL, { "HMAC" } },
	{ OSSL_OP_KDF,       NULL, { "HKDF", "TLS13-KDF", "TLS1-PRF" } },
	{ OSSL_OP_KEYMGMT,   NULL, { "EC" } },
	{ OSSL_OP_KEYEXCH,   NULL, { "ECDH" } },
	{ OSSL_OP_SIGNATURE, NULL, { "ECDSA" } },
	{ OSSL_OP_ENCODER,   "output=der", { "EC" } },
	{ OSSL_OP_DECODER,   "input=der",  { "EC" } },
};
/* clang-format on */
enum { OPERATIONS = sizeof wanted / sizeof *wanted };

/* OpenSSL hands a built-in provider nothing of ours, so what it passes on stands here. */
static OSSL_PROVIDER *source;
static OSSL_ALGORITHM kept[OPERATIONS][KEPT_MAX + 1]; /* the last of each is all zero */

static bool is_first_name(const char *name, const char *names)
{
	size_t size = strlen(name);
	return strncmp(name, names, size) == 0 && (names[size] == ':' || names[size] == '\0');
}

static bool is_wanted(size_t operation, const OSSL_ALGORITHM *a)
{
	const char *form = wanted[operation].form;
	bool found = false;
	for (size_t i = 0; !found && wanted[operation].names[i]; i++)
		found = is_first_name(wanted[operation].names[i], a->algorithm_names);
	return found && (!form || strstr(a->property_definition, form));
}

static void keep(size_t operation)
{
	int no_cache = 0;
	size_t count = 0;
	const OSSL_ALGORITHM *all =
		OSSL_PROVIDER_query_operation(source, wanted[operation].operation, &no_cache);
	for (; all && all->algorithm_names; all++) {
		if (!is_wanted(operation, all))
			continue;
		assert(count < KEPT_MAX);
		kept[operation][count++] = *all;
	}
	kept[operation][count] = (OSSL_ALGORITHM){ 0 };
}

/* -- points of peers -- */

static OSSL_DISPATCH curve_calls[CURVE_CALLS_MAX]; /* EC's key management, with our validate */
static OSSL_FUNC_keymgmt_validate_fn *validate_curve;

/* libssl has the point of each peer multiplied by the order of its group, which is as dear as the
 * agreement itself. In a group of prime order, and those of a run have no other (TLS offers P-256,
 * the suites are P-256, P-384 and P-521, and OpenSSL derives between keys of one group only), every
 * point on the curve but infinity has that order: the quick check finds both (SP
 * 800-56A 5.6.2.3.4). Keys with a private half are checked as they were. */
static int validate(const void *key, int selection, int type)
{
	bool shorter = (selection & OSSL_KEYMGMT_SELECT_KEYPAIR) == OSSL_KEYMGMT_SELECT_PUBLIC_KEY;
	return validate_curve(key, selection, shorter ? OSSL_KEYMGMT_VALIDATE_QUICK_CHECK : type);
}

static void replace_validate(OSSL_ALGORITHM *curve)
{
	const OSSL_DISPATCH *all = curve->implementation;
	size_t i = 0;
	for (; all[i].function_id; i++) {
		assert(i + 1 < CURVE_CALLS_MAX);
		curve_calls[i] = all[i];
		if (all[i].function_id != OSSL_FUNC_KEYMGMT_VALIDATE)
			continue;
		validate_curve = OSSL_FUNC_keymgmt_validate(&all[i]);
		curve_calls[i].function = (void (*)(void))validate;
	}
	curve_calls[i] = (OSSL_DISPATCH){ 0, NULL };
	assert(validate_curve);
	curve->implementation = curve_calls;
}

/* -- what OpenSSL calls -- */

static const OSSL_ALGORITHM *query(void *provider, int operation, int *no_cache)
{
	(void)provider;
	*no_cache = 0;
	for (size_t i = 0; i < OPERATIONS; i++)
		if (wanted[i].operation == operation)
			return kept[i];
	return NULL;
}

struct hearer {
	OSSL_CALLBACK *tell;
	void *context;
};

/* Groups of the curves that a run may use, under each of their names: OpenSSL looks for the
 * algorithms of every group that it hears. */
static int tell_group(const OSSL_PARAM params[], void *context)
{
	enum { SECP256R1 = 23, SECP521R1 = 25 }; /* RFC 8446 4.2.7, secp384r1 between them */
	const struct hearer *hearer = context;
	const OSSL_PARAM *p = OSSL_PARAM_locate_const(params, OSSL_CAPABILITY_TLS_GROUP_ID);
	unsigned group = 0;
	if (!p || OSSL_PARAM_get_uint(p, &group) != 1)
		return 0;
	return group < SECP256R1 || group > SECP521R1 || hearer->tell(params, hearer->context);
}

static int capabilities(void *provider, const char *capability, OSSL_CALLBACK *tell, void *context)
{
	struct hearer hearer = { .tell = tell, .context = context };
	(void)provider;
	if (strcmp(capability, "TLS-GROUP") != 0)
		return 1;
	return OSSL_PROVIDER_get_capabilities(source, capability, tell_group, &hearer);
}

static const OSSL_DISPATCH calls[] = {
	{ OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))query },
	{ OSSL_FUNC_PROVIDER_GET_CAPABILITIES, (void (*)(void))capabilities },
	{ 0, NULL },
};

/* The algorithms are called as the default provider's own: with its context. */
static int init(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in, const OSSL_DISPATCH **out,
		void **context)
{
	(void)handle, (void)in;
	for (size_t i = 0; i < OPERATIONS; i++) {
		keep(i);
		if (wanted[i].operation == OSSL_OP_KEYMGMT)
			replace_validate(&kept[i][0]);
	}
	*out = calls;
	*context = OSSL_PROVIDER_get0_provider_ctx(source);
	return 1;
}

OSSL_PROVIDER *algorithms_load(OSSL_LIB_CTX *library, OSSL_PROVIDER *standard)
{
	source = standard;
	if (OSSL_PROVIDER_add_builtin(library, "actflow-algorithms", init) != 1)
		return NULL;
	return OSSL_PROVIDER_load(library, "actflow-algorithms");
}
