/* cell.c - one cell of the matrix check x scenario: a scenario played without one check. */
#include "tools/actflow/cell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/roster.h"
#include "tools/actflow/chosen.h"
#include "tools/actflow/knocked.h"

static void complain(const struct found *f, const struct knocked *k, struct diags *d,
		     const char *what)
{
	diag_add(d, f->label, 0, 0, "bug: %s%s%s%s%s (actflow %s)", what,
		 k->count > 0 ? "; without " : "", k->count > 0 ? k->ids[0] : "",
		 k->count > 1 ? " and " : "", k->count > 1 ? k->ids[1] : "", ACTFLOW_VERSION);
}

enum err cell_play(const struct found *f, const struct knocked *k, struct facts *out,
		   struct diags *d)
{
	struct scenario *s = calloc(1, sizeof *s);
	struct performance *p = calloc(1, sizeof *p);
	if (!s || !p)
		abort();
	*out = (struct facts){ 0 };
	enum err status = chosen_read(f, s, d);
	const struct performing what = { .scenario = s, .seed = s->seed, .knocked = k };
	if (status == ERR_OK)
		status = perform(&what, p, d);
	if (status == ERR_OK && facts_of(p, out)) {
		complain(f, k, d, "a secret would have been shown");
		facts_fini(out);
		status = ERR_BUG;
	}
	performance_fini(p);
	scenario_fini(s);
	free(p);
	free(s);
	return status;
}

/* Two runs are the same up to the check that is let pass; the one without it has one more record at
 * its beginning for each check that it names. */
static bool diverges(const struct facts *with, const struct facts *without, const char *check,
		     size_t knocked, struct divergence *out)
{
	const struct asked *fell = facts_check(with, check), *passed = facts_check(without, check);
	if (!fell || !passed || passed->let_pass == 0)
		return false;
	*out = (struct divergence){ .record = passed->let_pass,
				    .with = fell->fell,
				    .at_ns = passed->at_ns };
	memcpy(out->words, passed->words, sizeof out->words);
	memcpy(out->instead, fell->words, sizeof out->instead);
	return knocked > 1 || (out->record == out->with + knocked && fell->at_ns == out->at_ns);
}

/* The cell that is being filled, and what it is filled from. */
struct filling {
	const struct found *f;
	const char *check;
	const struct facts *with;
	struct cell *c;
	struct diags *d;
};

static void judge_pair(const struct filling *x, const struct facts *base,
		       const struct facts *without)
{
	const struct asked *then = exposure_shadow(base, without);
	x->c->exposure = exposure_of(base, without);
	x->c->outcome = CELL_SHADOWED;
	if (x->c->exposure.kind != EXPOSURE_NONE) {
		x->c->outcome = CELL_TOGETHER;
		diverges(x->with, without, x->check, 2, &x->c->divergence);
	} else if (then) {
		snprintf(x->c->then, sizeof x->c->then, "%s", then->id);
	}
}

/* Without both. What the other one's absence shows by itself, where it was false anyway, is no
 * fault of this one. */
static enum err play_pair(const struct filling *x)
{
	const struct knocked pair = { .count = 2, .ids = { x->check, x->c->shadow } };
	const struct knocked other = { .count = 1, .ids = { x->c->shadow } };
	struct facts without = { 0 }, alone = { 0 };
	bool fell = facts_check(x->with, x->c->shadow) != NULL;
	enum err status = cell_play(x->f, &pair, &without, x->d);
	if (status == ERR_OK && fell)
		status = cell_play(x->f, &other, &alone, x->d);
	if (status == ERR_OK)
		judge_pair(x, fell ? &alone : x->with, &without);
	facts_fini(&without);
	facts_fini(&alone);
	return status;
}

static enum err judge(const struct filling *x, const struct facts *without)
{
	const struct asked *shadow = exposure_shadow(x->with, without);
	x->c->exposure = exposure_of(x->with, without);
	x->c->outcome = x->c->exposure.kind != EXPOSURE_NONE ? CELL_EXPOSED
			: shadow                             ? CELL_SHADOWED
							     : CELL_SURVIVED;
	if (x->c->outcome != CELL_SHADOWED)
		return ERR_OK;
	snprintf(x->c->shadow, sizeof x->c->shadow, "%s", shadow->id);
	return knocked_why_not(&dynamics_roster, x->c->shadow) ? ERR_OK : play_pair(x);
}

enum err cell_fill(const struct found *f, const char *check, const struct facts *with,
		   struct cell *out, struct diags *d)
{
	const struct knocked one = { .count = 1, .ids = { check } };
	struct facts without = { 0 };
	enum err status = cell_play(f, &one, &without, d);
	if (status == ERR_OK && !diverges(with, &without, check, 1, &out->divergence)) {
		complain(f, &one, d, "the run does not begin as it does with the check");
		status = ERR_BUG;
	}
	if (status == ERR_OK)
		status = judge(&(struct filling){ f, check, with, out, d }, &without);
	if (status != ERR_OK)
		out->outcome = CELL_BROKEN;
	facts_fini(&without);
	return status;
}

const char *cell_outcome_name(enum cell_outcome outcome)
{
	static const char *const names[] = { [CELL_BROKEN] = "broken",
					     [CELL_SURVIVED] = "survived",
					     [CELL_SHADOWED] = "shadowed",
					     [CELL_TOGETHER] = "exposed together",
					     [CELL_EXPOSED] = "exposed" };
	return names[outcome];
}
