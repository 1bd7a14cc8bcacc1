/* user.h - the person who installs the app and types its key. */
#ifndef ACTORS_DYNAMICS_USER_H
#define ACTORS_DYNAMICS_USER_H

#include "sim/roster.h"

extern const struct actor_class user_actor;

#endif
