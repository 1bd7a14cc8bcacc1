/* secure_connect.h - BlackBerry Secure Connect Plus: the tunnel's other end, behind port 3101. */
#ifndef ACTORS_DYNAMICS_SECURE_CONNECT_H
#define ACTORS_DYNAMICS_SECURE_CONNECT_H

#include "sim/roster.h"

extern const struct actor_class secure_connect_actor;

#endif
