/* baseline_secrets.c - for each secret that an activation holds, the operations that make it.
 *
 * The table below is the whole list. A class or an origin that the trace has and the table has not,
 * or another number of them, fails the benchmark: then the construction has changed, and so must
 * the table. Keys and inputs are zeros of the right size; the cost of these operations does not
 * depend on them. The peer's point is checked on its curve, once a derivation.
 */
#include "tests/bench/baseline.h"

#include <stdio.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

enum operation {
	END,
	DRAW,      /* 32 random bytes */
	HASH256,   /* of one message */
	HASH512,   /* of a transcript */
	HMAC256,   /* of one message */
	HMAC512,   /* of one message */
	EXTRACT,   /* HKDF with SHA-512 */
	EXPAND,    /* HKDF with SHA-512 */
	EXPAND256, /* HKDF with SHA-256 */
	GCM,       /* AES-256-GCM, sealed or opened */
	KEYGEN,    /* P-521 */
	AGREE,     /* P-521: the peer's point read and checked, Z derived */
	OPERATIONS_MAX = 8,
	OWN_KEYS = 2,
};

static const struct {
	const char *class, *origin;
	size_t count; /* in one next-app activation */
	uint8_t operations[OPERATIONS_MAX];
} secrets[] = {
	/* line 2 of SECURE-CHANNEL.md: drawn with its typed form; v and s are made at once */
	{ "access_key", "drawn", 2, { DRAW, HASH256 } },
	{ "access_key", "received", 2, { END } },
	{ "verifier", "derived", 1, { HASH256 } },
	{ "verifier", "received", 1, { HASH256 } }, /* its stored form is compared */
	/* line 4: the token is sealed beside it, and opened at UEM */
	{ "master_link_key", "drawn", 1, { DRAW, DRAW, HMAC256 } },
	{ "master_link_key", "received", 1, { END } },
	{ "token_key", "initial", 2, { DRAW } },
	{ "app_ephemeral", "drawn", 1, { KEYGEN, DRAW } },
	{ "uem_ephemeral", "drawn", 1, { KEYGEN, HMAC256 } }, /* and T is opened */
	/* lines 5 and 6: tag1, and the hash that names M1, at both ends */
	{ "p0", "derived", 2, { EXTRACT } },
	{ "k1", "derived", 2, { EXPAND, HMAC512, HASH256 } },
	/* lines 8 and 9: th1, tag2 and th2 at both ends */
	{ "shared_secret", "derived", 2, { AGREE } },
	{ "p1", "derived", 2, { EXTRACT, HASH512 } },
	{ "k2", "derived", 2, { EXPAND, HMAC512, HASH512 } },
	/* lines 10 to 12: key and nonce each way; M3 and M4 at both ends */
	{ "ka", "derived", 2, { EXPAND, EXPAND, GCM } },
	{ "ku", "derived", 2, { EXPAND, EXPAND, GCM, HASH256 } },
	{ "master_session_key", "drawn", 1, { DRAW } },
	{ "master_session_key", "received", 1, { END } },
	/* line 14: the key request and its reply, each sealed at one end and opened at the other */
	{ "active_session_key", "initial", 2, { DRAW } },
	{ "active_session_key", "derived", 2, { DRAW, EXPAND256, GCM, EXPAND256, GCM } },
	/* of TLS and DTLS: made by the handshakes themselves */
	{ "tls", "derived", 46, { END } },
};
enum { SECRETS = sizeof secrets / sizeof *secrets };

bool baseline_secrets_are_same(const struct inventory *x)
{
	bool good = true;
	size_t known = 0;
	for (size_t i = 0; i < SECRETS; i++) {
		size_t count = inventory_held(x, secrets[i].class, secrets[i].origin);
		known += count > 0;
		if (count == secrets[i].count)
			continue;
		fprintf(stderr, "bench: secrets %s %s: expected %zu, actual %zu in the trace\n",
			secrets[i].class, secrets[i].origin, secrets[i].count, count);
		good = false;
	}
	if (known == x->holds_count)
		return good;
	fprintf(stderr, "bench: the trace has %zu kinds of secrets, expected %zu\n", x->holds_count,
		known);
	return false;
}

void baseline_secrets_fetch(struct baseline *b)
{
	b->sha256 = EVP_MD_fetch(b->library, "SHA256", NULL);
	b->sha512 = EVP_MD_fetch(b->library, "SHA512", NULL);
	b->hmac = EVP_MAC_fetch(b->library, "HMAC", NULL);
	b->hkdf = EVP_KDF_fetch(b->library, "HKDF", NULL);
	b->gcm = EVP_CIPHER_fetch(b->library, "AES-256-GCM", NULL);
	certificate_must(b->sha256 && b->sha512 && b->hmac && b->hkdf && b->gcm);
}

void baseline_secrets_free(struct baseline *b)
{
	EVP_MD_free(b->sha256);
	EVP_MD_free(b->sha512);
	EVP_MAC_free(b->hmac);
	EVP_KDF_free(b->hkdf);
	EVP_CIPHER_free(b->gcm);
}

/* -- one operation each -- */

struct work {
	struct baseline *b;
	size_t size; /* bytes of the message that is hashed or sealed */
	uint8_t in[4096], out[4096];
	EVP_PKEY *own[OWN_KEYS]; /* in the order of their making */
	size_t own_count, agreed;
};

