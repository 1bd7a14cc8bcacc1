/* reveal.c - hands secrets over at their times, decrypts, and judges forward-secret(v, R, t): that
 * no value which the flow calls fresh follows from what was handed over after its session's last
 * erasure. It derives nothing itself: that is closure.h's.
 */
#include "sim/flow/reveal.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/flow/closure.h"

/* What is sealed inside of what: a message of its own, which keys of lines 10 to 14 open. */
static const struct {
	enum message_type outside, inside;
} sealed[] = {
	{ MESSAGE_SEALED_KEY_REQUEST, MESSAGE_KEY_REQUEST },
	{ MESSAGE_SEALED_KEY_REPLY, MESSAGE_KEY_REPLY },
	{ MESSAGE_PROVISIONING_REQUEST, MESSAGE_PROVISIONING_WISH },
	{ MESSAGE_PROVISIONING_DATA, MESSAGE_PROVISIONING },
};

void reveals_add(struct reveals *x, const struct reveal *what)
{
	if (x->count == REVEALS_MAX)
		return;
	x->list[x->count++].what = *what;
}

/* Messages that travel as bytes, be it inside of others. */
static bool is_recorded(const struct flow *f, int channel)
{
	return channel >= 0 && channel < (int)f->channels_count &&
	       f->channels[channel].base != BASE_LOCAL;
}

void reveals_see(struct reveals *x, const struct sight *s, int step)
{
	for (size_t i = 0; i < x->count; i++) {
		struct revealed *one = &x->list[i];
		if (one->record)
			continue;
		if (one->what.step < 0 && s->record->at_ns > one->what.at_ns)
			one->record = x->last ? x->last : s->record->id;
		else if (one->what.step >= 0 && one->what.step == step)
			one->record = s->record->id;
	}
	x->last = s->record->id;
	if (s->record->kind != RECORD_SENT || !is_recorded(x->secrecy->flow, s->channel))
		return;
	x->where[s->type] |= UINT32_C(1) << s->channel;
}

/* Whether it is of the classes, and of the channels, that are handed over. */
static bool is_meant(const struct revealed *one, const struct secrecy_value *v)
{
	bool elsewhere =
		one->what.channels && v->channel >= 0 && !(one->what.channels >> v->channel & 1);
	return v->claim >= 0 && one->what.classes >> v->claim & 1 && !elsewhere;
}

/* Whether this is one of those who hand over. */
static bool is_asked(const struct secrecy *x, const struct revealed *one, int32_t who)
{
	int actor = who == KNOWLEDGE_ATTACKER ? -1 : x->evidence->attribution->instances[who].actor;
	return !one->what.from || (actor >= 0 && one->what.from >> actor & 1);
}

/* Whether one of those who hand over still has it then. That somebody had it is noted. */
static bool is_given(const struct secrecy *x, struct revealed *one, size_t secret)
{
	const struct secrecy_value *v = &x->values[secret];
	const struct known *k = is_meant(one, v) ? knowledge_first(&x->knowledge, secret) : NULL;
	for (; k; k = knowledge_next(&x->knowledge, k)) {
		if (k->record > one->record || !is_asked(x, one, k->who))
			continue;
		one->had = true;
		if (knowledge_is_held(&x->knowledge, k, v->claim, one->record))
			return true;
	}
	return false;
}

/* Hand over the values of one class. */
static void give(struct reveals *x, struct revealed *one, struct closure *c)
{
	const struct secrecy *s = x->secrecy;
	one->values = 0;
	for (size_t i = 0; one->record && i < s->secrets->count; i++) {
		if (!is_given(s, one, i))
			continue;
		one->values++;
		closure_know(c, i, s->values[i].device, one->record);
	}
}

/* Whether something that was said on one of these channels may have been lost on the way. */
static bool is_lost(const struct closure *c, const struct listening *l, uint32_t where)
{
	bool lost = false;
	for (int i = 0; i < (int)l->recording->flow->channels_count; i++)
		lost = lost || (where >> i & 1 && opening_lost(&c->opening, l, i));
	return lost;
}

/* What is sealed was said, and is followed, as what it is sealed in. */
static void sealed_fill(struct revealed *column, enum message_type outside,
			enum message_type inside)
{
	column->said[inside] = column->said[inside] || column->said[outside];
	if (column->readable[inside] == READABLE_NOT &&
	    column->readable[outside] == READABLE_NOT_FOLLOWED)
		column->readable[inside] = READABLE_NOT_FOLLOWED;
}

/* Decrypt with the column from to the column to, both included. */
static void column_fill(struct reveals *x, struct closure *c, const size_t from_to[2],
			struct revealed *column)
{
	struct secrecy *s = x->secrecy;
	struct listening l = { .recording = &s->recording, .who = KNOWLEDGE_ATTACKER };
	closure_init(c, secrecy_crypto(s), s->secrets, s->search);
	secrecy_closure_fill(s, c, KNOWLEDGE_ATTACKER);
	size_t values = 0;
	for (size_t i = from_to[0]; i <= from_to[1]; i++) {
		uint32_t wires = x->list[i].what.wires;
		give(x, &x->list[i], c);
		values += x->list[i].values;
		l.wires |= wires ? wires : UINT32_MAX;
	}
	closure_run(c, &l);
	column->values = values;
	x->lost = is_lost(c, &l, UINT32_MAX);
	for (int type = 0; type < MESSAGE_TYPES; type++) {
		column->said[type] = x->where[type] != 0;
		column->readable[type] = c->readable[type]                ? READABLE_YES
					 : is_lost(c, &l, x->where[type]) ? READABLE_NOT_FOLLOWED
									  : READABLE_NOT;
	}
	for (size_t i = 0; i < sizeof sealed / sizeof *sealed; i++)
		sealed_fill(column, sealed[i].outside, sealed[i].inside);
}

