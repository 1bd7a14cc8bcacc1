/* knows.h - the ledger of who has which secrets, as the checker keeps it: K(X). */
#ifndef TOOLS_ACTFLOW_KNOWS_H
#define TOOLS_ACTFLOW_KNOWS_H

#include "sim/flow/checker.h"
#include "tools/actflow/json.h"

/* A line for each class and actor that has a value of it, the attacker among them; and who has
 * none. */
void knows_text(const struct flow *f, const struct checker *c, bool colour, struct buffer *out);
/* "knowledge": one object for each class and actor; values 0 where it has none. */
void knows_json(const struct flow *f, const struct checker *c, struct json *j);

#endif
