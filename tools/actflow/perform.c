/* perform.c - one scenario played, with everything that looks at a run listening. */
#include "tools/actflow/perform.h"

#include "actors/roster.h"
#include "tools/actflow/loop.h"

_Static_assert((int)KNOCKED_MAX == (int)WORLD_KNOCKED_MAX, "as many as a world takes");

static void listen_for_reach(const struct scenario *s, struct checker *c)
{
	for (size_t i = 0; i < s->expect.reaches_count; i++)
		checker_reach(c, s->expect.reaches[i].device, s->expect.reaches[i].step);
}

enum err perform(const struct performing *what, struct performance *p, struct diags *d)
{
	const struct scenario *s = what->scenario;
	int64_t begun = loop_now_ns();
	p->trace = trace_new(what->file);
	observation_init(&p->seen, &s->flow, s->variant, &p->secrets, what->verbose);
	listen_for_reach(s, p->seen.checker);
	trace_sink(p->trace, observation_feed, &p->seen);
	struct world_setup setup = { .seed = what->seed,
				     .roster = &dynamics_roster,
				     .trace = p->trace,
				     .secrets = &p->secrets };
	for (size_t i = 0; what->knocked && i < what->knocked->count; i++)
		setup.knocked[setup.knocked_count++] = what->knocked->ids[i];
	enum err status = world_run(s, &setup, &p->world, d);
	if (status != ERR_OK)
		return status;
	uint8_t head[TRACE_HEAD_SIZE];
	trace_head(p->trace, head);
	observation_finish(&p->seen, head);
	p->wall_ns = loop_now_ns() - begun;
	return ERR_OK;
}

void performance_fini(struct performance *p)
{
	observation_fini(&p->seen);
	trace_free(p->trace);
	secrets_fini(&p->secrets);
	*p = (struct performance){ 0 };
}
