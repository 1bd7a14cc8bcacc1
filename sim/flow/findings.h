/* findings.h - what the parts of the checker have to say: findings, and the table of what was
 * judged.
 *
 * Every part writes here and none reads here, but for its own counts.
 */
#ifndef SIM_FLOW_FINDINGS_H
#define SIM_FLOW_FINDINGS_H

#include "sim/flow/checker.h"
#include "sim/flow/claim_names.h"

enum {
	FINDINGS_MAX = 256, /* listed; further ones are counted and still decide the verdict */
	JUDGED_MAX = FLOW_HOLDERS_MAX + FLOW_FRESH_MAX + 3 * 8 + 8,
};

/* Zero it to begin. */
struct findings {
	size_t count, room;
	struct finding *list;
	size_t beyond;                  /* findings that were not listed */
	size_t kinds[FINDING_KINDS][3]; /* how many of a kind with a verdict, listed or not */
	size_t judged_count;
	struct judged judged[JUDGED_MAX];
};

/* Add one finding: head says kind, verdict and record; subject and text are copied, control
 * characters in them (a trace is not to be trusted) are replaced. */
void findings_add(struct findings *f, struct finding head, const char *subject, const char *format,
		  ...) __attribute__((format(printf, 4, 5)));
/* Take back one finding of this kind, subject and record, when it is listed: the claim is void. */
void findings_drop(struct findings *f, const struct finding *like);
/* Add one line to the table of what was judged. */
void findings_judge(struct findings *f, const char *name, enum verdict v, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* Violated before inconclusive before holds. */
enum verdict findings_verdict(const struct findings *f);
/* The same over one kind of finding. */
enum verdict findings_verdict_of(const struct findings *f, enum finding_kind kind);
void findings_fini(struct findings *f);

#endif
