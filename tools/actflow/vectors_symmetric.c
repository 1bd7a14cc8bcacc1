/* vectors_symmetric.c - HMAC, HKDF and AES-GCM tests, by hmac.c, hkdf.c and aead.c of proto/crypto.
 */
#include <stdio.h>
#include <string.h>

#include "proto/crypto/aead.h"
#include "proto/crypto/hkdf.h"
#include "proto/crypto/hmac.h"
#include "tools/actflow/text.h"
#include "tools/actflow/vectors_kinds.h"

enum {
	BITS_MAX = 1024 * 1024, /* that a group may name as a size */
	OKM_MAX = 1024 * 1024,  /* bytes that a test may ask HKDF for; far beyond what it gives */
};

/* -- HMAC -- */

static void begin_hmac(struct fields *group, struct vectors_setting *s)
{
	uint64_t bits = fields_number(group, "tagSize", BITS_MAX);
	text_printf(&s->parameters, "%s, tag %llu bits", s->algorithm->hash,
		    (unsigned long long)bits);
	if (vectors_digest(s, s->algorithm->hash) && bits != 8 * digest_size(s->digest))
		text_printf(&s->reason, "tag of %llu bits; there are tags of %zu, never shortened",
			    (unsigned long long)bits, 8 * digest_size(s->digest));
}

static enum vectors_answer run_hmac(const struct vectors_setting *s, struct fields *test,
				    struct vectors_words *words)
{
	uint8_t computed[DIGEST_SIZE_MAX];
	struct bytes tag = bytes_of(computed, digest_size(s->digest));
	struct buffer key = { 0 }, message = { 0 }, said = { 0 };
	enum vectors_answer answer = VECTORS_REFUSED;
	fields_hex(test, "key", &key);
	fields_hex(test, "msg", &message);
	fields_hex(test, "tag", &said);
	if (!test->bad && hmac_of(s->crypto, s->digest, bytes_of_buffer(&key),
				  bytes_of_buffer(&message), computed)) {
		if (said.size == tag.size && hmac_equal(said.data, computed, tag.size))
			answer = VECTORS_AGREED;
		vectors_differ(words, "tag", bytes_of_buffer(&said), tag);
	}
	buffer_cleanse(&key);
	buffer_fini(&message);
	buffer_fini(&said);
	return answer;
}

/* -- HKDF -- */

static void begin_hkdf(struct fields *group, struct vectors_setting *s)
{
	(void)group;
	text_printf(&s->parameters, "%s", s->algorithm->hash);
	vectors_digest(s, s->algorithm->hash);
}

struct hkdf_test {
	struct buffer secret, salt, info, said, derived;
};

static bool derive(const struct vectors_setting *s, struct hkdf_test *t, size_t size)
{
	uint8_t prk[DIGEST_SIZE_MAX];
	struct hkdf_prk from = { s->digest, bytes_of(prk, digest_size(s->digest)) };
	buffer_reserve(&t->derived, size + 1);
	bool good = hkdf_extract(s->crypto, s->digest, bytes_of_buffer(&t->salt),
				 bytes_of_buffer(&t->secret), prk) &&
		    hkdf_expand(s->crypto, &from, bytes_of_buffer(&t->info), t->derived.data, size);
	t->derived.size = good ? size : 0;
	return good;
}

static enum vectors_answer run_hkdf(const struct vectors_setting *s, struct fields *test,
				    struct vectors_words *words)
{
	struct hkdf_test t = { 0 };
	enum vectors_answer answer = VECTORS_REFUSED;
	fields_hex(test, "ikm", &t.secret);
	fields_hex(test, "salt", &t.salt);
	fields_hex(test, "info", &t.info);
	fields_hex(test, "okm", &t.said);
	size_t size = (size_t)fields_number(test, "size", OKM_MAX);
	if (!test->bad && derive(s, &t, size)) {
		struct bytes said = bytes_of_buffer(&t.said), derived = bytes_of_buffer(&t.derived);
		answer = bytes_equal(said, derived) ? VECTORS_AGREED : VECTORS_DIFFERED;
		vectors_differ(words, "okm", said, derived);
	}
	buffer_cleanse(&t.secret);
	buffer_fini(&t.salt);
	buffer_fini(&t.info);
	buffer_cleanse(&t.said);
	buffer_cleanse(&t.derived);
	return answer;
}

