/* minimise.h - `run --minimise`: the fewest acts of a scenario with which its finding is still
 * made. */
#ifndef TOOLS_ACTFLOW_MINIMISE_H
#define TOOLS_ACTFLOW_MINIMISE_H

#include "tools/actflow/command.h"
#include "tools/actflow/paths.h"

/* Play the one scenario, then again and again with fewer acts and crashes, by ddmin, as long as the
 * first finding of its violated verdict is made: the same rule or claim. Print those that are left,
 * and write the scenario of them to --out. Returns ERR_OK, ERR_NOTHING when the verdict is another
 * one, or what the reading, running or writing of it came to. */
enum err minimise_run(const struct options *o, const struct founds *f, struct diags *d);

#endif
