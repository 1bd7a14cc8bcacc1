/* sweep.h - `run --seeds` and `run --repeat`: each scenario many times, in worker processes. */
#ifndef TOOLS_ACTFLOW_SWEEP_H
#define TOOLS_ACTFLOW_SWEEP_H

#include "tools/actflow/command.h"
#include "tools/actflow/paths.h"

bool sweep_wanted(const struct options *o);

/* Play every scenario with each seed of the range (or its own), each as often as --repeat says, and
 * print what came of it, scenario by scenario. What is held in memory does not grow with the
 * repeats, and by a few numbers with the seeds of one scenario. Returns the worst end of all. */
enum err sweep_run(const struct options *o, const struct founds *f);

#endif
