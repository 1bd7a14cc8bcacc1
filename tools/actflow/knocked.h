/* knocked.h - the names of checks that are to pass always, held against the checks that there are.
 */
#ifndef TOOLS_ACTFLOW_KNOCKED_H
#define TOOLS_ACTFLOW_KNOCKED_H

#include "sim/diag.h"
#include "sim/roster.h"
#include "tools/actflow/command.h"

/* Why this check cannot be knocked out; NULL: it can. Static. */
const char *knocked_why_not(const struct roster *r, const char *check);

/* Report each name that is no check of the tables or pipes, one that cannot be knocked out, and one
 * that is given twice. program: for messages. ERR_OK or ERR_INPUT. */
enum err knocked_check(const struct knocked *k, const struct roster *r, const char *program,
		       struct diags *d);

#endif
