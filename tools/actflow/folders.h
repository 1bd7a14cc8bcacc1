/* folders.h - where the files of each of several runs go, below the folder of --out. */
#ifndef TOOLS_ACTFLOW_FOLDERS_H
#define TOOLS_ACTFLOW_FOLDERS_H

#include "tools/actflow/paths.h"

/* Choose a folder for each run: out itself for one, out/<name> for each of several, and
 * out/<name>/<case> for those of a file with `for:`. folders receives as many strings as there are
 * runs, owned by the caller, also after an error. ERR_INPUT, with the reasons in d, where a name
 * gives no folder or two runs would have the same. */
enum err folders_choose(const char *out, const struct founds *f, char ***folders, struct diags *d);

#endif
