/* figures.c - the figures' names and goals, and the two forms of the report. */
#include "tests/bench/figures.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { GOAL_ACTIVATING = 512 * 1024, GOAL_DONE = 16 * 1024 }; /* bytes a device */

static const struct {
	const char *key, *unit, *goal; /* goal in words; "": none */
	double bound;                  /* of the median */
	bool least;                    /* the bound is from below */
	int digits;
} names[] = {
	[FIGURE_ACTIVATIONS_PER_S] = { "activations_per_s", "a second, judged, one core", "", 0,
				       false, 1 },
	[FIGURE_ACTIVATION_RATIO] = { "activation_ratio", "x bare OpenSSL", "<= 1.15", 1.15, false,
				      3 },
	[FIGURE_VIRTUAL_TO_REAL] = { "virtual_to_real", ": 1, poor network", ">= 1000", 1000, true,
				     0 },
	[FIGURE_RUN_WALL_MS] = { "run_wall_ms", "ms, whole process", "<= 60", 60, false, 1 },
	[FIGURE_MESSAGES_PER_S] = { "messages_per_s", "a second, one core", ">= 60000", 60000, true,
				    0 },
	[FIGURE_TRACE_BYTES] = { "trace_bytes", "bytes an activation", "", 0, false, 0 },
};
_Static_assert(sizeof names / sizeof *names == FIGURES, "name every figure");

static const char *const part_names[] = {
	[PART_PRODUCT] = "one activation",
	[PART_BASELINE] = "bare OpenSSL, new library",
	[PART_WARM] = "bare OpenSSL, used library",
	[PART_LIBRARY] = "left out: library context",
	[PART_CERTIFICATES] = "left out: CA, certificates",
	[PART_CONTEXTS] = "left out: SSL_CTXs",
};
_Static_assert(sizeof part_names / sizeof *part_names == PARTS, "name every part");

bool figures_are_whole(const struct figures *f)
{
	bool whole = true;
	for (size_t i = 0; i < FIGURES; i++) {
		if (f->of[i].count > 0 && samples_least(&f->of[i]) > 0)
			continue;
		fprintf(stderr, "bench: %s was not measured\n", names[i].key);
		whole = false;
	}
	bool memory = f->memory_count > 0;
	for (size_t i = 0; i < f->memory_count; i++)
		memory = memory && f->memory[i].activating > 0 && f->memory[i].done > 0;
	if (!memory)
		fprintf(stderr, "bench: bytes_per_device was not measured for each count\n");
	return whole && memory;
}

static void print_line(const char *name, const struct samples *s, int digits)
{
	printf("%-28s %10.*f %10.*f %10.*f", name, digits, samples_least(s), digits,
	       samples_median(s), digits, samples_most(s));
}

static void print_figure(size_t i, const struct samples *s)
{
	double median = samples_median(s);
	bool met = names[i].least ? median >= names[i].bound : median <= names[i].bound;
	print_line(names[i].key, s, names[i].digits);
	printf("  %-9s %-4s %s (n %zu)\n", names[i].goal,
	       !*names[i].goal ? ""
	       : met           ? "yes"
			       : "NO",
	       names[i].unit, s->count);
}

static void print_memory(const struct memory_line *line, const struct memory_line *one)
{
	struct memory_share share = memory_share_of(line, one);
	bool met = share.activating <= GOAL_ACTIVATING && share.done <= GOAL_DONE;
	printf("%7zu %10" PRId64 " %10" PRId64 "  %12" PRId64 " %12" PRId64 "  %s\n", line->devices,
	       share.activating, share.done, line->resident, line->activating,
	       line->devices == 1 ? "the whole run"
	       : met              ? "yes"
				  : "NO");
}

void figures_print(const struct figures *f)
{
	printf("%-28s %10s %10s %10s  %-9s %s\n", "figure", "min", "median", "max", "goal", "met");
	for (size_t i = 0; i < FIGURES; i++)
		print_figure(i, &f->of[i]);
	printf("\nactivation_ratio, in ms\n");
	for (size_t i = 0; i < PARTS; i++) {
		print_line(part_names[i], &f->parts[i], 2);
		printf("\n");
	}
	printf("\nbytes_per_device: goal <= %d activating, <= %d done\n", GOAL_ACTIVATING,
	       GOAL_DONE);
	printf("%7s %10s %10s  %12s %12s  %s\n", "devices", "activating", "done", "resident all",
	       "heap all", "met");
	for (size_t i = 0; i < f->memory_count; i++)
		print_memory(&f->memory[i], &f->memory[0]);
	for (int done = 0; f->memory_count > 3 && done < 2; done++) {
		struct memory_fit fit = memory_fit_of(f->memory + 1, f->memory_count - 1, done);
		printf("%s: heap = %.0f + %.0f * devices, off by at most %.1f %%\n",
		       done ? "done" : "activating", fit.begin, fit.each, 100 * fit.off);
	}
}

void figures_print_json(const struct figures *f)
{
	printf("{");
	for (size_t i = 0; i < FIGURES; i++)
		printf("\"%s\":%.*f,", names[i].key, names[i].digits, samples_median(&f->of[i]));
	printf("\"bytes_per_device\":{");
	/* what one device takes stands for its share only where there is nothing else */
	for (size_t i = f->memory_count > 1; i < f->memory_count; i++) {
		struct memory_share share = memory_share_of(&f->memory[i], &f->memory[0]);
		printf("%s\"%zu\":{\"activating\":%" PRId64 ",\"done\":%" PRId64 "}",
		       i > 1 ? "," : "", f->memory[i].devices, share.activating, share.done);
	}
	printf("}}\n");
}
