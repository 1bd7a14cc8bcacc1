/* attacks.c - finds a case of the catalogue; holds the names in scenario files against it. */
#include "tools/actflow/attacks.h"

#include <stdlib.h>
#include <string.h>

const struct attacks *const attack_topics[ATTACK_TOPICS] = { &attacks_key_agreement, &attacks_order,
							     &attacks_transport,
							     &attacks_messages };

const struct attack *attack_find(const char *id)
{
	for (size_t t = 0; t < ATTACK_TOPICS; t++)
		for (size_t i = 0; i < attack_topics[t]->count; i++)
			if (strcmp(attack_topics[t]->list[i].id, id) == 0)
				return &attack_topics[t]->list[i];
	return NULL;
}

/* The caller frees the list. */
static const char **ids_of_all(size_t *count)
{
	size_t all = 0;
	for (size_t t = 0; t < ATTACK_TOPICS; t++)
		all += attack_topics[t]->count;
	const char **ids = calloc(all, sizeof *ids);
	if (!ids)
		abort();
	*count = 0;
	for (size_t t = 0; t < ATTACK_TOPICS; t++)
		for (size_t i = 0; i < attack_topics[t]->count; i++)
			ids[(*count)++] = attack_topics[t]->list[i].id;
	return ids;
}

void attacks_check(const struct scenario *s, struct diags *d)
{
	for (size_t i = 0; i < s->attacks_count; i++) {
		const char *id = s->attacks[i].id;
		struct place place = s->attacks[i].place;
		if (attack_find(id))
			continue;
		size_t count = 0;
		const char **ids = ids_of_all(&count);
		const char *near = diag_nearest(id, ids, count);
		diag_add(d, s->file, place.line, place.column,
			 "unknown attack, expected one of `actflow list --attacks`, actual %s%s%s",
			 id, near ? ", did you mean " : "", near ? near : "");
		free(ids);
	}
	if (s->attacks_count > 0 && s->expect.outcomes_count == 0 && s->expect.reaches_count == 0)
		diag_add(d, s->file, s->attacks[0].place.line, s->attacks[0].place.column,
			 "attack, expected expect.outcome or expect.reaches in the same file, "
			 "actual neither: what it comes to must be said");
}
