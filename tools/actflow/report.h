/* report.h - what is said about one run or trace: the whole report, one JSON object, one line. */
#ifndef TOOLS_ACTFLOW_REPORT_H
#define TOOLS_ACTFLOW_REPORT_H

#include "sim/scenario/scenario.h"
#include "sim/world/world.h"
#include "tools/actflow/observe.h"

struct report {
	struct observation *seen;
	const char *title; /* scenario's title; from a trace when it is checked */
	const char *file;  /* scenario or trace, as the operator named it */
	const char *variant;
	uint64_t seed;
	enum err status;
	struct diags *differences; /* what is not as expected */
	const char *remark;        /* on the expectations; "" for none */
	/* NULL when a trace is checked */
	const struct scenario *scenario;
	const struct world_report *world;
	int64_t wall_ns; /* shown when positive */
};

/* "as expected", "not as expected", "inconclusive"; of a trace the verdict itself. */
const char *report_result(const struct report *r);
/* The ladder, the judged claims, the verdict and how to run it again. */
void report_text(const struct report *r, size_t width, bool colour, struct buffer *out);
/* One line of JSON. */
void report_json(const struct report *r, struct buffer *out);
/* Virtual or wall time as people read it: "412.0 ms", "13.2 s". */
void report_duration(int64_t ns, struct buffer *out);
/* Bytes as hex digits. */
void report_hex(const uint8_t *bytes, size_t size, struct buffer *out);
/* The command that gives this run again. */
void report_rerun(const struct report *r, struct buffer *out);

#endif
