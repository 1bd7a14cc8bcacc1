/* machine_check.c - whether a table is one that the engine can be trusted with.
 *
 * Run over the whole roster before any run, and by the tests over tables that are broken on
 * purpose.
 */
#include "sim/machine.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { WHERE_SIZE = 160 }; /* names of the states a row stands in */

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

/* Names of a set of states, as they are read aloud; what does not fit is cut. */
static const char *names_of(const struct machine *m, uint32_t states, char *out, size_t size)
{
	size_t used = 0;
	out[0] = '\0';
	for (uint8_t i = 0; i < m->states_count && used < size; i++) {
		if (!(states >> i & 1u))
			continue;
		const char *between = used ? " or " : "";
		int more = snprintf(out + used, size - used, "%s%s", between, m->states[i]);
		used += more > 0 ? (size_t)more : 0;
	}
	return out;
}

/* That a row stands in states that exist, and leads to one. */
static bool check_states(struct report *r, size_t i)
{
	const struct machine *m = r->m;
	const struct row *row = &m->rows[i];
	bool leads = row->to < m->states_count || row->to == SAME_STATE;
	if ((uint64_t)row->in >> m->states_count || !leads || row->on >= m->stimuli_count)
		fault(r, "row %zu names a state or stimulus that does not exist", i);
	else if (row->in == 0)
		fault(r, "row %zu (%s) stands in no state", i, m->stimuli[row->on].name);
	else if (row->to == SAME_STATE && (row->in & (row->in - 1)) == 0)
		fault(r, "row %zu stays in its only state, which it is to name", i);
	return r->good;
}

static void check_words(struct report *r, size_t i)
{
	const struct row *row = &r->m->rows[i];
	const char *stimulus = r->m->stimuli[row->on].name;
	char where[WHERE_SIZE];
	names_of(r->m, row->in, where, sizeof where);
	if (!row->source || !*row->source)
		fault(r, "row %zu (%s, %s) names no source", i, where, stimulus);
	if (!row->story || !*row->story)
		fault(r, "row %zu (%s, %s) has no story", i, where, stimulus);
	for (size_t j = 0; row->story && j < i && r->good; j++)
		if (strcmp(r->m->rows[j].story, row->story) == 0)
			fault(r, "rows %zu and %zu tell the same story", j, i);
}

static void check_row(struct report *r, size_t i)
{
	const struct row *row = &r->m->rows[i];
	if (!check_states(r, i))
		return;
	if (row->refuses && (row->checks || row->when || row->claims != CLAIM_NONE))
		fault(r, "row %zu refuses and decides at once", i);
	if (row->claims != CLAIM_NONE && !r->m->claim)
		fault(r, "row %zu claims, but the machine gives no values", i);
	check_words(r, i);
}

/* -- one pair of a state and a stimulus: the group of all rows that stand there -- */

struct pair {
	uint8_t state, on;
};

static bool stands(const struct report *r, size_t row, struct pair p)
{
	return row_answers(&r->m->rows[row], p.state, p.on);
}

static bool lists(const struct row *r, const struct check *check)
{
	for (size_t i = 0; r->checks && r->checks[i]; i++)
		if (r->checks[i] == check)
			return true;
	return false;
}

/* Each check of an accepting row has one refusal row here. */
static void check_refused(struct report *r, const struct row *row, struct pair p)
{
	const struct machine *m = r->m;
	const char *state = m->states[p.state], *on = m->stimuli[p.on].name;
	for (size_t c = 0; row->checks && row->checks[c]; c++) {
		size_t refusals = 0;
		for (size_t j = 0; j < m->rows_count; j++)
			refusals += stands(r, j, p) && m->rows[j].refuses == row->checks[c];
		if (c >= MACHINE_CHECKS_MAX)
			fault(r, "(%s, %s) has more than %d checks", state, on, MACHINE_CHECKS_MAX);
		if (refusals != 1)
			fault(r, "check %s of (%s, %s) has %zu refusal rows, expected 1",
			      row->checks[c]->name, state, on, refusals);
	}
}

