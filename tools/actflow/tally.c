/* tally.c - many runs of one scenario, counted. */
#include "tools/actflow/tally.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/list.h"
#include "tools/actflow/ending.h"

static void keep(struct series *s, int64_t value)
{
	s->list = list_grow(s->list, s->count, &s->room, sizeof *s->list);
	s->list[s->count++] = value;
}

static void count(struct tally *t, const struct answer *a)
{
	enum err status = a->status;
	t->runs++;
	t->as_expected += status == ERR_OK;
	t->inconclusive += status == ERR_INCONCLUSIVE;
	t->unread += status == ERR_INPUT;
	t->not += status != ERR_OK && status != ERR_INCONCLUSIVE && status != ERR_INPUT;
	t->status = t->runs == 1 ? status : ending_worse(t->status, status);
	if (a->sample.judged)
		t->verdicts[a->sample.verdict]++;
}

static void compare_heads(struct tally *t, uint64_t seed, size_t repeat, const struct sample *s)
{
	if (!t->has_head || t->head_seed != seed) {
		t->has_head = true;
		t->head_seed = seed;
		t->head_repeat = repeat;
		memcpy(t->head, s->head, sizeof t->head);
		return;
	}
	if (memcmp(t->head, s->head, sizeof t->head) == 0)
		return;
	if (t->differing++ == 0) {
		t->difference.seed = seed;
		t->difference.first_repeat = t->head_repeat;
		t->difference.repeat = repeat;
		memcpy(t->difference.first, t->head, sizeof t->head);
		memcpy(t->difference.other, s->head, sizeof t->head);
	}
	t->status = ending_worse(t->status, ERR_NOT_AS_EXPECTED);
}

static const char *word_of(const struct answer *a)
{
	if (a->sample.judged)
		return a->sample.result;
	return a->status == ERR_INPUT ? "refused" : "lost";
}

/* What was said of a run that did not end as expected; said once when it is the same each time. */
static void keep_failing(struct tally *t, uint64_t seed, size_t repeat, const struct answer *a)
{
	if (a->status == ERR_OK || t->failing_count++ >= TALLY_FAILING_MAX)
		return;
	struct failing *f = &t->failing[t->failing_count - 1];
	const struct buffer *words = a->again.size > 0 ? &a->again : &a->messages;
	f->seed = seed;
	f->repeat = repeat;
	f->late = a->late;
	snprintf(f->result, sizeof f->result, "%s", word_of(a));
	if (a->status != ERR_INPUT || t->failing_count == 1)
		buffer_append(&f->words, bytes_of_buffer(words));
}

void tally_add(struct tally *t, uint64_t seed, size_t repeat, const struct answer *a)
{
	count(t, a);
	keep_failing(t, seed, repeat, a);
	if (!a->sample.judged)
		return;
	compare_heads(t, seed, repeat, &a->sample);
	if (repeat > 1)
		return;
	keep(&t->series[TALLY_VIRTUAL_NS], a->sample.virtual_ns);
	keep(&t->series[TALLY_TUNNELS], (int64_t)a->sample.tunnels);
	keep(&t->series[TALLY_LOST], (int64_t)a->sample.lost);
}

static int by_value(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
	return (a > b) - (a < b);
}

void tally_end(struct tally *t)
{
	for (size_t i = 0; i < TALLY_SERIES; i++)
		if (t->series[i].count > 1)
			qsort(t->series[i].list, t->series[i].count, sizeof(int64_t), by_value);
}

void tally_fini(struct tally *t)
{
	for (size_t i = 0; i < TALLY_SERIES; i++)
		free(t->series[i].list);
	for (size_t i = 0; i < TALLY_FAILING_MAX; i++)
		buffer_fini(&t->failing[i].words);
	*t = (struct tally){ 0 };
}

int64_t series_at(const struct series *s, unsigned percent)
{
	assert(percent <= 100);
	if (s->count == 0)
		return 0;
	size_t rank = (s->count * percent + 99) / 100; /* nearest rank, from 1 */
	return s->list[rank > 0 ? rank - 1 : 0];
}

/* The least of 1, 2, 5, 10, 20, ... with which all values fall into TALLY_BINS_MAX bins. */
static int64_t bin_width(const struct series *s)
{
	static const int64_t steps[] = { 1, 2, 5 };
	int64_t least = s->list[0], most = s->list[s->count - 1];
	for (int64_t ten = 1;; ten *= 10)
		for (size_t i = 0; i < 3; i++) {
			int64_t width = steps[i] * ten;
			if (most / width - least / width < TALLY_BINS_MAX)
				return width;
		}
}

size_t series_bins(const struct series *s, struct bin bins[TALLY_BINS_MAX])
{
	size_t bins_count = 0;
	if (s->count == 0)
		return 0;
	assert(s->list[0] >= 0);
	int64_t width = bin_width(s);
	for (size_t i = 0; i < s->count; i++) {
		int64_t from = s->list[i] / width * width;
		if (bins_count == 0 || bins[bins_count - 1].from != from)
			bins[bins_count++] = (struct bin){ .from = from, .width = width };
		bins[bins_count - 1].count++;
	}
	return bins_count;
}
