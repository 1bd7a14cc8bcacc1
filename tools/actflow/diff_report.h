/* diff_report.h - what `actflow diff` says: how two traces stand beside each other. */
#ifndef TOOLS_ACTFLOW_DIFF_REPORT_H
#define TOOLS_ACTFLOW_DIFF_REPORT_H

#include "tools/actflow/align.h"
#include "tools/actflow/choice.h"
#include "tools/actflow/differences.h"
#include "tools/actflow/telling.h"

enum {
	DIFF_FOLLOWED_MAX = 8, /* steps that are told of each side; with -v all */
	DIFF_PAIRS_SHORT = 4,  /* records that say something else, with their values; with -v: */
	DIFF_PAIRS_MAX = 64,
};

/* One of the two traces, as it is told. */
struct diff_side {
	struct choice choice;
	struct telling first;    /* the record with which it diverges; none: nothing stands there */
	struct telling followed; /* what it says otherwise after that, and because of it */
};
/* A record that both have, and that says something else in each. */
struct diff_pair {
	uint32_t whole;        /* its number (sameness.h) */
	struct buffer encoded; /* in A */
	struct telling told;   /* in B */
	struct differences values;
};
struct diff {
	struct diff_side sides[2];
	struct alignment alignment;
	struct differences first; /* of the two first ones, when they stand for each other */
	size_t pairs_count, pairs_most;
	struct diff_pair pairs[DIFF_PAIRS_MAX]; /* the first of those that follow */
	bool same;                              /* everything, the run that they name too */
};

void diff_report_text(const struct diff *d, size_t width, bool verbose, bool colour,
		      struct buffer *out);
void diff_report_json(const struct diff *d, struct buffer *out);

#endif
