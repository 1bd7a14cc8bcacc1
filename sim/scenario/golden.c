/* golden.c - compares golden stories with actual ones. Rewriting them is golden_update.c's work. */
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/scenario.h"

/* The lines of a text, borrowed from it. */
struct lines {
	struct bytes *list;
	size_t count;
};

static struct lines split(const char *text)
{
	struct lines all = { 0 };
	size_t room = 1;
	for (const char *c = text; *c; c++)
		room += *c == '\n';
	all.list = calloc(room, sizeof *all.list);
	if (!all.list)
		abort();
	while (*text) {
		size_t size = strcspn(text, "\n");
		all.list[all.count++] = bytes_of(text, size);
		text += size + (text[size] == '\n');
	}
	return all;
}

/* "..." alone on its line, indented or not. */
static bool skips(struct bytes line)
{
	while (line.size > 0 && strchr(" \t", line.data[0]))
		line = bytes_of(line.data + 1, line.size - 1);
	while (line.size > 0 && strchr(" \t", line.data[line.size - 1]))
		line.size--;
	return bytes_equal(line, bytes_of_string("..."));
}

/* How many lines of golden[from, to) are those of the story from `at` on. */
static size_t agreement(const struct lines *golden, size_t from, size_t to,
			const struct lines *story, size_t at)
{
	size_t count = 0;
	while (from + count < to && at + count < story->count &&
	       bytes_equal(golden->list[from + count], story->list[at + count]))
		count++;
	return count;
}

/* Where golden[from, to) first stands whole in the story, at `at` or later, and at its end when
 * `last`. When nowhere, *reached and the result tell how far the best attempt came. */
static bool find(const struct lines *golden, size_t range[2], const struct lines *story, bool last,
		 size_t *at, size_t *reached)
{
	size_t size = range[1] - range[0], best_at = story->count;
	*reached = 0;
	for (size_t i = *at; i < story->count; i++) {
		size_t count = agreement(golden, range[0], range[1], story, i);
		if (count == size && (!last || i + size == story->count)) {
			*at = i;
			return true;
		}
		if (count > *reached || (count > 0 && count == size)) {
			*reached = count;
			best_at = i;
		}
	}
	*at = best_at;
	return size == 0;
}

struct difference {
	size_t golden, story; /* lines, from 0; story->count: its end */
	bool found;
};

static struct difference compare(const struct lines *golden, const struct lines *story)
{
	size_t at = 0, begin = 0;
	bool floating = false; /* a "..." came before */
	while (begin <= golden->count) {
		size_t end = begin, reached = 0;
		while (end < golden->count && !skips(golden->list[end]))
			end++;
		bool last = end == golden->count;
		if (last && floating && begin == end)
			return (struct difference){ .found = false };
		if (floating) {
			size_t range[2] = { begin, end };
			if (!find(golden, range, story, last, &at, &reached))
				return (struct difference){ begin + reached, at + reached, true };
		} else {
			reached = agreement(golden, begin, end, story, at);
			if (reached < end - begin || (last && at + reached < story->count))
				return (struct difference){ begin + reached, at + reached, true };
		}
		at += end - begin;
		begin = end + 1;
		floating = true;
	}
	return (struct difference){ .found = false };
}

int scenario_golden_differs(const char *golden, const char *actual, int *actual_line)
{
	struct lines expected = split(golden), story = split(actual);
	struct difference d = compare(&expected, &story);
	*actual_line = d.found && d.story < story.count ? (int)d.story + 1 : 0;
	free(expected.list);
	free(story.list);
	return d.found ? (int)d.golden + 1 : 0;
}
