/* uem.h - UEM Cloud: makes keys, agrees on secrets, provisions apps. */
#ifndef ACTORS_DYNAMICS_UEM_H
#define ACTORS_DYNAMICS_UEM_H

#include "sim/roster.h"

extern const struct actor_class uem_actor;

#endif
