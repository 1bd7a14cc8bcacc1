/* chosen.h - from the files that were found to the scenarios that are meant: one a case.
 *
 * Of files below a folder, those of the thorough set are meant only when they are asked for. A file
 * with `for:` stands for its cases, in their order. --case leaves those whose variables have
 * the values that it names; files without such a variable have none of them.
 */
#ifndef TOOLS_ACTFLOW_CHOSEN_H
#define TOOLS_ACTFLOW_CHOSEN_H

#include "sim/scenario/scenario.h"
#include "tools/actflow/paths.h"

/* Which runs are meant. */
struct wanted_runs {
	const char *cases; /* the value of --case; NULL: all cases */
	bool thorough;     /* also files of the thorough set that are not named themselves */
};

/* Put its cases in the place of each file that has some, and leave out what is not meant; what is
 * left out, and what of the thorough set is not, is counted in f. A file that cannot be read stays:
 * whoever plays it says why. ERR_INPUT when --case names what no file has, ERR_NOTHING when nothing
 * is left; the reason is in d. */
enum err chosen_expand(struct founds *f, struct wanted_runs wanted, struct diags *d);

/* Append how many runs of the thorough set were left out, or played; nothing where there are none.
 */
void chosen_say_thorough(const struct founds *f, struct buffer *out);
/* The same as a line of `command`'s on stderr, where what it prints is no text for people. */
void chosen_warn_thorough(const struct founds *f, const char *command);

/* Append the cases of a file, or a copy of it when it has none or cannot be read. */
void chosen_cases(const struct found *file, struct founds *out);

/* Read a scenario, or one case, and hold it against the actors that there are. Errors go to d; in
 * those of a case its name stands behind. */
enum err chosen_read(const struct found *f, struct scenario *s, struct diags *d);
/* The same, without the name. */
enum err chosen_read_bare(const struct found *f, struct scenario *s, struct diags *d);

#endif
