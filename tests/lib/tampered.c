/* tampered.c - copies a roster, changes what a row does, and plays it. */
#include "tests/lib/tampered.h"

#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

static void must(bool good)
{
	if (!good)
		abort();
}

static const struct machine *copy_machine(struct tampered *t, const struct machine *of)
{
	must(t->machines_count < TAMPERED_MACHINES_MAX && of->rows_count <= MACHINE_ROWS_MAX);
	struct machine *m = &t->machines[t->machines_count];
	struct row *rows = t->rows[t->machines_count++];
	*m = *of;
	memcpy(rows, of->rows, of->rows_count * sizeof *rows);
	m->rows = rows;
	return m;
}

void tampered_begin(struct tampered *t, const struct roster *of)
{
	must(of->actors_count <= TAMPERED_ACTORS_MAX);
	t->machines_count = 0;
	t->roster = *of;
	t->roster.actors = t->actors;
	for (size_t i = 0; i < of->actors_count; i++) {
		t->classes[i] = *of->actors[i];
		for (size_t m = 0; m < of->actors[i]->machines_count; m++)
			t->lists[i][m] = copy_machine(t, of->actors[i]->machines[m]);
		t->classes[i].machines = t->lists[i];
		t->actors[i] = &t->classes[i];
	}
}

action_fn *tampered_row(struct tampered *t, const char *machine, const char *story, action_fn *then)
{
	for (size_t m = 0; m < t->machines_count; m++) {
		for (size_t i = 0; i < t->machines[m].rows_count; i++) {
			struct row *r = &t->rows[m][i];
			if (strcmp(t->machines[m].name, machine) != 0 ||
			    strcmp(r->story, story) != 0)
				continue;
			action_fn *before = r->then;
			r->then = then;
			return before;
		}
	}
	abort();
}

/* -- playing -- */

void tampered_give_time(struct scenario *s)
{
	s->limits.virtual_ns = INT64_C(7200000000000);
}

void tampered_play(const struct tampered *t, const char *file, struct played_with with,
		   struct played *p)
{
	struct diags d = { 0 };
	with.roster = &t->roster;
	with.change = with.change ? with.change : tampered_give_time;
	play_with(file, &with, p, &d);
	CU_ASSERT_EQUAL(d.count, 0);
	CU_ASSERT_EQUAL(p->status, ERR_OK);
	CU_ASSERT_STRING_EQUAL(p->ended, "quiet");
	diag_fini(&d);
}

bool text_is(const char *text, const char *word)
{
	return text && strcmp(text, word) == 0;
}

bool record_is_of(const struct record *r, enum record_kind kind, const char *actor)
{
	return r->kind == kind && text_is(r->actor, actor);
}

bool all_zero(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (data[i] != 0)
			return false;
	return true;
}
