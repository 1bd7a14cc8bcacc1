/* revealed.h - what was handed over to whoever recorded the run, and what he could read: told, and
 * held against what the scenario expects.
 */
#ifndef TOOLS_ACTFLOW_REVEALED_H
#define TOOLS_ACTFLOW_REVEALED_H

#include "sim/scenario/scenario.h"
#include "tools/actflow/json.h"

/* Tell the checker, before the first record, what the scenario wants handed over and recorded. */
void revealed_ask(const struct scenario *s, struct checker *c);
/* Compare with expect.readable and each entry's reads; differences go to d with their places.
 * False: something was not handed over, since its step never came. */
bool revealed_compare(const struct scenario *s, const struct checker *c, struct diags *d);
/* A legend, and a table: messages by what was handed over, {readable, safe}. Nothing without any.
 */
void revealed_text(const struct scenario *s, const struct checker *c, bool colour,
		   struct buffer *out);
/* "revealed": one object for each, and one for all. */
void revealed_json(const struct scenario *s, const struct checker *c, struct json *j);

#endif
