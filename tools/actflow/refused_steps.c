/* refused_steps.c - what a refused step may change, and that one record tells it. */
#include "tools/actflow/refused_steps.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/list.h"

enum { CHECK_ID_SIZE = 96 };

const struct refusal_rule *refused_rule(const struct roster *roster, const char *check,
					enum refusal_kind kind, const struct refusal_rule *from)
{
	const struct refusal_rule *rule = from ? from + 1 : roster->refusals;
	for (; rule && rule->check; rule++)
		if (rule->kind == kind && strcmp(rule->check, check) == 0)
			return rule;
	return NULL;
}

const struct record_check *refused_check(const struct record *r)
{
	for (size_t i = 0; i < r->checks_count; i++)
		if (!r->checks[i].holds && !r->checks[i].let_pass)
			return &r->checks[i];
	return NULL;
}

/* -- the tables -- */

/* app@2 is an app. */
static const struct actor_class *class_of(const struct roster *roster, const char *actor)
{
	size_t size = strcspn(actor, "@");
	for (size_t i = 0; i < roster->actors_count; i++)
		if (strlen(roster->actors[i]->name) == size &&
		    strncmp(roster->actors[i]->name, actor, size) == 0)
			return roster->actors[i];
	return NULL;
}

static const struct machine *machine_of(const struct actor_class *class, const char *name)
{
	for (size_t i = 0; class && i < class->machines_count; i++)
		if (strcmp(class->machines[i]->name, name) == 0)
			return class->machines[i];
	return NULL;
}

static bool is_row_of(const struct machine *m, const struct row *row, const struct record *r,
		      const char *check)
{
	size_t state = 0;
	while (state < m->states_count && strcmp(m->states[state], r->state_from) != 0)
		state++;
	return row->refuses && strcmp(row->refuses->name, check) == 0 && state < m->states_count &&
	       row->in >> state & 1 && strcmp(m->stimuli[row->on].name, r->stimulus) == 0;
}

/* "setup_mac_is_good" of "uem.setup_mac_is_good" at uem; "" of another actor's. */
static const char *own_name(const struct actor_class *class, const char *id)
{
	size_t size = strlen(class->name);
	return strncmp(id, class->name, size) == 0 && id[size] == '.' ? id + size + 1 : "";
}

static const struct row *refusal_row(const struct machine *m, const struct record *r,
				     const char *check)
{
	for (size_t i = 0; i < m->rows_count; i++)
		if (is_row_of(m, &m->rows[i], r, check))
			return &m->rows[i];
	return NULL;
}

/* -- the step itself -- */

static void judge_end(const char *wanted, const char *why, const struct record *r, struct fallen *f)
{
	if (strcmp(r->state_to, wanted) != 0)
		fallen_add(f, POST_U2, r->id, "expected %s to go to \"%s\" (%s), actual \"%s\"",
			   r->machine, wanted, why, r->state_to);
}

/* A refusal goes where its row says. Returns the row. */
static const struct row *judge_row(const struct machine *m, const char *name,
				   const struct record *r, struct fallen *f)
{
	const struct row *row = m ? refusal_row(m, r, name) : NULL;
	if (!row) {
		fallen_add(f, POST_U2, r->id,
			   "expected a refusal row of %s in \"%s\" at \"%s\" for %s, actual none",
			   r->machine, r->state_from, r->stimulus, name);
		return NULL;
	}
	judge_end(row->to == SAME_STATE ? r->state_from : m->states[row->to],
		  "where its refusal row goes", r, f);
	if (strcmp(row->story, r->text) != 0)
		fallen_add(f, POST_U2, r->id,
			   "expected the refusal row of %s to be taken, actual another one: %s",
			   name, r->text);
	return row;
}

