/* cases.h - the cases that a scenario file stands for: `for:` and ${name}.
 *
 * A mapping from variables to lists of values stands for their product, the first variable varying
 * slowest; a list of mappings is the list of cases itself. The values of one case are put into the
 * tree of the file before a schema reads it, so that units, names and ranges are checked after
 * that, each with the place of the scalar that holds the ${name}.
 */
#ifndef SIM_SCENARIO_CASES_H
#define SIM_SCENARIO_CASES_H

#include "sim/diag.h"
#include "sim/yaml/schema.h"

#define SCENARIO_THOROUGH_KEY "thorough"

enum {
	CASES_MAX = 10000,        /* of one file */
	CASES_VARIABLES_MAX = 16, /* of one file */
	CASES_TEXT_MAX = 4096,    /* bytes of a scalar after its variables have been replaced */
};

/* Zero it to begin. What it holds is borrowed from a tree: its own, or that of cases_of. */
struct cases {
	size_t count;  /* 0: the file has no `for:` */
	bool thorough; /* the file says that it is of the thorough set: all of its cases are */
	size_t variables_count;
	struct {
		const char *name;
		struct place place;
	} variables[CASES_VARIABLES_MAX];
	const struct tree_node **values; /* of case c and variable v: [c * variables_count + v] */
	struct tree tree;
};

/* Read only the cases of a scenario file, and of which set it is. ERR_INPUT, with the errors in d,
 * when it is no YAML, of an unknown version or `for:` is wrong; *c is empty then. */
enum err cases_read(const char *file, struct cases *c, struct diags *d);
void cases_fini(struct cases *c);

/* The same of a tree that is there and that *c borrows from. All that is wrong goes to d; false
 * then, and *c is empty. */
bool cases_of(const struct tree_node *root, const char *file, struct cases *c, struct diags *d);

/* Append what a case is called: "step=S1.5,outage=10s". A comma or a backslash of a value has a
 * backslash in front of it. */
void cases_name(const struct cases *c, size_t index, struct buffer *out);

/* The value of a variable in a case, or NULL when there is no such variable. Borrowed. */
const char *cases_value(const struct cases *c, size_t index, const char *variable);

/* Put the values of a case into a scenario's tree: every ${name} in a scalar is replaced, but for
 * those of `actflow:`, `for:`, `thorough:` and expect.trace; $${ becomes ${. A scalar that is one
 * ${name} takes the value as it was written, quoted or not. Unknown variables, ${ without } and
 * variables that are used nowhere go to d; a scalar that is wrong has no value then (TREE_BROKEN).
 * c without cases beside a `for:`, which was refused: then no ${name} has a value, and that is no
 * error. */
void cases_put(const struct cases *c, size_t index, struct tree *t, const char *file,
	       struct diags *d);

/* What `for:` may hold. */
extern const struct schema cases_forms[];

#endif
