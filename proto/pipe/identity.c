/* identity.c - certificates and keys as DER, and as OpenSSL's objects while they are in use. It
 * issues none itself: that is certificate.c.
 */
#include "proto/pipe/identity.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

struct identity {
	char *name;
	uint8_t *
		der; /* the certificate's bytes, then the key's; NULL: its objects were always there
		      */
	uint32_t certificate_size, key_size;
	size_t presented; /* sessions that present it now */
	X509 *certificate;
	EVP_PKEY *key; /* both NULL: to be read from der */
	X509 *between; /* of a false one: goes with it; NULL: none */
	bool absent;   /* a false one: nothing is presented */
};

static struct identity *find(struct identities *x, const char *name)
{
	for (size_t i = 0; i < x->count; i++)
		if (strcmp(x->list[i].name, name) == 0)
			return &x->list[i];
	return NULL;
}

/* -- from objects to bytes, and back -- */

static void encode(struct identity *i)
{
	int certificate_size = i2d_X509(i->certificate, NULL),
	    key_size = i2d_PrivateKey(i->key, NULL);
	certificate_must(certificate_size > 0 && key_size > 0);
	i->certificate_size = (uint32_t)certificate_size;
	i->key_size = (uint32_t)key_size;
	i->der = malloc((size_t)i->certificate_size + i->key_size);
	certificate_must(i->der != NULL);
	uint8_t *at = i->der;
	certificate_must(i2d_X509(i->certificate, &at) == certificate_size &&
			 i2d_PrivateKey(i->key, &at) == key_size);
}

static void drop(struct identity *i)
{
	X509_free(i->certificate);
	EVP_PKEY_free(i->key);
	i->certificate = NULL;
	i->key = NULL;
}

static void put_away(struct identity *i)
{
	if (i->presented > 0 || !i->key)
		return;
	if (!i->der)
		encode(i);
	drop(i);
}

static void read_objects(OSSL_LIB_CTX *library, struct identity *i)
{
	const uint8_t *certificate = i->der, *key = i->der + i->certificate_size;
	i->certificate = X509_new_ex(library, NULL);
	certificate_must(i->certificate != NULL);
	certificate_must(d2i_X509(&i->certificate, &certificate, i->certificate_size) != NULL);
	i->key = d2i_PrivateKey_ex(EVP_PKEY_EC, NULL, &key, i->key_size, library, NULL);
	certificate_must(i->key != NULL);
}

size_t identities_present(struct identities *x, OSSL_LIB_CTX *library, const char *name, SSL *ssl)
{
	struct identity *i = find(x, name);
	assert(i);
	if (i->absent) {
		i->presented++;
		return (size_t)(i - x->list);
	}
	if (!i->key)
		read_objects(library, i);
	i->presented++;
	certificate_must(SSL_use_certificate(ssl, i->certificate));
	certificate_must(SSL_use_PrivateKey(ssl, i->key));
	if (i->between)
		certificate_must(SSL_add1_chain_cert(ssl, i->between));
	return (size_t)(i - x->list);
}

void identities_release(struct identities *x, size_t number)
{
	struct identity *i = &x->list[number];
	assert(number < x->count && i->presented > 0);
	i->presented--;
	if (x->count > IDENTITIES_FEW)
		put_away(i);
}

/* A new one, without anything to present. */
static struct identity *add(struct identities *x, const char *name)
{
	if (x->count == x->room) {
		x->room = x->room ? 2 * x->room : IDENTITIES_FEW;
		x->list = reallocarray(x->list, x->room, sizeof *x->list);
		certificate_must(x->list != NULL);
	}
	struct identity *i = &x->list[x->count++];
	*i = (struct identity){ .name = strdup(name) };
	certificate_must(i->name != NULL);
	return i;
}

void identities_issue(struct identities *x, struct certificate_authority *a, const char *name,
		      const char *const *hosts, size_t count)
{
	assert(!find(x, name) && strlen(name) <= 64);
	struct identity *i = add(x, name);
	i->key = certificate_key_new(a);
	i->certificate = certificate_issue(a, i->key, name, hosts, count);
	/* Where there are few, encoding them costs more than it saves; now these are many. */
	for (size_t n = x->count > IDENTITIES_FEW ? 0 : x->count; n < x->count; n++)
		put_away(&x->list[n]);
}

void identities_forge(struct identities *x, struct certificate_authority *a, const char *name,
		      const struct certificate_spec *usual, const struct tls_forged *f)
{
	struct identity *i = find(x, name);
	struct forged made;
	if (!i)
		i = add(x, name);
	assert(i->presented == 0);
	i->absent = f->forgery == FORGERY_ABSENT;
	if (i->absent)
		return;
	forgery_issue(a, usual, f, &made);
	drop(i);
	if (i->der)
		OPENSSL_cleanse(i->der, (size_t)i->certificate_size + i->key_size);
	free(i->der);
	X509_free(i->between);
	i->der = NULL;
	i->certificate = made.certificate;
	i->key = made.key;
	i->between = made.between;
}

void identities_fini(struct identities *x)
{
	for (size_t n = 0; n < x->count; n++) {
		struct identity *i = &x->list[n];
		drop(i);
		X509_free(i->between);
		if (i->der)
			OPENSSL_cleanse(i->der, (size_t)i->certificate_size + i->key_size);
		free(i->der);
		free(i->name);
	}
	free(x->list);
	*x = (struct identities){ 0 };
}
