/* chosen.h - from the files that were found to the scenarios that are meant: one a case.
 *
 * A file with `for:` stands for its cases, in their order. --case leaves those whose variables have
 * the values that it names; files without such a variable have none of them.
 */
#ifndef TOOLS_ACTFLOW_CHOSEN_H
#define TOOLS_ACTFLOW_CHOSEN_H

#include "sim/scenario/scenario.h"
#include "tools/actflow/paths.h"

/* Put its cases in the place of each file that has some; cases: the value of --case, or NULL for
 * all. A file that cannot be read stays: whoever plays it says why. ERR_INPUT when --case names
 * what no file has, ERR_NOTHING when no case has all of it; the reason is in d. */
enum err chosen_expand(struct founds *f, const char *cases, struct diags *d);

/* Append the cases of a file, or a copy of it when it has none or cannot be read. */
void chosen_cases(const struct found *file, struct founds *out);

/* Read a scenario, or one case, and hold it against the actors that there are. Errors go to d; in
 * those of a case its name stands behind. */
enum err chosen_read(const struct found *f, struct scenario *s, struct diags *d);
/* The same, without the name. */
enum err chosen_read_bare(const struct found *f, struct scenario *s, struct diags *d);

#endif
