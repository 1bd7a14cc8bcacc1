/* blank.h - records made by hand. */
#ifndef TESTS_LIB_BLANK_H
#define TESTS_LIB_BLANK_H

#include "proto/record.h"

/* A record with "" where it says nothing, as readers give them. actor: borrowed. */
struct record blank(enum record_kind kind, const char *actor);

#endif
