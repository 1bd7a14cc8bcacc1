/* perform.c - one scenario played, with everything that looks at a run listening. */
#include "tools/actflow/perform.h"

#include "tools/actflow/loop.h"
#include "tools/actflow/replay.h"
#include "tools/actflow/revealed.h"

enum err perform(const struct performing *what, struct performance *p, struct diags *d)
{
	const struct scenario *s = what->scenario;
	const struct replay same = { s, what->seed, what->knocked };
	int64_t begun = loop_now_ns();
	p->trace = trace_new(what->file);
	struct world_setup setup = replay_setup(&same, p->trace, &p->secrets);
	observation_init(&p->seen, &s->flow, s->variant, &p->secrets, what->verbose);
	replay_expect(s, p->seen.checker);
	revealed_ask(s, p->seen.checker);
	if (what->knowledge)
		checker_record(p->seen.checker);
	sights_attend(&p->seen.sights, s);
	p->seen.keeps_deeds = s->expect.steps_unchanged;
	refusals_attend(&p->seen.refusals, s);
	postconditions_attend(&p->seen.post, setup.roster, &s->flow);
	traffic_attend(&p->seen.traffic, s);
	trace_sink(p->trace, observation_feed, &p->seen);
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
