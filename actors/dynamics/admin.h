/* admin.h - the administrator at the management console. */
#ifndef ACTORS_DYNAMICS_ADMIN_H
#define ACTORS_DYNAMICS_ADMIN_H

#include "sim/roster.h"

extern const struct actor_class admin_actor;

#endif
