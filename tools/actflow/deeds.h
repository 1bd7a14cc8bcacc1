/* deeds.h - what each session of a run did, step by step, and whether another run's did the same.
 *
 * Sessions are told by their machine, their actor and which of these they are, so that neither
 * times nor numbers matter, nor which of two sessions was stepped first. Steps that only pass on
 * what others say (telling.h) are none of these: how often they are taken depends on the pieces it
 * comes in.
 */
#ifndef TOOLS_ACTFLOW_DEEDS_H
#define TOOLS_ACTFLOW_DEEDS_H

#include "proto/record.h"
#include "sim/scenario/scenario.h"
#include "tools/actflow/command.h"

/* One session: a line for each step, with states, stimulus, story and what its checks came to. */
struct deeds_of {
	char *name; /* "uem.reply of uem, 2nd" */
	uint64_t session;
	struct buffer lines;
};
/* Zero it to begin. */
struct deeds {
	size_t count, room;
	struct deeds_of *list; /* in the order of their first steps */
};

/* A record of the run; all but these steps are passed over. Strings are not NULL. */
void deeds_feed(struct deeds *d, const struct record *r);
/* Whether both runs' sessions did the same; else out receives the first place where they did not.
 */
bool deeds_are_same(const struct deeds *expected, const struct deeds *actual, struct buffer *out);
void deeds_fini(struct deeds *d);

/* Compare what was done with what is done when the scenario's plan is left out, as
 * `expect.steps: unchanged` wants: the scenario is played again. A difference goes to d, at its
 * place. ERR_OK, also where there is one, or what the second run came to. */
enum err deeds_compare(const struct scenario *s, uint64_t seed, const struct knocked *knocked,
		       const struct deeds *done, struct diags *d);

#endif
