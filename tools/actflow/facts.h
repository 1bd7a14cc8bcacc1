/* facts.h - what happened in a run, as far as two runs are compared by it: no names of steps or
 * stories, but what the checker found violated, what refused, and who ended how.
 */
#ifndef TOOLS_ACTFLOW_FACTS_H
#define TOOLS_ACTFLOW_FACTS_H

#include "tools/actflow/perform.h"

enum { FACTS_CHANNEL_MAX = 48 };

/* Zero it to begin. */
struct facts {
	bool quiet;                        /* the run came to its own end */
	char amplifies[FACTS_CHANNEL_MAX]; /* where more was said than the scenario allows; "":
					      nowhere */
	size_t findings_count, checks_count, outcomes_count;
	struct finding *findings; /* those that say "violated" */
	struct asked *checks;     /* those that were false at least once */
	struct outcome *outcomes; /* the last of each actor */
};

/* What a performance came to. The class of a secret that would be shown by it, or NULL. */
const char *facts_of(const struct performance *p, struct facts *out);
/* The check, when it was false; else NULL. */
const struct asked *facts_check(const struct facts *f, const char *id);
void facts_fini(struct facts *f);

/* To bytes and back, between processes of this build; false when they are not whole. */
void facts_pack(const struct facts *f, struct buffer *out);
bool facts_unpack(struct bytes packed, struct facts *f);

#endif
