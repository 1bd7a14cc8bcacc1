/* perform.h - one scenario played, with everything that looks at a run listening. */
#ifndef TOOLS_ACTFLOW_PERFORM_H
#define TOOLS_ACTFLOW_PERFORM_H

#include <stdio.h>

#include "sim/scenario/scenario.h"
#include "sim/world/world.h"
#include "tools/actflow/command.h"
#include "tools/actflow/observe.h"

/* What is played. All borrowed. */
struct performing {
	const struct scenario *scenario;
	uint64_t seed;
	const struct knocked *knocked; /* checks that always pass; NULL: none */
	FILE *file;                    /* receives the trace; NULL: it is not kept */
	bool knowledge;                /* the checker records, to say who has what */
	bool verbose;
};
/* What came of it. Zero it to begin. */
struct performance {
	struct trace *trace;
	struct secrets secrets;
	struct observation seen;
	struct world_report world;
	int64_t wall_ns;
};

/* Play it to its end. ERR_OK, or what world_run says; errors go to d. */
enum err perform(const struct performing *what, struct performance *p, struct diags *d);
void performance_fini(struct performance *p);

#endif
