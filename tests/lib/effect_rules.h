/* effect_rules.h - what every effect must keep to, whichever row asked for it. */
#ifndef TESTS_LIB_EFFECT_RULES_H
#define TESTS_LIB_EFFECT_RULES_H

#include "sim/roster.h"

/* The first rule that one of these effects breaks, in words; NULL: none. Static. */
const char *effects_fault(const struct actor_class *class, const struct machine *m,
			  const struct effects *out);

#endif
