/* device.h - the Knox device: it routes apps into a tunnel that it asks for. */
#ifndef ACTORS_DYNAMICS_DEVICE_H
#define ACTORS_DYNAMICS_DEVICE_H

#include "sim/roster.h"

extern const struct actor_class device_actor;

#endif
