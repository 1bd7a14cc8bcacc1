/* played.h - one scenario played in this process, and what a test wants to know of its trace. The
 * trace itself is not kept: a sink looks at each record as it comes, and so does the checker.
 */
#ifndef TESTS_LIB_PLAYED_H
#define TESTS_LIB_PLAYED_H

#include "sim/flow/verdict.h"
#include "sim/world/world.h"

struct played {
	enum err status; /* of reading and running */
	enum verdict verdict;
	struct world_report world;
	uint8_t head[TRACE_HEAD_SIZE];
	int32_t app_result;               /* INT32_MIN: the app declared none */
	size_t records, judged, refused;  /* pipe checks */
	size_t checks, checks_refused;    /* of machines */
	size_t persisted, persisted_late; /* late: after something of the same step had left */
	size_t lost, attempts;            /* packets; tunnel requests that were sent */
	size_t limits;                    /* limit records */
	char ended[32];                   /* text of the last record */
	bool last_is_end, secrets_before_end;
	uint64_t step; /* of the sink: the last step record */
	bool said;     /* and whether something has left since */
};

/* Beyond the scenario file; all may be NULL: then the file's own seed, the real roster, nobody who
 * looks on at each record or restart, and the scenario as it was read. */
struct played_with {
	const uint64_t *seed;
	const struct roster *roster;
	void (*look)(const struct record *r);
	void (*change)(struct scenario *s);
	/* An actor begins again, with this store; what is secret so far. */
	void (*restarted)(const char *actor, const struct store *store,
			  const struct secrets *secrets);
};
void play_with(const char *file, const struct played_with *with, struct played *p, struct diags *d);
/* Play a scenario file. seed: NULL for the file's own. Errors stay in d. */
void play_scenario(const char *file, const uint64_t *seed, struct played *p, struct diags *d);

#endif
