/* crashed.h - a run in which one actor dies and begins again, and what must be true of any such
 * run: nothing persisted is lost, nothing is put twice that is put once, nothing is drawn again.
 */
#ifndef TESTS_LIB_CRASHED_H
#define TESTS_LIB_CRASHED_H

#include "sim/scenario/scenario.h"
#include "tests/lib/played.h"

/* Of one run; all counts. */
struct crashed {
	struct played played;
	uint64_t steps[FLOW_ACTORS_MAX]; /* step records of each actor, by its place in the flow */
	size_t crashes;  /* crash records: of that actor, at that point, with the right time */
	size_t others;   /* of any other kind */
	size_t restarts; /* of that actor: its next incarnation, when it was due */
	size_t persisted,
		lost;         /* entries known at the restart; not read back, or of another size */
	size_t single, twice; /* puts into one-time tables; of a key that was there */
	size_t drawn, drawn_before,
		again; /* values drawn since the restart, and before; known already */
};

/* Play the scenario with this crash on top of its own; NULL: with none. Errors stay in d. */
void crashed_play(const char *file, const struct crash *crash, struct crashed *out,
		  struct diags *d);

#endif
