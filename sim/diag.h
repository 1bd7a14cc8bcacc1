/* diag.h - what an operator is told when input or machine is wrong: where, what, expected, actual.
 *
 * Errors are collected, so that one look at a file shows all of them, and printed once, at the top.
 */
#ifndef SIM_DIAG_H
#define SIM_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Exit statuses of the program; a function's result maps one to one. */
enum err {
	ERR_OK = 0,
	ERR_NOT_AS_EXPECTED = 1,
	ERR_INPUT = 2, /* usage, scenario, flow or trace file */
	ERR_INCONCLUSIVE = 3,
	ERR_NOTHING = 4,     /* nothing matched */
	ERR_ENVIRONMENT = 5, /* port busy, database, keys */
	ERR_BUG = 70,
	ERR_WRITE = 74, /* cannot write output */
};

enum { DIAGS_MAX = 64 };

/* A place in a file, kept on everything that a later check may complain about. */
struct place {
	int line, column; /* from 1, in code points; 0 when absent */
};

struct diag {
	char *file; /* owned; as the operator named it */
	int line;   /* from 1; 0 when the place is the whole file */
	int column; /* from 1 */
	char *text; /* owned; "what, expected X, actual Y" */
};

/* A list of errors. Zero it to begin. Past DIAGS_MAX further ones are only counted. */
struct diags {
	size_t count;
	size_t beyond; /* errors that did not fit */
	struct diag list[DIAGS_MAX];
};

/* Add one error; text is formatted as by printf; control characters in it are escaped. */
void diag_add(struct diags *d, const char *file, int line, int column, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* Print all, in order of file, line and column, one per line: `file:line:col: text`, or `file:
 * text` when the line is 0. */
void diag_print(struct diags *d, FILE *out);
void diag_fini(struct diags *d);

/* A copy of text in which nothing can act upon a terminal or mislead a reader: control characters,
 * marks of direction and bytes that are not UTF-8 are shown as escapes. The caller frees it. */
char *diag_escaped(const char *text);

/* The candidate nearest to `word` (edit distance at most a third of its length, at
 * least 1, and less than all of it; swapped neighbours are one edit), or
 * NULL. candidates: `count` strings, borrowed. For "did you mean". */
const char *diag_nearest(const char *word, const char *const *candidates, size_t count);

#endif
