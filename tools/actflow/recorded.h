/* recorded.h - a recorded trace and what belongs to it: where it says it comes from, its flow, its
 * variant, its secrets. One way to find them for all subcommands that read traces.
 */
#ifndef TOOLS_ACTFLOW_RECORDED_H
#define TOOLS_ACTFLOW_RECORDED_H

#include "sim/flow/flow.h"
#include "sim/trace/trace.h"

struct recorded {
	const char *trace;                     /* its file; borrowed */
	char *title, *flow, *variant, *digest; /* owned; of RECORD_RUN; digest: the flow's */
	char *case_name;                       /* owned; "" when the file had no cases */
	char *secrets_digest;                  /* owned; of RECORD_SECRETS; NULL: none */
	uint64_t seed, records;
};

/* Read the whole trace once: it is whole and unchanged, and begins with a record of its run.
 * ERR_INPUT with the place in d when not; ERR_NOT_AS_EXPECTED when head (64 hex digits, or NULL)
 * is not its chain head. */
enum err recorded_read(const char *trace, const char *head, struct recorded *r, struct diags *d);
/* Read it once more (a why_again_fn); context is the struct recorded. */
enum err recorded_again(void *context, trace_sink_fn *sink, void *sink_context, struct diags *d);
void recorded_fini(struct recorded *r);

/* Read the flow file `named`, or, when that is NULL, the one that the trace names, below the
 * nearest folder called scenarios above the trace or above here. */
enum err recorded_flow(const struct recorded *r, const char *named, struct flow *f,
		       struct diags *d);
/* Whether it is the flow that the trace was recorded with; says on stderr when not. */
bool recorded_flow_matches(const struct recorded *r, const struct flow *f);
/* Index of the variant `named`, or, when that is NULL, of the one that the trace names. */
enum err recorded_variant(const struct recorded *r, const char *named, const struct flow *f,
			  size_t *variant, struct diags *d);

struct recorded_secrets {
	struct secrets secrets;
	bool there; /* there is such a file */
	char *path; /* owned; where they were looked for */
};
/* Read the secrets `named`, or, when that is NULL, those in the file beside the trace; they must be
 * those of the trace. That there is no file beside it is no error. */
enum err recorded_secrets(const struct recorded *r, const char *named, struct recorded_secrets *out,
			  struct diags *d);
void recorded_secrets_fini(struct recorded_secrets *s);

#endif
