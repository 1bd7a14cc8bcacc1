/* machine_check.c - whether a table is one that the engine can be trusted with.
 *
 * Run over the whole roster before any run, and by the tests over tables that are broken on
 * purpose.
 */
#include "sim/machine.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct report {
	const struct machine *m;
	char *why;
	size_t size;
	bool good;
};

__attribute__((format(printf, 2, 3))) static void fault(struct report *r, const char *format, ...)
{
	va_list arguments;
	if (!r->good)
		return; /* the first fault is the one to mend */
	r->good = false;
	int used = snprintf(r->why, r->size, "machine %s: ", r->m->name);
	if (used < 0 || (size_t)used >= r->size)
		return;
	va_start(arguments, format);
	vsnprintf(r->why + used, r->size - (size_t)used, format, arguments);
	va_end(arguments);
}

static void check_shape(struct report *r)
{
	const struct machine *m = r->m;
	if (m->states_count == 0 || m->states_count > MACHINE_STATES_MAX)
		fault(r, "%zu states, expected 1 to %d", m->states_count, MACHINE_STATES_MAX);
	if (m->stimuli_count == 0 || m->stimuli_count > MACHINE_STIMULI_MAX)
		fault(r, "%zu stimuli, expected 1 to %d", m->stimuli_count, MACHINE_STIMULI_MAX);
	if (m->rows_count == 0 || m->rows_count > MACHINE_ROWS_MAX)
		fault(r, "%zu rows, expected 1 to %d", m->rows_count, MACHINE_ROWS_MAX);
	if (m->examined_size > MACHINE_EXAMINED_MAX)
		fault(r, "examines into %zu bytes, at most %d", m->examined_size,
		      MACHINE_EXAMINED_MAX);
	if (m->unexpected >= m->states_count)
		fault(r, "its state for the unexpected does not exist");
	else if (!(m->final >> m->unexpected & 1u))
		fault(r, "its state for the unexpected is not final");
	for (size_t i = 0; i < m->states_count && r->good; i++)
		if (!m->states[i])
			fault(r, "state %zu has no name", i);
	for (size_t i = 0; i < m->stimuli_count && r->good; i++)
		if (!m->stimuli[i].name)
			fault(r, "stimulus %zu has no name", i);
}

static void check_row(struct report *r, size_t i)
{
	const struct machine *m = r->m;
	const struct row *row = &m->rows[i];
	if (row->in >= m->states_count || row->to >= m->states_count ||
	    row->on >= m->stimuli_count) {
		fault(r, "row %zu names a state or stimulus that does not exist", i);
		return;
	}
	if (!row->source || !*row->source)
		fault(r, "row %zu (%s, %s) names no source", i, m->states[row->in],
		      m->stimuli[row->on].name);
	if (!row->story || !*row->story)
		fault(r, "row %zu (%s, %s) has no story", i, m->states[row->in],
		      m->stimuli[row->on].name);
	if (row->refuses && (row->checks || row->when || row->claims != CLAIM_NONE))
		fault(r, "row %zu refuses and decides at once", i);
	if (row->claims != CLAIM_NONE && !m->claim)
		fault(r, "row %zu claims, but the machine gives no values", i);
	for (size_t j = 0; row->story && j < i && r->good; j++)
		if (strcmp(m->rows[j].story, row->story) == 0)
			fault(r, "rows %zu and %zu tell the same story", j, i);
}

static bool same_group(const struct row *a, const struct row *b)
{
	return a->in == b->in && a->on == b->on;
}

static bool lists(const struct row *r, const struct check *check)
{
	for (size_t i = 0; r->checks && r->checks[i]; i++)
		if (r->checks[i] == check)
			return true;
	return false;
}

/* Each check of an accepting row has one refusal row in its group; each refusal row serves a check.
 */
static void check_bijection(struct report *r, const struct row *row)
{
	const struct machine *m = r->m;
	for (size_t c = 0; row->checks && row->checks[c]; c++) {
		size_t refusals = 0;
		for (size_t j = 0; j < m->rows_count; j++)
			refusals += same_group(&m->rows[j], row) &&
				    m->rows[j].refuses == row->checks[c];
		if (c >= MACHINE_CHECKS_MAX)
			fault(r, "(%s, %s) has more than %d checks", m->states[row->in],
			      m->stimuli[row->on].name, MACHINE_CHECKS_MAX);
		if (refusals != 1)
			fault(r, "check %s of (%s, %s) has %zu refusal rows, expected 1",
			      row->checks[c]->name, m->states[row->in], m->stimuli[row->on].name,
			      refusals);
	}
	if (!row->refuses)
		return;
	bool served = false;
	for (size_t j = 0; j < m->rows_count; j++)
		served = served ||
			 (same_group(&m->rows[j], row) && lists(&m->rows[j], row->refuses));
	if (!served)
		fault(r, "a row of (%s, %s) refuses %s, which nothing there checks",
		      m->states[row->in], m->stimuli[row->on].name, row->refuses->name);
}

/* The rows of a group that accept end with exactly one without `when`; nothing follows it. */
static void check_closed(struct report *r, size_t i)
{
	const struct machine *m = r->m;
	const struct row *row = &m->rows[i];
	bool closed = false;
	for (size_t j = 0; j < m->rows_count && r->good; j++) {
		const struct row *other = &m->rows[j];
		if (!same_group(other, row) || other->refuses)
			continue;
		if (closed)
			fault(r, "(%s, %s): row %zu can never be taken", m->states[row->in],
			      m->stimuli[row->on].name, j);
		closed = !other->when;
	}
	if (!closed)
		fault(r, "(%s, %s) is not closed by a row that always answers", m->states[row->in],
		      m->stimuli[row->on].name);
}

static void check_paths(struct report *r)
{
	const struct machine *m = r->m;
	uint32_t reached = 1u | 1u << m->unexpected, left = 0;
	for (size_t round = 0; round < m->states_count; round++)
		for (size_t i = 0; i < m->rows_count; i++) {
			if (reached >> m->rows[i].in & 1u)
				reached |= 1u << m->rows[i].to;
			if (m->rows[i].in != m->rows[i].to)
				left |= 1u << m->rows[i].in;
		}
	for (size_t i = 0; i < m->states_count && r->good; i++) {
		if (!(reached >> i & 1u))
			fault(r, "nothing reaches state %s", m->states[i]);
		else if (!(m->final >> i & 1u) && !(left >> i & 1u))
			fault(r, "state %s is never left and not final", m->states[i]);
	}
}

bool machine_check(const struct machine *m, char *why, size_t why_size)
{
	struct report r = { .m = m, .why = why, .size = why_size, .good = true };
	check_shape(&r);
	for (size_t i = 0; i < m->rows_count && r.good; i++)
		check_row(&r, i);
	for (size_t i = 0; i < m->rows_count && r.good; i++) {
		check_bijection(&r, &m->rows[i]);
		if (r.good)
			check_closed(&r, i);
	}
	if (r.good)
		check_paths(&r);
	return r.good;
}
