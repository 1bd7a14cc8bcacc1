/* actor_words.h - every short word over a machine's stimuli, from every state that it can reach.
 *
 * A letter is a stimulus in one form: a message that the test makes as an honest peer would, the
 * same with one field damaged, or one with every field at its least or greatest. From the first way
 * in which each state is reached, all words up to a length are played.
 */
#ifndef TESTS_LIB_ACTOR_WORDS_H
#define TESTS_LIB_ACTOR_WORDS_H

#include "tests/lib/actor_bench.h"

enum {
	LETTERS_MAX = 120,
	WORDS_LENGTH_MAX = 4,
	FLIP_NONE = -1, /* as it was made */
};

struct words;
/* Make a message as the peer would here and now; choice says which of several. False: not now. */
typedef bool word_make_fn(const struct words *w, int choice, struct message *m);

struct letter {
	uint8_t on, channel;
	uint32_t tag;
	word_make_fn *make; /* NULL: filled, or no message */
	int choice;
	int flip;        /* field of the message that is damaged, or FLIP_NONE */
	bool greatest;   /* of a filled message */
	bool only_first; /* a variant: played at the beginning of words only */
};
struct words {
	struct bench *bench;
	size_t length;
	size_t count;
	struct letter letters[LETTERS_MAX];
	/* What the test knows beside the machine; goes back with it. */
	void *model;
	size_t model_size;
	/* Looks at the step just taken; unit: what arrived. */
	void (*observe)(struct words *w, const struct letter *l, struct bytes unit);
	/* Before a letter is played: what must be so in the actor's store. May be NULL. */
	void (*prepare)(struct words *w, const struct letter *l);
	struct bytes told;        /* what sessions are told; empty: the number 1, in 4 bytes */
	size_t steps, unexpected; /* played */
	size_t states;            /* reached */
};

/* Letters for a stimulus: with `make`, choices 0 to choices - 1 as made and the first of them with
 * each field damaged; without, filled both ways. What is no message has one letter a tag. */
void words_add(struct words *w, uint8_t on, word_make_fn *make, int choices);
/* As words_add for every stimulus that has no letter yet. */
void words_add_others(struct words *w);
/* Play them all. Prints one line. */
void words_play(struct words *w);

/* Damage a field of m: index 0 to 7 is the field, 8 to 15 one of a setup message's body; 16 more
 * damages its last byte instead of its first, 32 more makes it shorter. False: there is no such
 * field, or it cannot be damaged so. */
bool message_damage(struct message *m, int index);

#endif
