/* ddmin.h - the fewest of several things that still do it: delta debugging (Zeller and
 * Hildebrandt).
 *
 * It asks for ever smaller sets: parts of what is left, and what is left without one of them. At
 * the end no single one can be left out.
 */
#ifndef TOOLS_ACTFLOW_DDMIN_H
#define TOOLS_ACTFLOW_DDMIN_H

#include <stdbool.h>
#include <stddef.h>

enum { DDMIN_MAX = 1024 };

/* Whether these things alone still do it; kept[i]: thing i is among them. */
typedef bool ddmin_test_fn(void *context, const bool *kept);

/* kept: count things, all true, which do it; receives the fewest that were found. count <=
 * DDMIN_MAX. Returns how often test was asked. */
size_t ddmin(bool *kept, size_t count, ddmin_test_fn *test, void *context);

#endif
