/* places.h - the places of a machine's rows: one for each state that a row stands in. Who asks
 * which rows were taken asks for places, so that a row for several states is not done with the
 * first.
 */
#ifndef TESTS_LIB_PLACES_H
#define TESTS_LIB_PLACES_H

#include "sim/machine.h"

enum { PLACES_MAX = MACHINE_ROWS_MAX * 8 }; /* ANY_OF takes no more than eight */

/* How many there are; more than PLACES_MAX abort. They are numbered in the order of the table,
 * those of one row in the order of the states. */
size_t places_count(const struct machine *m);
/* The number of a row that was taken in this state. Aborts when it does not stand there. */
size_t places_number(const struct machine *m, const struct row *row, uint8_t state);
/* Print the rows that were not taken, each with its state, and return how many. taken: PLACES_MAX
 * counts by number; borrowed. */
size_t places_print_missing(const struct machine *m, const size_t *taken);

#endif
