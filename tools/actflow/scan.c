/* scan.c - the last look at what is about to be printed: no live secret may be in it. */
#include "tools/actflow/scan.h"

#include <string.h>

#include "sim/flow/search.h"

#define TYPED_CLASS                                                                                \
	"access_key" /* the one class that people type, in upper case and with hyphens */

static void add_forms(struct search *search, size_t owner, const struct secret *secret)
{
	bool typed = strcmp(secret->class, TYPED_CLASS) == 0;
	size_t spellings = typed ? SPELLINGS : 1;
	for (size_t s = 0; s < spellings; s++)
		for (size_t e = 0; e < ENCODINGS; e++)
			search_add(search, owner,
				   (struct form){ (enum spelling)s, (enum encoding)e },
				   bytes_of_buffer(&secret->value));
}

const char *scan_texts(const struct secrets *s, const struct bytes *texts, size_t count)
{
	struct search *search = search_new();
	struct hits found = { 0 };
	for (size_t i = 0; i < s->count; i++)
		if (s->list[i].value.size >= FORM_VALUE_MIN)
			add_forms(search, i, &s->list[i]);
	for (size_t i = 0; i < count; i++) {
		struct tail end = { 0 };
		search_scan(search, texts[i], &found, &end);
		tail_fini(&end);
	}
	const char *class = found.count > 0 ? s->list[found.list[0].owner].class : NULL;
	hits_fini(&found);
	search_free(search);
	return class;
}
