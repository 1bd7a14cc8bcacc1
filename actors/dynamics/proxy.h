/* proxy.h - BlackBerry Proxy: between NOC and UEM. */
#ifndef ACTORS_DYNAMICS_PROXY_H
#define ACTORS_DYNAMICS_PROXY_H

#include "sim/roster.h"

extern const struct actor_class proxy_actor;

#endif
