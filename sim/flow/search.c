/* search.c - a hash of each pattern's first eight bytes, with a bit set in front of it that fits
 * the first-level cache: nearly every position of ordinary bytes costs one multiplication and one
 * look. It knows nothing of secrets, actors or channels.
 */
#include "sim/flow/search.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

enum {
	SLOTS_FIRST_BITS = 10,
	SIEVE_FACTOR_BITS = 4, /* bits of the sieve for each slot, as a power */
	SPREAD_BITS = 31,      /* of a prefix, that a pattern keeps */
	OWNER_BITS = 26,
};
_Static_assert((int)SPELLINGS <= 4 && (int)ENCODINGS <= 32, "a form has seven bits");

/* A pattern is its owner + 1, its form, and the spread of its first bytes: a run has a million of
 * them, so their bytes are made again from the value when a prefix fits. */
struct search {
	size_t count;
	unsigned slots_bits;
	uint64_t *slots; /* patterns; 0 when free */
	uint64_t *sieve; /* 1 << (slots_bits + SIEVE_FACTOR_BITS) bits */
	size_t owners_room;
	struct bytes *values; /* of each owner; borrowed */
	struct buffer scratch;
};

static uint64_t prefix_at(const uint8_t *data)
{
	uint64_t prefix;
	memcpy(&prefix, data, sizeof prefix);
	return prefix;
}

/* The upper bits of a product with an odd constant (2^64 divided by the golden ratio). */
static size_t spread(uint64_t prefix, unsigned bits)
{
	return (size_t)(prefix * 0x9e3779b97f4a7c15u >> (64 - bits));
}

static uint64_t pattern_pack(size_t owner, struct form form, uint64_t prefix)
{
	assert(owner + 1 < (size_t)1 << OWNER_BITS);
	return (uint64_t)(owner + 1) << (SPREAD_BITS + 7) |
	       (uint64_t)form.spelling << (SPREAD_BITS + 5) |
	       (uint64_t)form.encoding << SPREAD_BITS | spread(prefix, SPREAD_BITS);
}

static size_t pattern_spread(uint64_t pattern)
{
	return pattern & ((UINT64_C(1) << SPREAD_BITS) - 1);
}

static size_t pattern_owner(uint64_t pattern)
{
	return (size_t)(pattern >> (SPREAD_BITS + 7)) - 1;
}

static struct form pattern_form(uint64_t pattern)
{
	return (struct form){ (enum spelling)(pattern >> (SPREAD_BITS + 5) & 3),
			      (enum encoding)(pattern >> SPREAD_BITS & 31) };
}

static void pattern_put(struct search *s, uint64_t pattern)
{
	size_t mask = ((size_t)1 << s->slots_bits) - 1, spread_of = pattern_spread(pattern);
	size_t slot = spread_of >> (SPREAD_BITS - s->slots_bits);
	size_t bit = spread_of >> (SPREAD_BITS - s->slots_bits - SIEVE_FACTOR_BITS);
	while (s->slots[slot])
		slot = (slot + 1) & mask;
	s->slots[slot] = pattern;
	s->sieve[bit / 64] |= UINT64_C(1) << bit % 64;
}

static void slots_make(struct search *s, unsigned bits)
{
	uint64_t *old = s->slots;
	size_t old_count = old ? (size_t)1 << s->slots_bits : 0;
	assert(bits + SIEVE_FACTOR_BITS <= SPREAD_BITS);
	free(s->sieve);
	s->slots_bits = bits;
	s->slots = calloc((size_t)1 << bits, sizeof *s->slots);
	s->sieve = calloc(((size_t)1 << (bits + SIEVE_FACTOR_BITS)) / 64, sizeof *s->sieve);
	assert(s->slots && s->sieve);
	for (size_t i = 0; i < old_count; i++)
		if (old[i])
			pattern_put(s, old[i]);
	OPENSSL_clear_free(old, old_count * sizeof *old); /* they are parts of secrets */
}

struct search *search_new(void)
{
	struct search *s = calloc(1, sizeof *s);
	assert(s);
	slots_make(s, SLOTS_FIRST_BITS);
	return s;
}

