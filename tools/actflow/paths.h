/* paths.h - from the arguments of a subcommand to files: folders are walked in order of name. */
#ifndef TOOLS_ACTFLOW_PATHS_H
#define TOOLS_ACTFLOW_PATHS_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/diag.h"

enum { PATHS_DEPTH_MAX = 16, PATHS_MAX = 100 * 1000 };

/* One file that an argument stands for. */
struct found {
	char *file; /* owned; argument and the way below it, as the operator would write it */
	char *name; /* owned; the way below a folder, or the file's own name; without its suffix */
	bool flow;  /* it is called flow.yaml */
	bool thorough;     /* of the thorough set; seen when cases are counted (chosen.h) */
	bool named;        /* it is an argument itself, and not below one */
	char *case_name;   /* owned; one case of a file with `for:`; NULL of others */
	size_t case_index; /* from 0 */
	char *label; /* owned; the file, and the case in brackets: how it is called in reports */
};
struct founds {
	size_t count, room;
	struct found *list;
	size_t thorough; /* runs of the thorough set: in the list, */
	size_t left_out; /* or left out of it (chosen.h) */
};

/* What a walk of a folder takes. A file that is named itself is always taken. */
enum paths_wanted { PATHS_SCENARIOS, PATHS_SCENARIOS_AND_FLOWS };

/* Append the files of all arguments, in order; also what cannot be read or is no regular file,
 * which whoever reads it says. Errors of folders go to d: ERR_INPUT for one that cannot be read,
 * ERR_NOTHING when that did not happen but one holds no scenario. What was found is there even so.
 */
enum err paths_expand(char *const *args, size_t count, enum paths_wanted wanted, struct founds *out,
		      struct diags *d);
void found_fini(struct found *f);
void founds_fini(struct founds *f);
/* Cells of a column of labels on a page of `page` cells: those of the longest that leaves room for
 * what stands behind it. Longer ones push their line, and no other, to the right. */
size_t founds_width(const struct founds *f, size_t page);

/* The nearest folder called "scenarios": `from` itself or one above it, or a "scenarios" that
 * stands in one of those. from: a file or folder; "." for the current one. Owned, as one would
 * write it here: relative when it is below the current folder. NULL when there is none. */
char *paths_scenarios(const char *from);
/* folder "/" name. Owned. */
char *paths_join(const char *folder, const char *name);

#endif
