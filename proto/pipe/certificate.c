/* certificate.c - builds certificates field by field (RFC 5280 4.1, 4.2). It verifies none. */
#include "proto/pipe/certificate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "proto/pipe/tls_context.h"

void certificate_must(long good)
{
	if (good > 0)
		return;
	ERR_print_errors_fp(stderr);
	abort();
}

EVP_PKEY *certificate_key_new(const struct certificate_authority *a)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(a->library, NULL, "EC", "P-256");
	certificate_must(key != NULL);
	return key;
}

static void extend(X509 *certificate, X509V3_CTX *context, int name, const char *value)
{
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, context, name, value);
	certificate_must(e != NULL);
	certificate_must(X509_add_ext(certificate, e, -1));
	X509_EXTENSION_free(e);
}

/* A name, and what goes on behind a NUL; in a static buffer. */
static struct bytes whole_name(const char *name, const char *behind_nul)
{
	static char room[256];
	int size = snprintf(room, sizeof room, "%s%c%s", name, 0, behind_nul ? behind_nul : "");
	return bytes_of(room, behind_nul ? (size_t)size : strlen(name));
}

static void push_name(GENERAL_NAMES *names, int kind, struct bytes value)
{
	GENERAL_NAME *name = GENERAL_NAME_new();
	ASN1_STRING *text =
		ASN1_STRING_type_new(kind == GEN_DNS ? V_ASN1_IA5STRING : V_ASN1_OCTET_STRING);
	certificate_must(name && text && ASN1_STRING_set(text, value.data, (int)value.size));
	GENERAL_NAME_set0_value(name, kind, text);
	certificate_must(sk_GENERAL_NAME_push(names, name));
}

static void name_hosts(X509 *certificate, const struct certificate_spec *s)
{
	uint8_t address[4];
	GENERAL_NAMES *names = GENERAL_NAMES_new();
	certificate_must(names != NULL);
	write_u32(address, s->address);
	if (s->address)
		push_name(names, GEN_IPADD, bytes_of(address, sizeof address));
	for (size_t i = 0; i < s->hosts_count; i++)
		push_name(names, GEN_DNS, whole_name(s->hosts[i], s->behind_nul));
	certificate_must(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names, 0, 0) == 1);
	GENERAL_NAMES_free(names);
}

/* All but the issuer, the extensions and the signature. */
static X509 *begin(struct certificate_authority *a, EVP_PKEY *key, const struct certificate_spec *s)
{
	struct bytes name = whole_name(s->name, s->behind_nul);
	X509 *c = X509_new_ex(a->library, NULL);
	certificate_must(c != NULL);
	certificate_must(X509_set_version(c, X509_VERSION_3));
	certificate_must(ASN1_INTEGER_set(X509_get_serialNumber(c), ++a->serial));
	certificate_must(ASN1_TIME_set(X509_getm_notBefore(c), (time_t)s->begins_s) != NULL);
	certificate_must(ASN1_TIME_set(X509_getm_notAfter(c), (time_t)s->ends_s) != NULL);
	certificate_must(X509_NAME_add_entry_by_txt(X509_get_subject_name(c), "CN", MBSTRING_UTF8,
						    name.data, (int)name.size, -1, 0));
	certificate_must(X509_set_pubkey(c, key));
	return c;
}

static void sign(const struct certificate_authority *a, X509 *certificate, EVP_PKEY *key)
{
	EVP_MD *digest = EVP_MD_fetch(a->library, "SHA256", NULL);
	certificate_must(digest != NULL);
	certificate_must(X509_sign(certificate, key, digest) > 0);
	EVP_MD_free(digest);
}

X509 *certificate_make(struct certificate_authority *a, EVP_PKEY *key,
		       const struct certificate_spec *s)
{
	X509 *c = begin(a, key, s);
	X509 *issuer = s->issuer ? s->issuer : c;
	certificate_must(X509_set_issuer_name(c, X509_get_subject_name(issuer)));
	X509V3_CTX context;
	X509V3_set_ctx(&context, issuer, c, NULL, NULL, 0);
	extend(c, &context, NID_basic_constraints, s->constraints);
	extend(c, &context, NID_key_usage, s->usage);
	if (s->use)
		extend(c, &context, NID_ext_key_usage, s->use);
	extend(c, &context, NID_subject_key_identifier, "hash");
	if (s->issuer)
		extend(c, &context, NID_authority_key_identifier, "keyid:always");
	if (s->hosts_count > 0 || s->address)
		name_hosts(c, s);
	sign(a, c, s->issuer ? s->issuer_key : key);
	return c;
}

void certificate_authority_init(struct certificate_authority *a, OSSL_LIB_CTX *library,
				int64_t epoch_s)
{
	*a = (struct certificate_authority){ .library = library, .epoch_s = epoch_s };
	a->key = certificate_key_new(a);
	a->certificate = certificate_make(
		a, a->key,
		&(struct certificate_spec){ .name = CERTIFICATE_AUTHORITY,
					    .begins_s = epoch_s - TLS_DAY_S,
					    .ends_s = epoch_s + (int64_t)TLS_CA_DAYS * TLS_DAY_S,
					    .constraints = "critical,CA:TRUE,pathlen:0",
					    .usage = "critical,keyCertSign" });
}

struct certificate_spec certificate_usual(const struct certificate_authority *a, const char *name,
					  const char *const *hosts, size_t count)
{
	return (struct certificate_spec){ .name = name,
					  .hosts = hosts,
					  .hosts_count = count,
					  .begins_s = a->epoch_s - TLS_DAY_S,
					  .ends_s = a->epoch_s +
						    (int64_t)TLS_IDENTITY_DAYS * TLS_DAY_S,
					  .constraints = "critical,CA:FALSE",
					  .usage = "critical,digitalSignature",
					  .use = "serverAuth,clientAuth",
					  .issuer = a->certificate,
					  .issuer_key = a->key };
}

X509 *certificate_issue(struct certificate_authority *a, EVP_PKEY *key, const char *name,
			const char *const *hosts, size_t count)
{
	struct certificate_spec s = certificate_usual(a, name, hosts, count);
	X509 *c = certificate_make(a, key, &s);
	/* OpenSSL reads the extensions once, now rather than in the first handshake. */
	certificate_must(X509_check_purpose(c, -1, 0) == 1);
	return c;
}

void certificate_authority_fini(struct certificate_authority *a)
{
	X509_free(a->certificate);
	EVP_PKEY_free(a->key);
	*a = (struct certificate_authority){ 0 };
}
