/* unknockable.h - checks of the Dynamics actors that cannot be knocked out, each with its reason.
 */
#ifndef ACTORS_DYNAMICS_UNKNOCKABLE_H
#define ACTORS_DYNAMICS_UNKNOCKABLE_H

#include "sim/roster.h"

/* Ends with an empty entry. */
extern const struct unknockable dynamics_unknockable[];

#endif
