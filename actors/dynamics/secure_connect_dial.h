/* secure_connect_dial.h - what Secure Connect Plus dials onwards. Private to secure_connect*.c. */
#ifndef ACTORS_DYNAMICS_SECURE_CONNECT_DIAL_H
#define ACTORS_DYNAMICS_SECURE_CONNECT_DIAL_H

#include "sim/machine.h"

extern const struct machine secure_connect_dial_machine;

#endif
