/* claims_agree.c - injective agreement: each commit of a binds every value that the flow names and
 * has an earlier run of b with the same ones, and no session's run serves two commits. "Earlier" is
 * causal. Runs are given out by augmenting paths, so that which run is tried first decides nothing.
 * Both belong to one device: instances of two devices never agree. Values are compared as numbers:
 * each that occurs is kept once.
 */
#include "sim/flow/claims.h"
#include "sim/flow/reach.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SEARCH_DEPTH = 64, WHY_SIZE = 128 };
#define NOBODY UINT32_MAX

struct agree_event {
	uint64_t record, session;
	int32_t who, whom; /* instances */
	int16_t actor, peer;
	bool commit;
	uint32_t next;                /* the event before, of the same device; + 1 */
	uint32_t values[FLOW_ON_MAX]; /* number + 1 of each value that the flow's words name */
	uint32_t
		marks; /* a run: marks of its instance at it; a commit: that it knows of its peer */
	uint32_t partner; /* the commit that the runs of this session serve, or NOBODY */
};

void agree_init(struct agree *a, const struct attribution *attribution, struct causal *causal,
		struct findings *findings)
{
	const struct flow *f = attribution->flow;
	*a = (struct agree){
		.flow = f, .findings = findings, .causal = causal, .attribution = attribution
	};
	for (size_t i = 0; i < f->agree_count; i++) {
		causal_watch(causal, f->agree[i].a);
		causal_watch(causal, f->agree[i].b);
	}
}

/* -- events -- */

/* All values that some claim names; a word's place here is its number. */
static int word_of(const struct flow *f, const char *name)
{
	const char *words[FLOW_ON_MAX];
	int count = 0;
	for (size_t i = 0; i < f->agree_count; i++)
		for (size_t k = 0; f->agree[i].on[k]; k++) {
			int w = 0;
			while (w < count && strcmp(words[w], f->agree[i].on[k]) != 0)
				w++;
			if (w == count && count < FLOW_ON_MAX)
				words[count++] = f->agree[i].on[k];
		}
	for (int w = 0; name && w < count; w++)
		if (strcmp(words[w], name) == 0)
			return w;
	return -1;
}

/* Events of one device are chained; those of actors that exist once have a chain of their own. */
static uint32_t *head_of(struct agree *a, const struct sight *s)
{
	size_t chain = s->slot == SIZE_MAX ? 0 : s->slot + 1;
	bool once = !s->actor_device && !s->peer_device;
	if (once)
		chain = 0;
	if (chain >= a->heads_room) {
		size_t room = chain * 2 + 4;
		a->heads = realloc(a->heads, room * sizeof *a->heads);
		assert(a->heads);
		memset(a->heads + a->heads_room, 0, (room - a->heads_room) * sizeof *a->heads);
		a->heads_room = room;
	}
	return &a->heads[chain];
}

static uint32_t event_add(struct agree *a, const struct sight *s)
{
	const struct record *r = s->record;
	if (a->count == a->room) {
		a->room = a->room ? a->room * 2 : 8;
		a->list = realloc(a->list, a->room * sizeof *a->list);
		assert(a->list);
	}
	struct agree_event *e = &a->list[a->count];
	uint32_t *head = head_of(a, s);
	*e = (struct agree_event){ .record = r->id,
				   .session = r->session,
				   .who = s->who,
				   .whom = s->whom,
				   .actor = (int16_t)s->actor,
				   .peer = (int16_t)s->peer,
				   .commit = strcmp(r->name, "commit") == 0,
				   .next = *head,
				   .partner = NOBODY };
	for (size_t i = 0; i < r->values_count; i++) {
		int word = word_of(a->flow, r->values[i].name);
		if (word >= 0 && r->values[i].value.size && !e->values[word])
			e->values[word] =
				(uint32_t)keys_add(&a->values, r->values[i].value, NULL) + 1;
	}
	e->marks = causal_known(a->causal, s, e->commit ? s->whom : s->who);
	*head = (uint32_t)++a->count;
	return *head;
}

/* -- whether a run answers to a commit -- */

static uint32_t value_of(const struct agree *a, const struct agree_event *e, const char *name)
{
	return e->values[word_of(a->flow, name)];
}

/* What the opener of an exchange cannot know when its run begins: the answer, and a hash over it.
 */
static bool comes_later(const char *name)
{
	return strcmp(name, "B") == 0 || strcmp(name, "th1") == 0;
}

/* The first value of the claim that a commit does not bind, or NULL. */
static const char *value_missing(const struct agree *a, const struct flow_agree *claim,
				 const struct agree_event *commit)
{
	for (size_t i = 0; claim->on[i]; i++)
		if (!value_of(a, commit, claim->on[i]))
			return claim->on[i];
	return NULL;
}

/* The first value of the claim on which run and commit do not agree, or NULL. */
static const char *difference(const struct agree *a, const struct flow_agree *claim,
			      const struct agree_event *run, const struct agree_event *commit)
{
	for (size_t i = 0; claim->on[i]; i++) {
		uint32_t there = value_of(a, run, claim->on[i]);
		uint32_t here = value_of(a, commit, claim->on[i]);
		if (!there && run->actor == (int)claim->opens && comes_later(claim->on[i]))
			continue;
		if (!there || there != here)
			return claim->on[i];
	}
	return NULL;
}

static bool is_before(const struct agree_event *run, const struct agree_event *commit)
{
	return run->marks <= commit->marks;
}

static bool is_run_for(const struct agree_event *run, const struct agree_event *commit)
{
	return !run->commit && run->who == commit->whom && run->whom == commit->who;
}

/* -- giving each commit its own run -- */

