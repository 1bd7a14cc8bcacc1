/* infrastructure.h - BlackBerry Infrastructure: relays what it cannot read. */
#ifndef ACTORS_DYNAMICS_INFRASTRUCTURE_H
#define ACTORS_DYNAMICS_INFRASTRUCTURE_H

#include "sim/roster.h"

extern const struct actor_class infrastructure_actor;

#endif
