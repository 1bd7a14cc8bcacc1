/* coverage.c - which rows of a roster's tables were taken. */
#include "tools/actflow/coverage.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One entry for each state of each row, appended where there is room for them. */
static size_t add_machine(const struct machine *m, struct coverage_row *out)
{
	size_t count = 0;
	for (size_t i = 0; i < m->rows_count; i++)
		for (uint8_t state = 0; state < m->states_count; state++)
			if (row_answers(&m->rows[i], state, m->rows[i].on))
				out[count++] = (struct coverage_row){ .machine = m,
								      .row = &m->rows[i],
								      .state = state };
	return count;
}

void coverage_init(struct coverage *c, const struct roster *r)
{
	*c = (struct coverage){ 0 };
	for (size_t a = 0; a < r->actors_count; a++)
		for (size_t i = 0; i < r->actors[a]->machines_count; i++) {
			const struct machine *m = r->actors[a]->machines[i];
			size_t most = c->count + m->rows_count * m->states_count;
			c->rows = reallocarray(c->rows, most + 1, sizeof *c->rows);
			if (!c->rows)
				abort();
			c->count += add_machine(m, c->rows + c->count);
		}
}

void coverage_fini(struct coverage *c)
{
	free(c->rows);
	*c = (struct coverage){ 0 };
}

static bool is_row(const struct coverage_row *row, const struct record *r)
{
	const struct machine *m = row->machine;
	return strcmp(m->name, r->machine) == 0 && strcmp(row->row->story, r->text) == 0 &&
	       strcmp(m->states[row->state], r->state_from) == 0 &&
	       strcmp(m->stimuli[row->row->on].name, r->stimulus) == 0;
}

void coverage_feed(void *context, const struct record *r, struct bytes encoded)
{
	struct coverage *c = context;
	(void)encoded;
	if (r->kind != RECORD_STEP || !r->source || !*r->source)
		return; /* no row answered */
	for (size_t i = 0; i < c->count; i++)
		if (is_row(&c->rows[i], r)) {
			c->rows[i].taken++;
			return;
		}
}

void coverage_pack(const struct coverage *c, struct buffer *out)
{
	for (size_t i = 0; i < c->count; i++) {
		uint64_t taken = c->rows[i].taken;
		buffer_append_u32(out, taken > UINT32_MAX ? UINT32_MAX : (uint32_t)taken);
	}
}

bool coverage_add(struct coverage *c, struct bytes packed, size_t run)
{
	if (packed.size != 4 * c->count)
		return false;
	for (size_t i = 0; i < c->count; i++) {
		uint32_t taken = read_u32(packed.data + 4 * i);
		if (taken > 0 && c->rows[i].taken == 0)
			c->rows[i].first = run;
		c->rows[i].taken += taken;
	}
	return true;
}

/* The entries of the row that a reason is for: they follow one another. */
struct places {
	struct coverage_row *rows;
	size_t count;
	size_t missing; /* states in which it was not taken */
	uint64_t taken; /* times, in all states */
};

static struct places find(struct coverage *c, const struct unexercised *u)
{
	struct places found = { 0 };
	for (size_t i = 0; i < c->count; i++) {
		struct coverage_row *row = &c->rows[i];
		if (strcmp(row->machine->name, u->machine) != 0 ||
		    strcmp(row->row->story, u->story) != 0)
			continue;
		found.rows = found.rows ? found.rows : row;
		found.count++;
		found.missing += row->taken == 0;
		found.taken += row->taken;
	}
	return found;
}

static bool has_reason(const struct places *p)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->rows[i].reason)
			return true;
	return false;
}

static void give_reason(const struct places *p, const char *reason)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->rows[i].taken == 0)
			p->rows[i].reason = reason;
}

/* The machine's story that is nearest, or the nearest machine. */
static const char *nearest(const struct coverage *c, const struct unexercised *u)
{
	const char **names = calloc(2 * c->count + 1, sizeof *names);
	size_t stories = 0;
	if (!names)
		abort();
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->rows[i].machine->name, u->machine) == 0)
			names[stories++] = c->rows[i].row->story;
	const char *found = diag_nearest(u->story, names, stories);
	for (size_t i = 0; i < c->count && stories == 0; i++)
		names[i] = c->rows[i].machine->name;
	if (stories == 0)
		found = diag_nearest(u->machine, names, c->count);
	free(names);
	return found;
}

void coverage_reasons(struct coverage *c, const struct roster *r, struct diags *d)
{
	char file[96];
	snprintf(file, sizeof file, "actors/%s/unexercised.c", r->name);
	for (const struct unexercised *u = r->unexercised; u && u->machine; u++) {
		struct places row = find(c, u);
		const char *near = row.rows ? NULL : nearest(c, u);
		if (!row.rows)
			diag_add(d, file, 0, 0,
				 "expected a row of the roster, actual \"%s\" of machine %s%s%s",
				 u->story, u->machine, near ? ", did you mean " : "",
				 near ? near : "");
		else if (row.missing == 0)
			diag_add(d, file, 0, 0,
				 "expected a row that no scenario takes, actual \"%s\" of machine "
				 "%s, taken %" PRIu64 " times",
				 u->story, u->machine, row.taken);
		else if (has_reason(&row))
			diag_add(d, file, 0, 0,
				 "expected one reason a row, actual two for \"%s\" of machine %s",
				 u->story, u->machine);
		else if (!u->reason || !*u->reason)
			diag_add(d, file, 0, 0,
				 "expected a reason, actual none for \"%s\" of machine %s",
				 u->story, u->machine);
		else
			give_reason(&row, u->reason);
	}
}
