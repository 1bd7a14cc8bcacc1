/* vectors_curves.c - ECDH and ECDSA tests, by ecdh.c, ecdsa.c and spki.c of proto/crypto. */
#include <string.h>

#include <openssl/crypto.h>

#include "proto/crypto/ecdh.h"
#include "proto/crypto/ecdsa.h"
#include "proto/crypto/spki.h"
#include "tools/actflow/text.h"
#include "tools/actflow/vectors_kinds.h"

static const struct {
	const char *name;
	enum suite suite;
} curves[] = {
	{ "secp256r1", SUITE_P256 }, { "P-256", SUITE_P256 },     { "secp384r1", SUITE_P384 },
	{ "P-384", SUITE_P384 },     { "secp521r1", SUITE_P521 }, { "P-521", SUITE_P521 },
};

static void set_curve(struct vectors_setting *s, const char *name)
{
	text_printf(&s->parameters, "%s", name);
	for (size_t i = 0; i < sizeof curves / sizeof *curves; i++) {
		if (strcmp(name, curves[i].name) != 0)
			continue;
		s->suite = curves[i].suite;
		return;
	}
	text_printf(&s->reason, "curve %s; there are secp256r1, secp384r1 and secp521r1", name);
}

/* -- ECDH -- */

static void begin_ecdh(struct fields *group, struct vectors_setting *s)
{
	set_curve(s, fields_text(group, "curve"));
}

/* Vectors write a private key as a number: leading zeros come and go. */
static bool own_pair(const struct vectors_setting *s, struct bytes number, struct ecdh_pair *out)
{
	uint8_t padded[ECDH_FIELD_MAX] = { 0 };
	size_t field = suite_field_size(s->suite);
	while (number.size > 0 && number.data[0] == 0)
		number = bytes_of(number.data + 1, number.size - 1);
	bool fits = number.size > 0 && number.size <= field;
	if (fits)
		memcpy(padded + field - number.size, number.data, number.size);
	bool good = fits && ecdh_pair_of(s->crypto, s->suite, bytes_of(padded, field), out);
	OPENSSL_cleanse(padded, sizeof padded);
	return good;
}

struct ecdh_test {
	struct buffer private_key, public_key, shared;
};

static enum vectors_answer agree(const struct vectors_setting *s, const struct ecdh_test *t,
				 const struct point *peer, struct vectors_words *words)
{
	uint8_t z[ECDH_FIELD_MAX];
	struct ecdh_pair own;
	struct bytes secret = bytes_of(z, suite_field_size(s->suite));
	enum vectors_answer answer = VECTORS_REFUSED;
	if (own_pair(s, bytes_of_buffer(&t->private_key), &own) &&
	    ecdh_derive(s->crypto, s->suite, &own, peer, z)) {
		bool same = bytes_equal(secret, bytes_of_buffer(&t->shared));
		answer = same ? VECTORS_AGREED : VECTORS_DIFFERED;
		vectors_differ(words, "shared secret", bytes_of_buffer(&t->shared), secret);
	}
	OPENSSL_cleanse(&own, sizeof own);
	OPENSSL_cleanse(z, sizeof z);
	return answer;
}

static bool peer_of_point(const struct vectors_setting *s, struct bytes in, struct point *out)
{
	if (in.size != suite_point_size(s->suite))
		return false;
	memcpy(out->data, in.data, in.size);
	out->size = (uint8_t)in.size;
	return true;
}

static bool peer_of_spki(const struct vectors_setting *s, struct bytes in, struct point *out)
{
	enum suite suite = s->suite;
	return spki_parse(in, &suite, out) && suite == s->suite;
}

