/* postconditions.c - hands each record to whatever looks for one of the post-conditions. */
#include "tools/actflow/postconditions.h"

void postconditions_attend(struct postconditions *p, const struct roster *roster,
			   const struct flow *flow)
{
	p->roster = roster;
	p->flow = flow;
}

/* From now on its answer is heard. */
static void hear(struct postconditions *p, const struct record *r, const struct occasion *answered)
{
	const struct record_check *check = refused_check(r);
	answers_end(&p->answers, &p->fallen);
	if (check)
		answers_begin(&p->answers, r, check->id, answered,
			      refused_rule(p->roster, check->id, REFUSAL_HIDES, NULL) != NULL);
}

void postconditions_feed(struct postconditions *p, const struct record *r)
{
	if (!p->roster)
		return;
	struct occasion answered = owed_feed(&p->owed, p->flow, r, &p->fallen);
	answers_feed(&p->answers, p->flow, r, &p->fallen);
	if (refused_steps_feed(&p->refused, p->roster, r, &answered, &p->fallen))
		hear(p, r, &answered);
	refused_ends_feed(&p->ends, r, &p->fallen);
	if (r->kind == RECORD_END)
		answers_end(&p->answers, &p->fallen);
}

void postconditions_fini(struct postconditions *p)
{
	owed_fini(&p->owed);
	refused_steps_fini(&p->refused);
	refused_ends_fini(&p->ends);
	answers_fini(&p->answers);
	*p = (struct postconditions){ .roster = NULL };
}
