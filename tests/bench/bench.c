/* bench.c - measures what later work is held against, and reports it.
 *
 * `bench [--json] [--quick] ACTFLOW ROOT`: the program that is timed as a whole process, and the
 * top of the tree. It reports and never fails on time: exit 1 means that something is broken, a run
 * that does not hold, a baseline that is not what the product does, a figure that is missing.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/activation.h"
#include "tests/bench/baseline.h"
#include "tests/bench/exchange.h"
#include "tests/bench/figures.h"
#include "tests/bench/outside.h"

enum { PATH_SIZE = 4096 };

/* How often each thing is measured. */
struct repeats {
	size_t activations, pairs, seeds, runs, exchanges;
	size_t devices[MEMORY_LINES_MAX]; /* [0] is 1: the others are held against it; 0: no more */
};
static const struct repeats thorough = { .activations = 41,
					 .pairs = 61,
					 .seeds = 15,
					 .runs = 31,
					 .exchanges = 9,
					 .devices = { 1, 10, 100, 1000 } };
static const struct repeats quick = {
	.activations = 3, .pairs = 3, .seeds = 2, .runs = 3, .exchanges = 1, .devices = { 1, 10 }
};

struct bench {
	const char *actflow, *root;
	struct repeats repeats;
	struct figures figures;
};

static const char *path_of(const struct bench *b, const char *name)
{
	static char path[PATH_SIZE];
	snprintf(path, sizeof path, "%s/%s", b->root, name);
	return path;
}

static double ms_of(int64_t ns)
{
	return (double)ns / 1e6;
}

static void add(struct bench *b, enum figure figure, double value)
{
	samples_add(&b->figures.of[figure], value);
}

/* -- activations as `actflow run` plays them, one after another in this process -- */

static bool measure_activations(struct bench *b, const struct scenario *s)
{
	struct activation a;
	struct activation_wish wish = { .scenario = s, .seed = s->seed, .judged = true };
	bool good = activation_play(&wish, &a); /* the first one warms up */
	for (size_t i = 0; good && i < b->repeats.activations; i++) {
		good = activation_play(&wish, &a);
		add(b, FIGURE_ACTIVATIONS_PER_S, 1e9 / (double)a.busy_ns);
		add(b, FIGURE_TRACE_BYTES, (double)a.trace_bytes);
	}
	return good;
}

/* -- one activation and the same cryptography with bare OpenSSL, in turn -- */

static bool measure_pair(struct bench *b, const struct activation_wish *wish,
			 const struct inventory *inventory, const uint8_t head[TRACE_HEAD_SIZE])
{
	struct activation a;
	struct figures *f = &b->figures;
	if (!activation_play(wish, &a))
		return false;
	if (memcmp(a.head, head, TRACE_HEAD_SIZE) != 0) {
		fprintf(stderr, "bench: the same scenario and seed gave another trace\n");
		return false;
	}
	double product = ms_of(a.busy_ns - a.outside_ns);
	samples_add(&f->parts[PART_PRODUCT], product);
	samples_add(&f->parts[PART_LIBRARY], ms_of(outside_ns(OUTSIDE_LIBRARY)));
	samples_add(&f->parts[PART_CERTIFICATES], ms_of(outside_ns(OUTSIDE_CERTIFICATES)));
	samples_add(&f->parts[PART_CONTEXTS], ms_of(outside_ns(OUTSIDE_CONTEXTS)));
	struct baseline *bare = baseline_new(inventory);
	double baseline = ms_of(baseline_run(bare));
	samples_add(&f->parts[PART_BASELINE], baseline);
	samples_add(&f->parts[PART_WARM], ms_of(baseline_run(bare)));
	baseline_free(bare);
	add(b, FIGURE_ACTIVATION_RATIO, product / baseline);
	return true;
}

/* The first run is judged, and gives the inventory; the others must give the same trace. */
static bool measure_ratio(struct bench *b, const struct scenario *s)
{
	static struct inventory inventory;
	struct activation a;
	inventory_init(&inventory, &s->flow);
	struct activation_wish wish = { .scenario = s,
					.seed = s->seed,
					.judged = true,
					.sink = inventory_feed,
					.context = &inventory };
	bool good = activation_play(&wish, &a) && inventory_finish(&inventory);
	if (good) {
		struct baseline *bare = baseline_new(&inventory);
		good = baseline_is_same(bare);
		baseline_free(bare);
	}
	wish = (struct activation_wish){ .scenario = s, .seed = s->seed };
	for (size_t i = 0; good && i < b->repeats.pairs; i++)
		good = measure_pair(b, &wish, &inventory, a.head);
	inventory_fini(&inventory);
	return good;
}