/* What an earlier refusal answered, and this one, too; NULL: nothing. */
static const struct refused_step *same_occasion(const struct refused_steps *s,
						const struct record *r)
{
	for (size_t i = s->count; i > 0; i--)
		for (size_t p = 0; p < r->parents_count && s->list[i - 1].occasion > 0; p++)
			if (s->list[i - 1].occasion == r->parents[p])
				return &s->list[i - 1];
	return NULL;
}

static void judge_once(const struct refused_steps *s, const struct record *r, bool has_peer,
		       struct fallen *f)
{
	const struct refused_step *first = same_occasion(s, r);
	const struct record_check *check = refused_check(r);
	if (first)
		fallen_add(f, POST_U3, r->id,
			   "expected one record of a refusal, actual a second one of what was "
			   "refused in record %" PRIu64,
			   first->record);
	else if (check && !has_peer)
		fallen_add(f, POST_U3, r->id,
			   "expected %s to refuse a message that names its peer, actual none from "
			   "which the record follows",
			   check->id);
}

/* One record, with all that an auditor asks of it. */
static void judge_telling(const struct record *r, struct fallen *f)
{
	const struct record_check *check = refused_check(r);
	if (check && check != &r->checks[r->checks_count - 1])
		fallen_add(f, POST_U3, r->id,
			   "expected %s to be the last check that was asked, actual %s after it",
			   check->id, r->checks[r->checks_count - 1].id);
	if (!*r->actor || r->session == 0)
		fallen_add(f, POST_U3, r->id,
			   "expected the record to name actor and session, actual \"%s\" and "
			   "%" PRIu64,
			   r->actor, r->session);
}

static void add(struct refused_steps *s, struct refused_step step)
{
	s->list = list_grow(s->list, s->count, &s->room, sizeof *s->list);
	s->list[s->count++] = step;
}

/* A step that refused: by a check, or because no row answers. */
static const struct refused_step *judge_step(struct refused_steps *s, const struct roster *roster,
					     const struct record *r,
					     const struct occasion *answered, struct fallen *f)
{
	const struct record_check *check = refused_check(r);
	const struct actor_class *class = class_of(roster, r->actor);
	const struct machine *m = machine_of(class, r->machine);
	struct refused_step step = { r->id, r->session, answered->touched ? 0 : answered->record,
				     class, NULL };
	if (check)
		step.row = judge_row(m, class ? own_name(class, check->id) : "", r, f);
	else
		judge_end(m ? m->states[m->unexpected] : "", "where it fails closed", r, f);
	judge_telling(r, f);
	judge_once(s, r, *answered->peer != '\0', f);
	add(s, step);
	return &s->list[s->count - 1];
}

/* -- what follows from it -- */

/* The step from which a record follows at once; NULL: none that refused. */
static const struct refused_step *cause_of(const struct refused_steps *s, const struct record *r)
{
	for (size_t p = 0; p < r->parents_count; p++) {
		size_t low = 0, high = s->count;
		while (low < high) {
			size_t middle = low + (high - low) / 2;
			if (s->list[middle].record < r->parents[p])
				low = middle + 1;
			else
				high = middle;
		}
		if (low < s->count && s->list[low].record == r->parents[p])
			return &s->list[low];
	}
	return NULL;
}

/* Its check's id, or in words that no row answered. */
static const char *name_of(const struct refused_step *step, char id[CHECK_ID_SIZE])
{
	if (!step->row)
		return "no row answers";
	snprintf(id, CHECK_ID_SIZE, "%s.%s", step->class->name, step->row->refuses->name);
	return id;
}

static bool may_store(const struct roster *roster, const char *check, const char *table)
{
	const struct refusal_rule *rule = NULL;
	while ((rule = refused_rule(roster, check, REFUSAL_STORES, rule)))
		if (strcmp(rule->what, table) == 0)
			return true;
	return false;
}

