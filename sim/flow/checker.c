/* checker.c - leads the judges of a run: each record is read once as evidence and
 * given its device and attempt, then handed to order, agreement, freshness, one-time tables and
 * secrecy. It judges only whether the run came to its end.
 */
#include "sim/flow/checker.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/flow/claims.h"
#include "sim/flow/guess.h"
#include "sim/flow/order.h"
#include "sim/flow/reach.h"
#include "sim/flow/reveal.h"
#include "sim/flow/secrecy.h"

struct checker {
	struct findings findings;
	struct attribution attribution;
	struct evidence evidence;
	struct pattern attempt; /* what begins one, when the flow says so */
	struct reach reach;
	struct lives lives;
	struct order order;
	struct causal causal;
	struct agree agree;
	struct fresh fresh;
	struct one_time one_time;
	struct secrecy secrecy;
	struct reveals reveals;
	uint64_t last_id; /* of the record before; ids ascend */
	char end[64];     /* text of RECORD_END; "" before it */
	bool finished;
};

struct checker *checker_new(const struct flow *f, size_t variant, const struct secrets *secrets)
{
	assert(variant < f->variants_count);
	struct checker *c = calloc(1, sizeof *c);
	assert(c);
	attribution_init(&c->attribution, f);
	evidence_init(&c->evidence, secrets, &c->attribution, &c->findings);
	if (f->attempt.there)
		c->attempt = pattern_of(f, &f->attempt.pattern);
	reach_init(&c->reach, &c->attribution);
	lives_init(&c->lives, &c->findings);
	order_init(&c->order, &c->attribution, variant, &c->findings);
	causal_init(&c->causal, &c->attribution);
	agree_init(&c->agree, &c->attribution, &c->causal, &c->findings);
	fresh_init(&c->fresh, &c->lives, &c->causal, &c->findings);
	one_time_init(&c->one_time, f, &c->findings);
	secrecy_init(&c->secrecy, f, variant, &c->evidence, &c->findings);
	c->reveals.secrecy = &c->secrecy;
	c->agree.knowledge = &c->secrecy.knowledge;
	c->fresh.knowledge = &c->secrecy.knowledge;
	c->one_time.knowledge = &c->secrecy.knowledge;
	return c;
}

void checker_reach(struct checker *c, uint32_t device, size_t step)
{
	assert(!c->last_id);
	reach_set(&c->reach, device, step);
}

void checker_record(struct checker *c)
{
	assert(!c->last_id);
	c->secrecy.recording.all = true;
}

void checker_reveal(struct checker *c, const struct reveal *what)
{
	checker_record(c);
	reveals_add(&c->reveals, what);
}

size_t checker_revealed(const struct checker *c, const struct revealed **list)
{
	*list = c->reveals.list;
	return c->reveals.count ? c->reveals.count + 1 : 0;
}

static void evidence_complain(struct checker *c, enum verdict v, uint64_t record, const char *what,
			      const char *detail)
{
	findings_add(&c->findings,
		     (struct finding){ .kind = FINDING_EVIDENCE, .verdict = v, .record = record },
		     claim_name_rule(RULE_EVIDENCE), "%s%s", what, detail);
}

/* A record that a claim will ask whether another one is after it. */
static bool is_mark(const struct record *r)
{
	return r->kind == RECORD_CLAIM ||
	       (r->kind == RECORD_HOLD && r->text && strncmp(r->text, "drawn", 5) == 0);
}

static void sight_judge(struct checker *c, struct sight *s)
{
	bool begins =
		c->evidence.flow->attempt.there && s->eventful && pattern_fits(&c->attempt, s);
	attribution_see(&c->attribution, s, begins);
	lives_see(&c->lives, s);
	order_see(&c->order, s);
	causal_see(&c->causal, s, is_mark(s->record));
	attribution_remember(&c->attribution, s, c->causal.version);
	agree_see(&c->agree, s);
	fresh_see(&c->fresh, s);
	one_time_see(&c->one_time, s);
	secrecy_see(&c->secrecy, s);
	if (c->reveals.count)
		reveals_see(&c->reveals, s, c->order.last);
}

