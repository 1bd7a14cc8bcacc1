/* person.h - user or administrator, alone on the bench, so that a test reads as a story. Every step
 * is followed by the state that it must lead to. One person at a time in a process.
 */
#ifndef TESTS_LIB_PERSON_H
#define TESTS_LIB_PERSON_H

#include "proto/message.h"
#include "tests/lib/actor_bench.h"

extern struct lab person_lab;
extern struct bench person_bench;

/* The person of this machine begins, under these settings. */
void person_open(const char *machine, const char *source, const char *attempts);
void person_close(void);
/* Rows that no test since the last call of this took; prints them. */
size_t person_rows_not_taken(void);

/* Assert that a row was taken, and to this state. */
void person_is(const char *state);
/* End and begin again: all that is left is in the store. */
void person_restarts(const char *state);
/* The timer of this stimulus runs out. */
void person_waits(const char *timer, const char *state);
/* A message comes; what it says is of USER_ID, DYNAMICS_APP and PEER_TYPED. */
void person_hears(enum message_type type, uint8_t channel, const char *state);
void person_hears_result(int32_t result, const char *state);
/* Assert that the last step said this, or nothing to other people. */
void person_says(enum message_type type);
void person_says_nothing(void);

#endif
