/* forge.h - acts that make another unit of a message. Included by adversary.c only. */
#ifndef SIM_ADVERSARY_FORGE_H
#define SIM_ADVERSARY_FORGE_H

#include "sim/adversary/hand.h"

enum { FORGE_WORDS_SIZE = 128 };

/* Carry out ACT_RAW, ACT_SET, ACT_TYPE or ACT_DELETE on what is said or heard: u->bytes become
 * another unit, or stay. Returns how, which says what changed or why nothing did. */
const char *forge_unit(struct hand *h, const struct act *act, struct utterance *u,
		       char how[FORGE_WORDS_SIZE]);

#endif
