/* claims_agree.c - injective agreement: each commit of a binds every value that the flow names and
 * has an earlier run of b with the same ones, and no session's run serves two commits. "Earlier" is
 * causal. Runs are given out by augmenting paths, so that which run is tried first decides nothing.
 */
#include "sim/flow/claims.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SEARCH_DEPTH = 64, VALUES_MAX = RECORD_CHECKS_MAX, NOBODY = -1, WHY_SIZE = 128 };

struct agree_event {
	uint64_t record, session;
	int actor, peer;
	bool commit;
	size_t names_count;
	struct buffer names[VALUES_MAX], values[VALUES_MAX];
	uint32_t clock[CAUSAL_WIDTH_MAX];
	int64_t partner; /* the commit that the runs of this session serve, or NOBODY */
	bool tried;
};

void agree_init(struct agree *a, const struct flow *f, struct causal *causal,
		struct findings *findings)
{
	*a = (struct agree){ .flow = f, .findings = findings, .causal = causal };
	for (size_t i = 0; i < f->agree_count; i++) {
		causal_watch(causal, f->agree[i].a);
		causal_watch(causal, f->agree[i].b);
	}
}

static struct agree_event *event_add(struct agree *a, const struct sight *s)
{
	const struct record *r = s->record;
	if (a->count == a->room) {
		a->room = a->room ? a->room * 2 : 8;
		a->list = realloc(a->list, a->room * sizeof *a->list);
		assert(a->list);
	}
	struct agree_event *e = &a->list[a->count++];
	*e = (struct agree_event){ .record = r->id,
				   .session = r->session,
				   .actor = s->actor,
				   .peer = s->peer,
				   .partner = NOBODY };
	e->commit = strcmp(r->name, "commit") == 0;
	for (size_t i = 0; i < r->values_count; i++) {
		if (!r->values[i].value.size)
			continue;
		buffer_append(&e->names[e->names_count],
			      bytes_of_string(r->values[i].name ? r->values[i].name : ""));
		buffer_append(&e->values[e->names_count++], r->values[i].value);
	}
	memcpy(e->clock, causal_now(a->causal), a->causal->width * sizeof *e->clock);
	return e;
}

/* -- whether a run answers to a commit -- */

static const struct buffer *value_of(const struct agree_event *e, const char *name)
{
	for (size_t i = 0; i < e->names_count; i++)
		if (bytes_equal(bytes_of_buffer(&e->names[i]), bytes_of_string(name)))
			return &e->values[i];
	return NULL;
}

/* What the opener of an exchange cannot know when its run begins: the answer, and a hash over it.
 */
static bool comes_later(const char *name)
{
	return strcmp(name, "B") == 0 || strcmp(name, "th1") == 0;
}

/* The first value of the claim that a commit does not bind, or NULL. */
static const char *value_missing(const struct flow_agree *claim, const struct agree_event *commit)
{
	for (size_t i = 0; claim->on[i]; i++)
		if (!value_of(commit, claim->on[i]))
			return claim->on[i];
	return NULL;
}

/* The first value of the claim on which run and commit do not agree, or NULL. */
static const char *difference(const struct flow_agree *claim, const struct agree_event *run,
			      const struct agree_event *commit)
{
	for (size_t i = 0; claim->on[i]; i++) {
		const struct buffer *there = value_of(run, claim->on[i]);
		const struct buffer *here = value_of(commit, claim->on[i]);
		if (!there && run->actor == (int)claim->opens && comes_later(claim->on[i]))
			continue;
		if (!there || !here || !bytes_equal(bytes_of_buffer(there), bytes_of_buffer(here)))
			return claim->on[i];
	}
	return NULL;
}

static bool is_before(const struct agree *a, const struct agree_event *run,
		      const struct agree_event *commit)
{
	size_t i = causal_component(a->causal, (size_t)run->actor);
	return run->clock[i] <= commit->clock[i];
}

static bool is_run_for(const struct agree_event *run, const struct agree_event *commit)
{
	return !run->commit && run->actor == commit->peer && run->peer == commit->actor;
}

/* -- giving each commit its own run -- */

/* The runs of one session are one t; the first of them keeps the account. */
static struct agree_event *account_of(struct agree *a, struct agree_event *run)
{
	for (size_t i = 0; run->session && i < a->count; i++)
		if (!a->list[i].commit && a->list[i].actor == run->actor &&
		    a->list[i].session == run->session)
			return &a->list[i];
	return run;
}

