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

/* Without both. What the other one's absence shows by itself, where it was false anyway, is no
 * fault of this one. */
static enum err play_pair(const struct found *f, const struct facts *with, struct cell *c,
			  const char *check, struct diags *d)
{
	const struct knocked pair = { .count = 2, .ids = { check, c->shadow } };
	const struct knocked other = { .count = 1, .ids = { c->shadow } };
	struct facts without = { 0 }, alone = { 0 };
	bool fell = facts_check(with, c->shadow) != NULL;
	enum err status = cell_play(f, &pair, &without, d);
	if (status == ERR_OK && fell)
		status = cell_play(f, &other, &alone, d);
	if (status == ERR_OK) {
		const struct facts *base = fell ? &alone : with;
		struct exposure e = exposure_of(base, &without);
		const struct asked *then = exposure_shadow(base, &without);
		c->outcome = e.kind != EXPOSURE_NONE ? CELL_TOGETHER : CELL_SHADOWED;
		c->exposure = e;
		if (then && e.kind == EXPOSURE_NONE)
			snprintf(c->then, sizeof c->then, "%s", then->id);
		if (e.kind != EXPOSURE_NONE)
			diverges(with, &without, check, pair.count, &c->divergence);
	}
	facts_fini(&without);
	facts_fini(&alone);
	return status;
}

static enum err judge(const struct found *f, const struct facts *with, const struct facts *without,
		      struct cell *c, const char *check, struct diags *d)
{
	const struct asked *shadow = exposure_shadow(with, without);
	c->exposure = exposure_of(with, without);
	c->outcome = c->exposure.kind != EXPOSURE_NONE ? CELL_EXPOSED
		     : shadow                          ? CELL_SHADOWED
						       : CELL_SURVIVED;
	if (c->outcome != CELL_SHADOWED)
		return ERR_OK;
	snprintf(c->shadow, sizeof c->shadow, "%s", shadow->id);
	if (knocked_why_not(&dynamics_roster, c->shadow))
		return ERR_OK;
	return play_pair(f, with, c, check, d);
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
		status = judge(f, with, &without, out, check, d);
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