void checker_feed(struct checker *c, const struct record *r)
{
	assert(!c->finished);
	c->order.last = -1;
	if (r->id <= c->last_id || *c->end) {
		evidence_complain(
			c, VERDICT_VIOLATED, r->id,
			*c->end ? "a record comes after the end" : "record ids do not ascend", "");
		return;
	}
	c->last_id = r->id;
	if (r->kind == RECORD_END)
		snprintf(c->end, sizeof c->end, "%s", r->text && *r->text ? r->text : "unnamed");
	sight_judge(c, evidence_see(&c->evidence, r));
	evidence_release(&c->evidence);
}

static void judge_evidence(struct checker *c)
{
	enum verdict v = findings_verdict_of(&c->findings, FINDING_EVIDENCE);
	const char *words = v == VERDICT_HOLDS      ? "not disproved"
			    : v == VERDICT_VIOLATED ? "disproved"
						    : "not judged to the end";
	findings_judge(&c->findings, claim_name_rule(RULE_EVIDENCE), v,
		       "%s: %" PRIu64 " messages read from their bytes%s%s", words,
		       c->evidence.messages, *c->end ? "; the run ended " : "", c->end);
	if (c->findings.beyond)
		findings_judge(&c->findings, "findings", findings_verdict(&c->findings),
			       "%zu more than are listed", c->findings.beyond);
}

void checker_finish(struct checker *c)
{
	assert(!c->finished);
	c->finished = true;
	bool quiet = strcmp(c->end, "quiet") == 0;
	if (!*c->end)
		evidence_complain(c, VERDICT_INCONCLUSIVE, 0, "the trace has no end", "");
	else if (!quiet)
		evidence_complain(c, VERDICT_INCONCLUSIVE, c->last_id,
				  "the run ended at a limit: ", c->end);
	order_finish(&c->order, &c->reach, quiet);
	agree_finish(&c->agree, &c->reach);
	fresh_finish(&c->fresh, &c->reach);
	one_time_finish(&c->one_time, &c->reach);
	secrecy_finish(&c->secrecy, &c->reach);
	reveals_finish(&c->reveals);
	judge_evidence(c);
}

enum verdict checker_verdict(const struct checker *c)
{
	return findings_verdict(&c->findings);
}

size_t checker_findings(const struct checker *c, const struct finding **list)
{
	*list = c->findings.list;
	return c->findings.count;
}

size_t checker_judged(const struct checker *c, const struct judged **list)
{
	*list = c->findings.judged;
	return c->findings.judged_count;
}

struct ledger_cell checker_knows(const struct checker *c, size_t holders, int actor)
{
	return secrecy_cell(&c->secrecy, (int)holders, actor);
}

void checker_guess(struct checker *c, const struct guess *g, enum guess_target target,
		   struct guessed *out)
{
	assert(c->finished);
	guess_try(&c->secrecy, g, target, out);
}

uint64_t checker_step_record(const struct checker *c, size_t step)
{
	assert(step < FLOW_STEPS_MAX);
	return order_record(&c->order, step);
}

int checker_step_of_last(const struct checker *c)
{
	return c->order.last;
}

void checker_free(struct checker *c)
{
	if (!c)
		return;
	secrecy_fini(&c->secrecy);
	one_time_fini(&c->one_time);
	fresh_fini(&c->fresh);
	agree_fini(&c->agree);
	causal_fini(&c->causal);
	order_fini(&c->order);
	lives_fini(&c->lives);
	reach_fini(&c->reach);
	evidence_fini(&c->evidence);
	attribution_fini(&c->attribution);
	findings_fini(&c->findings);
	free(c);
}
