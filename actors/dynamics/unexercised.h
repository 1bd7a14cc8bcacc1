/* unexercised.h - rows of the Dynamics actors that no scenario takes, each with its reason. */
#ifndef ACTORS_DYNAMICS_UNEXERCISED_H
#define ACTORS_DYNAMICS_UNEXERCISED_H

#include "sim/roster.h"

/* Ends with an empty entry. */
extern const struct unexercised dynamics_unexercised[];

#endif
