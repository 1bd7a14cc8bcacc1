/* tally_report.h - what is said about many runs of one scenario: for people, or as JSON. */
#ifndef TOOLS_ACTFLOW_TALLY_REPORT_H
#define TOOLS_ACTFLOW_TALLY_REPORT_H

#include "tools/actflow/paths.h"
#include "tools/actflow/tally.h"

struct tally_report {
	const struct found *scenario;
	const struct options *options;
	const struct tally *tally; /* ended */
	bool colour;
};

/* One line on the results, and below it how the runs spread and which of them failed. */
void tally_text(const struct tally_report *r, struct buffer *out);
/* One line of JSON. */
void tally_json(const struct tally_report *r, struct buffer *out);

#endif
