/* samples.h - measured values of one figure: a clock to take them with, their middle and spread.
 *
 * Machines are shared and noisy, so a figure is the median of several, and least and most are said
 * beside it.
 */
#ifndef TESTS_BENCH_SAMPLES_H
#define TESTS_BENCH_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

enum { SAMPLES_MAX = 512 };

struct samples {
	size_t count;
	double list[SAMPLES_MAX];
};

/* Real time, nanoseconds since some moment; never backwards. */
int64_t clock_now_ns(void);
/* Time that this process was at work, nanoseconds: what others do meanwhile is not in it. */
int64_t clock_busy_ns(void);

/* More than SAMPLES_MAX are a bug and abort. */
void samples_add(struct samples *s, double value);
/* 0 when there are none. */
double samples_least(const struct samples *s);
double samples_median(const struct samples *s);
double samples_most(const struct samples *s);

#endif
