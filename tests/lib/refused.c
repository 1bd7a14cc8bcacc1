/* refused.c - runs in which something was refused, whole in memory. */
#include "tests/lib/refused.h"

#include <stdlib.h>
#include <string.h>

#include "actors/roster.h"
#include "tests/lib/files.h"
#include "tools/actflow/observe.h"
#include "tools/actflow/replay.h"

static const struct {
	const char *file;
	size_t number; /* of the case, from 0 */
} files[REFUSED_RUNS] = {
	[RUN_WRONG_KEY] = { "scenarios/knox/refusals/fifth-attempt.yaml", 0 },
	[RUN_FOREIGN] = { "scenarios/knox/faults/foreign-signal.yaml", 0 },
	[RUN_UNEXPECTED] = { "scenarios/knox/faults/unexpected-on-scp-link.yaml", 0 },
	[RUN_FORMLESS] = { "scenarios/knox/attacks/k02-k05-no-message-app.yaml", 0 },
	[RUN_OTHER_PROXY] = { "scenarios/knox/attacks/k53-foreign-proxy.yaml", 0 },
};
static struct records played[REFUSED_RUNS];
static struct scenario scenarios[REFUSED_RUNS];

static void take(void *context, const struct record *r, struct bytes encoded)
{
	(void)encoded;
	records_add(context, r);
}

static void play(enum refused_run which)
{
	struct diags d = { 0 };
	struct scenario *s = &scenarios[which];
	if (scenario_read_case(project_file(files[which].file), files[which].number, s, &d) !=
	    ERR_OK)
		abort();
	struct replay run = { .scenario = s, .seed = s->seed };
	if (replay_again(&run, take, &played[which], &d) != ERR_OK)
		abort();
	diag_fini(&d);
}

void refused_play(enum refused_run which, struct records *out)
{
	if (played[which].count == 0)
		play(which);
	records_borrow(out, &played[which]);
}

const struct flow *refused_flow(void)
{
	if (played[0].count == 0)
		play(0);
	return &scenarios[0].flow;
}

void refused_leave(void)
{
	for (size_t i = 0; i < REFUSED_RUNS; i++) {
		records_fini(&played[i]);
		if (scenarios[i].file)
			scenario_fini(&scenarios[i]);
	}
}

struct fallen refused_fallen(const struct records *list, const struct roster *roster)
{
	struct postconditions p = { .roster = NULL };
	postconditions_attend(&p, roster, refused_flow());
	for (size_t i = 0; i < list->count; i++) {
		struct record r = list->list[i];
		observation_fill(&r);
		postconditions_feed(&p, &r);
	}
	struct fallen fallen = p.fallen;
	postconditions_fini(&p);
	return fallen;
}

size_t refused_at(const struct records *list, const char *check, size_t n)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct record *r = &list->list[i];
		const struct record_check *c = refused_check(r);
		bool is = *check ? c && strcmp(c->id, check) == 0 : !c && !*r->source;
		if (r->kind == RECORD_STEP && is && n-- == 0)
			return i;
	}
	abort();
}

size_t refused_next(const struct records *list, size_t from, enum record_kind kind)
{
	for (size_t i = from; i < list->count; i++)
		for (size_t p = 0; p < list->list[i].parents_count; p++)
			if (list->list[i].kind == kind &&
			    list->list[i].parents[p] == list->list[from].id)
				return i;
	abort();
}

size_t refused_put(struct records *list, size_t index, struct record r)
{
	r.at_ns = list->list[index].at_ns;
	r.actor = r.actor ? r.actor : list->list[index].actor;
	r.session = r.session ? r.session : list->list[index].session;
	r.parents[0] = list->list[index].id;
	r.parents_count = 1;
	records_insert(list, index + 1, &r);
	records_number(list);
	return index + 1;
}
