/* messages.h - messages of every type to try codecs with. Not the expectations: those are the
 * tests'. */
#ifndef TESTS_LIB_MESSAGES_H
#define TESTS_LIB_MESSAGES_H

#include "proto/message.h"

/* Fill m with a message of this type, every field at its least size and value, or at its greatest;
 * unused bytes are zero. No two fields of one message hold the same bytes. A carried payload
 * borrows from a static array. */
void messages_fill(struct message *m, enum message_type type, bool greatest);

/* Whether the type carries a payload that is borrowed from its unit. */
bool messages_carries(enum message_type type);

#endif
