/* unexercised.c - rows that no scenario takes, each with its reason. */
#include "actors/dynamics/unexercised.h"

const struct unexercised dynamics_unexercised[] = {
	{ NULL, NULL, NULL },
};
