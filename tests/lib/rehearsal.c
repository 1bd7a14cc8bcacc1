/* rehearsal.c - a step that was refused, taken again without the check that refused it. */
#include "tests/lib/rehearsal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/roster.h"
#include "tests/lib/effect_rules.h"

enum { KNOCKED_MAX = 6 };

struct rehearsal {
	const struct bench *b;
	size_t knocked_count;
	const struct check *knocked[KNOCKED_MAX];
};

static bool judge(void *context, const struct check *check, bool holds)
{
	const struct rehearsal *r = context;
	for (size_t i = 0; i < r->knocked_count; i++)
		holds = holds || r->knocked[i] == check;
	return holds;
}

static void enter_phase(void *context, enum machine_phase phase)
{
	const struct rehearsal *r = context;
	const struct host_purpose purpose = { .actor = "rehearsal",
					      .step = r->b->steps,
					      .session = r->knocked_count,
					      .what = phase == PHASE_EXAMINE ? "examine"
									     : "action" };
	host_enter(r->b->lab->host, &purpose);
	if (phase == PHASE_JUDGE)
		host_forbid(r->b->lab->host);
}

static bool can_be_knocked(const struct bench *b, const struct check *check)
{
	char id[96];
	snprintf(id, sizeof id, "%s.%s", b->class->name, check->name);
	const struct unknockable *u = dynamics_roster.unknockable;
	while (u->check && strcmp(u->check, id) != 0)
		u++;
	return !u->check;
}

static struct step_report take(struct rehearsal *r, const struct step *s, uint8_t *session,
			       uint8_t from, struct effects *out)
{
	const struct bench *b = r->b;
	const struct machine_hooks hooks = { .judge = judge, .phase = enter_phase, .context = r };
	struct step again = *s;
	struct claim_values values;
	uint8_t state = from;
	struct instance x = { b->machine, session, &state, b->examined };
	again.crypto = b->lab->yielding;
	struct step_report p = machine_step(&x, &again, out, &hooks);
	if (p.row->claims != CLAIM_NONE)
		b->machine->claim(session, &again, &values);
	return p;
}

const char *rehearse(const struct bench *b, const struct step *s, const uint8_t *before,
		     uint8_t from)
{
	struct rehearsal r = { .b = b };
	const struct check *refused = b->last.row->refuses;
	struct effects *out = calloc(1, sizeof *out);
	uint8_t *session = malloc(b->machine->session_size + 1);
	const char *fault = NULL;
	if (!out || !session)
		abort();
	while (refused && !fault && r.knocked_count < KNOCKED_MAX && can_be_knocked(b, refused)) {
		r.knocked[r.knocked_count++] = refused;
		memcpy(session, before, b->machine->session_size);
		struct step_report p = take(&r, s, session, from, out);
		fault = effects_fault(b->class, b->machine, out);
		refused = p.row->refuses;
	}
	free(session);
	free(out);
	return fault;
}
