/* loop.h - the loop of the real world: file descriptors, wall-clock deadlines and signals.
 *
 * A thin face on libevent, so that what waits for the outside is written once. It supervises worker
 * processes; it has nothing to do with the virtual time of a run.
 */
#ifndef TOOLS_ACTFLOW_LOOP_H
#define TOOLS_ACTFLOW_LOOP_H

#include <stdint.h>

struct loop;
struct watch; /* one thing that is waited for */

typedef void loop_fn(void *context);

/* NULL when the system gives no event base; where libevent itself gives up, the program ends with
 * ERR_ENVIRONMENT and one line. */
struct loop *loop_new(void);
/* Call fn whenever fd can be read, when a number of milliseconds has passed (once), or when a
 * signal arrives. The watch stays until loop_forget; context is borrowed. */
struct watch *loop_readable(struct loop *l, int fd, loop_fn *fn, void *context);
struct watch *loop_deadline(struct loop *l, int64_t after_ms, loop_fn *fn, void *context);
struct watch *loop_signal(struct loop *l, int number, loop_fn *fn, void *context);
/* NULL-safe; may be called from within a callback, also its own. */
void loop_forget(struct watch *w);
/* Serve until loop_stop, or until nothing is watched. */
void loop_run(struct loop *l);
void loop_stop(struct loop *l);
/* All watches must have been forgotten. NULL-safe. */
void loop_free(struct loop *l);

/* Wall-clock nanoseconds that only ever grow, for durations that people see. */
int64_t loop_now_ns(void);

#endif
