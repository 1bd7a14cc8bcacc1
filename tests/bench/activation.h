/* activation.h - plays a scenario once in this process, and times it. */
#ifndef TESTS_BENCH_ACTIVATION_H
#define TESTS_BENCH_ACTIVATION_H

#include <stdbool.h>

#include "sim/scenario/scenario.h"
#include "sim/trace/trace.h"
#include "sim/world/world.h"

struct activation_wish {
	const struct scenario *scenario;
	const struct roster *roster; /* NULL: that of the Dynamics actors */
	uint64_t seed;
	bool judged;         /* checker, ladder and story listen, as in `actflow run` */
	trace_sink_fn *sink; /* listens too; may be NULL */
	void *context;       /* handed to sink */
};

struct activation {
	int64_t wall_ns;    /* the whole run, judging included: real time */
	int64_t busy_ns;    /* and time at work (samples.h) */
	int64_t outside_ns; /* of that: library, certificates, contexts (outside.h) */
	uint64_t trace_bytes;
	uint8_t head[TRACE_HEAD_SIZE];
	bool holds; /* judged only: the verdict, and every outcome that the scenario expects */
	struct world_report world;
};

/* Play it; its trace is written to /dev/null. False, and a line on standard error, when the world
 * refuses it, and when it is judged and does not hold. */
bool activation_play(const struct activation_wish *wish, struct activation *out);

/* Read a scenario file, in words on standard error what is wrong with it; false then. */
bool activation_read(const char *file, struct scenario *s);

#endif
