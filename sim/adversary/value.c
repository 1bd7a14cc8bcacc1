/* value.c - evaluates values. What every operation shares: its parts are made first, each bounded;
 * one that cannot be made makes none of what it is part of. */
#include "sim/adversary/value.h"

#include <assert.h>
#include <stdlib.h>

#include <openssl/crypto.h>

#include "proto/codec/patch.h"
#include "proto/crypto/aead.h"
#include "proto/crypto/hkdf.h"
#include "proto/crypto/hmac.h"
#include "sim/adversary/guess.h"

static const char too_long[] = "it is longer than 64 KiB";
static const char no_such_bytes[] = "it has no such bytes";
static const char no_such_field[] = "there is no such field";
static const char refused[] = "a key, nonce or size is none";

void value_fini(struct value *v)
{
	for (size_t i = 0; i < v->count; i++)
		value_fini(&v->parts[i]);
	free(v->parts);
	free(v->into);
	free(v->field);
	free(v->name);
	buffer_cleanse(&v->bytes);
	*v = (struct value){ 0 };
}

/* A value being made: its parts are there. */
struct making {
	const struct value *v;
	const struct value_source *source;
	struct buffer *parts; /* v->count of them */
	struct buffer *out;
};

static struct bytes part(const struct making *m, size_t index)
{
	assert(index < m->v->count);
	return bytes_of_buffer(&m->parts[index]);
}

/* -- what is taken from elsewhere -- */

static const char *make_bytes(const struct making *m)
{
	buffer_append(m->out, bytes_of_buffer(&m->v->bytes));
	return NULL;
}

static const char *field_of(const struct making *m, struct bytes unit)
{
	if (m->v->field)
		return message_part(unit, m->v->field, m->out) ? NULL : no_such_field;
	buffer_append(m->out, unit);
	return NULL;
}

static const char *make_captured(const struct making *m)
{
	struct bytes unit;
	if (!m->source->captured(m->source->context, m->v->name, &unit))
		return "nothing was captured";
	return field_of(m, unit);
}

static const char *make_here(const struct making *m)
{
	return m->source->here.data ? field_of(m, m->source->here) : "there is no message in hand";
}

static const char *make_secret(const struct making *m)
{
	struct bytes secret;
	if (!m->source->secret(m->source->context, m->v->name, &secret))
		return "the actor holds no such secret";
	buffer_append(m->out, secret);
	return NULL;
}

static const char *make_fresh_key(const struct making *m)
{
	struct point p;
	m->source->fresh_key(m->source->context, &p);
	buffer_append(m->out, bytes_of(p.data, p.size));
	return NULL;
}

/* -- bytes -- */

static const char *make_join(const struct making *m)
{
	for (size_t i = 0; i < m->v->count; i++)
		buffer_append(m->out, part(m, i));
	return NULL;
}

static const char *make_items(const struct making *m)
{
	for (size_t i = 0; i < m->v->count; i++) {
		buffer_append_u32(m->out, (uint32_t)part(m, i).size);
		buffer_append(m->out, part(m, i));
	}
	return NULL;
}

/* A place in a row of size things, of which a negative number counts from the end. */
static bool place_of(int64_t number, size_t size, size_t *place)
{
	int64_t at = number < 0 ? (int64_t)size + number : number;
	*place = at < 0 ? 0 : (size_t)at;
	return at >= 0 && *place <= size;
}

