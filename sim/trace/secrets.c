/* secrets.c - the list of a run's secrets, in order of appearance. Not its text: see
 * secrets_text.c.
 *
 * A run of many devices has tens of thousands, so what was added one by one is found by a table,
 * and counted by class. A list that was made by other hands is searched from its front.
 */
#include "sim/trace/secrets.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

static char *copy_of(const char *text)
{
	char *copy = strdup(text);
	if (!copy)
		abort();
	return copy;
}

bool secrets_name_is_good(const char *name, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (name[i] <= ' ' || name[i] > '~')
			return false;
	return size > 0 && size <= SECRETS_NAME_MAX;
}

/* -- the table -- */

struct class_count {
	char *class;
	size_t count;
};
struct secrets_index {
	size_t indexed;     /* secrets from the front that are in it */
	size_t slots_count; /* a power of two */
	uint32_t *slots;    /* number + 1 of a secret, 0 when free */
	size_t classes_count;
	struct class_count *classes;
};

/* FNV-1a over class and value: an unlucky table costs time, never a different answer. */
static uint32_t hash_of(const char *class, struct bytes value)
{
	uint32_t hash = 2166136261u;
	for (; *class; class ++)
		hash = (hash ^ (unsigned char)*class) * 16777619u;
	for (size_t i = 0; i < value.size; i++)
		hash = (hash ^ value.data[i]) * 16777619u;
	return hash;
}

static bool is_it(const struct secret *s, const char *class, struct bytes value)
{
	return strcmp(s->class, class) == 0 && s->value.size == value.size &&
	       CRYPTO_memcmp(s->value.data, value.data, value.size) == 0;
}

/* The slot that holds it, or the free one where it belongs. */
static size_t slot_of(const struct secrets *s, const char *class, struct bytes value)
{
	const struct secrets_index *x = s->index;
	size_t slot = hash_of(class, value) & (x->slots_count - 1);
	while (x->slots[slot] && !is_it(&s->list[x->slots[slot] - 1], class, value))
		slot = (slot + 1) & (x->slots_count - 1);
	return slot;
}

static void class_count(struct secrets_index *x, const char *class)
{
	size_t i = 0;
	while (i < x->classes_count && strcmp(x->classes[i].class, class) != 0)
		i++;
	if (i == x->classes_count) {
		x->classes = reallocarray(x->classes, i + 1, sizeof *x->classes);
		if (!x->classes)
			abort();
		x->classes[x->classes_count++] = (struct class_count){ .class = copy_of(class) };
	}
	x->classes[i].count++;
}

static void slots_grow(struct secrets_index *x)
{
	free(x->slots);
	x->slots_count = x->slots_count ? x->slots_count * 2 : 256;
	x->slots = calloc(x->slots_count, sizeof *x->slots);
	if (!x->slots)
		abort();
}

/* Take all that is in the list into the table. */
static void index_follow(struct secrets *s)
{
	struct secrets_index *x = s->index;
	size_t from = x->indexed;
	while (s->count * 2 >= x->slots_count) {
		slots_grow(x);
		from = 0;
	}
	for (size_t i = from; i < s->count; i++) {
		struct bytes value = bytes_of_buffer(&s->list[i].value);
		x->slots[slot_of(s, s->list[i].class, value)] = (uint32_t)i + 1;
	}
	for (; x->indexed < s->count; x->indexed++)
		class_count(x, s->list[x->indexed].class);
}

static void index_free(struct secrets_index *x)
{
	if (!x)
		return;
	for (size_t i = 0; i < x->classes_count; i++)
		free(x->classes[i].class);
	free(x->classes);
	free(x->slots);
	free(x);
}

char *secrets_reference_next(const struct secrets *s, const char *class)
{
	size_t number = 1, from = s->index ? s->index->indexed : 0;
	for (size_t i = 0; s->index && i < s->index->classes_count; i++)
		if (strcmp(s->index->classes[i].class, class) == 0)
			number += s->index->classes[i].count;
	for (size_t i = from; i < s->count; i++)
		number += strcmp(s->list[i].class, class) == 0;
	char *reference = NULL;
	if (asprintf(&reference, "%s#%zu", class, number) < 0)
		abort();
	return reference;
}

const struct secret *secrets_find(const struct secrets *s, const char *class, struct bytes value)
{
	size_t from = s->index ? s->index->indexed : 0;
	uint32_t known = from ? s->index->slots[slot_of(s, class, value)] : 0;
	if (known)
		return &s->list[known - 1];
	for (size_t i = from; i < s->count; i++)
		if (is_it(&s->list[i], class, value))
			return &s->list[i];
	return NULL;
}

/* -- the list -- */

static struct secret *slot_new(struct secrets *s)
{
	if (s->count == s->room) {
		size_t room = s->room ? 2 * s->room : 64;
		struct secret *list = reallocarray(s->list, room, sizeof *list);
		if (!list)
			abort();
		s->list = list;
		s->room = room;
	}
	return &s->list[s->count];
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
	char *reference = secrets_reference_next(s, class);
	struct secret *secret = slot_new(s);
	*secret = (struct secret){ .reference = reference,
				   .class = copy_of(class),
				   .holder = copy_of(holder),
				   .channel = copy_of(channel) };
	buffer_append(&secret->value, value);
	s->count++;
	if (!s->index)
		s->index = calloc(1, sizeof *s->index);
	if (!s->index)
		abort();
	index_follow(s);
}

void secrets_fini(struct secrets *s)
{
	for (size_t i = 0; i < s->count; i++) {
		free(s->list[i].reference);
		free(s->list[i].class);
		free(s->list[i].holder);
		free(s->list[i].channel);
		buffer_cleanse(&s->list[i].value);
	}
	free(s->list);
	index_free(s->index);
	*s = (struct secrets){ 0 };
}
