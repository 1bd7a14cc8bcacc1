/* matrix.h - the matrix check x scenario: its cells, and what they come to for each check. */
#ifndef TOOLS_ACTFLOW_MATRIX_H
#define TOOLS_ACTFLOW_MATRIX_H

#include "tools/actflow/catalog.h"
#include "tools/actflow/cell.h"
#include "tools/actflow/minimal.h"

enum check_outcome {
	CHECK_NO_SCENARIO, /* it was never false */
	CHECK_UNKNOCKABLE, /* it cannot be knocked out */
	CHECK_BROKEN,
	CHECK_SURVIVED,
	CHECK_SHADOWED,
	CHECK_TOGETHER, /* exposed together with the checks that refuse instead */
	CHECK_EXPOSED,
	CHECK_OUTCOMES
};
/* What is known of one check. */
struct check_line {
	enum check_outcome outcome;
	const struct cell *cell;        /* the most telling one; borrowed; NULL: none */
	struct minimal minimal;         /* exposed: what the adversary needs for it */
	const char *reason;             /* why it cannot be knocked out; else "" */
	size_t false_in;                /* scenarios */
	size_t cells[CELL_EXPOSED + 1]; /* by their outcome */
};
/* Zero it to begin. */
struct matrix {
	struct founds found;
	struct catalog_checks checks;
	struct facts *with; /* of each scenario, with all checks */
	size_t cells_count;
	struct cell *cells;       /* in the order of checks, then of scenarios */
	struct check_line *lines; /* of each check */
};

/* The scenarios are in found: make room for what they come to. */
void matrix_init(struct matrix *m);
/* m->with is filled: list the cells to be filled, one for each check and scenario in which it was
 * false. */
void matrix_plan(struct matrix *m);
/* All cells are filled: what they come to. */
void matrix_conclude(struct matrix *m);
/* The checks that are knocked out in the run that is told of a check, which has a cell: in that of
 * another one it is among the others. Borrowed. */
struct knocked matrix_knocked(const struct matrix *m, size_t check);
void matrix_fini(struct matrix *m);

/* The table and its summary, or one JSON object a check. width: for the table's rules. */
void matrix_text(const struct matrix *m, bool colour, struct buffer *out);
void matrix_json(const struct matrix *m, struct buffer *out);

#endif
