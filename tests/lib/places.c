/* places.c - numbers the states of every row of a machine. */
#include "tests/lib/places.h"

#include <stdio.h>
#include <stdlib.h>

static bool stands(const struct row *r, uint8_t state)
{
	return row_answers(r, state, r->on);
}

/* The numbers of the first place of a row, and of what lies behind the last for rows_count. */
static size_t first_of(const struct machine *m, size_t row)
{
	size_t count = 0;
	for (size_t i = 0; i < row; i++)
		for (uint8_t state = 0; state < m->states_count; state++)
			count += stands(&m->rows[i], state);
	return count;
}

size_t places_count(const struct machine *m)
{
	size_t count = first_of(m, m->rows_count);
	if (count > PLACES_MAX)
		abort();
	return count;
}

size_t places_number(const struct machine *m, const struct row *row, uint8_t state)
{
	size_t number = first_of(m, (size_t)(row - m->rows));
	if (!stands(row, state))
		abort();
	for (uint8_t i = 0; i < state; i++)
		number += stands(row, i);
	return number;
}

size_t places_print_missing(const struct machine *m, const size_t *taken)
{
	size_t missing = 0;
	for (size_t i = 0; i < m->rows_count; i++)
		for (uint8_t state = 0; state < m->states_count; state++) {
			const struct row *r = &m->rows[i];
			if (!stands(r, state) || taken[places_number(m, r, state)] > 0)
				continue;
			printf("  not taken: in %s, %s\n", m->states[state], r->story);
			missing++;
		}
	return missing;
}
