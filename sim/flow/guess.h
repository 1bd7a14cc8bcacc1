/* guess.h - guesses at an access key, tried offline against what one actor has seen of it.
 *
 * Really tried: each guess goes through the same functions as the true key. What stands for the key
 * is what the actor had in messages, so that an actor who saw none has nothing to try against.
 */
#ifndef SIM_FLOW_GUESS_H
#define SIM_FLOW_GUESS_H

#include "sim/flow/secrecy.h"

/* The number-th guess; false when there are no more. */
bool guess_word(const struct guess *g, uint64_t number, char ak[ACCESS_KEY_SIZE + 1]);
/* As checker_guess. */
void guess_try(struct secrecy *x, const struct guess *g, enum guess_target target,
	       struct guessed *out);

#endif
