/* derived.h - what the tests of derivations share: somebody hears something, and what follows. */
#ifndef TESTS_BROKEN_DERIVED_H
#define TESTS_BROKEN_DERIVED_H

#include "tests/broken/refusals.h"

/* The message of that name, as it was said first; NULL: never. */
const struct record *derived_said(const char *name);
/* Somebody hears, at the end, the first value of a class, or the message of a name. */
void derived_learn(struct records *out, const char *who, const char *what);
/* Number, judge and release. recorded: with checker_record. The checker is the caller's. */
struct checker *derived_judge(struct records *broken, bool recorded);
/* Whether it was found that who can derive a value of the class. */
bool derived_by(const struct checker *c, const char *who, const char *class);

#endif
