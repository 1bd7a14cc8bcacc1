/* vectors.h - what came of a file of published test vectors, and who tells it.
 *
 * Nothing here knows JSON: vectors_file.c reads and runs, vectors_report.c writes. The tests of a
 * group that the crypto modules cannot run are skipped, with a reason, and count as nothing else.
 */
#ifndef TOOLS_ACTFLOW_VECTORS_H
#define TOOLS_ACTFLOW_VECTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/bytes.h"
#include "proto/crypto/crypto.h"
#include "sim/diag.h"

enum {
	VECTORS_FILE_MAX = 64 * 1024 * 1024, /* bytes */
	VECTORS_VALUES_MAX = 1024 * 1024, /* JSON values in a file: they cost memory, not bytes */
};

/* Every test is counted once beside `tests`. */
struct vectors_count {
	size_t tests;
	size_t passed;
	size_t acceptable; /* either answer would have been right */
	size_t failed;
	size_t skipped;
};

/* A test that did not go as its file says. All owned. */
struct vectors_failure {
	size_t group;
	uint64_t id; /* tcId */
	char *comment;
	char *flags; /* joined with ", " */
	char *expected, *actual;
};

/* All owned. */
struct vectors_group {
	char *type;       /* "MacTest" */
	char *parameters; /* "SHA-256, tag 256 bits" */
	char *reason;     /* why it was skipped; "" when it was not */
	struct vectors_count count;
};

struct vectors_result {
	const char *file; /* borrowed */
	char *algorithm;  /* owned */
	struct vectors_count count;
	size_t groups_count, groups_room;
	struct vectors_group *groups;
	size_t failures_count, failures_room;
	struct vectors_failure *failures;
};

/* Run every test of a file. out: zero but for its file. Errors of the file go to d: then ERR_INPUT,
 * and what out counts is not a result. ERR_NOT_AS_EXPECTED: a test failed; ERR_INCONCLUSIVE: there
 * was none that could be run. */
enum err vectors_run(struct crypto *c, struct vectors_result *out, struct diags *d);
void vectors_result_fini(struct vectors_result *r);
/* more is added to sum. */
void vectors_count_add(struct vectors_count *sum, const struct vectors_count *more);

/* Append a result as text for people, or as one line of JSON. status: as vectors_run gave it;
 * d: what it said. */
void vectors_report_text(const struct vectors_result *r, struct buffer *out);
void vectors_report_json(const struct vectors_result *r, enum err status, const struct diags *d,
			 struct buffer *out);

#endif
