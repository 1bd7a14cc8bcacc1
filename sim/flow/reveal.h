/* reveal.h - secrets that are handed over to whoever recorded every wire, and what he can read
 * then.
 *
 * Nothing happens to the run: it is over. Each handing over gives the values of a class that some
 * actor still had at that time; what was erased by then cannot be given. The recording is really
 * decrypted, with what each gives by itself, and with all of them.
 */
#ifndef SIM_FLOW_REVEAL_H
#define SIM_FLOW_REVEAL_H

#include "sim/flow/secrecy.h"

/* Zero it to begin; reveals_fini releases it. */
struct reveals {
	struct secrecy *secrecy;
	uint64_t last;                         /* record that was seen */
	size_t count;                          /* of the columns but the last */
	struct revealed list[REVEALS_MAX + 1]; /* the last: all of them */
	bool lost; /* in the last column, something was not followed */
	uint32_t where[MESSAGE_TYPES];         /* bit set over channels: on which it was said */
};

void reveals_add(struct reveals *x, const struct reveal *what);
/* step: that the sight satisfied, or -1. */
void reveals_see(struct reveals *x, const struct sight *s, int step);
/* Decrypt, and judge forward secrecy. */
void reveals_finish(struct reveals *x);

#endif