/* Each refusal row serves a check here. */
static void check_served(struct report *r, const struct row *row, struct pair p)
{
	bool served = !row->refuses;
	for (size_t j = 0; j < r->m->rows_count; j++)
		served = served || (stands(r, j, p) && lists(&r->m->rows[j], row->refuses));
	if (!served)
		fault(r, "a row of (%s, %s) refuses %s, which nothing there checks",
		      r->m->states[p.state], r->m->stimuli[p.on].name, row->refuses->name);
}

/* The rows that accept here end with exactly one without `when`; nothing follows it. */
static void check_closed(struct report *r, struct pair p)
{
	const struct machine *m = r->m;
	const char *state = m->states[p.state], *on = m->stimuli[p.on].name;
	bool closed = false, stood = false;
	for (size_t j = 0; j < m->rows_count; j++) {
		if (!stands(r, j, p))
			continue;
		stood = true;
		if (m->rows[j].refuses)
			continue;
		if (closed)
			fault(r, "(%s, %s): row %zu can never be taken", state, on, j);
		closed = !m->rows[j].when;
	}
	if (stood && !closed)
		fault(r, "(%s, %s) is not closed by a row that always answers", state, on);
}

static void check_pair(struct report *r, struct pair p)
{
	for (size_t i = 0; i < r->m->rows_count; i++) {
		if (!stands(r, i, p))
			continue;
		check_refused(r, &r->m->rows[i], p);
		check_served(r, &r->m->rows[i], p);
	}
	check_closed(r, p);
}

/* -- the ways through the states -- */

static void check_paths(struct report *r)
{
	const struct machine *m = r->m;
	uint32_t reached = 1u | 1u << m->unexpected, left = 0;
	for (size_t round = 0; round < m->states_count; round++)
		for (size_t i = 0; i < m->rows_count; i++) {
			const struct row *row = &m->rows[i];
			if (row->to == SAME_STATE)
				continue; /* leads nowhere */
			if (reached & row->in)
				reached |= STATE(row->to);
			left |= row->in & ~STATE(row->to);
		}
	for (size_t i = 0; i < m->states_count && r->good; i++) {
		if (!(reached >> i & 1u))
			fault(r, "nothing reaches state %s", m->states[i]);
		else if (!(m->final >> i & 1u) && !(left >> i & 1u))
			fault(r, "state %s is never left and not final", m->states[i]);
	}
}

/* Who is refused comes no further: to the state to which holding its check leads only where that is
 * final, or where everybody begins. */
static void check_barred(struct report *r, const struct row *row, struct pair p)
{
	const struct machine *m = r->m;
	uint8_t to = row_leads_to(row, p.state);
	bool over = to == p.state || to == 0 || m->final >> to & 1u;
	for (size_t j = 0; row->refuses && !over && j < m->rows_count; j++)
		if (stands(r, j, p) && lists(&m->rows[j], row->refuses) && m->rows[j].to == to)
			fault(r, "(%s, %s): whom %s refuses comes to %s, like who is accepted",
			      m->states[p.state], m->stimuli[p.on].name, row->refuses->name,
			      m->states[to]);
}

static void check_bars(struct report *r)
{
	for (uint8_t state = 0; state < r->m->states_count; state++)
		for (uint8_t on = 0; on < r->m->stimuli_count; on++)
			for (size_t i = 0; i < r->m->rows_count; i++)
				if (stands(r, i, (struct pair){ state, on }))
					check_barred(r, &r->m->rows[i], (struct pair){ state, on });
}

bool machine_check(const struct machine *m, char *why, size_t why_size)
{
	struct report r = { .m = m, .why = why, .size = why_size, .good = true };
	check_shape(&r);
	for (size_t i = 0; r.good && i < m->rows_count; i++)
		check_row(&r, i);
	for (uint8_t state = 0; r.good && state < m->states_count; state++)
		for (uint8_t on = 0; r.good && on < m->stimuli_count; on++)
			check_pair(&r, (struct pair){ state, on });
	if (r.good)
		check_paths(&r);
	if (r.good)
		check_bars(&r);
	return r.good;
}
