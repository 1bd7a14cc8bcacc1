/* refusals.h - what refusals of the Dynamics actors do besides answering, and which of them hang on
 * a secret, each with its reason.
 */
#ifndef ACTORS_DYNAMICS_REFUSALS_H
#define ACTORS_DYNAMICS_REFUSALS_H

#include "sim/roster.h"

/* Ends with an empty entry. */
extern const struct refusal_rule dynamics_refusals[];

#endif
