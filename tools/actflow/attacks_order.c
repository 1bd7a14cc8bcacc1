/* attacks_order.c - faults and attacks on the order of things. */
#include "tools/actflow/attacks.h"

/* clang-format off: one case, one entry. */
static const struct attack list[] = {
	{ "O01", "every message in every state",
	  "a state that takes what it should not is a hole", "S1", NULL },
	{ "O02", "a message before the tunnel is up",
	  "what is not protected yet would be read", "S1.6", NULL },
	{ "O03", "a provisioning request before the key confirmation",
	  "data would go out to nobody in particular", "S1.16", NULL },
	{ "O04", "an answer that nobody asked for, or one that comes twice",
	  "an unasked answer would be taken for the asked one", "S1.15", NULL },
	{ "O05", "a message comes twice, out of order, or after its time",
	  "honest networks do all of this", "S1", NULL },
	{ "O06", "a second connection of the same identity",
	  "messages would go to the wrong one of two", "S1.5", NULL },
	{ "O07", "a peer that is gone without a word",
	  "its resources would be held for ever", "S1.5", NULL },
	{ "O08", "each actor is killed in each of its steps",
	  "what is to happen once would happen twice, or never", "S1", NULL },
	{ "O09", "an actor is killed again while it recovers",
	  "recovery would only work once", "S1", NULL },
	{ "O10", "a timer runs out in the very tick in which the message comes",
	  "two machines would tell two stories", "S1", NULL },
	{ "O11", "a clock jumps by an hour, a day, or past 2038 and 2106",
	  "keys would end early, or never", "S1.11", NULL },
	{ "O12", "the clocks of two parties differ",
	  "a window would be wider or narrower than it says", "S1.11, S1.12", NULL },
	{ "O13", "the app is taken away while it is being activated",
	  "what was taken away would be provisioned", "S1.17", NULL },
	{ "O14", "ten thousand activations that are begun and not ended",
	  "those who never end would keep out those who would", "S1.12", NULL },
	{ "O15", "scenario files that make no sense",
	  "a mistake in a file would pass for a result", "-",
	  "about files, not runs: `actflow lint`; the tests of the readers hold it" },
};
/* clang-format on */

const struct attacks attacks_order = { list, sizeof list / sizeof *list };