static bool run_give(struct agree *a, const struct flow_agree *claim, size_t commit, int depth)
{
	struct agree_event *c = &a->list[commit];
	for (size_t i = 0; i < a->count; i++) {
		struct agree_event *run = &a->list[i];
		if (!is_run_for(run, c) || difference(claim, run, c) || !is_before(a, run, c))
			continue;
		struct agree_event *account = account_of(a, run);
		if (account->tried)
			continue;
		account->tried = true;
		if (account->partner != NOBODY &&
		    (depth == 0 || !run_give(a, claim, (size_t)account->partner, depth - 1)))
			continue;
		account->partner = (int64_t)commit;
		return true;
	}
	return false;
}

/* -- saying why not -- */

static void explain(struct agree *a, const struct flow_agree *claim,
		    const struct agree_event *commit, char why[WHY_SIZE])
{
	snprintf(why, WHY_SIZE, "no run of its peer");
	for (size_t i = 0; i < a->count; i++) {
		struct agree_event *run = &a->list[i];
		if (!is_run_for(run, commit))
			continue;
		const char *name = difference(claim, run, commit);
		struct agree_event *account = account_of(a, run);
		if (name)
			snprintf(why, WHY_SIZE, "the run in record %" PRIu64 " %s %s", run->record,
				 value_of(run, name) ? "differs in" : "binds no", name);
		else if (!is_before(a, run, commit))
			snprintf(why, WHY_SIZE, "the run in record %" PRIu64 " is not before it",
				 run->record);
		else if (account->partner != NOBODY)
			snprintf(why, WHY_SIZE,
				 "the run in record %" PRIu64
				 " serves the commit in record %" PRIu64,
				 run->record, a->list[account->partner].record);
	}
}

static void claim_name(const struct agree *a, size_t claim, char name[64])
{
	snprintf(name, 64, "agree(%s, %s)", a->flow->actors[a->flow->agree[claim].a].name,
		 a->flow->actors[a->flow->agree[claim].b].name);
}

static void commit_judge(struct agree *a, size_t number, size_t commit)
{
	char why[WHY_SIZE], name[64];
	const struct flow_agree *claim = &a->flow->agree[number];
	const char *missing = value_missing(claim, &a->list[commit]);
	a->commits[number]++;
	for (size_t i = 0; i < a->count; i++)
		a->list[i].tried = false;
	if (!missing && run_give(a, claim, commit, SEARCH_DEPTH))
		return;
	a->broken[number]++;
	explain(a, claim, &a->list[commit], why);
	if (missing)
		snprintf(why, sizeof why, "it binds no %s", missing);
	claim_name(a, number, name);
	findings_add(a->findings,
		     (struct finding){ .kind = FINDING_AGREE,
				       .verdict = VERDICT_VIOLATED,
				       .record = a->list[commit].record },
		     name, "the commit in record %" PRIu64 " has no run of its own: %s",
		     a->list[commit].record, why);
}

void agree_see(struct agree *a, const struct sight *s)
{
	const struct record *r = s->record;
	if (r->kind != RECORD_CLAIM || !r->name ||
	    (strcmp(r->name, "run") != 0 && strcmp(r->name, "commit") != 0))
		return;
	bool asked = false;
	for (size_t i = 0; i < a->flow->agree_count; i++) {
		int who = (int)a->flow->agree[i].a, with = (int)a->flow->agree[i].b;
		asked = asked || (s->actor == who && s->peer == with) ||
			(s->actor == with && s->peer == who);
	}
	if (!asked)
		return;
	event_add(a, s);
	for (size_t i = 0; a->list[a->count - 1].commit && i < a->flow->agree_count; i++)
		if (s->actor == (int)a->flow->agree[i].a && s->peer == (int)a->flow->agree[i].b)
			commit_judge(a, i, a->count - 1);
}

void agree_finish(struct agree *a)
{
	char name[64];
	for (size_t i = 0; i < a->flow->agree_count; i++) {
		claim_name(a, i, name);
		if (!a->commits[i]) {
			findings_add(a->findings,
				     (struct finding){ .kind = FINDING_AGREE,
						       .verdict = VERDICT_INCONCLUSIVE },
				     name, "no commit in this run");
			findings_judge(a->findings, name, VERDICT_INCONCLUSIVE,
				       "not judged: no commit in this run");
			continue;
		}
		bool good = !a->broken[i];
		findings_judge(a->findings, name, good ? VERDICT_HOLDS : VERDICT_VIOLATED,
			       "%s: %zu commit%s, %zu without an earlier run of its own",
			       good ? "not disproved" : "disproved", a->commits[i],
			       a->commits[i] == 1 ? "" : "s", a->broken[i]);
	}
}

void agree_fini(struct agree *a)
{
	for (size_t i = 0; i < a->count; i++)
		for (size_t k = 0; k < a->list[i].names_count; k++) {
			buffer_fini(&a->list[i].names[k]);
			buffer_fini(&a->list[i].values[k]);
		}
	free(a->list);
	memset(a, 0, sizeof *a);
}
