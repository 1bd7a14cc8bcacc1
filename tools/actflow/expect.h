/* expect.h - whether a run is what its scenario expects: verdict, what falls, outcomes, golden
 * story.
 */
#ifndef TOOLS_ACTFLOW_EXPECT_H
#define TOOLS_ACTFLOW_EXPECT_H

#include "sim/scenario/scenario.h"
#include "sim/roster.h"
#include "sim/world/world.h"
#include "tools/actflow/observe.h"

/* The verdict that the scenario expects: `holds` when it names none. */
enum verdict expect_verdict(const struct scenario *s);
/* Compare; each difference goes to d with its place in the scenario. remark receives what was not
 * compared and why. ERR_OK, ERR_NOT_AS_EXPECTED or ERR_INCONCLUSIVE. A scenario that names no
 * verdict expects `holds`; the golden story is compared at the file's own seed only. */
enum err expect_compare(const struct scenario *s, uint64_t seed, struct observation *seen,
			struct diags *d, struct buffer *remark);

/* Whatever a scenario wanted done to the run and was not: each goes to d with its place. So does an
 * attack that it says to show and of which nothing is in the run: no act that did something, no
 * crash, no packet harmed by a wire that the scenario made worse, none on one that it made
 * narrower, no weakened setting, nothing to be revealed or guessed. False when there is such a
 * thing. */
bool expect_delivered(const struct scenario *s, const struct world_report *w,
		      const struct observation *seen, struct diags *d);

/* What a scenario says nothing of must come to its end (U6): each device's actor that completes the
 * flow comes to result 0, but where the scenario names its outcome, or a step that the device's
 * last attempt reaches. Whatever does not, falls. Not asked where a limit ended the run, and where
 * a violation is expected and not which one (no `falls`). */
void expect_completed(const struct scenario *s, const struct actor_class *completes,
		      const struct observation *seen, struct fallen *f);

#endif
