/* roster.h - the systems that actflow knows, each a roster of actors. */
#ifndef ACTORS_ROSTER_H
#define ACTORS_ROSTER_H

#include "sim/roster.h"

/* Activation of BlackBerry Dynamics apps, S1. */
extern const struct roster dynamics_roster;

#endif
