/* minimal.h - the fewest acts of a scenario with which a check is still exposed. */
#ifndef TOOLS_ACTFLOW_MINIMAL_H
#define TOOLS_ACTFLOW_MINIMAL_H

#include "tools/actflow/acts.h"
#include "tools/actflow/cell.h"

/* One that cannot be left out. */
struct needed_act {
	struct place place; /* in the scenario's file */
	char words[128];
};
/* Zero it to begin. */
struct minimal {
	size_t acts, replays; /* all that the scenario has; the runs that it took */
	size_t count;
	struct needed_act *list; /* of those that are left; owned */
};

/* Play scenario f with ever fewer acts, each time with all checks and without those that were
 * knocked out in the cell, as long as that exposes the same rule or claim. ERR_OK, or what the
 * reading or playing of it came to, with its reason in d. */
enum err minimal_find(const struct found *f, const struct knocked *k, const struct exposure *same,
		      struct minimal *out, struct diags *d);
void minimal_fini(struct minimal *m);

/* To bytes and back, between processes of this build; false when they are not whole. */
void minimal_pack(const struct minimal *m, struct buffer *out);
bool minimal_unpack(struct bytes packed, struct minimal *m);

#endif
