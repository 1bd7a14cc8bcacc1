/* forgery.c - makes the certificates that a run's peers must refuse. It verifies none.
 *
 * A key of its own for each. What the true CA signs here it would sign for nobody else: that is the
 * forgery.
 */
#include "proto/pipe/forgery.h"

#include <stdio.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "proto/pipe/identity.h"
#include "proto/pipe/tls_context.h"

const char *const tls_forgery_words[FORGERIES + 1] = {
	[FORGERY_NONE] = "true",
	[FORGERY_EXPIRED] = "expired",
	[FORGERY_NOT_YET] = "not-yet",
	[FORGERY_OTHER_HOST] = "other-host",
	[FORGERY_OTHER_CA] = "other-ca",
	[FORGERY_SELF_SIGNED] = "self-signed",
	[FORGERY_WRONG_USE] = "wrong-use",
	[FORGERY_OTHER_ACTOR] = "other-actor",
	[FORGERY_OTHER_DEVICE] = "other-device",
	[FORGERY_ADDRESS] = "address",
	[FORGERY_WITHOUT_KEY] = "without-key",
	[FORGERY_ABSENT] = "none",
	[FORGERY_WILDCARD] = "wildcard",
	[FORGERY_NUL] = "nul",
	[FORGERY_LEAF_ISSUER] = "leaf-issuer",
	[FORGERY_LONG_PATH] = "long-path",
};
const char *const tls_speech_words[SPEECHES + 1] = {
	[SPEECH_TLS12] = "tls1.2",   [SPEECH_TLS12_TOO] = "tls1.2-too",
	[SPEECH_DTLS10] = "dtls1.0", [SPEECH_CBC] = "cbc-only",
	[SPEECH_NULL] = "null-only", [SPEECH_ANONYMOUS] = "anonymous-only",
	[SPEECH_P384] = "p384-only",
};

/* Validity, names and use. Strings that are made go to room. */
static void speak_false(struct certificate_spec *s, const struct certificate_authority *a,
			const struct tls_forged *f, char room[256])
{
	static const char *host[1];
	const char *last = s->hosts_count > 0 ? strrchr(s->hosts[0], '.') : NULL;
	if (f->forgery == FORGERY_EXPIRED) {
		s->begins_s -= TLS_DAY_S;
		s->ends_s = a->epoch_s - TLS_DAY_S;
	} else if (f->forgery == FORGERY_NOT_YET) {
		s->begins_s = a->epoch_s + TLS_DAY_S;
	} else if (f->forgery == FORGERY_OTHER_HOST || f->forgery == FORGERY_WILDCARD) {
		snprintf(room, 256, "%s%s", f->forgery == FORGERY_WILDCARD ? "*" : "elsewhere",
			 last ? last : ".example");
		host[0] = room;
		s->hosts = host;
		s->hosts_count = 1;
	} else if (f->forgery == FORGERY_WRONG_USE) {
		s->use = "codeSigning";
	} else if (f->forgery == FORGERY_ADDRESS) {
		s->address = f->address;
		s->hosts_count = 0;
	} else if (f->forgery == FORGERY_NUL) {
		s->behind_nul = ".elsewhere.example";
	} else if (f->forgery == FORGERY_OTHER_ACTOR || f->forgery == FORGERY_OTHER_DEVICE) {
		s->name = f->other;
	}
	if (f->begins_s > 0)
		s->begins_s = a->epoch_s + f->begins_s;
	if (f->ends_s > 0)
		s->ends_s = a->epoch_s + f->ends_s;
}

/* A certificate between the CA and the false one: no CA, or a CA below one that allows none. */
static X509 *make_between(struct certificate_authority *a, EVP_PKEY *key, bool is_leaf)
{
	struct certificate_spec s = certificate_usual(a, "between", NULL, 0);
	if (!is_leaf) {
		s.constraints = "critical,CA:TRUE";
		s.usage = "critical,keyCertSign";
		s.use = NULL;
	}
	return certificate_make(a, key, &s);
}

/* The public key of `shown`, with the private one of another: what somebody has to sign with who
 * copied a certificate. OpenSSL compares only the public ones when it is told to use both. */
