/* claims_fresh.c - each value of a class is declared as drawn by the actor that the flow names, in
 * a session that is there, causally before anybody else holds it, and never a second time. Values
 * are known by reference: it reads no secret, and cannot tell whether one was random.
 */
#include "sim/flow/claims.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void fresh_init(struct fresh *f, const struct flow *flow, struct causal *causal,
		struct findings *findings)
{
	*f = (struct fresh){ .flow = flow, .causal = causal, .findings = findings };
	for (size_t i = 0; i < flow->fresh_count; i++)
		causal_watch(causal, flow->fresh[i].actor);
}

static void claim_name(const struct fresh *f, size_t claim, char name[64])
{
	const struct flow_fresh *c = &f->flow->fresh[claim];
	snprintf(name, 64, "fresh(%s: %s)", c->secret, f->flow->actors[c->actor].name);
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
		f->values[number] = (struct fresh_value){ .claim = claim };
	return &f->values[number];
}

static bool session_is_there(struct fresh *f, const struct sight *s, bool add)
{
	struct {
		uint64_t session;
		int64_t actor;
	} key = { s->record->session, s->actor };
	if (key.session == 0)
		return false;
	struct bytes b = bytes_of(&key, sizeof key);
	if (add)
		keys_add(&f->sessions, b, NULL);
	return keys_find(&f->sessions, b) != KEYS_NONE;
}

/* The clock that the record of now has of the actor that draws values of this claim. */
static uint32_t clock_of(const struct fresh *f, const struct fresh_value *v)
{
	size_t actor = f->flow->fresh[v->claim].actor;
	return causal_now(f->causal)[causal_component(f->causal, actor)];
}

/* What is wrong with a hold that is not a drawing, or NULL. */
static const char *fault_of_other(const struct fresh *f, const struct fresh_value *v)
{
	if (!v->drawn)
		return "is held before it is drawn";
	return clock_of(f, v) >= v->clock ? NULL : "is held where its drawing does not lead";
}

/* What is wrong with this hold, or NULL. */
static const char *fault_of(struct fresh *f, const struct sight *s, struct fresh_value *v)
{
	static const char drawn[] = "drawn";
	const char *origin = s->record->text ? s->record->text : "";
	bool draws = strncmp(origin, drawn, sizeof drawn - 1) == 0;
	if (!draws)
		return fault_of_other(f, v);
	if (v->drawn)
		return "is drawn a second time";
	v->drawn = true;
	v->clock = clock_of(f, v);
	if (s->actor != (int)f->flow->fresh[v->claim].actor)
		return "is drawn by another actor";
	return session_is_there(f, s, false) ? NULL : "is drawn in no open session";
}

static void hold_see(struct fresh *f, size_t claim, const struct sight *s)
{
	char name[64];
	const struct record *r = s->record;
	const char *reference = r->reference ? r->reference : "";
	struct fresh_value *v = value_of(f, claim, reference);
	const char *fault = *reference ? fault_of(f, s, v) : "has no reference";
	if (!fault || v->told)
		return;
	v->told = true;
	f->broken[claim]++;
	claim_name(f, claim, name);
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
	if (f->flow->fresh_count && (r->kind == RECORD_OPEN || r->kind == RECORD_STEP))
		session_is_there(f, s, true);
}

void fresh_finish(struct fresh *f)
{
	char name[64];
	for (size_t i = 0; i < f->flow->fresh_count; i++) {
		size_t values = 0;
		for (size_t k = 0; k < f->references.count; k++)
			values += f->values[k].claim == i;
		claim_name(f, i, name);
		if (!values) {
			findings_add(f->findings,
				     (struct finding){ .kind = FINDING_FRESH,
						       .verdict = VERDICT_INCONCLUSIVE },
				     name, "no value in this run");
			findings_judge(f->findings, name, VERDICT_INCONCLUSIVE,
				       "not judged: no value in this run");
			continue;
		}
		bool good = !f->broken[i];
		findings_judge(
			f->findings, name, good ? VERDICT_HOLDS : VERDICT_VIOLATED,
			"%s: %zu value%s, %zu not declared as drawn once, by that actor, in a "
			"session",
			good ? "not disproved" : "disproved", values, values == 1 ? "" : "s",
			f->broken[i]);
	}
}

void fresh_fini(struct fresh *f)
{
	keys_fini(&f->sessions);
	keys_fini(&f->references);
	free(f->values);
	memset(f, 0, sizeof *f);
}
