/* exposure.h - what a run without a check shows that the same run with it did not.
 *
 * Only what happened counts: a claim or a rule of the flow that falls, an app that is activated.
 * That a scenario's expectation of who refuses fails, or that a step is told in other words, is
 * none of it.
 */
#ifndef TOOLS_ACTFLOW_EXPOSURE_H
#define TOOLS_ACTFLOW_EXPOSURE_H

#include "tools/actflow/facts.h"

/* From the least telling to the most. */
enum exposure_kind {
	EXPOSURE_NONE,
	EXPOSURE_LOSS,  /* the flow breaks off or comes late, and no other check refused */
	EXPOSURE_STATE, /* a step that must not be, or not there: never, order, channel, evidence;
			   or more is said to an address than the scenario allows */
	EXPOSURE_ACTIVATED, /* an app is activated that was not */
	EXPOSURE_CLAIM,     /* agree, secret, fresh, one-time, once */
};
struct exposure {
	enum exposure_kind kind;
	char rule[96];   /* "agree(app, uem)", "never S1.11", "app@2 is activated" */
	char text[256];  /* the finding's words; "" without a finding */
	uint64_t record; /* of the run without the check, where it was found; 0: nowhere */
	char shadow[96]; /* the check that refuses instead; "": none */
};

/* The most telling thing that `without` (a run in which checks were knocked out) shows and `with`
 * (the same run in which they were not) does not; and the check that refuses instead: the first,
 * after one was let pass, that refused more often than in `with`. */
struct exposure exposure_of(const struct facts *with, const struct facts *without);

#endif
