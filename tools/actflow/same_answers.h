/* same_answers.h - U7 across the runs of one invocation: what refusals that hang on a secret say on
 * the wire is the same in all of them. Workers send what theirs said; here it comes together.
 */
#ifndef TOOLS_ACTFLOW_SAME_ANSWERS_H
#define TOOLS_ACTFLOW_SAME_ANSWERS_H

#include "tools/actflow/answers.h"
#include "tools/actflow/play.h"

/* Hold what came of a run against all before it, and keep what is new. Where an answer differs, the
 * run is not as expected: status, result and words of `a` say so; with json its output gets an
 * object more, and its messages too. */
void same_answers(struct answers *all, const struct found *scenario, struct answer *a, bool json);

#endif
