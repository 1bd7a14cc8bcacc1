/* why.h - how a run came to something: the steps from which a record follows, as they are told.
 *
 * A run is not kept: whoever asks can give all of its records again, by reading its trace or by
 * playing it once more, for it comes out the same.
 */
#ifndef TOOLS_ACTFLOW_WHY_H
#define TOOLS_ACTFLOW_WHY_H

#include "sim/flow/checker.h"
#include "sim/trace/trace.h"
#include "tools/actflow/telling.h"

enum { WHY_SHORT = 8 }; /* steps that a report tells, the last ones */

/* Hands all records of the run to sink, in order; it is called twice. */
typedef enum err why_again_fn(void *context, trace_sink_fn *sink, void *sink_context,
			      struct diags *d);

/* What is told of one record. Zero it to begin; telling_fini(&w->steps) releases it. */
struct why {
	uint64_t record;
	const struct finding *finding; /* that was made there; borrowed; NULL: none */
	struct telling steps;
};

/* The first finding of a violated run that names a record; NULL when there is none. */
const struct finding *why_finding(const struct checker *c);
/* Tell how the run came to w->record. Errors of again are in d. */
enum err why_tell(struct why *w, why_again_fn *again, void *context, struct diags *d);
/* "secret(access_key): ... (record 475)", without a line end. */
void why_words(const struct why *w, struct buffer *out);

#endif
