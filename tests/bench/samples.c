/* samples.c - sorts few values; nothing here knows what they mean. */
#include "tests/bench/samples.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int64_t read_clock(clockid_t which)
{
	struct timespec now;
	if (clock_gettime(which, &now) != 0)
		abort();
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t clock_now_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t clock_busy_ns(void)
{
	return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

void samples_add(struct samples *s, double value)
{
	assert(s->count < SAMPLES_MAX);
	s->list[s->count++] = value;
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* The value at this place of the sorted list, 0 to 1. */
static double at(const struct samples *s, double place)
{
	double sorted[SAMPLES_MAX];
	if (s->count == 0)
		return 0;
	memcpy(sorted, s->list, s->count * sizeof *sorted);
	qsort(sorted, s->count, sizeof *sorted, compare);
	double where = place * (double)(s->count - 1);
	size_t below = (size_t)where;
	size_t above = below + 1 < s->count ? below + 1 : below;
	return sorted[below] + (where - (double)below) * (sorted[above] - sorted[below]);
}

double samples_least(const struct samples *s)
{
	return at(s, 0);
}

double samples_median(const struct samples *s)
{
	return at(s, 0.5);
}

double samples_most(const struct samples *s)
{
	return at(s, 1);
}
