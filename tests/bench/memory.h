/* memory.h - how much memory a device takes, while it activates and when it is done.
 *
 * Each number of devices is played in a process of its own, all of them at once. What a run needs
 * whatever their number (library, CA, SSL_CTXs, code) is what it takes with one device, so a
 * device's share is (bytes with N - bytes with 1) / (N - 1). The heap runs without the caches that
 * glibc gives each thread: up to some 60 KB that count as used, whoever filled them.
 */
#ifndef TESTS_BENCH_MEMORY_H
#define TESTS_BENCH_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MEMORY_LINES_MAX = 4 };
#define MEMORY_OPTION "--memory" /* with a number of devices and a scenario file: memory_main's */

/* Bytes of a whole process that played `devices`, at two moments. */
struct memory_line {
	size_t devices;
	int64_t activating; /* heap in use at its peak, less what there was before the run */
	int64_t done;       /* heap in use when the last thing has happened, less the same */
	int64_t resident;   /* memory of the process then, less the same */
};

/* Play the scenario with so many devices in a process of its own, which is this program again, and
 * look at it. False, and a line on standard error, when that run does not hold. */
bool memory_measure(const char *file, size_t devices, struct memory_line *out);

/* That process: writes a struct memory_line to standard output. Returns its exit status. */
int memory_main(const char *devices, const char *file);

/* Bytes a device: of a line against the line with one device. */
struct memory_share {
	int64_t activating, done;
};
struct memory_share memory_share_of(const struct memory_line *line, const struct memory_line *one);

/* The straight line bytes = begin + each * devices that lies nearest to the lines (least squares),
 * and how far the worst lies off it, as a part of what was measured. */
struct memory_fit {
	double begin, each, off;
};
struct memory_fit memory_fit_of(const struct memory_line *lines, size_t count, bool done);

#endif
