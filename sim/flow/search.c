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
	SIEVE_FACTOR_BITS = 5 /* bits of the sieve for each slot, as a power */
};

struct pattern_bytes {
	uint64_t prefix;     /* first SEARCH_PREFIX bytes */
	size_t offset, size; /* in the pool */
	size_t owner;
	struct form form;
	size_t next; /* pattern + 1 with the same slot, 0: none */
};
struct search {
	struct buffer pool, scratch;
	size_t count, room;
	struct pattern_bytes *list;
	unsigned slots_bits;
	size_t *slots;   /* pattern + 1, 0 when free */
	uint64_t *sieve; /* 1 << (slots_bits + SIEVE_FACTOR_BITS) bits */
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

static void pattern_link(struct search *s, size_t pattern)
{
	uint64_t prefix = s->list[pattern].prefix;
	size_t slot = spread(prefix, s->slots_bits);
	size_t bit = spread(prefix, s->slots_bits + SIEVE_FACTOR_BITS);
	s->list[pattern].next = s->slots[slot];
	s->slots[slot] = pattern + 1;
	s->sieve[bit / 64] |= UINT64_C(1) << bit % 64;
}

static void slots_make(struct search *s, unsigned bits)
{
	free(s->slots);
	free(s->sieve);
	s->slots_bits = bits;
	s->slots = calloc((size_t)1 << bits, sizeof *s->slots);
	s->sieve = calloc(((size_t)1 << (bits + SIEVE_FACTOR_BITS)) / 64, sizeof *s->sieve);
	assert(s->slots && s->sieve);
	for (size_t i = 0; i < s->count; i++)
		pattern_link(s, i);
}

struct search *search_new(void)
{
	struct search *s = calloc(1, sizeof *s);
	assert(s);
	slots_make(s, SLOTS_FIRST_BITS);
	return s;
}

static const uint8_t *pattern_data(const struct search *s, size_t pattern)
{
	return s->pool.data + s->list[pattern].offset;
}

/* Several forms of a value are often the same bytes: an access key needs no percent escapes. */
static bool pattern_is_known(const struct search *s, size_t owner, struct bytes made)
{
	size_t next = s->slots[spread(prefix_at(made.data), s->slots_bits)];
	for (; next; next = s->list[next - 1].next) {
		const struct pattern_bytes *p = &s->list[next - 1];
		if (p->owner == owner &&
		    bytes_equal(bytes_of(pattern_data(s, next - 1), p->size), made))
			return true;
	}
	return false;
}

/* The pool grows by hand: a plain realloc could leave a copy of a secret behind. */
static void pool_append(struct buffer *pool, struct bytes made)
{
	if (pool->room - pool->size < made.size) {
		struct buffer larger = { 0 };
		buffer_reserve(&larger, (pool->size + made.size) * 2);
		buffer_append(&larger, bytes_of_buffer(pool));
		buffer_cleanse(pool);
		*pool = larger;
	}
	buffer_append(pool, made);
}

void search_add(struct search *s, size_t owner, struct form form, struct bytes value)
{
	form_make(form, value, &s->scratch);
	struct bytes made = bytes_of_buffer(&s->scratch);
	assert(made.size >= SEARCH_PREFIX);
	if (pattern_is_known(s, owner, made))
		return;
	if (s->count == s->room) {
		s->room = s->room ? s->room * 2 : 256;
		s->list = realloc(s->list, s->room * sizeof *s->list);
		assert(s->list);
	}
	s->list[s->count] = (struct pattern_bytes){
		.prefix = prefix_at(made.data),
		.offset = s->pool.size,
		.size = made.size,
		.owner = owner,
		.form = form,
	};
	pool_append(&s->pool, made);
	pattern_link(s, s->count++);
	if (s->count > (size_t)1 << s->slots_bits)
		slots_make(s, s->slots_bits + 2);
}

size_t search_count(const struct search *s)
{
	return s->count;
}

void search_free(struct search *s)
{
	if (!s)
		return;
	buffer_cleanse(&s->pool);
	buffer_cleanse(&s->scratch);
	OPENSSL_clear_free(s->list, s->room * sizeof *s->list); /* prefixes are parts of secrets */
	free(s->slots);
	free(s->sieve);
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

static void pattern_hit(const struct search *s, size_t pattern, struct hits *found)
{
	hits_add(found, (struct hit){ s->list[pattern].owner, s->list[pattern].form });
}

/* Go on with a pattern of which `matched` bytes were seen, at the beginning of data. */
static void pattern_follow(const struct search *s, struct partial begun, struct bytes data,
			   struct hits *found, struct tail *end)
{
	size_t left = s->list[begun.pattern].size - begun.matched;
	size_t size = left < data.size ? left : data.size;
	if (size && memcmp(pattern_data(s, begun.pattern) + begun.matched, data.data, size) != 0)
		return;
	if (size == left)
		pattern_hit(s, begun.pattern, found);
	else
		partial_add(end, (struct partial){ begun.pattern, begun.matched + size });
}

/* Whether some pattern may begin with these eight bytes: false for nearly all. */
static inline bool sieve_passes(const struct search *s, uint64_t prefix)
{
	size_t bit = spread(prefix, s->slots_bits + SIEVE_FACTOR_BITS);
	return s->sieve[bit / 64] >> bit % 64 & 1;
}

/* Every pattern that begins with these eight bytes; rest is what follows them. */
static void prefix_look(const struct search *s, uint64_t prefix, struct bytes rest,
			struct hits *found, struct tail *end)
{
	size_t next = s->slots[spread(prefix, s->slots_bits)];
	for (; next; next = s->list[next - 1].next)
		if (s->list[next - 1].prefix == prefix)
			pattern_follow(s, (struct partial){ next - 1, SEARCH_PREFIX }, rest, found,
				       end);
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
