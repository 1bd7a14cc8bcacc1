/* replay.c - a run without anything around it: see replay.h. */
#include "tools/actflow/replay.h"

#include "actors/roster.h"
#include "sim/world/world.h"
#include "tools/actflow/observe.h"

_Static_assert((int)KNOCKED_MAX == (int)WORLD_KNOCKED_MAX, "as many as a world takes");

struct world_setup replay_setup(const struct replay *r, struct trace *trace,
				struct secrets *secrets)
{
	struct world_setup setup = {
		.seed = r->seed, .roster = &dynamics_roster, .trace = trace, .secrets = secrets
	};
	for (size_t i = 0; r->knocked && i < r->knocked->count; i++)
		setup.knocked[setup.knocked_count++] = r->knocked->ids[i];
	return setup;
}

static enum err play_into(const struct replay *r, trace_sink_fn *sink, void *context,
			  struct secrets *secrets, struct diags *d)
{
	struct world_report report = { 0 };
	struct trace *trace = trace_new(NULL);
	struct world_setup setup = replay_setup(r, trace, secrets);
	trace_sink(trace, sink, context);
	enum err status = world_run(r->scenario, &setup, &report, d);
	trace_free(trace);
	return status;
}

enum err replay_again(void *context, trace_sink_fn *sink, void *sink_context, struct diags *d)
{
	struct secrets secrets = { 0 };
	enum err status = play_into(context, sink, sink_context, &secrets, d);
	secrets_fini(&secrets);
	return status;
}

static void feed(void *context, const struct record *r, struct bytes encoded)
{
	struct record whole = *r;
	(void)encoded;
	observation_fill(&whole);
	checker_feed(context, &whole);
}

void replay_expect(const struct scenario *s, struct checker *c)
{
	for (size_t i = 0; i < s->expect.reaches_count; i++)
		checker_reach(c, s->expect.reaches[i].device, s->expect.reaches[i].step);
}

enum err replay_judge(const struct replay *r, struct checker **judged, struct diags *d)
{
	struct secrets secrets = { 0 };
	const struct scenario *s = r->scenario;
	*judged = NULL;
	struct checker *c = checker_new(&s->flow, s->variant, &secrets);
	replay_expect(s, c);
	enum err status = play_into(r, feed, c, &secrets, d);
	if (status == ERR_OK) {
		checker_finish(c);
		*judged = c;
	} else {
		checker_free(c);
	}
	secrets_fini(&secrets);
	return status;
}