/* Its bytes; the caller cleanses them. */
static void pattern_make(const struct search *s, uint64_t pattern, struct buffer *out)
{
	form_make(pattern_form(pattern), s->values[pattern_owner(pattern)], out);
}

/* Several forms of a value are often the same bytes: an access key needs no percent escapes. */
static bool pattern_is_known(const struct search *s, size_t owner, struct bytes made)
{
	struct buffer other = { 0 };
	bool known = false;
	size_t mask = ((size_t)1 << s->slots_bits) - 1;
	size_t own = spread(prefix_at(made.data), SPREAD_BITS);
	size_t slot = own >> (SPREAD_BITS - s->slots_bits);
	for (; s->slots[slot] && !known; slot = (slot + 1) & mask) {
		uint64_t pattern = s->slots[slot];
		if (pattern_owner(pattern) != owner || pattern_spread(pattern) != own)
			continue;
		pattern_make(s, pattern, &other);
		known = bytes_equal(bytes_of_buffer(&other), made);
	}
	buffer_cleanse(&other);
	return known;
}

static void owner_add(struct search *s, size_t owner, struct bytes value)
{
	if (owner >= s->owners_room) {
		size_t room = owner * 2 + 64;
		s->values = realloc(s->values, room * sizeof *s->values);
		assert(s->values);
		s->owners_room = room;
	}
	s->values[owner] = value;
}

void search_add(struct search *s, size_t owner, struct form form, struct bytes value)
{
	owner_add(s, owner, value);
	form_make(form, value, &s->scratch);
	struct bytes made = bytes_of_buffer(&s->scratch);
	assert(made.size >= SEARCH_PREFIX);
	if (pattern_is_known(s, owner, made))
		return;
	if (++s->count * 3 / 2 > (size_t)1 << s->slots_bits)
		slots_make(s, s->slots_bits + 1);
	pattern_put(s, pattern_pack(owner, form, prefix_at(made.data)));
}

size_t search_count(const struct search *s)
{
	return s->count;
}

void search_free(struct search *s)
{
	if (!s)
		return;
	buffer_cleanse(&s->scratch);
	OPENSSL_clear_free(s->slots, ((size_t)1 << s->slots_bits) * sizeof *s->slots);
	free(s->sieve);
	free(s->values);
	free(s);
}

void hits_add(struct hits *h, struct hit hit)
{
	for (size_t i = 0; i < h->count; i++)
		if (h->list[i].owner == hit.owner)
			return;
	if (h->count == h->room) {
		h->room = h->room ? h->room * 2 : 4;
		h->list = realloc(h->list, h->room * sizeof *h->list);
		assert(h->list);
	}
	h->list[h->count++] = hit;
}

void hits_fini(struct hits *h)
{
	free(h->list);
	memset(h, 0, sizeof *h);
}

void tail_fini(struct tail *t)
{
	free(t->list);
	OPENSSL_cleanse(t, sizeof *t);
}

static void partial_add(struct tail *t, struct partial begun)
{
	if (t->count == t->room) {
		t->room = t->room ? t->room * 2 : 4;
		t->list = realloc(t->list, t->room * sizeof *t->list);
		assert(t->list);
	}
	t->list[t->count++] = begun;
}

static void pattern_hit(uint64_t pattern, struct hits *found)
{
	hits_add(found, (struct hit){ pattern_owner(pattern), pattern_form(pattern) });
}

/* Go on with a pattern of which `matched` bytes were seen, at the beginning of data. */
static void pattern_follow(const struct search *s, struct partial begun, struct bytes data,
			   struct hits *found, struct tail *end)
{
	struct buffer whole = { 0 };
	pattern_make(s, begun.pattern, &whole);
	size_t left = whole.size - begun.matched;
	size_t size = left < data.size ? left : data.size;
	if (!size || memcmp(whole.data + begun.matched, data.data, size) == 0) {
		if (size == left)
			pattern_hit(begun.pattern, found);
		else
			partial_add(end, (struct partial){ begun.pattern, begun.matched + size });
	}
	buffer_cleanse(&whole);
}

