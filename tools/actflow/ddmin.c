/* ddmin.c - halves, then quarters, then eighths ... of what is left; see ddmin.h. */
#include "tools/actflow/ddmin.h"

#include <assert.h>
#include <string.h>

struct search {
	bool *kept;
	size_t count;
	ddmin_test_fn *test;
	void *context;
	size_t asked;
};

static size_t left(const struct search *s)
{
	size_t found = 0;
	for (size_t i = 0; i < s->count; i++)
		found += s->kept[i];
	return found;
}

/* Try one of `parts` parts of what is left, or all without it; keep that when it still does it. */
static bool try_part(struct search *s, size_t part, size_t parts, bool without)
{
	bool tried[DDMIN_MAX];
	size_t all = left(s), seen = 0;
	size_t begin = all * part / parts, end = all * (part + 1) / parts;
	for (size_t i = 0; i < s->count; i++) {
		bool inside = seen >= begin && seen < end;
		tried[i] = s->kept[i] && inside != without;
		seen += s->kept[i];
	}
	s->asked++;
	if (!s->test(s->context, tried))
		return false;
	memcpy(s->kept, tried, s->count * sizeof *tried);
	return true;
}

/* Whether something could be left out. *parts: into how many to cut next. */
static bool reduce(struct search *s, size_t *parts)
{
	for (size_t i = 0; i<*parts && * parts> 1; i++)
		if (try_part(s, i, *parts, false)) {
			*parts = 2;
			return true;
		}
	/* of two parts, each is the rest of the other */
	for (size_t i = 0; i < *parts && *parts != 2; i++)
		if (try_part(s, i, *parts, true)) {
			*parts = *parts > 2 ? *parts - 1 : 1;
			return true;
		}
	return false;
}

size_t ddmin(bool *kept, size_t count, ddmin_test_fn *test, void *context)
{
	struct search s = { .kept = kept, .count = count, .test = test, .context = context };
	size_t parts = 1; /* first of all: nothing */
	assert(count <= DDMIN_MAX);
	while (left(&s) > 0) {
		size_t all = left(&s);
		if (reduce(&s, &parts)) {
			parts = parts > left(&s) ? left(&s) : parts;
			continue;
		}
		if (parts >= all)
			break;
		parts = 2 * parts > all ? all : 2 * parts;
	}
	return s.asked;
}
