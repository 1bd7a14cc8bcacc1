/* activation.c - one run as `actflow run` plays it, without the process around it. */
#include "tests/bench/activation.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/roster.h"
#include "tests/bench/outside.h"
#include "tests/bench/samples.h"
#include "tools/actflow/observe.h"

static void say(struct diags *d)
{
	diag_print(d, stderr);
	diag_fini(d);
}

bool activation_read(const char *file, struct scenario *s)
{
	struct diags d = { 0 };
	enum err status = scenario_read(file, s, &d);
	say(&d);
	return status == ERR_OK;
}

static bool is_as_expected(const struct scenario *s, const struct observation *seen)
{
	bool good = checker_verdict(seen->checker) == VERDICT_HOLDS;
	for (size_t i = 0; i < s->expect.outcomes_count; i++) {
		bool met = false;
		for (size_t k = 0; k < seen->outcomes_count; k++)
			met = met ||
			      (strcmp(seen->outcomes[k].actor, s->expect.outcomes[i].actor) == 0 &&
			       seen->outcomes[k].result == s->expect.outcomes[i].result);
		good = good && met;
	}
	return good;
}

static bool play(const struct activation_wish *wish, struct trace *trace, struct activation *out)
{
	struct diags d = { 0 };
	struct secrets secrets = { 0 };
	struct observation seen = { 0 };
	const struct scenario *s = wish->scenario;
	struct world_setup setup = { .seed = wish->seed,
				     .roster = wish->roster ? wish->roster : &dynamics_roster,
				     .trace = trace,
				     .secrets = &secrets };
	outside_reset();
	int64_t begun = clock_now_ns(), busy = clock_busy_ns();
	if (wish->judged) {
		observation_init(&seen, &s->flow, s->variant, &secrets, false);
		trace_sink(trace, observation_feed, &seen);
	}
	if (wish->sink)
		trace_sink(trace, wish->sink, wish->context);
	bool good = world_run(s, &setup, &out->world, &d) == ERR_OK;
	trace_head(trace, out->head);
	if (good && wish->judged) {
		observation_finish(&seen, out->head);
		out->holds = is_as_expected(s, &seen);
		good = out->holds;
	}
	out->busy_ns = clock_busy_ns() - busy;
	out->wall_ns = clock_now_ns() - begun;
	out->outside_ns = outside_all_ns();
	out->trace_bytes = trace_size(trace);
	if (wish->judged)
		observation_fini(&seen);
	secrets_fini(&secrets);
	say(&d);
	return good;
}

bool activation_play(const struct activation_wish *wish, struct activation *out)
{
	FILE *nowhere = fopen("/dev/null", "w");
	if (!nowhere)
		abort();
	struct trace *trace = trace_new(nowhere);
	*out = (struct activation){ 0 };
	bool good = play(wish, trace, out) && !trace_failed(trace);
	trace_free(trace);
	fclose(nowhere);
	if (!good)
		fprintf(stderr, "bench: %s does not hold with seed %" PRIu64 "\n",
			wish->scenario->file, wish->seed);
	return good;
}
