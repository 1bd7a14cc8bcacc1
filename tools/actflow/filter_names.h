/* filter_names.h - the names that a filter's values can be: those of this build, and those of a
 * flow.
 */
#ifndef TOOLS_ACTFLOW_FILTER_NAMES_H
#define TOOLS_ACTFLOW_FILTER_NAMES_H

#include "sim/flow/flow.h"
#include "tools/actflow/filter.h"

struct filter_names;

/* flow: the one that the trace was recorded with; borrowed, it must outlive the names. NULL: it is
 * not at hand, and what it would name is not known. */
struct filter_names *filter_names_new(const struct flow *flow);
/* The lists; borrowed. */
const struct filter_known *filter_names_known(const struct filter_names *n);
void filter_names_free(struct filter_names *n); /* NULL-safe */

#endif