const char *readable_name(enum readable r)
{
	static const char *const names[READABLES] = {
		[READABLE_NOT] = "safe",
		[READABLE_YES] = "readable",
		[READABLE_NOT_FOLLOWED] = "not followed",
	};
	assert(r < READABLES);
	return names[r];
}

/* -- forward secrecy -- */

/* The last record in which a holder of this value erased something; 0: none did. Of an actor that
 * serves all devices any counts: later is safer. */
static uint64_t erased_at(const struct secrecy *x, size_t secret)
{
	uint64_t last = 0;
	for (size_t i = 0; i < x->knowledge.erased_count; i++) {
		const struct erasure *e = &x->knowledge.erased[i];
		if (knowledge_of(&x->knowledge, e->who, secret) && e->record > last)
			last = e->record;
	}
	return last;
}

/* What a claim of forward secrecy is about: one fresh class, over all of its values. */
struct forward {
	size_t values, early, given, broken;
	uint64_t record;       /* that broke the first */
	const char *reference; /* of it */
	enum rule rule;
};

static void forward_look(const struct reveals *x, const struct closure *c, int claim,
			 struct forward *out)
{
	const struct secrecy *s = x->secrecy;
	for (size_t i = 0; i < s->secrets->count; i++) {
		if (s->values[i].claim != claim)
			continue;
		uint64_t erased = erased_at(s, i);
		const struct closure_value *v = closure_secret(c, i);
		bool early = !erased, given = v && v->rule == RULE_GIVEN;
		for (size_t k = 0; k < x->count; k++)
			early = early || x->list[k].record < erased;
		out->values++;
		out->early += early && !given;
		out->given += given;
		if (!v || early || given || out->broken++)
			continue;
		out->record = v->record;
		out->reference = s->secrets->list[i].reference;
		out->rule = v->rule;
	}
}

static void forward_say(const struct reveals *x, const char *name, const struct forward *f)
{
	struct findings *out = x->secrecy->findings;
	if (f->broken) {
		findings_add(out,
			     (struct finding){ .kind = FINDING_FORWARD,
					       .verdict = VERDICT_VIOLATED,
					       .record = f->record },
			     name, "%s follows from what was handed over in record %" PRIu64 ": %s",
			     f->reference, f->record, rule_name(f->rule));
		findings_judge(out, name, VERDICT_VIOLATED, "disproved: %zu of %zu values follow",
			       f->broken, f->values);
	} else if (f->early + f->given == f->values) {
		findings_judge(out, name, VERDICT_VOID, "void: %s",
			       f->given ? "its own values were handed over"
					: "something was handed over before the last erasure");
	} else if (x->lost) {
		findings_add(out,
			     (struct finding){ .kind = FINDING_FORWARD,
					       .verdict = VERDICT_INCONCLUSIVE,
					       .record = x->last },
			     name, "something that keys were handed over for was not followed");
		findings_judge(out, name, VERDICT_INCONCLUSIVE,
			       "not judged: something that keys were handed over for was not "
			       "followed");
	} else {
		findings_judge(out, name, VERDICT_HOLDS,
			       "not disproved under the listed derivations: %zu value%s, %zu "
			       "secrets handed over",
			       f->values, f->values == 1 ? "" : "s", x->list[x->count].values);
	}
}

static void forward_judge(struct reveals *x, const struct closure *c)
{
	const struct flow *f = x->secrecy->flow;
	for (size_t i = 0; i < f->fresh_count; i++) {
		char name[64];
		struct forward found = { 0 };
		int claim = 0;
		while (strcmp(f->holders[claim].secret, f->fresh[i].secret) != 0)
			claim++;
		snprintf(name, sizeof name, "forward-secret(%s)", f->fresh[i].secret);
		forward_look(x, c, claim, &found);
		if (found.values)
			forward_say(x, name, &found);
		else
			findings_judge(x->secrecy->findings, name, VERDICT_INCONCLUSIVE,
				       "not reached: no value in this run");
	}
}

void reveals_finish(struct reveals *x)
{
	struct closure c;
	if (!x->count || !x->secrecy->secrets)
		return;
	for (size_t i = 0; i < x->count; i++)
		if (!x->list[i].record && x->list[i].what.step < 0)
			x->list[i].record = x->last;
	for (size_t i = 0; i < x->count; i++) {
		column_fill(x, &c, (size_t[]){ i, i }, &x->list[i]);
		closure_fini(&c);
	}
	struct revealed *all = &x->list[x->count];
	all->what = (struct reveal){ .step = -1 };
	for (size_t i = 0; i < x->count; i++)
		all->what.classes |= x->list[i].what.classes;
	column_fill(x, &c, (size_t[]){ 0, x->count - 1 }, all);
	forward_judge(x, &c);
	closure_fini(&c);
}
