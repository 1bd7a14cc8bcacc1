/* guessed.h - the guesses that a scenario asks for: tried, timed, told, held against what it
 * expects.
 */
#ifndef TOOLS_ACTFLOW_GUESSED_H
#define TOOLS_ACTFLOW_GUESSED_H

#include "sim/scenario/scenario.h"
#include "tools/actflow/json.h"

/* Of each guess and target: what came of it, and the time that it took. Zero it to begin. */
struct guessing {
	struct guessed list[SCENARIO_GUESSES_MAX][GUESS_TARGETS];
	int64_t wall_ns[SCENARIO_GUESSES_MAX][GUESS_TARGETS];
};

/* Try them all; the checker is finished. */
void guessed_try(const struct scenario *s, struct checker *c, struct guessing *g);
/* Compare with each `finds`; differences go to d with their places. False: some guess had nothing
 * to be held against. */
bool guessed_compare(const struct scenario *s, const struct guessing *g, struct diags *d);
/* In words, without times. Nothing without guesses. */
void guessed_text(const struct scenario *s, const struct guessing *g, struct buffer *out);
/* The time of a guess, a line for each actor and target that something was tried against: for
 * people, never for a file of the run. */
void guessed_times(const struct scenario *s, const struct guessing *g, struct buffer *out);
/* "guessed": one object for each guess and target. Without times. */
void guessed_json(const struct scenario *s, const struct guessing *g, struct json *j);

#endif