/* Runs of one machine instance on the same values are one t: an instance may serve several
 * exchanges, one after the other, and tells them apart by what they bind. The first keeps the
 * account. */
static uint32_t account_of(const struct agree *a, uint32_t run)
{
	const struct agree_event *one = &a->list[run - 1];
	uint32_t account = run;
	for (uint32_t at = one->next; at; at = a->list[at - 1].next)
		if (!a->list[at - 1].commit && a->list[at - 1].who == one->who &&
		    a->list[at - 1].session == one->session &&
		    memcmp(a->list[at - 1].values, one->values, sizeof one->values) == 0)
			account = at;
	return account;
}

/* Whether this account is tried for the first time in this search. */
static bool try_once(struct agree *a, uint32_t account)
{
	for (size_t i = 0; i < a->tried_count; i++)
		if (a->tried[i] == account)
			return false;
	if (a->tried_count == a->tried_room) {
		a->tried_room = a->tried_room * 2 + 8;
		a->tried = realloc(a->tried, a->tried_room * sizeof *a->tried);
		assert(a->tried);
	}
	a->tried[a->tried_count++] = account;
	return true;
}

static bool run_give(struct agree *a, const struct flow_agree *claim, uint32_t commit, int depth)
{
	const struct agree_event *c = &a->list[commit - 1];
	for (uint32_t at = c->next; at; at = a->list[at - 1].next) {
		const struct agree_event *run = &a->list[at - 1];
		if (!is_run_for(run, c) || difference(a, claim, run, c) || !is_before(run, c))
			continue;
		uint32_t account = account_of(a, at);
		uint32_t *partner = &a->list[account - 1].partner;
		if (!try_once(a, account))
			continue;
		if (*partner != NOBODY && (depth == 0 || !run_give(a, claim, *partner, depth - 1)))
			continue;
		*partner = commit;
		return true;
	}
	return false;
}

/* -- saying why not -- */

static void explain(const struct agree *a, const struct flow_agree *claim,
		    const struct agree_event *commit, char why[WHY_SIZE])
{
	snprintf(why, WHY_SIZE, "no run of its peer");
	for (uint32_t at = commit->next; at; at = a->list[at - 1].next) {
		const struct agree_event *run = &a->list[at - 1];
		if (!is_run_for(run, commit))
			continue;
		const char *name = difference(a, claim, run, commit);
		uint32_t partner = a->list[account_of(a, at) - 1].partner;
		if (name)
			snprintf(why, WHY_SIZE, "the run in record %" PRIu64 " %s %s", run->record,
				 value_of(a, run, name) ? "differs in" : "binds no", name);
		else if (!is_before(run, commit))
			snprintf(why, WHY_SIZE, "the run in record %" PRIu64 " is not before it",
				 run->record);
		else if (partner != NOBODY)
			snprintf(why, WHY_SIZE,
				 "the run in record %" PRIu64
				 " serves the commit in record %" PRIu64,
				 run->record, a->list[partner - 1].record);
		return;
	}
}

static void commit_judge(struct agree *a, size_t number, uint32_t commit)
{
	char why[WHY_SIZE], name[CLAIM_NAME_SIZE];
	const struct flow_agree *claim = &a->flow->agree[number];
	const struct agree_event *c = &a->list[commit - 1];
	const char *missing = value_missing(a, claim, c);
	a->tried_count = 0;
	if (!missing && run_give(a, claim, commit, SEARCH_DEPTH))
		return;
	a->counts[number].broken++;
	explain(a, claim, c, why);
	if (missing)
		snprintf(why, sizeof why, "it binds no %s", missing);
	claim_name_agree(a->flow, number, name);
	struct bytes who = attribution_name(a->attribution, c->who);
	if (attribution_devices(a->attribution) == 1)
		who.size = 0;
	findings_add(a->findings,
		     (struct finding){ .kind = FINDING_AGREE,
				       .verdict = VERDICT_VIOLATED,
				       .record = c->record },
		     name, "%.*s%sthe commit in record %" PRIu64 " has no run of its own: %s",
		     (int)who.size, (const char *)who.data, who.size ? ": " : "", c->record, why);
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
	uint32_t event = event_add(a, s);
	for (size_t i = 0; a->list[event - 1].commit && i < a->flow->agree_count; i++)
		if (s->actor == (int)a->flow->agree[i].a && s->peer == (int)a->flow->agree[i].b) {
			if (knowledge_corrupt_since(a->knowledge, s->who) ||
			    knowledge_corrupt_since(a->knowledge, s->whom)) {
				claim_count_void(&a->counts[i], s);
				continue;
			}
			claim_count_see(&a->counts[i], s);
			commit_judge(a, i, event);
		}
}

void agree_finish(struct agree *a, const struct reach *reach)
{
	char name[CLAIM_NAME_SIZE];
	for (size_t i = 0; i < a->flow->agree_count; i++) {
		struct claim_count *c = &a->counts[i];
		claim_name_agree(a->flow, i, name);
		struct claim_words words = { name, name, "commit" };
		if (claim_count_lacks(c, reach, a->findings, FINDING_AGREE, &words))
			continue;
		bool good = !c->broken;
		findings_judge(a->findings, name, good ? VERDICT_HOLDS : VERDICT_VIOLATED,
			       "%s: %zu commit%s, %zu without an earlier run of its own",
			       good ? "not disproved" : "disproved", c->events,
			       c->events == 1 ? "" : "s", c->broken);
	}
}

void agree_fini(struct agree *a)
{
	for (size_t i = 0; i < FLOW_AGREE_MAX; i++)
		claim_count_fini(&a->counts[i]);
	keys_fini(&a->values);
	free(a->list);
	free(a->heads);
	free(a->tried);
	memset(a, 0, sizeof *a);
}
