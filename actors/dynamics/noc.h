/* noc.h - the Dynamics NOC: verifies key hashes, forwards what it cannot read. */
#ifndef ACTORS_DYNAMICS_NOC_H
#define ACTORS_DYNAMICS_NOC_H

#include "sim/roster.h"

extern const struct actor_class noc_actor;

#endif
