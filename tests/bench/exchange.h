/* exchange.h - two actors of the benchmark's own, who ask and answer without cryptography. */
#ifndef TESTS_BENCH_EXCHANGE_H
#define TESTS_BENCH_EXCHANGE_H

#include "sim/roster.h"

enum { EXCHANGE_QUESTIONS = 10000 }; /* that one run asks; as many answers come */

extern const struct roster exchange_roster;

#endif