static bool may_tell(const struct roster *roster, const char *check, const struct record *r)
{
	const struct refusal_rule *rule = NULL;
	while ((rule = refused_rule(roster, check, REFUSAL_TELLS, rule)))
		if (strcmp(rule->machine, r->machine) == 0 && strcmp(rule->what, r->stimulus) == 0)
			return true;
	return false;
}

/* An actor's first machine, where it failed closed, begins anew: another session. */
static bool begins_anew(const struct refused_step *cause, const struct record *r)
{
	const struct machine *m = cause->class ? cause->class->machines[0] : NULL;
	if (!m || cause->row || !m->renews || strcmp(m->name, r->machine) != 0)
		return false;
	for (size_t i = 0; i < m->stimuli_count; i++)
		if (m->stimuli[i].kind == STIMULUS_BEGIN &&
		    strcmp(m->stimuli[i].name, r->stimulus) == 0)
			return strcmp(m->states[0], r->state_from) == 0;
	return false;
}

static void judge_told(struct refused_steps *s, const struct refused_step *cause,
		       const struct roster *roster, const struct record *r, struct fallen *f)
{
	char id[CHECK_ID_SIZE];
	const char *name = name_of(cause, id);
	if (begins_anew(cause, r))
		return;
	if (!may_tell(roster, name, r))
		fallen_add(f, POST_U2, r->id,
			   "expected no other session to take a step because of a refusal (%s), "
			   "actual %s of %s at \"%s\"",
			   name, r->machine, r->actor, r->stimulus);
	add(s, (struct refused_step){ r->id, r->session, 0, cause->class, cause->row });
}

static bool is_of_session(enum record_kind kind)
{
	return kind == RECORD_PERSIST || kind == RECORD_CLAIM || kind == RECORD_HOLD ||
	       kind == RECORD_ERASE || kind == RECORD_OUTCOME || kind == RECORD_TIMER;
}

static void judge_change(const struct refused_step *cause, const struct roster *roster,
			 const struct record *r, struct fallen *f)
{
	char id[CHECK_ID_SIZE];
	const char *name = name_of(cause, id);
	if (r->session != cause->session)
		fallen_add(f, POST_U2, r->id,
			   "expected a refusal (%s) to change session %" PRIu64
			   " alone, actual %s of session %" PRIu64,
			   name, cause->session, record_kind_name(r->kind), r->session);
	if (r->kind == RECORD_PERSIST && !may_store(roster, name, r->name))
		fallen_add(f, POST_U2, r->id,
			   "expected a refusal (%s) to leave table \"%s\" of %s as it is, actual "
			   "it was written",
			   name, r->name, r->actor);
	if (r->kind == RECORD_CLAIM)
		fallen_add(f, POST_U2, r->id,
			   "expected a refusal (%s) to claim nothing, actual a %s of %s", name,
			   r->name, r->actor);
	if (r->kind == RECORD_OUTCOME && r->number == 0)
		fallen_add(f, POST_U2, r->id,
			   "expected a refusal (%s) to be no success of %s, actual result 0: %s",
			   name, r->actor, r->text);
}

const struct refused_step *refused_steps_feed(struct refused_steps *s, const struct roster *roster,
					      const struct record *r,
					      const struct occasion *answered, struct fallen *f)
{
	const struct refused_step *cause = s->count > 0 ? cause_of(s, r) : NULL;
	if (r->kind != RECORD_STEP) {
		if (cause && is_of_session(r->kind))
			judge_change(cause, roster, r, f);
		return NULL;
	}
	if (answered->formless && *r->source)
		fallen_add(f, POST_U2, r->id,
			   "expected no row to answer what is no message, actual one of %s: %s",
			   r->machine, r->text);
	if (cause) {
		judge_told(s, cause, roster, r, f);
		return NULL;
	}
	return refused_check(r) || !*r->source ? judge_step(s, roster, r, answered, f) : NULL;
}

void refused_steps_fini(struct refused_steps *s)
{
	free(s->list);
	*s = (struct refused_steps){ 0 };
}
