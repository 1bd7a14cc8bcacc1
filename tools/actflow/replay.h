/* replay.h - plays a scenario once more, for whoever wants to see its records again: the same
 * scenario and seed give the same records.
 */
#ifndef TOOLS_ACTFLOW_REPLAY_H
#define TOOLS_ACTFLOW_REPLAY_H

#include "sim/flow/checker.h"
#include "sim/scenario/scenario.h"
#include "sim/trace/trace.h"
#include "sim/world/world.h"
#include "tools/actflow/command.h"

/* What is played. All borrowed. */
struct replay {
	const struct scenario *scenario;
	uint64_t seed;
	const struct knocked *knocked; /* checks that always pass; NULL: none */
};

/* How this world is set up for it. */
struct world_setup replay_setup(const struct replay *r, struct trace *trace,
				struct secrets *secrets);

/* A why_again_fn; context is a struct replay. No file is written. */
enum err replay_again(void *context, trace_sink_fn *sink, void *sink_context, struct diags *d);
/* Tell a checker, before its first record, where the scenario expects devices to end. */
void replay_expect(const struct scenario *s, struct checker *c);
/* Play it and judge it, with the ends that it is expected to reach. *judged receives the checker,
 * finished; checker_free is the caller's. NULL unless ERR_OK. */
enum err replay_judge(const struct replay *r, struct checker **judged, struct diags *d);

#endif
