/* app.h - the new Dynamics app, to be activated. */
#ifndef ACTORS_DYNAMICS_APP_H
#define ACTORS_DYNAMICS_APP_H

#include "sim/roster.h"

extern const struct actor_class app_actor;

#endif
