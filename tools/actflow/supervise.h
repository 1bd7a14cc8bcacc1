/* supervise.h - jobs in worker processes: a few at a time, each with a deadline, answers in order.
 *
 * A worker is forked once and takes one job after another. One that dies or is late is replaced,
 * and its job is reported as such; the others go on. What a job is, the caller knows.
 */
#ifndef TOOLS_ACTFLOW_SUPERVISE_H
#define TOOLS_ACTFLOW_SUPERVISE_H

#include <sys/types.h>

#include "proto/bytes.h"
#include "sim/diag.h"

enum {
	SUPERVISE_RESULT_MAX = 256 * 1024 * 1024 /* bytes of one answer; more is a broken worker */
};

enum supervised_how {
	SUPERVISED_DONE,    /* result is what work appended */
	SUPERVISED_DIED,    /* wait_status says how */
	SUPERVISED_BROKEN,  /* what it sent is no answer; it was killed for that */
	SUPERVISED_LATE,    /* it was killed at its deadline */
	SUPERVISED_STOPPED, /* it was under way when the program was told to end */
};
struct supervised {
	size_t job;
	enum supervised_how how;
	int wait_status;
	pid_t pid;           /* of the worker */
	struct bytes result; /* borrowed for the call */
};

struct supervise {
	size_t jobs;
	unsigned workers;    /* at most this many at a time; at least 1 */
	int64_t deadline_ms; /* wall-clock, for each job */
	/* In a worker: do a job and append its answer. */
	void (*work)(void *context, size_t job, struct buffer *result);
	/* In the caller's process, in order of the jobs: job n only after n - 1. */
	void (*done)(void *context, const struct supervised *s);
	void *context;
};

/* Do all jobs. ERR_OK, or ERR_ENVIRONMENT when no process or pipe can be had (errno says why).
 * *stopped receives the signal that ended it early, else 0; the workers are gone in every case. */
enum err supervise_run(const struct supervise *s, int *stopped);

#endif
