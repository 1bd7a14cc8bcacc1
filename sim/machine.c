/* machine.c - the engine that steps every machine: it alone chooses rows and writes states.
 *
 * Checks are asked in the order of the accepting row; the first that is false selects its refusal
 * row. What a table must be like for this to be safe is held by machine_check.c.
 */
#include "sim/machine.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

bool row_answers(const struct row *r, uint8_t state, uint8_t on)
{
	return (r->in >> state & 1u) && r->on == on;
}

uint8_t row_leads_to(const struct row *r, uint8_t state)
{
	return r->to == SAME_STATE ? state : r->to;
}

/* First row of the group (state, on) whose plain guard holds; NULL when the group is empty. */
static const struct row *choose(const struct instance *x, const struct step *s)
{
	const struct machine *m = x->machine;
	for (size_t i = 0; i < m->rows_count; i++) {
		const struct row *r = &m->rows[i];
		if (row_answers(r, *x->state, s->on) && !r->refuses &&
		    (!r->when || r->when(x->session, s)))
			return r;
	}
	return NULL;
}

/* Whether any row answers: only then is it worth examining. */
static bool answers(const struct instance *x, const struct step *s)
{
	const struct machine *m = x->machine;
	for (size_t i = 0; i < m->rows_count; i++)
		if (row_answers(&m->rows[i], *x->state, s->on))
			return true;
	return false;
}

static const struct row *refusal(const struct machine *m, uint8_t state, uint8_t on,
				 const struct check *check)
{
	for (size_t i = 0; i < m->rows_count; i++) {
		const struct row *r = &m->rows[i];
		if (row_answers(r, state, on) && r->refuses == check)
			return r;
	}
	abort(); /* machine_check passed a check without its refusal row */
}

static const struct row *judge(const struct instance *x, const struct row *r, const struct step *s,
			       const struct machine_hooks *hooks, struct step_report *report)
{
	for (size_t i = 0; r->checks && r->checks[i]; i++) {
		const struct check *check = r->checks[i];
		assert(report->checks_count < MACHINE_CHECKS_MAX);
		bool holds = check->holds(x->session, s), admitted = holds;
		if (hooks && hooks->judge)
			admitted = hooks->judge(hooks->context, check, holds);
		report->checks[report->checks_count++] = (struct check_result){
			.check = check, .holds = holds, .admitted = admitted
		};
		if (!admitted)
			return refusal(x->machine, report->from, s->on, check);
	}
	return r;
}

static void enter_phase(const struct machine_hooks *hooks, enum machine_phase phase)
{
	if (hooks && hooks->phase)
		hooks->phase(hooks->context, phase);
}

struct step_report machine_step(const struct instance *x, struct step *s, struct effects *out,
				const struct machine_hooks *hooks)
{
	const struct machine *m = x->machine;
	struct step_report report = { .from = *x->state, .to = m->unexpected };
	const struct row *r = NULL;
	assert(s->on < m->stimuli_count && *x->state < m->states_count);
	out->count = 0;
	out->used = 0;
	memset(x->examined, 0, m->examined_size);
	s->examined = x->examined;
	if (answers(x, s)) {
		enter_phase(hooks, PHASE_EXAMINE);
		if (m->stimuli[s->on].examine)
			m->stimuli[s->on].examine(x->session, s, x->examined);
		enter_phase(hooks, PHASE_JUDGE);
		r = choose(x, s);
	}
	if (r) {
		r = judge(x, r, s, hooks, &report);
		enter_phase(hooks, PHASE_ACT);
		if (r->then)
			r->then(x->session, s, out);
		report.row = r;
		report.to = row_leads_to(r, report.from);
	}
	OPENSSL_cleanse(x->examined, m->examined_size);
	s->examined = NULL;
	*x->state = report.to;
	return report;
}

int machine_stimulus(const struct machine *m, enum stimulus_kind kind, uint8_t what,
		     uint8_t channel)
{
	for (size_t i = 0; i < m->stimuli_count; i++) {
		const struct stimulus_spec *s = &m->stimuli[i];
		if (s->kind == kind && s->what == what &&
		    (s->channel == channel || s->channel == CHANNEL_ANY))
			return (int)i;
	}
	return -1;
}
