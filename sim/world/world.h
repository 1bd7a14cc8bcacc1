/* world.h - one run: every actor, every wire, one loop on virtual time.
 *
 * The world joins a flow's topology with a roster's machines, moves packets, steps sessions,
 * carries out effects and writes the trace. It knows no actor by name and judges nothing.
 */
#ifndef SIM_WORLD_WORLD_H
#define SIM_WORLD_WORLD_H

#include "sim/diag.h"
#include "sim/roster.h"
#include "sim/scenario/scenario.h"
#include "sim/trace/trace.h"

/* Unix time at which every run begins: 2026-01-01 00:00:00 UTC. */
#define WORLD_EPOCH_S INT64_C(1767225600)

enum { WORLD_KNOCKED_MAX = 6 };

/* What a run came to; what happened is in the trace. */
struct world_report {
	int64_t virtual_ns; /* time of the last event */
	uint64_t steps, packets, bytes;
	uint64_t sessions_made, ends_made; /* machine instances, and ends of channels */
	size_t sessions_left, ends_left;   /* of those, what was still there when it ended */
	const char *ended;                 /* "quiet", or the limit that was reached */
	/* Bit sets over the plan's crashes and entries of which nothing happened. */
	uint32_t crashes_undelivered, entries_undelivered;
	size_t outcomes_count;
	struct {
		const char *actor; /* name of the roster's class; static */
		int32_t result;
	} outcomes[SCENARIO_OUTCOMES_MAX]; /* the last outcome of each actor that declared one */
};

/* Check that scenario and roster fit: every channel and actor of the roster is in the flow and the
 * other way round, every profile setting is known. All errors, with places, go to d. */
enum err world_check(const struct scenario *s, const struct roster *r, struct diags *d);

/* Told of each restart of an actor: what its store is, read back from its disk. Borrowed. */
struct store;
typedef void restarted_fn(void *context, const char *actor, const struct store *store);

/* What a run needs besides its scenario. All borrowed. */
struct world_setup {
	uint64_t seed;
	const struct roster *roster;
	struct trace *trace;
	struct secrets *secrets; /* empty at first; filled while the run goes on */
	restarted_fn *restarted; /* NULL: nobody wants to know */
	void *restarted_context;
	/* Checks that always pass, by id ("uem.setup_mac_is_good", "pipe.certificate_host"): of the
	 * roster's tables and of the pipes, as the caller knows. No actor is told. Their true
	 * results stand in the trace with a mark, and their names at its beginning. */
	size_t knocked_count;
	const char *knocked[WORLD_KNOCKED_MAX];
};

/* Run the scenario. The trace ends with RECORD_SECRETS and RECORD_END. ERR_OK unless scenario and
 * roster do not fit; what then is wrong goes to d. */
enum err world_run(const struct scenario *s, const struct world_setup *setup,
		   struct world_report *report, struct diags *d);

#endif
