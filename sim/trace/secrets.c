/* secrets.c - the list of a run's secrets, in order of appearance. Not its text: see
 * secrets_text.c.
 *
 * A run has some hundred secrets, so the list is searched from its front.
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

char *secrets_reference_next(const struct secrets *s, const char *class)
{
	size_t number = 1;
	for (size_t i = 0; i < s->count; i++)
		number += strcmp(s->list[i].class, class) == 0;
	char *reference = NULL;
	if (asprintf(&reference, "%s#%zu", class, number) < 0)
		abort();
	return reference;
}

const struct secret *secrets_find(const struct secrets *s, const char *class, struct bytes value)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct secret *candidate = &s->list[i];
		if (strcmp(candidate->class, class) == 0 && candidate->value.size == value.size &&
		    CRYPTO_memcmp(candidate->value.data, value.data, value.size) == 0)
			return candidate;
	}
	return NULL;
}

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
	*s = (struct secrets){ 0 };
}
