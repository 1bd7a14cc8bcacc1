/* story.h - the golden story of a run: what `expect.trace` of a scenario holds.
 *
 * One line for each row that a session took and for each message that was sent, in the words of the
 * tables; messages that only carry others' bytes are left out. No colours, no width: only these
 * bytes are compared.
 */
#ifndef TOOLS_ACTFLOW_STORY_H
#define TOOLS_ACTFLOW_STORY_H

#include "proto/record.h"
#include "sim/flow/flow.h"

/* Append the record's line, if it has one, to out. */
void story_feed(const struct flow *flow, const struct record *r, struct buffer *out);

#endif
