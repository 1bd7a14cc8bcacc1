/* claims_fresh.c - each value of a class is declared as drawn by the actor that the flow names, in
 * a session that is there, causally before anybody else holds it, and never a second time. Values
 * are known by reference: it reads no secret, and cannot tell whether one was random.
 */
#include "sim/flow/claims.h"
#include "sim/flow/reach.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void fresh_init(struct fresh *f, const struct lives *sessions, struct causal *causal,
		struct findings *findings)
{
	const struct flow *flow = causal->attribution->flow;
	*f = (struct fresh){
		.flow = flow, .causal = causal, .sessions = sessions, .findings = findings
	};
	for (size_t i = 0; i < flow->fresh_count; i++)
		causal_watch(causal, flow->fresh[i].actor);
}

static struct fresh_value *value_of(struct fresh *f, size_t claim, const char *reference)
{
	bool added;
	size_t number = keys_add(&f->references, bytes_of_string(reference), &added);
	if (number >= f->room) {
		f->room = number * 2 + 8;
		f->values = realloc(f->values, f->room * sizeof *f->values);
		assert(f->values);
	}
	if (added)
		f->values[number] = (struct fresh_value){ .claim = (uint8_t)claim };
	return &f->values[number];
}

/* What is wrong with a hold that is not a drawing, or NULL. */
static const char *fault_of_other(const struct fresh *f, const struct sight *s,
				  const struct fresh_value *v)
{
	if (!v->drawn)
		return "is held before it is drawn";
	return causal_known(f->causal, s, v->by) >= v->marks
		       ? NULL
		       : "is held where its drawing does not lead";
}

/* What is wrong with this hold, or NULL. */
static const char *fault_of(struct fresh *f, const struct sight *s, struct fresh_value *v)
{
	static const char drawn[] = "drawn";
	const char *origin = s->record->text ? s->record->text : "";
	bool draws = strncmp(origin, drawn, sizeof drawn - 1) == 0;
	if (!draws)
		return fault_of_other(f, s, v);
	if (v->drawn)
		return "is drawn a second time";
	v->drawn = true;
	v->by = s->who;
	v->marks = causal_known(f->causal, s, s->who);
	if (s->actor != (int)f->flow->fresh[v->claim].actor)
		return "is drawn by another actor";
	return lives_have_session(f->sessions, s) ? NULL : "is drawn in no open session";
}

static void hold_see(struct fresh *f, size_t claim, const struct sight *s)
{
	char name[CLAIM_NAME_SIZE];
	const struct record *r = s->record;
	const char *reference = r->reference ? r->reference : "";
	struct fresh_value *v = value_of(f, claim, reference);
	const char *fault = *reference ? fault_of(f, s, v) : "has no reference";
	bool was_seen = v->seen;
	v->seen = true;
	bool corrupt = knowledge_corrupt_since(f->knowledge, s->who) > 0;
	if (!was_seen && corrupt)
		claim_count_void(&f->counts[claim], s);
	else if (!was_seen)
		claim_count_see(&f->counts[claim], s);
	if (!fault || v->told || corrupt)
		return;
	v->told = true;
	f->counts[claim].broken++;
	claim_name_fresh(f->flow, claim, name);
	findings_add(f->findings,
		     (struct finding){
			     .kind = FINDING_FRESH, .verdict = VERDICT_VIOLATED, .record = r->id },
		     name, "%s %s (%s, record %" PRIu64 ")", reference, fault,
		     r->actor ? r->actor : "", r->id);
}

void fresh_see(struct fresh *f, const struct sight *s)
{
	const struct record *r = s->record;
	for (size_t i = 0; r->kind == RECORD_HOLD && r->name && i < f->flow->fresh_count; i++)
		if (strcmp(r->name, f->flow->fresh[i].secret) == 0)
			hold_see(f, i, s);
}

void fresh_finish(struct fresh *f, const struct reach *reach)
{
	char name[CLAIM_NAME_SIZE];
	for (size_t i = 0; i < f->flow->fresh_count; i++) {
		struct claim_count *c = &f->counts[i];
		claim_name_fresh(f->flow, i, name);
		struct claim_words words = { name, name, "value" };
		if (claim_count_lacks(c, reach, f->findings, FINDING_FRESH, &words))
			continue;
		bool good = !c->broken;
		findings_judge(
			f->findings, name, good ? VERDICT_HOLDS : VERDICT_VIOLATED,
			"%s: %zu value%s, %zu not declared as drawn once, by that actor, in a "
			"session",
			good ? "not disproved" : "disproved", c->events, c->events == 1 ? "" : "s",
			c->broken);
	}
}

void fresh_fini(struct fresh *f)
{
	for (size_t i = 0; i < FLOW_FRESH_MAX; i++)
		claim_count_fini(&f->counts[i]);
	keys_fini(&f->references);
	free(f->values);
	memset(f, 0, sizeof *f);
}
