/* postconditions.h - what must be true of every run, whatever its scenario expects: the universal
 * post-conditions of the catalogue of attacks.
 *
 * U2: a refusal goes where its row says, and is no success; no other session and nothing stored
 * changes, but what the roster names with a reason (refused_steps.h), and a pipe that refused goes
 * no further (refused_ends.h). U3: one record tells each refusal with check, actor, session and
 * peer, and none is lost: what was accepted was answered (owed.h). U6: what the scenario says
 * nothing of comes to its end: every device of which it names no outcome and no last step is
 * activated. U7: refusals that hang on a secret look the same on the wire, and no check's name is
 * there (answers.h).
 *
 * Judged over the trace's records and the roster's tables; no actor is asked. That a run does not
 * crash (U1) and is the same each time (U5) cannot be seen in it, and secrets in what is shown (U4)
 * are looked for where it is shown.
 */
#ifndef TOOLS_ACTFLOW_POSTCONDITIONS_H
#define TOOLS_ACTFLOW_POSTCONDITIONS_H

#include "tools/actflow/answers.h"
#include "tools/actflow/refused_steps.h"
#include "tools/actflow/refused_ends.h"

/* Zero it to begin. */
struct postconditions {
	const struct roster *roster; /* NULL: nothing is asked */
	const struct flow *flow;
	struct fallen fallen;
	struct owed owed;
	struct refused_steps refused;
	struct refused_ends ends;
	struct answers answers;
};

/* Have them asked. Both are borrowed. Before the first record. */
void postconditions_attend(struct postconditions *p, const struct roster *roster,
			   const struct flow *flow);
/* Each record is told once, in order; no string of it is NULL. */
void postconditions_feed(struct postconditions *p, const struct record *r);
void postconditions_fini(struct postconditions *p);

#endif
