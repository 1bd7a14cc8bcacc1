/* cell.c - one cell of the matrix check x scenario: a scenario played without one check. */
#include "tools/actflow/cell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/roster.h"
#include "tools/actflow/chosen.h"
#include "tools/actflow/knocked.h"
#include "tools/actflow/text.h"

static void complain(const struct playing *p, const struct knocked *k, const char *what)
{
	struct buffer without = { 0 };
	for (size_t i = 0; i < k->count; i++)
		text_printf(&without, "%s%s", i > 0 ? ", " : "; without ", k->ids[i]);
	diag_add(p->d, p->file->label, 0, 0, "bug: %s%s (actflow %s)", what, text_string(&without),
		 ACTFLOW_VERSION);
	buffer_fini(&without);
}

enum err cell_play(const struct playing *p, const struct knocked *k, struct facts *out)
{
	struct performance *run = calloc(1, sizeof *run);
	if (!run)
		abort();
	*out = (struct facts){ 0 };
	const struct performing what = { .scenario = p->scenario,
					 .seed = p->scenario->seed,
					 .knocked = k };
	enum err status = perform(&what, run, p->d);
	if (status == ERR_OK && facts_of(run, out)) {
		complain(p, k, "a secret would have been shown");
		facts_fini(out);
		status = ERR_BUG;
	}
	performance_fini(run);
	free(run);
	return status;
}

struct knocked cell_knocked(const struct cell *c, const char *check)
{
	struct knocked k = { .count = 1, .ids = { check } };
	for (size_t i = 0; i < c->others_count; i++)
		k.ids[k.count++] = c->others[i];
	return k;
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

/* Play it without the others, where one of them was false anyway: else that is the run with all. */
static enum err play_base(const struct playing *p, const struct knocked *k,
			  const struct facts *with, struct facts *out, bool *differs)
{
	struct knocked others = { 0 };
	*differs = false;
	for (size_t i = 1; i < k->count; i++) {
		others.ids[others.count++] = k->ids[i];
		*differs = *differs || facts_check(with, k->ids[i]);
	}
	return *differs ? cell_play(p, &others, out) : ERR_OK;
}

enum err cell_expose(const struct playing *p, const struct knocked *k, const struct facts *with,
		     struct facts *without, struct exposure *out)
{
	struct facts base = { 0 };
	bool differs;
	enum err status = cell_play(p, k, without);
	if (status == ERR_OK)
		status = play_base(p, k, with, &base, &differs);
	if (status == ERR_OK)
		*out = exposure_of(differs ? &base : with, without);
	facts_fini(&base);
	return status;
}

/* The cell that is being filled, and what it is filled from. */
struct filling {
	struct playing p;
	const char *check;
	const struct facts *with;
	struct cell *c;
};

static bool is_among(const struct knocked *k, const char *check)
{
	bool found = false;
	for (size_t i = 0; i < k->count; i++)
		found = found || strcmp(k->ids[i], check) == 0;
	return found;
}

/* Whether the check that refuses now can be knocked out, too. */
static bool goes_on(const struct knocked *k, const char *next)
{
	return *next && k->count < KNOCKED_MAX && !is_among(k, next) &&
	       !knocked_why_not(&dynamics_roster, next);
}

/* One rung: without the check and those that refused instead so far. *on: there is another one to
 * leave out, and it is among them now. */
static enum err climb(const struct filling *x, bool *on)
{
	struct cell *c = x->c;
	const struct knocked k = cell_knocked(c, x->check);
	struct facts without = { 0 };
	enum err status = cell_expose(&x->p, &k, x->with, &without, &c->exposure);
	bool parts =
		status == ERR_OK && diverges(x->with, &without, x->check, k.count, &c->divergence);
	facts_fini(&without);
	if (status == ERR_OK && !parts && k.count == 1) {
		complain(&x->p, &k, "the run does not begin as it does with the check");
		status = ERR_BUG;
	}
	bool exposes = c->exposure.kind != EXPOSURE_NONE, alone = k.count == 1;
	c->outcome = exposes && alone                ? CELL_EXPOSED
		     : exposes                       ? CELL_TOGETHER
		     : alone && !*c->exposure.shadow ? CELL_SURVIVED
						     : CELL_SHADOWED;
	*on = status == ERR_OK && !exposes && goes_on(&k, c->exposure.shadow);
	if (*on)
		snprintf(c->others[c->others_count++], sizeof *c->others, "%s", c->exposure.shadow);
	return status;
}

enum err cell_fill(const struct found *f, const char *check, const struct facts *with,
		   struct cell *out, struct diags *d)
{
	struct scenario *s = calloc(1, sizeof *s);
	if (!s)
		abort();
	const struct filling x = { { f, s, d }, check, with, out };
	enum err status = chosen_read(f, s, d);
	bool on = status == ERR_OK;
	while (on && status == ERR_OK)
		status = climb(&x, &on);
	if (status != ERR_OK)
		out->outcome = CELL_BROKEN;
	scenario_fini(s);
	free(s);
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
