/* active_app.h - the Dynamics app that is already activated in the work space. */
#ifndef ACTORS_DYNAMICS_ACTIVE_APP_H
#define ACTORS_DYNAMICS_ACTIVE_APP_H

#include "sim/roster.h"

extern const struct actor_class active_app_actor;

#endif
