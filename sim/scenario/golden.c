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

/* The comparison: golden lines from `begin` to the next "..." or the end are due, in the story at
 * `at`; or, after a "...", at `at` or later. */
struct comparison {
	const struct lines *golden, *story;
	size_t begin, end, at;
	bool floats; /* a "..." came before */
	bool last;   /* no "..." comes behind: the story must end here, too */
};

/* How many of the lines that are due are those of the story from `at` on. */
static size_t agreement(const struct comparison *c, size_t at)
{
	size_t count = 0;
	while (c->begin + count < c->end && at + count < c->story->count &&
	       bytes_equal(c->golden->list[c->begin + count], c->story->list[at + count]))
		count++;
	return count;
}

static bool stands_whole(const struct comparison *c, size_t at, size_t agreed)
{
	return agreed == c->end - c->begin && (!c->last || at + agreed == c->story->count);
}

/* Find where the lines that are due stand whole, and move there. When nowhere: where they come
 * farthest, and *agreed so many of them. */
static bool find(struct comparison *c, size_t *agreed)
{
	size_t best = c->floats ? c->story->count : c->at;
	size_t until = c->floats ? c->story->count : c->at;
	*agreed = 0;
	for (size_t i = c->at; i <= until; i++) {
		size_t count = agreement(c, i);
		if (stands_whole(c, i, count)) {
			c->at = i;
			*agreed = count;
			return true;
		}
		/* Of attempts that only miss the end, the one nearest to it says most. */
		if (count > *agreed || (count > 0 && count == c->end - c->begin)) {
			*agreed = count;
			best = i;
		}
	}
	c->at = best;
	return false;
}

/* Take all of the golden's parts in turn. Returns whether the story is as it says; if not, c->begin
 * and c->at are the lines that differ. */
static bool agrees(struct comparison *c)
{
	for (; c->begin <= c->golden->count; c->begin = c->end + 1) {
		size_t agreed = 0;
		c->end = c->begin;
		while (c->end < c->golden->count && !skips(c->golden->list[c->end]))
			c->end++;
		c->last = c->end == c->golden->count;
		bool found = find(c, &agreed);
		c->at += agreed;
		if (!found) {
			c->begin += agreed;
			return false;
		}
		c->floats = true;
	}
	return true;
}

int scenario_golden_differs(const char *golden, const char *actual, int *actual_line)
{
	struct lines expected = split(golden), story = split(actual);
	struct comparison c = { .golden = &expected, .story = &story };
	bool differs = !agrees(&c);
	*actual_line = differs && c.at < story.count ? (int)c.at + 1 : 0;
	free(expected.list);
	free(story.list);
	return differs ? (int)c.begin + 1 : 0;
}
