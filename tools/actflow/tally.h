/* tally.h - many runs of one scenario, counted: results, verdicts, how three numbers spread, and
 * whether repeats of a seed gave the same bytes.
 *
 * It plays nothing. Runs are added in order of seed and repeat; of the repeats only the first is
 * counted into what spreads. Memory: three numbers a seed, and the words of a few failures.
 */
#ifndef TOOLS_ACTFLOW_TALLY_H
#define TOOLS_ACTFLOW_TALLY_H

#include "tools/actflow/play.h"

enum {
	TALLY_FAILING_MAX = 10, /* failing runs whose words are kept */
	TALLY_BINS_MAX = 20,    /* of a histogram */
};

/* One number of each seed's run. */
struct series {
	size_t count, room;
	int64_t *list; /* sorted by tally_end */
};
struct bin {
	int64_t from, width; /* from <= value < from + width */
	size_t count;        /* at least 1 */
};
enum { TALLY_VIRTUAL_NS, TALLY_TUNNELS, TALLY_LOST, TALLY_SERIES };

struct failing {
	uint64_t seed;
	size_t repeat;       /* from 1 */
	char result[24];     /* "not as expected", "refused", "lost", ... */
	bool late;           /* it was ended by its deadline */
	struct buffer words; /* messages and findings */
};
/* Zero it to begin. */
struct tally {
	size_t runs;
	size_t as_expected, not, inconclusive, unread; /* by how they ended */
	size_t verdicts[VERDICT_INCONCLUSIVE + 1];
	struct series series[TALLY_SERIES];
	size_t failing_count;                      /* all that did not end as expected */
	struct failing failing[TALLY_FAILING_MAX]; /* the first of them */
	/* repeats: those whose chain head is not that of the seed's first judged run */
	size_t differing;
	bool has_head;
	uint64_t head_seed;
	size_t head_repeat;
	uint8_t head[TRACE_HEAD_SIZE]; /* of the first run of head_seed */
	struct {
		uint64_t seed;
		size_t first_repeat, repeat;
		uint8_t first[TRACE_HEAD_SIZE], other[TRACE_HEAD_SIZE];
	} difference;    /* the first; when differing > 0 */
	enum err status; /* the worst of all */
};

/* Add one run; repeat from 1. Copies what it keeps of the answer. */
void tally_add(struct tally *t, uint64_t seed, size_t repeat, const struct answer *a);
/* After the last run. */
void tally_end(struct tally *t);
void tally_fini(struct tally *t);

/* The value that at least `percent` of a hundred are not above; 0 is the least. Of a sorted series;
 * 0 when it is empty. */
int64_t series_at(const struct series *s, unsigned percent);
/* Bins of equal width (1, 2 or 5 times a power of ten), without empty ones; returns how many. */
size_t series_bins(const struct series *s, struct bin bins[TALLY_BINS_MAX]);

#endif
