/* played.c - reads, runs and judges a scenario, and counts along. */
#include "tests/lib/played.h"

#include <stdio.h>
#include <string.h>

#include "actors/roster.h"
#include "sim/flow/checker.h"

static bool is(const char *text, const char *word)
{
	return text && strcmp(text, word) == 0;
}

static bool is_caused_by(const struct record *r, uint64_t id)
{
	for (size_t i = 0; i < r->parents_count; i++)
		if (r->parents[i] == id)
			return true;
	return false;
}

static void count_checks(struct played *p, const struct record *r)
{
	size_t refused = 0;
	for (size_t i = 0; i < r->checks_count; i++)
		refused += !r->checks[i].holds;
	if (r->kind == RECORD_JUDGED) {
		p->judged += r->checks_count;
		p->refused += refused;
	} else {
		p->checks += r->checks_count;
		p->checks_refused += refused;
	}
}

/* What one step persists must stand before anything of that step leaves. */
static void watch_order(struct played *p, const struct record *r)
{
	if (r->kind == RECORD_STEP) {
		p->step = r->id;
		p->said = false;
	} else if (p->step && is_caused_by(r, p->step)) {
		if (r->kind == RECORD_SENT || r->kind == RECORD_OPEN || r->kind == RECORD_PACKET)
			p->said = true;
		p->persisted += r->kind == RECORD_PERSIST;
		p->persisted_late += r->kind == RECORD_PERSIST && p->said;
	}
}

static void look(void *context, const struct record *r, struct bytes encoded)
{
	struct played *p = context;
	(void)encoded;
	p->records++;
	count_checks(p, r);
	watch_order(p, r);
	p->lost += r->kind == RECORD_PACKET && is(r->text, "lost");
	p->attempts += r->kind == RECORD_SENT && is(r->message, "TunnelRequest");
	p->limits += r->kind == RECORD_LIMIT;
	if (r->kind == RECORD_OUTCOME && is(r->actor, "app"))
		p->app_result = (int32_t)r->number;
	p->last_is_end = r->kind == RECORD_END;
	if (r->kind == RECORD_END)
		snprintf(p->ended, sizeof p->ended, "%s", r->text);
	else
		p->secrets_before_end = r->kind == RECORD_SECRETS;
}

/* A record being written has NULL where one that was read has "". */
static void judge(void *context, const struct record *r, struct bytes encoded)
{
	struct record_memory memory = { 0 };
	struct record read;
	(void)r;
	if (!record_decode(encoded, &read, &memory))
		checker_feed(context, &read);
	record_memory_fini(&memory);
}

static void look_too(void *context, const struct record *r, struct bytes encoded)
{
	const struct played_with *with = context;
	(void)encoded;
	with->look(r);
}

struct restarts {
	const struct played_with *with;
	const struct secrets *secrets;
};

static void hand_on(void *context, const char *actor, const struct store *store)
{
	const struct restarts *x = context;
	if (x->with->restarted)
		x->with->restarted(actor, store, x->secrets);
}

static void run(const struct scenario *s, struct played_with *with, struct played *p,
		struct diags *d)
{
	struct secrets secrets = { 0 };
	struct restarts restarts = { with, &secrets };
	struct trace *trace = trace_new(NULL);
	struct checker *checker = checker_new(&s->flow, s->variant, &secrets);
	struct world_setup setup = { .seed = with->seed ? *with->seed : s->seed,
				     .roster = with->roster ? with->roster : &dynamics_roster,
				     .trace = trace,
				     .secrets = &secrets,
				     .restarted = hand_on,
				     .restarted_context = &restarts };
	trace_sink(trace, look, p);
	trace_sink(trace, judge, checker);
	if (with->look)
		trace_sink(trace, look_too, with);
	p->status = world_run(s, &setup, &p->world, d);
	if (p->status == ERR_OK) {
		checker_finish(checker);
		p->verdict = checker_verdict(checker);
		trace_head(trace, p->head);
	}
	checker_free(checker);
	trace_free(trace);
	secrets_fini(&secrets);
}

void play_with(const char *file, const struct played_with *with, struct played *p, struct diags *d)
{
	struct scenario s;
	struct played_with own = *with;
	*p = (struct played){ .app_result = INT32_MIN, .verdict = VERDICT_INCONCLUSIVE };
	p->status = scenario_read(file, &s, d);
	if (p->status != ERR_OK)
		return;
	if (with->change)
		with->change(&s);
	run(&s, &own, p, d);
	scenario_fini(&s);
}

void play_scenario(const char *file, const uint64_t *seed, struct played *p, struct diags *d)
{
	play_with(file, &(struct played_with){ .seed = seed }, p, d);
}