static EVP_PKEY *make_unfit(struct certificate_authority *a, EVP_PKEY *shown)
{
	unsigned char point[1 + 2 * 32]; /* P-256, uncompressed (SEC 1 2.3.3) */
	size_t size;
	BIGNUM *secret = NULL;
	EVP_PKEY *own = certificate_key_new(a), *made = NULL;
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(a->library, "EC", NULL);
	OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
	certificate_must(c && b && EVP_PKEY_get_bn_param(own, OSSL_PKEY_PARAM_PRIV_KEY, &secret));
	certificate_must(EVP_PKEY_get_octet_string_param(shown, OSSL_PKEY_PARAM_PUB_KEY, point,
							 sizeof point, &size));
	certificate_must(
		OSSL_PARAM_BLD_push_utf8_string(b, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) &&
		OSSL_PARAM_BLD_push_octet_string(b, OSSL_PKEY_PARAM_PUB_KEY, point, size) &&
		OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_PRIV_KEY, secret));
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(b);
	certificate_must(params && EVP_PKEY_fromdata_init(c) > 0 &&
			 EVP_PKEY_fromdata(c, &made, EVP_PKEY_KEYPAIR, params) > 0);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(b);
	EVP_PKEY_CTX_free(c);
	BN_clear_free(secret);
	EVP_PKEY_free(own);
	return made;
}

void forgery_issue(struct certificate_authority *a, const struct certificate_spec *usual,
		   const struct tls_forged *f, struct forged *out)
{
	char room[256];
	struct certificate_spec s = *usual;
	struct certificate_authority other = { 0 };
	EVP_PKEY *between_key = NULL;
	*out = (struct forged){ .key = certificate_key_new(a) };
	speak_false(&s, a, f, room);
	if (f->forgery == FORGERY_OTHER_CA) {
		certificate_authority_init(&other, a->library, a->epoch_s);
		s.issuer = other.certificate;
		s.issuer_key = other.key;
	} else if (f->forgery == FORGERY_SELF_SIGNED) {
		s.issuer = NULL;
	} else if (f->forgery == FORGERY_LEAF_ISSUER || f->forgery == FORGERY_LONG_PATH) {
		between_key = certificate_key_new(a);
		out->between = make_between(a, between_key, f->forgery == FORGERY_LEAF_ISSUER);
		s.issuer = out->between;
		s.issuer_key = between_key;
	}
	out->certificate = certificate_make(a, out->key, &s);
	if (f->forgery == FORGERY_WITHOUT_KEY) {
		EVP_PKEY *unfit = make_unfit(a, out->key);
		EVP_PKEY_free(out->key);
		out->key = unfit;
	}
	EVP_PKEY_free(between_key);
	if (other.key)
		certificate_authority_fini(&other);
}

/* What a speech leaves of what is offered. OpenSSL would not speak the old ones at all above
 * security level 0; TLS 1.3 has suites of its own, none of them weak, so suites are DTLS's. */
static const struct {
	int tls, datagrams;  /* the only version; 0: as always */
	int oldest;          /* in TLS: the first of several; 0: as always */
	const char *ciphers; /* in datagrams; NULL: as always */
	const char *groups;  /* NULL: as always */
} speeches[SPEECHES] = {
	[SPEECH_TLS12] = { .tls = TLS1_2_VERSION },
	[SPEECH_TLS12_TOO] = { .oldest = TLS1_2_VERSION },
	[SPEECH_DTLS10] = { .datagrams = DTLS1_VERSION, .ciphers = "ECDHE-ECDSA-AES128-SHA" },
	[SPEECH_CBC] = { .ciphers = "ECDHE-ECDSA-AES128-SHA" },
	[SPEECH_NULL] = { .ciphers = "ECDHE-ECDSA-NULL-SHA" },
	[SPEECH_ANONYMOUS] = { .ciphers = "AECDH-AES128-SHA" },
	[SPEECH_P384] = { .groups = "P-384" },
};

bool forgery_is_heard(enum tls_speech speech, bool datagram)
{
	bool of_its_own = datagram ? speeches[speech].datagrams || speeches[speech].ciphers
				   : speeches[speech].tls || speeches[speech].oldest;
	return of_its_own || speeches[speech].groups;
}

void forgery_speak(SSL *ssl, enum tls_speech speech)
{
	bool datagram = SSL_is_dtls(ssl);
	int version = datagram ? speeches[speech].datagrams : speeches[speech].tls;
	if (version || (datagram && speeches[speech].ciphers))
		SSL_set_security_level(ssl, 0);
	if (version) {
		certificate_must(SSL_set_min_proto_version(ssl, version));
		certificate_must(SSL_set_max_proto_version(ssl, version));
	}
	if (!datagram && speeches[speech].oldest)
		certificate_must(SSL_set_min_proto_version(ssl, speeches[speech].oldest));
	if (datagram && speeches[speech].ciphers)
		certificate_must(SSL_set_cipher_list(ssl, speeches[speech].ciphers));
	if (speeches[speech].groups)
		certificate_must(SSL_set1_groups_list(ssl, speeches[speech].groups));
}
