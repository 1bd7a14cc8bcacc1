/* memory.c - looks at the heap while a run goes on, in a process of its own: this program again. */
#include "tests/bench/memory.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/activation.h"

/* Records between two looks at the heap, a device: mallinfo2 walks all that is free. */
enum { LOOK_EVERY = 16 };
#define TUNABLE_NAME "GLIBC_TUNABLES"
#define TUNABLE "glibc.malloc.tcache_count=0"
#define DONE_AFTER_NS (15 * INT64_C(60000000000))

struct look {
	struct memory_line *line;
	int64_t heap, resident; /* before the run */
	uint64_t records;
	size_t activated; /* apps that said so */
};

static int64_t heap_bytes(void)
{
	struct mallinfo2 m = mallinfo2();
	return (int64_t)(m.uordblks + m.hblkhd);
}

/* Resident bytes of this process. */
static int64_t resident_bytes(void)
{
	long all = 0, resident = 0;
	FILE *file = fopen("/proc/self/statm", "r");
	if (!file || fscanf(file, "%ld %ld", &all, &resident) != 2)
		resident = 0;
	if (file)
		fclose(file);
	return (int64_t)resident * sysconf(_SC_PAGESIZE);
}

static bool is_app(const char *actor)
{
	return strcmp(actor, "app") == 0 || strncmp(actor, "app@", 4) == 0;
}

static void look(void *context, const struct record *r, struct bytes encoded)
{
	struct look *x = context;
	(void)encoded;
	bool last = r->kind == RECORD_SECRETS;
	x->activated += r->kind == RECORD_OUTCOME && r->number == 0 && is_app(r->actor);
	if (x->records++ % (LOOK_EVERY * x->line->devices) != 0 && !last)
		return;
	int64_t heap = heap_bytes() - x->heap;
	if (heap > x->line->activating)
		x->line->activating = heap;
	if (!last)
		return;
	x->line->done = heap;
	x->line->resident = resident_bytes() - x->resident;
}

/* A device is done when its tunnel has ended and the people around it have logged out, which they
 * do in the background: a moment's blackout long after that keeps the run going until then. */
static void wait_for_the_end(struct scenario *s)
{
	s->plan.entries_count = 1;
	s->plan.entries[0] = (struct plan_entry){
		.at = -1,
		.on = 1u << flow_channel_index(&s->flow, "console"),
		.when = { .kind = TRIGGER_TIME, .at_ns = DONE_AFTER_NS, .number = 1 },
		.acts_count = 1,
		.acts = { { .kind = ACT_BLACKOUT, .ns = 1 } },
	};
	if (s->limits.virtual_ns < 2 * DONE_AFTER_NS)
		s->limits.virtual_ns = 2 * DONE_AFTER_NS;
}

/* Let the scenario have so many devices, all at once, and as much of everything. */
static void set_devices(struct scenario *s, size_t devices)
{
	wait_for_the_end(s);
	s->devices.count = (uint32_t)devices;
	s->devices.apart_ns = 0;
	s->limits.steps *= (int64_t)devices;
	s->limits.bytes *= (int64_t)devices;
}

static bool play(const char *file, struct memory_line *line)
{
	static struct scenario s;
	struct activation a;
	struct look x = { .line = line };
	if (!activation_read(file, &s))
		return false;
	set_devices(&s, line->devices);
	x.heap = heap_bytes();
	x.resident = resident_bytes();
	struct activation_wish wish = {
		.scenario = &s, .seed = s.seed, .sink = look, .context = &x
	};
	bool good = activation_play(&wish, &a) && x.activated == line->devices;
	if (x.activated != line->devices)
		fprintf(stderr,
			"bench: expected %zu devices activated, actual %zu, the run ended: %s\n",
			line->devices, x.activated, a.world.ended);
	return good;
}

/* Whether a block that was freed counts as in use, as it does in a thread's cache. */
static bool freed_counts_as_used(void)
{
	void *volatile block = malloc(100); /* volatile: or the compiler takes all of it away */
	free(block); /* the heap has what it keeps for itself now */
	int64_t before = heap_bytes();
	block = malloc(200);
	free(block);
	return heap_bytes() != before;
}

int memory_main(const char *devices, const char *file)
{
	struct memory_line line = { .devices = strtoul(devices, NULL, 10) };
	if (line.devices == 0 || freed_counts_as_used()) {
		fprintf(stderr,
			"bench: %s needs a number of devices, and " TUNABLE_NAME "=" TUNABLE
			" taken by the heap\n",
			MEMORY_OPTION);
		return 1;
	}
	bool good = play(file, &line);
	return good && write(STDOUT_FILENO, &line, sizeof line) == sizeof line ? 0 : 1;
}

/* glibc's heap calls what a thread's cache keeps in use, though nobody uses it: some hundred KB
 * that fill up with the first devices. It takes that setting from the environment alone, at its
 * start. */
static void become(const char *file, size_t devices)
{
	char number[24];
	snprintf(number, sizeof number, "%zu", devices);
	if (setenv(TUNABLE_NAME, TUNABLE, 1) == 0)
		execl("/proc/self/exe", "bench", MEMORY_OPTION, number, file, (char *)NULL);
	perror("bench: the process that measures memory");
	_exit(1);
}

bool memory_measure(const char *file, size_t devices, struct memory_line *out)
{
	int ends[2];
	int status = 1;
	*out = (struct memory_line){ 0 };
	if (pipe(ends) != 0)
		abort();
	fflush(NULL);
	pid_t child = fork();
	if (child == 0 && dup2(ends[1], STDOUT_FILENO) == STDOUT_FILENO && close(ends[0]) == 0)
		become(file, devices);
	if (child == 0)
		_exit(1);
	close(ends[1]);
	bool good = child > 0 && read(ends[0], out, sizeof *out) == sizeof *out;
	close(ends[0]);
	good = child > 0 && waitpid(child, &status, 0) == child && status == 0 && good;
	if (!good)
		fprintf(stderr, "bench: the run with %zu devices did not hold\n", devices);
	return good;
}

struct memory_share memory_share_of(const struct memory_line *line, const struct memory_line *one)
{
	if (line->devices <= 1)
		return (struct memory_share){ line->activating, line->done };
	int64_t more = (int64_t)line->devices - 1;
	return (struct memory_share){ (line->activating - one->activating) / more,
				      (line->done - one->done) / more };
}

static double value_of(const struct memory_line *line, bool done)
{
	return (double)(done ? line->done : line->activating);
}

struct memory_fit memory_fit_of(const struct memory_line *lines, size_t count, bool done)
{
	struct memory_fit fit = { 0 };
	double n = (double)count, x = 0, y = 0, xx = 0, xy = 0;
	for (size_t i = 0; i < count; i++) {
		double at = (double)lines[i].devices, value = value_of(&lines[i], done);
		x += at, y += value, xx += at * at, xy += at * value;
	}
	if (count < 2)
		return fit;
	fit.each = (n * xy - x * y) / (n * xx - x * x);
	fit.begin = (y - fit.each * x) / n;
	for (size_t i = 0; i < count; i++) {
		double value = value_of(&lines[i], done);
		double off = fit.begin + fit.each * (double)lines[i].devices - value;
		off = (off < 0 ? -off : off) / value;
		fit.off = off > fit.off ? off : fit.off;
	}
	return fit;
}