/* -- a poor network, under several seeds -- */

static bool measure_virtual(struct bench *b)
{
	static struct scenario s;
	struct activation a;
	if (!activation_read(path_of(b, "scenarios/knox/next-app-poor-network.yaml"), &s))
		return false;
	bool good = true;
	for (uint64_t seed = 1; good && seed <= b->repeats.seeds; seed++) {
		struct activation_wish wish = { .scenario = &s, .seed = seed, .judged = true };
		good = activation_play(&wish, &a);
		add(b, FIGURE_VIRTUAL_TO_REAL, (double)a.world.virtual_ns / (double)a.wall_ns);
	}
	scenario_fini(&s);
	return good;
}

/* -- the whole process -- */

extern char **environ;

/* Start the program, wait for its end. Returns nanoseconds, or -1 when it did not succeed. */
static int64_t run_whole(const char *program, const char *file)
{
	posix_spawn_file_actions_t actions;
	char *const arguments[] = { (char *)program, (char *)"run", (char *)file, NULL };
	pid_t child;
	int status = 1;
	if (posix_spawn_file_actions_init(&actions) != 0 ||
	    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) !=
		    0)
		abort();
	int64_t begun = clock_now_ns();
	int error = posix_spawn(&child, program, &actions, NULL, arguments, environ);
	while (error == 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	int64_t took = clock_now_ns() - begun;
	posix_spawn_file_actions_destroy(&actions);
	if (error == 0 && status == 0)
		return took;
	fprintf(stderr, "bench: %s run %s did not end as expected\n", program, file);
	return -1;
}

static bool measure_runs(struct bench *b)
{
	const char *file = path_of(b, "scenarios/knox/next-app.yaml");
	int64_t took = run_whole(b->actflow, file); /* the first one warms up */
	for (size_t i = 0; took >= 0 && i < b->repeats.runs; i++) {
		took = run_whole(b->actflow, file);
		add(b, FIGURE_RUN_WALL_MS, ms_of(took));
	}
	return took >= 0;
}

/* -- messages without cryptography -- */

static bool measure_messages(struct bench *b)
{
	static struct scenario s;
	struct activation a;
	if (!activation_read(path_of(b, "tests/bench/scenarios/exchange/plain.yaml"), &s))
		return false;
	struct activation_wish wish = {
		.scenario = &s, .seed = s.seed, .roster = &exchange_roster, .judged = true
	};
	bool good = activation_play(&wish, &a);
	wish.judged = false;
	for (size_t i = 0; good && i < b->repeats.exchanges; i++) {
		good = activation_play(&wish, &a);
		add(b, FIGURE_MESSAGES_PER_S, 2.0 * EXCHANGE_QUESTIONS / ((double)a.busy_ns / 1e9));
	}
	scenario_fini(&s);
	return good;
}

/* -- memory -- */

static bool measure_memory(struct bench *b)
{
	const size_t *devices = b->repeats.devices;
	struct figures *f = &b->figures;
	const char *file = path_of(b, "scenarios/knox/next-app.yaml");
	bool good = true;
	for (size_t i = 0; good && i < MEMORY_LINES_MAX && devices[i] > 0; i++)
		good = memory_measure(file, devices[i], &f->memory[f->memory_count++]);
	return good;
}

static bool measure(struct bench *b)
{
	static struct scenario s;
	if (!measure_memory(b) || !activation_read(path_of(b, "scenarios/knox/next-app.yaml"), &s))
		return false;
	bool good = measure_ratio(b, &s) && measure_activations(b, &s) && measure_virtual(b) &&
		    measure_messages(b) && measure_runs(b);
	scenario_fini(&s);
	return good && figures_are_whole(&b->figures);
}

int main(int count, char **arguments)
{
	static struct bench b;
	bool json = false;
	int at = 1;
	if (count == 4 && strcmp(arguments[1], MEMORY_OPTION) == 0)
		return memory_main(arguments[2], arguments[3]);
	b.repeats = thorough;
	for (; at < count && strncmp(arguments[at], "--", 2) == 0; at++) {
		if (strcmp(arguments[at], "--json") == 0)
			json = true;
		else if (strcmp(arguments[at], "--quick") == 0)
			b.repeats = quick;
		else
			break;
	}
	if (count - at != 2 || arguments[at][0] == '-') {
		fprintf(stderr, "usage: bench [--json] [--quick] ACTFLOW ROOT\n");
		return 2;
	}
	b.actflow = arguments[at];
	b.root = arguments[at + 1];
	if (!measure(&b))
		return 1;
	if (json)
		figures_print_json(&b.figures);
	else
		figures_print(&b.figures);
	return fflush(stdout) == 0 ? 0 : 1;
}