static const char *make_flip(const struct making *m)
{
	struct bytes of = part(m, 0);
	size_t bit, begin = m->out->size;
	if (!place_of(m->v->from, of.size * 8, &bit) || bit == of.size * 8)
		return no_such_bytes;
	buffer_append(m->out, of);
	m->out->data[begin + bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
	return NULL;
}

static const char *make_part(const struct making *m)
{
	struct bytes of = part(m, 0);
	size_t from, to = of.size;
	if (!place_of(m->v->from, of.size, &from) ||
	    (m->v->has_to && !place_of(m->v->to, of.size, &to)) || from > to)
		return no_such_bytes;
	if (to > from)
		buffer_append(m->out, bytes_of(of.data + from, to - from));
	return NULL;
}

static const char *make_repeat(const struct making *m)
{
	struct bytes of = part(m, 0);
	if (of.size * (size_t)m->v->from > VALUE_SIZE_MAX)
		return too_long;
	for (int64_t i = 0; of.size > 0 && i < m->v->from; i++)
		buffer_append(m->out, of);
	return NULL;
}

/* -- cryptography -- */

static const char *make_mac(const struct making *m)
{
	uint8_t mac[DIGEST_SIZE_MAX];
	if (!hmac_of(m->source->crypto, m->v->digest, part(m, 0), part(m, 1), mac))
		return refused;
	buffer_append(m->out, bytes_of(mac, digest_size(m->v->digest)));
	return NULL;
}

static const char *make_hash(const struct making *m)
{
	uint8_t hash[DIGEST_SIZE_MAX];
	if (!digest_of(m->source->crypto, m->v->digest, part(m, 0), hash))
		return refused;
	buffer_append(m->out, bytes_of(hash, digest_size(m->v->digest)));
	return NULL;
}

/* The form of a point, by its first byte: SEC 1 2.3.3. */
enum { FORM_COMPRESSED = 0x02, FORM_UNCOMPRESSED = 0x04 };

static const char *make_compressed(const struct making *m)
{
	struct bytes of = part(m, 0);
	if (of.size < 3 || of.size % 2 == 0 || of.data[0] != FORM_UNCOMPRESSED)
		return "that is no uncompressed point";
	buffer_append_u8(m->out, (uint8_t)(FORM_COMPRESSED | (of.data[of.size - 1] & 1)));
	buffer_append(m->out, bytes_of(of.data + 1, of.size / 2));
	return NULL;
}

static const char *make_expand(const struct making *m)
{
	struct hkdf_prk prk = { .digest = m->v->digest, .prk = part(m, 0) };
	size_t size = (size_t)m->v->from;
	buffer_reserve(m->out, size);
	if (!hkdf_expand(m->source->crypto, &prk, part(m, 1), m->out->data + m->out->size, size))
		return refused;
	m->out->size += size;
	return NULL;
}

static bool under(const struct making *m, struct aead *a)
{
	*a = (struct aead){ .key = part(m, 0).data, .iv = part(m, 1).data, .aad = part(m, 2) };
	return part(m, 0).size == AEAD_KEY_SIZE && part(m, 1).size == AEAD_IV_SIZE;
}

static const char *make_sealed(const struct making *m)
{
	struct aead a;
	bool good = under(m, &a) && aead_seal(m->source->crypto, &a, part(m, 3), m->out);
	return good ? NULL : refused;
}

static const char *make_opened(const struct making *m)
{
	struct aead a;
	bool authentic = false;
	if (!under(m, &a))
		return refused;
	return aead_open(m->source->crypto, &a, part(m, 3), m->out, &authentic) && authentic
		       ? NULL
		       : "it does not open";
}

static const char *make_agreed(const struct making *m)
{
	bool good = m->source->agree(m->source->context, part(m, 0), part(m, 1), m->out);
	return good ? NULL : "no such key pair was drawn, or the other key is no point";
}

static const char *make_guessed(const struct making *m)
{
	char key[ACCESS_KEY_SIZE + 1];
	if (!guess_access_key(m->source->crypto, part(m, 0), part(m, 1), key))
		return VALUE_NO_KEY_FITS;
	buffer_append(m->out, bytes_of_string(key));
	OPENSSL_cleanse(key, sizeof key);
	return NULL;
}

/* -- units -- */

static const char *make_absent(const struct making *m)
{
	(void)m;
	return NULL;
}

/* One part's field in the unit; an absent one's goes. */
static bool patch(const struct making *m, size_t index, struct buffer *unit)
{
	struct buffer next = { 0 };
	struct bytes value = part(m, index);
	bool absent = m->v->parts[index].op == VALUE_ABSENT;
	bool good = message_patch(
		bytes_of_buffer(unit),
		&(struct patch){ .path = m->v->parts[index].into, .value = absent ? NULL : &value },
		&next);
	buffer_cleanse(unit);
	*unit = next;
	return good;
}

static const char *make_unit(const struct making *m)
{
	struct buffer unit = { 0 };
	const char *wrong = NULL;
	if (m->v->type != MESSAGE_NONE)
		message_encode_blank(m->v->type, &unit);
	for (size_t i = 0; i < m->v->count && !wrong; i++) {
		if (!m->v->parts[i].into)
			buffer_append(&unit, part(m, i));
		else if (!patch(m, i, &unit))
			wrong = "a field does not take its value";
	}
	if (!wrong)
		buffer_append(m->out, bytes_of_buffer(&unit));
	buffer_cleanse(&unit);
	return wrong;
}

typedef const char *make_fn(const struct making *m);
static make_fn *const makers[] = {
	[VALUE_BYTES] = make_bytes,
	[VALUE_CAPTURED] = make_captured,
	[VALUE_HERE] = make_here,
	[VALUE_SECRET] = make_secret,
	[VALUE_FRESH_KEY] = make_fresh_key,
	[VALUE_JOIN] = make_join,
	[VALUE_ITEMS] = make_items,
	[VALUE_FLIP] = make_flip,
	[VALUE_PART] = make_part,
	[VALUE_REPEAT] = make_repeat,
	[VALUE_MAC] = make_mac,
	[VALUE_HASH] = make_hash,
	[VALUE_COMPRESS] = make_compressed,
	[VALUE_EXPAND] = make_expand,
	[VALUE_SEAL] = make_sealed,
	[VALUE_OPEN] = make_opened,
	[VALUE_AGREE] = make_agreed,
	[VALUE_GUESS] = make_guessed,
	[VALUE_UNIT] = make_unit,
	[VALUE_ABSENT] = make_absent,
};
_Static_assert(sizeof makers / sizeof *makers == VALUE_OPS, "make every kind of value");

const char *value_make(const struct value *v, const struct value_source *s, struct buffer *out)
{
	const char *wrong = NULL;
	size_t begin = out->size;
	struct making m = { .v = v, .source = s, .out = out };
	assert(v->count <= VALUE_PARTS_MAX);
	m.parts = calloc(v->count + 1, sizeof *m.parts);
	if (!m.parts)
		abort();
	for (size_t i = 0; i < v->count && !wrong; i++)
		wrong = value_make(&v->parts[i], s, &m.parts[i]);
	if (!wrong)
		wrong = makers[v->op](&m);
	if (!wrong && out->size - begin > VALUE_SIZE_MAX)
		wrong = too_long;
	if (wrong)
		out->size = begin;
	for (size_t i = 0; i < v->count; i++)
		buffer_cleanse(&m.parts[i]);
	free(m.parts);
	return wrong;
}