/* -- AES-GCM -- */

static void begin_gcm(struct fields *group, struct vectors_setting *s)
{
	static const struct {
		const char *name, *words;
		uint64_t bits;
	} sizes[] = {
		{ "keySize", "key", 8 * AEAD_KEY_SIZE },
		{ "ivSize", "iv", 8 * AEAD_IV_SIZE },
		{ "tagSize", "tag", 8 * AEAD_TAG_SIZE },
	};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		uint64_t bits = fields_number(group, sizes[i].name, BITS_MAX);
		text_printf(&s->parameters, "%s%s %llu bits", i > 0 ? ", " : "", sizes[i].words,
			    (unsigned long long)bits);
		if (bits != sizes[i].bits)
			text_printf(&s->reason, "%s%s of %llu bits; there is one of %llu",
				    s->reason.size > 0 ? "; " : "", sizes[i].words,
				    (unsigned long long)bits, (unsigned long long)sizes[i].bits);
	}
}

struct gcm_test {
	struct buffer key, iv, aad, plain, sealed, tag;
};

/* A field whose size the group has named already. */
static void sized_hex(struct fields *test, const char *name, size_t size, struct buffer *out)
{
	char expected[64], actual[64];
	if (!fields_hex(test, name, out) || out->size == size)
		return;
	snprintf(expected, sizeof expected, "%zu bytes, as the group says", size);
	snprintf(actual, sizeof actual, "%zu", out->size);
	fields_refuse(test, name, expected, actual);
}

/* What opens must be what was sealed, and seal to the same bytes again. */
static enum vectors_answer open_and_seal(const struct vectors_setting *s, const struct gcm_test *t,
					 struct vectors_words *words)
{
	struct aead a = { t->key.data, t->iv.data, bytes_of_buffer(&t->aad) };
	struct bytes plain = bytes_of_buffer(&t->plain), sealed = bytes_of_buffer(&t->sealed);
	struct buffer opened = { 0 }, again = { 0 };
	bool authentic = false;
	enum vectors_answer answer = VECTORS_REFUSED;
	aead_open(s->crypto, &a, sealed, &opened, &authentic);
	bool same = bytes_equal(bytes_of_buffer(&opened), plain);
	if (authentic && !same) {
		answer = VECTORS_DIFFERED;
		vectors_differ(words, "plaintext", plain, bytes_of_buffer(&opened));
	} else if (aead_seal(s->crypto, &a, plain, &again)) {
		vectors_differ(words, "ciphertext and tag", sealed, bytes_of_buffer(&again));
		bool equal = bytes_equal(sealed, bytes_of_buffer(&again));
		answer = !authentic ? VECTORS_REFUSED : equal ? VECTORS_AGREED : VECTORS_DIFFERED;
	}
	buffer_cleanse(&opened);
	buffer_fini(&again);
	return answer;
}

static enum vectors_answer run_gcm(const struct vectors_setting *s, struct fields *test,
				   struct vectors_words *words)
{
	struct gcm_test t = { 0 };
	enum vectors_answer answer = VECTORS_REFUSED;
	sized_hex(test, "key", AEAD_KEY_SIZE, &t.key);
	sized_hex(test, "iv", AEAD_IV_SIZE, &t.iv);
	fields_hex(test, "aad", &t.aad);
	fields_hex(test, "msg", &t.plain);
	fields_hex(test, "ct", &t.sealed);
	fields_hex(test, "tag", &t.tag);
	if (!test->bad && t.tag.size == AEAD_TAG_SIZE) {
		buffer_append(&t.sealed, bytes_of_buffer(&t.tag));
		answer = open_and_seal(s, &t, words);
	}
	buffer_cleanse(&t.key);
	buffer_fini(&t.iv);
	buffer_fini(&t.aad);
	buffer_cleanse(&t.plain);
	buffer_fini(&t.sealed);
	buffer_fini(&t.tag);
	return answer;
}

const struct vectors_kind vectors_symmetric_kinds[] = {
	{ VECTORS_HMAC, "MacTest", begin_hmac, run_hmac },
	{ VECTORS_HKDF, "HkdfTest", begin_hkdf, run_hkdf },
	{ VECTORS_AES_GCM, "AeadTest", begin_gcm, run_gcm },
	{ 0 },
};
