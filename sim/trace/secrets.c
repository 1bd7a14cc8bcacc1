/* secrets.c - the list of a run's secrets, in order of appearance. Not its text: see
 * secrets_text.c.
 *
 * A device brings some seventy secrets, and each message asks for several: they are found by hashes
 * of class and value, and names, which are few, are kept once. Nothing is iterated in that order.
 */
#include "sim/trace/secrets.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <uthash.h>

enum { SLOTS_FIRST = 256, CHUNK_SIZE = 4096 };

/* A class, holder or channel. */
struct name {
	size_t secrets; /* of this class */
	UT_hash_handle hh;
	char text[];
};
/* Values and references, many in one piece: one by one they would take twice the memory. */
struct chunk {
	struct chunk *before;
	size_t size, used; /* bytes */
	uint8_t bytes[];
};
struct secrets_index {
	struct name *names;
	size_t slots_count; /* a power of two, more than 4/3 of the secrets */
	uint32_t *slots;    /* number of the secret + 1; 0: free */
	struct chunk *chunks;
};

/* -- chunks -- */

static uint8_t *chunk_take(struct secrets_index *x, size_t size)
{
	struct chunk *c = x->chunks;
	if (!c || c->size - c->used < size) {
		size_t room = size > CHUNK_SIZE ? size : CHUNK_SIZE;
		c = calloc(1, sizeof *c + room);
		if (!c)
			abort();
		c->before = x->chunks;
		c->size = room;
		x->chunks = c;
	}
	c->used += size;
	return c->bytes + c->used - size;
}

static void chunks_free(struct chunk *c)
{
	while (c) {
		struct chunk *before = c->before;
		OPENSSL_cleanse(c->bytes, c->used);
		free(c);
		c = before;
	}
}

/* -- names -- */

static struct name *name_find(const struct secrets *s, const char *text)
{
	struct name *found = NULL;
	if (s->index)
		HASH_FIND_STR(s->index->names, text, found);
	return found;
}

static struct name *name_keep(struct secrets *s, const char *text)
{
	struct name *kept = name_find(s, text);
	if (kept)
		return kept;
	size_t size = strlen(text) + 1;
	kept = calloc(1, sizeof *kept + size);
	if (!kept)
		abort();
	memcpy(kept->text, text, size);
	HASH_ADD_STR(s->index->names, text, kept);
	return kept;
}

/* -- class and value -- */

/* FNV-1a: an unlucky table costs time, never another answer. */
static uint32_t hash_on(uint32_t hash, struct bytes b)
{
	for (size_t i = 0; i < b.size; i++)
		hash = (hash ^ b.data[i]) * 16777619u;
	return hash;
}

static bool is_that(const struct secret *s, const char *class, struct bytes value)
{
	return strcmp(s->class, class) == 0 && s->value.size == value.size &&
	       CRYPTO_memcmp(s->value.data, value.data, value.size) == 0;
}

/* The slot that holds this secret, or the free one where it belongs. */
static size_t slot_of(const struct secrets *s, const char *class, struct bytes value)
{
	const struct secrets_index *x = s->index;
	size_t slot = hash_on(hash_on(2166136261u, bytes_of_string(class)), value);
	for (slot &= x->slots_count - 1; x->slots[slot]; slot = (slot + 1) & (x->slots_count - 1))
		if (is_that(&s->list[x->slots[slot] - 1], class, value))
			break;
	return slot;
}

static void slots_grow(struct secrets *s)
{
	struct secrets_index *x = s->index;
	free(x->slots);
	x->slots_count = x->slots_count ? 2 * x->slots_count : SLOTS_FIRST;
	x->slots = calloc(x->slots_count, sizeof *x->slots);
	if (!x->slots)
		abort();
	for (size_t i = 0; i < s->count; i++) {
		const struct secret *one = &s->list[i];
		x->slots[slot_of(s, one->class, bytes_of_buffer(&one->value))] = (uint32_t)i + 1;
	}
}

static void index_make_room(struct secrets *s)
{
	if (!s->index)
		s->index = calloc(1, sizeof *s->index);
	if (!s->index)
		abort();
	if (4 * (s->count + 1) >= 3 * s->index->slots_count)
		slots_grow(s);
}

static void index_free(struct secrets_index *x)
{
	struct name *name, *next;
	if (!x)
		return;
	HASH_ITER(hh, x->names, name, next)
	{
		HASH_DEL(x->names, name);
		free(name);
	}
	chunks_free(x->chunks);
	free(x->slots);
	free(x);
}

/* -- the list -- */

bool secrets_name_is_good(const char *name, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (name[i] <= ' ' || name[i] > '~')
			return false;
	return size > 0 && size <= SECRETS_NAME_MAX;
}

char *secrets_reference_next(const struct secrets *s, const char *class)
{
	const struct name *name = name_find(s, class);
	char *reference = NULL;
	if (asprintf(&reference, "%s#%zu", class, name ? name->secrets + 1 : 1) < 0)
		abort();
	return reference;
}

const struct secret *secrets_find(const struct secrets *s, const char *class, struct bytes value)
{
	if (!s->index)
		return NULL;
	size_t number = s->index->slots[slot_of(s, class, value)];
	return number ? &s->list[number - 1] : NULL;
}

static struct secret *secret_new(struct secrets *s)
{
	if (s->count == s->room) {
		size_t room = s->room ? s->room + s->room / 8 : 64;
		struct secret *list = reallocarray(s->list, room, sizeof *list);
		if (!list)
			abort();
		s->list = list;
		s->room = room;
	}
	return &s->list[s->count];
}

static char *keep_reference(struct secrets *s, const char *class)
{
	char *reference = secrets_reference_next(s, class);
	size_t size = strlen(reference) + 1;
	char *kept = memcpy(chunk_take(s->index, size), reference, size);
	free(reference);
	return kept;
}

void secrets_add(struct secrets *s, const char *class, const char *holder, const char *channel,
		 struct bytes value)
{
	assert(secrets_name_is_good(class, strlen(class)) && !strchr(class, '#'));
	assert(secrets_name_is_good(holder, strlen(holder)));
	assert(!*channel || secrets_name_is_good(channel, strlen(channel)));
	assert(strcmp(channel, SECRETS_NO_CHANNEL) != 0 && value.size <= SECRETS_VALUE_MAX);
	if (value.size == 0 || secrets_find(s, class, value))
		return;
	index_make_room(s);
	struct name *of_class = name_keep(s, class);
	struct secret *secret = secret_new(s);
	*secret = (struct secret){ .reference = keep_reference(s, class),
				   .class = of_class->text,
				   .holder = name_keep(s, holder)->text,
				   .channel = name_keep(s, channel)->text,
				   .value = { .data = chunk_take(s->index, value.size),
					      .size = value.size,
					      .room = value.size } };
	memcpy(secret->value.data, value.data, value.size);
	s->index->slots[slot_of(s, class, value)] = (uint32_t)++s->count;
	of_class->secrets++;
}

void secrets_fini(struct secrets *s)
{
	free(s->list);
	index_free(s->index);
	*s = (struct secrets){ 0 };
}
