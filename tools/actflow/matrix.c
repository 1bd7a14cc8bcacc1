/* matrix.c - the matrix check x scenario: its cells, and what they come to for each check. */
#include "tools/actflow/matrix.h"

#include <stdlib.h>
#include <string.h>

#include "actors/roster.h"
#include "tools/actflow/knocked.h"

static void *list_of(size_t count, size_t size)
{
	void *list = calloc(count ? count : 1, size);
	if (!list)
		abort();
	return list;
}

void matrix_init(struct matrix *m)
{
	catalog_checks_of(&dynamics_roster, &m->checks);
	m->with = list_of(m->found.count, sizeof *m->with);
	m->lines = list_of(m->checks.count, sizeof *m->lines);
}

static bool fell(const struct matrix *m, size_t check, size_t scenario)
{
	return facts_check(&m->with[scenario], m->checks.list[check].id) != NULL;
}

void matrix_plan(struct matrix *m)
{
	m->cells = list_of(m->checks.count * m->found.count, sizeof *m->cells);
	for (size_t c = 0; c < m->checks.count; c++) {
		struct check_line *line = &m->lines[c];
		const char *why_not = knocked_why_not(&dynamics_roster, m->checks.list[c].id);
		line->reason = why_not ? why_not : "";
		for (size_t s = 0; s < m->found.count; s++) {
			if (!fell(m, c, s))
				continue;
			line->false_in++;
			if (!why_not)
				m->cells[m->cells_count++] =
					(struct cell){ .check = c, .scenario = s };
		}
	}
}

static const enum check_outcome outcomes[] = {
	[CELL_BROKEN] = CHECK_BROKEN,     [CELL_SURVIVED] = CHECK_SURVIVED,
	[CELL_SHADOWED] = CHECK_SHADOWED, [CELL_TOGETHER] = CHECK_TOGETHER,
	[CELL_EXPOSED] = CHECK_EXPOSED,
};

/* A cell speaks of a check: of its own, or of one exposed with it. The more telling one stays, of
 * equals the first. */
static void consider(struct check_line *line, const struct cell *c)
{
	enum check_outcome outcome = outcomes[c->outcome];
	bool better = !line->cell || outcome > line->outcome ||
		      (outcome == line->outcome && c->exposure.kind > line->cell->exposure.kind);
	if (!better)
		return;
	line->outcome = outcome;
	line->cell = c;
}

static struct check_line *line_of(struct matrix *m, const char *id)
{
	for (size_t i = 0; i < m->checks.count; i++)
		if (strcmp(m->checks.list[i].id, id) == 0)
			return &m->lines[i];
	return NULL;
}

void matrix_conclude(struct matrix *m)
{
	for (size_t i = 0; i < m->checks.count; i++)
		m->lines[i].outcome = *m->lines[i].reason ? CHECK_UNKNOCKABLE : CHECK_NO_SCENARIO;
	for (size_t i = 0; i < m->cells_count; i++) {
		const struct cell *c = &m->cells[i];
		m->lines[c->check].cells[c->outcome]++;
		consider(&m->lines[c->check], c);
		for (size_t k = 0; c->outcome == CELL_TOGETHER && k < c->others_count; k++) {
			struct check_line *other = line_of(m, c->others[k]);
			if (other)
				consider(other, c);
		}
	}
}

struct knocked matrix_knocked(const struct matrix *m, size_t check)
{
	const struct cell *c = m->lines[check].cell;
	return cell_knocked(c, m->checks.list[c->check].id);
}

void matrix_fini(struct matrix *m)
{
	for (size_t i = 0; m->with && i < m->found.count; i++)
		facts_fini(&m->with[i]);
	for (size_t i = 0; m->lines && i < m->checks.count; i++)
		minimal_fini(&m->lines[i].minimal);
	free(m->with);
	free(m->cells);
	free(m->lines);
	catalog_checks_fini(&m->checks);
	founds_fini(&m->found);
	*m = (struct matrix){ 0 };
}
