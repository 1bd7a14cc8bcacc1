/* list_play.h - what the lists share that play scenarios to fill themselves. */
#ifndef TOOLS_ACTFLOW_LIST_PLAY_H
#define TOOLS_ACTFLOW_LIST_PLAY_H

#include "tools/actflow/command.h"
#include "tools/actflow/paths.h"
#include "tools/actflow/supervise.h"

/* The runs that the arguments name: of each file every case; without an argument, those below the
 * nearest folder of scenarios. */
enum err list_found(const struct options *o, struct founds *found, struct diags *d);
/* Do the jobs of s in worker processes (supervise.h), of which o says how many and how long. Ends the
 * process by the signal that stopped it. */
enum err list_play(const struct options *o, struct supervise *s, struct diags *d);
/* Say that a run gave no answer. Returns what that makes of the list, worse than `before` or equal. */
enum err list_lost(const struct options *o, const struct found *run, const struct supervised *s,
		   enum err before, struct diags *d);

#endif
