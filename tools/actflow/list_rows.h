/* list_rows.h - `actflow list --rows`: the rows of all tables that no scenario takes. */
#ifndef TOOLS_ACTFLOW_LIST_ROWS_H
#define TOOLS_ACTFLOW_LIST_ROWS_H

#include "tools/actflow/command.h"

/* Play all scenarios of the arguments and print which rows they take. */
enum err list_rows(const struct options *o);

#endif
