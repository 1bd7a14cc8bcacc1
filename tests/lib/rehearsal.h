/* rehearsal.h - a step that was refused, taken again without the check that refused it.
 *
 * A check is there to refuse; what its row would do where it does not must be defined all the same,
 * for whoever knocks it out. Nothing of a rehearsal is left: session, state, store and effects are
 * as they were.
 */
#ifndef TESTS_LIB_REHEARSAL_H
#define TESTS_LIB_REHEARSAL_H

#include "tests/lib/actor_bench.h"

/* Take the step of b that was just refused without that check, and, where another one refuses then,
 * without both. before: the session as it was; from: its state. The first rule that is broken;
 * NULL: none. */
const char *rehearse(const struct bench *b, const struct step *s, const uint8_t *before,
		     uint8_t from);

#endif
