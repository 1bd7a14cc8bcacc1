/* ending.h - how runs end: which end the exit status tells, and what became of a lost worker. */
#ifndef TOOLS_ACTFLOW_ENDING_H
#define TOOLS_ACTFLOW_ENDING_H

#include "proto/bytes.h"
#include "sim/diag.h"
#include "tools/actflow/supervise.h"

/* Which of two ends of runs the exit status tells. */
enum err ending_worse(enum err a, enum err b);

/* Append what became of a worker that did not come back, in words. ERR_ENVIRONMENT when it was
 * ended from outside or by its deadline, ERR_BUG when it is our own fault. */
enum err ending_of_lost(const struct supervised *s, unsigned deadline_s, struct buffer *out);

#endif
