/* report.h - what is said about one run or trace: the whole report, one JSON object, one line. */
#ifndef TOOLS_ACTFLOW_REPORT_H
#define TOOLS_ACTFLOW_REPORT_H

#include "sim/scenario/scenario.h"
#include "sim/world/world.h"
#include "tools/actflow/command.h"
#include "tools/actflow/guessed.h"
#include "tools/actflow/observe.h"
#include "tools/actflow/paths.h"
#include "tools/actflow/why.h"

struct report {
	struct observation *seen;
	const char *title;     /* scenario's title; from a trace when it is checked */
	const char *file;      /* scenario or trace, as the operator named it */
	const char *case_name; /* of a file with `for:`; else NULL */
	const char *label;     /* the file, and the case in brackets */
	const char *variant;
	uint64_t seed;
	const struct knocked
		*knocked; /* checks that were knocked out; NULL: a trace says it itself */
	enum err status;
	const char *reason; /* "vacuous", ...: why it is not as expected; NULL: no word for it */
	struct diags *differences; /* what is not as expected */
	const char *remark;        /* on the expectations; "" for none */
	/* NULL when a trace is checked */
	const struct scenario *scenario;
	const struct world_report *world;
	const struct guessing *guessing;
	/* NULL unless a trace is checked: what it was checked with */
	const struct options *options;
	bool knowledge;        /* say who has what, too */
	bool flow_matches;     /* the flow is the one that the run was recorded with */
	int64_t wall_ns;       /* shown when positive */
	const struct why *why; /* how it came to its finding; NULL: not asked, or none */
};

/* "as expected", "not as expected" or a word that says why it is not ("vacuous"), "inconclusive";
 * of a trace the verdict itself. */
const char *report_result(const struct report *r);
/* The ladder, the judged claims, the verdict and how to run it again. */
void report_text(const struct report *r, size_t width, bool colour, struct buffer *out);
/* One line of JSON. */
void report_json(const struct report *r, struct buffer *out);
/* The same of one that came to no judgement: result is "refused" of a file that cannot be run,
 * "not written" of a run whose files cannot be, "lost" of one that did not come back; d says why.
 */
void report_json_refused(const struct found *scenario, const char *result, const struct diags *d,
			 struct buffer *out);
/* Virtual or wall time as people read it: "412.0 ms", "13.2 s". */
void report_duration(int64_t ns, struct buffer *out);
/* Bytes as hex digits. */
void report_hex(const uint8_t *bytes, size_t size, struct buffer *out);
/* The command that gives this run, or this check, again, as a shell reads it. */
void report_rerun(const struct report *r, struct buffer *out);
/* The same of a run of which only scenario, seed and what is knocked out are known. seed NULL: the
 * file's own. deadline_s: the one that it missed, 0 when it missed none. */
struct again {
	const uint64_t *seed;
	const struct knocked *knocked;
	unsigned deadline_s;
};
void report_rerun_run(const struct found *scenario, const struct again *a, struct buffer *out);

#endif