/* Whether some pattern may begin with these eight bytes: false for nearly all. */
static inline bool sieve_passes(const struct search *s, uint64_t prefix)
{
	size_t bit = spread(prefix, s->slots_bits + SIEVE_FACTOR_BITS);
	return s->sieve[bit / 64] >> bit % 64 & 1;
}

/* Whether the pattern begins so; that its spread does is only likely. */
static bool prefix_is_of(const struct search *s, uint64_t pattern, uint64_t prefix)
{
	struct buffer whole = { 0 };
	pattern_make(s, pattern, &whole);
	bool same = prefix_at(whole.data) == prefix;
	buffer_cleanse(&whole);
	return same;
}

/* Every pattern that begins with these eight bytes; rest is what follows them. */
static void prefix_look(const struct search *s, uint64_t prefix, struct bytes rest,
			struct hits *found, struct tail *end)
{
	size_t mask = ((size_t)1 << s->slots_bits) - 1, own = spread(prefix, SPREAD_BITS);
	size_t slot = own >> (SPREAD_BITS - s->slots_bits);
	for (; s->slots[slot]; slot = (slot + 1) & mask)
		if (pattern_spread(s->slots[slot]) == own &&
		    prefix_is_of(s, s->slots[slot], prefix))
			pattern_follow(s, (struct partial){ s->slots[slot], SEARCH_PREFIX }, rest,
				       found, end);
}

static void tail_keep_last(struct tail *t, struct bytes data)
{
	t->last_size = data.size < sizeof t->last ? data.size : sizeof t->last;
	if (t->last_size)
		memcpy(t->last, data.data + data.size - t->last_size, t->last_size);
}

void search_scan(const struct search *s, struct bytes piece, struct hits *found, struct tail *end)
{
	end->count = 0;
	for (size_t i = 0; i + SEARCH_PREFIX <= piece.size; i++) {
		uint64_t prefix = prefix_at(piece.data + i);
		if (!sieve_passes(s, prefix))
			continue;
		const uint8_t *after = piece.data + i + SEARCH_PREFIX;
		prefix_look(s, prefix, bytes_of(after, piece.size - i - SEARCH_PREFIX), found, end);
	}
	tail_keep_last(end, piece);
}

/* Prefixes that begin in the bytes left over from before and end in this piece. */
static void seam_look(const struct search *s, const struct tail *stream, struct bytes piece,
		      struct hits *found, struct tail *out)
{
	uint8_t seam[2 * (SEARCH_PREFIX - 1)];
	size_t head = piece.size < SEARCH_PREFIX - 1 ? piece.size : SEARCH_PREFIX - 1;
	memcpy(seam, stream->last, stream->last_size);
	if (head)
		memcpy(seam + stream->last_size, piece.data, head);
	size_t size = stream->last_size + head;
	for (size_t i = 0; i < stream->last_size && i + SEARCH_PREFIX <= size; i++) {
		size_t used = i + SEARCH_PREFIX - stream->last_size;
		uint64_t prefix = prefix_at(seam + i);
		if (sieve_passes(s, prefix))
			prefix_look(s, prefix, bytes_of(piece.data + used, piece.size - used),
				    found, out);
	}
	tail_keep_last(out, piece.size < SEARCH_PREFIX - 1 ? bytes_of(seam, size) : piece);
	OPENSSL_cleanse(seam, sizeof seam);
}

void search_join(const struct search *s, struct tail *stream, struct bytes piece,
		 const struct tail *end, struct hits *found)
{
	if (!piece.size)
		return;
	struct tail out = { 0 };
	for (size_t i = 0; i < stream->count; i++)
		pattern_follow(s, stream->list[i], piece, found, &out);
	seam_look(s, stream, piece, found, &out);
	for (size_t i = 0; i < end->count; i++)
		if (end->list[i].matched <= piece.size)
			partial_add(&out, end->list[i]);
	tail_fini(stream);
	*stream = out;
}
