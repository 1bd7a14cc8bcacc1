/* diff_report.h - what `actflow diff` says: how two traces stand beside each other. */
#ifndef TOOLS_ACTFLOW_DIFF_REPORT_H
#define TOOLS_ACTFLOW_DIFF_REPORT_H

#include "tools/actflow/align.h"
#include "tools/actflow/choice.h"
#include "tools/actflow/differences.h"
#include "tools/actflow/telling.h"

enum { DIFF_FOLLOWED_MAX = 8 }; /* steps that are told of each side; with -v all */

/* One of the two traces, as it is told. */
struct diff_side {
	struct choice choice;
	struct telling first;    /* the record with which it diverges; none: nothing stands there */
	struct telling followed; /* what it says otherwise after that, and because of it */
};
struct diff {
	struct diff_side sides[2];
	struct alignment alignment;
	struct differences first; /* of the two first ones, when they stand for each other */
	bool same;                /* everything, the run that they name too */
};

void diff_report_text(const struct diff *d, size_t width, bool verbose, bool colour,
		      struct buffer *out);
void diff_report_json(const struct diff *d, struct buffer *out);

#endif
