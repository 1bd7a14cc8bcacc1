/* typing.h - how a person types what was meant: in capitals, without hyphens, with a slip. */
#ifndef SIM_ADVERSARY_TYPING_H
#define SIM_ADVERSARY_TYPING_H

#include "sim/adversary/plan.h"

/* The text field of a message as it would be typed, in room; NULL when there is no such field, it
 * is empty or it does not fit. */
const char *typing_of(const struct message *m, const char *field, enum typing typing, char *room,
		      size_t size);
/* "upper", "bare", "wrong", "short"; NULL-terminated, by enum typing. */
extern const char *const typing_words[TYPINGS + 1];

#endif
