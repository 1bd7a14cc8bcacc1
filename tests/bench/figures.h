/* figures.h - what the benchmark reports: each figure with its goal, as a table or as JSON. */
#ifndef TESTS_BENCH_FIGURES_H
#define TESTS_BENCH_FIGURES_H

#include <stdbool.h>

#include "tests/bench/memory.h"
#include "tests/bench/samples.h"

/* In the order of the report; names[] of figures.c has their keys. */
enum figure {
	FIGURE_ACTIVATIONS_PER_S,
	FIGURE_ACTIVATION_RATIO,
	FIGURE_VIRTUAL_TO_REAL,
	FIGURE_RUN_WALL_MS,
	FIGURE_MESSAGES_PER_S,
	FIGURE_TRACE_BYTES,
	FIGURES
};

/* What stands beside the ratio, all in milliseconds; in the table only. */
enum part {
	PART_PRODUCT,      /* one activation, without the three below */
	PART_BASELINE,     /* bare OpenSSL, on a library as new as the product's */
	PART_WARM,         /* the same once more, on a library that has been used */
	PART_LIBRARY,      /* left out of the product: its library context and generator */
	PART_CERTIFICATES, /* and its CA and certificates */
	PART_CONTEXTS,     /* and its SSL_CTXs */
	PARTS
};

struct figures {
	struct samples of[FIGURES];
	struct samples parts[PARTS];
	size_t memory_count;
	struct memory_line memory[MEMORY_LINES_MAX]; /* [0] with one device */
};

/* Whether every figure was measured; says on standard error which was not. */
bool figures_are_whole(const struct figures *f);
void figures_print(const struct figures *f);
/* One object on one line: each figure's median under its key; bytes_per_device by device count. */
void figures_print_json(const struct figures *f);

#endif