static enum vectors_answer run_ecdh(const struct vectors_setting *s, struct fields *test,
				    bool (*peer_of)(const struct vectors_setting *, struct bytes,
						    struct point *),
				    struct vectors_words *words)
{
	struct ecdh_test t = { 0 };
	struct point peer = { 0 };
	enum vectors_answer answer = VECTORS_REFUSED;
	fields_hex(test, "private", &t.private_key);
	fields_hex(test, "public", &t.public_key);
	fields_hex(test, "shared", &t.shared);
	if (!test->bad && peer_of(s, bytes_of_buffer(&t.public_key), &peer))
		answer = agree(s, &t, &peer, words);
	buffer_cleanse(&t.private_key);
	buffer_fini(&t.public_key);
	buffer_cleanse(&t.shared);
	return answer;
}

static enum vectors_answer run_ecdh_point(const struct vectors_setting *s, struct fields *test,
					  struct vectors_words *words)
{
	return run_ecdh(s, test, peer_of_point, words);
}

static enum vectors_answer run_ecdh_spki(const struct vectors_setting *s, struct fields *test,
					 struct vectors_words *words)
{
	return run_ecdh(s, test, peer_of_spki, words);
}

/* -- ECDSA -- */

/* Earlier editions of the published files call the fields "key" and "keyDer". */
static void begin_ecdsa(struct fields *group, struct vectors_setting *s)
{
	bool early = !fields_have(group, "publicKey") && fields_have(group, "key");
	struct fields key = fields_inner(group, early ? "key" : "publicKey");
	struct buffer der = { 0 };
	if (!key.bad)
		set_curve(s, fields_text(&key, "curve"));
	group->bad = group->bad || key.bad;
	const char *sha = fields_text(group, "sha");
	text_printf(&s->parameters, ", %s", sha);
	bool known = vectors_digest(s, sha) && s->reason.size == 0;
	if (fields_hex(group, early ? "keyDer" : "publicKeyDer", &der) && known) {
		s->key = (struct ecdsa_key){ .suite = s->suite, .digest = s->digest };
		bool good = spki_parse(bytes_of_buffer(&der), &s->key.suite, &s->key.point) &&
			    s->key.suite == s->suite &&
			    ecdh_point_is_good(s->crypto, s->suite, &s->key.point);
		if (!good)
			text_add(&s->key_refusal, "refused: the group's key is no point of its "
						  "curve in the one form of RFC 5480");
	}
	buffer_fini(&der);
}

static enum vectors_answer run_ecdsa(const struct vectors_setting *s, struct fields *test,
				     bool (*verify)(struct crypto *, const struct ecdsa_key *,
						    struct bytes, struct bytes),
				     struct vectors_words *words)
{
	struct buffer message = { 0 }, signature = { 0 };
	bool good = false;
	fields_hex(test, "msg", &message);
	fields_hex(test, "sig", &signature);
	if (s->key_refusal.size > 0) {
		text_add(&words->expected, "accepted");
		buffer_append(&words->actual, bytes_of_buffer(&s->key_refusal));
	} else if (!test->bad) {
		good = verify(s->crypto, &s->key, bytes_of_buffer(&message),
			      bytes_of_buffer(&signature));
	}
	buffer_fini(&message);
	buffer_fini(&signature);
	return good ? VECTORS_AGREED : VECTORS_REFUSED;
}

static enum vectors_answer run_ecdsa_der(const struct vectors_setting *s, struct fields *test,
					 struct vectors_words *words)
{
	return run_ecdsa(s, test, ecdsa_verify, words);
}

static enum vectors_answer run_ecdsa_fixed(const struct vectors_setting *s, struct fields *test,
					   struct vectors_words *words)
{
	return run_ecdsa(s, test, ecdsa_verify_fixed, words);
}

const struct vectors_kind vectors_curve_kinds[] = {
	{ VECTORS_ECDH, "EcdhEcpointTest", begin_ecdh, run_ecdh_point },
	{ VECTORS_ECDH, "EcdhTest", begin_ecdh, run_ecdh_spki },
	{ VECTORS_ECDSA, "EcdsaVerify", begin_ecdsa, run_ecdsa_der },
	{ VECTORS_ECDSA, "EcdsaP1363Verify", begin_ecdsa, run_ecdsa_fixed },
	{ 0 },
};