static void hash(struct work *w, const EVP_MD *digest)
{
	unsigned size = 0;
	certificate_must(EVP_Digest(w->in, w->size, w->out, &size, digest, NULL));
}

static void authenticate(struct work *w, const char *digest)
{
	size_t size = 0;
	OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
								 (char *)digest, 0),
				OSSL_PARAM_construct_end() };
	EVP_MAC_CTX *c = EVP_MAC_CTX_new(w->b->hmac);
	certificate_must(c && EVP_MAC_init(c, w->in, 32, params) &&
			 EVP_MAC_update(c, w->in, w->size) &&
			 EVP_MAC_final(c, w->out, &size, sizeof w->out));
	EVP_MAC_CTX_free(c);
}

static void derive(struct work *w, int mode, const char *digest)
{
	size_t size = mode == EVP_KDF_HKDF_MODE_EXTRACT_ONLY ? 64 : 32;
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)digest, 0),
		OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, w->in, 64),
		OSSL_PARAM_construct_octet_string(mode == EVP_KDF_HKDF_MODE_EXTRACT_ONLY
							  ? OSSL_KDF_PARAM_SALT
							  : OSSL_KDF_PARAM_INFO,
						  w->in, 64),
		OSSL_PARAM_construct_end(),
	};
	EVP_KDF_CTX *c = EVP_KDF_CTX_new(w->b->hkdf);
	certificate_must(c && EVP_KDF_derive(c, w->out, size, params));
	EVP_KDF_CTX_free(c);
}

/* Sealing and opening cost the same. */
static void seal(struct work *w)
{
	int written = 0;
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	certificate_must(c && EVP_EncryptInit_ex2(c, w->b->gcm, w->in, w->in, NULL) &&
			 EVP_EncryptUpdate(c, NULL, &written, w->in, 64) &&
			 EVP_EncryptUpdate(c, w->out, &written, w->in, (int)w->size) &&
			 EVP_EncryptFinal_ex(c, w->out + written, &written) &&
			 EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, 16, w->out));
	EVP_CIPHER_CTX_free(c);
}

static void generate(struct work *w)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(w->b->library, NULL, "EC", "P-521");
	certificate_must(key && w->own_count < OWN_KEYS);
	w->own[w->own_count++] = key;
}

static EVP_PKEY *read_point(struct work *w, const uint8_t *point, size_t size)
{
	char group[] = "P-521";
	EVP_PKEY *key = NULL;
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)point, size),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(w->b->library, "EC", NULL);
	certificate_must(c && EVP_PKEY_fromdata_init(c) == 1 &&
			 EVP_PKEY_fromdata(c, &key, EVP_PKEY_PUBLIC_KEY, params) == 1);
	EVP_PKEY_CTX_free(c);
	c = EVP_PKEY_CTX_new_from_pkey(w->b->library, key, NULL);
	certificate_must(c && EVP_PKEY_public_check_quick(c) == 1);
	EVP_PKEY_CTX_free(c);
	return key;
}

/* Between the two keys that were made, once from each side. */
static void agree(struct work *w)
{
	uint8_t point[133];
	size_t size = 0, z = sizeof w->out;
	EVP_PKEY *own = w->own[w->agreed % OWN_KEYS], *other = w->own[++w->agreed % OWN_KEYS];
	certificate_must(EVP_PKEY_get_octet_string_param(other, OSSL_PKEY_PARAM_PUB_KEY, point,
							 sizeof point, &size));
	EVP_PKEY *peer = read_point(w, point, size);
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_pkey(w->b->library, own, NULL);
	certificate_must(c && EVP_PKEY_derive_init(c) == 1 &&
			 EVP_PKEY_derive_set_peer_ex(c, peer, 0) == 1 &&
			 EVP_PKEY_derive(c, w->out, &z) == 1);
	EVP_PKEY_CTX_free(c);
	EVP_PKEY_free(peer);
}

static void work_one(struct work *w, uint8_t operation)
{
	switch (operation) {
	case DRAW:
		certificate_must(RAND_bytes_ex(w->b->library, w->out, 32, 0));
		break;
	case HASH256:
		hash(w, w->b->sha256);
		break;
	case HASH512:
		hash(w, w->b->sha512);
		break;
	case HMAC256:
		authenticate(w, "SHA256");
		break;
	case HMAC512:
		authenticate(w, "SHA512");
		break;
	case EXTRACT:
		derive(w, EVP_KDF_HKDF_MODE_EXTRACT_ONLY, "SHA512");
		break;
	case EXPAND:
		derive(w, EVP_KDF_HKDF_MODE_EXPAND_ONLY, "SHA512");
		break;
	case EXPAND256:
		derive(w, EVP_KDF_HKDF_MODE_EXPAND_ONLY, "SHA256");
		break;
	case GCM:
		seal(w);
		break;
	case KEYGEN:
		generate(w);
		break;
	case AGREE:
		agree(w);
		break;
	}
}

void baseline_secrets_run(struct baseline *b)
{
	static struct work w;
	w = (struct work){ .b = b, .size = b->inventory->setup_size };
	for (size_t i = 0; i < SECRETS; i++)
		for (size_t n = 0; n < secrets[i].count; n++)
			for (size_t k = 0; k < OPERATIONS_MAX && secrets[i].operations[k]; k++)
				work_one(&w, secrets[i].operations[k]);
	for (size_t i = 0; i < w.own_count; i++)
		EVP_PKEY_free(w.own[i]);
}
