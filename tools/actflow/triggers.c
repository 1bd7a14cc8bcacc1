/* triggers.c - names in triggers: ids of checks, machines and their states. */
#include "tools/actflow/triggers.h"

#include <stdlib.h>
#include <string.h>

#include "sim/yaml/schema.h"
#include "tools/actflow/catalog.h"

enum { MACHINES_MAX = 64 };

struct looking {
	const struct scenario *scenario;
	const struct roster *roster;
	struct diags *d;
};

static void unknown(const struct looking *l, const struct trigger *t, const char *text,
		    const char *kind, const char *const *names)
{
	struct tree_node said = {
		.kind = TREE_SCALAR, .style = TREE_QUOTED, .place = t->place, .text = (char *)text
	};
	schema_error_unknown(&said, l->scenario->file, l->d, kind, names);
}

static void look_at_state(const struct looking *l, const struct trigger *t)
{
	const char *machines[MACHINES_MAX + 1] = { NULL },
					    *states[MACHINE_STATES_MAX + 1] = { NULL };
	const struct machine *found = NULL;
	size_t count = 0;
	for (size_t a = 0; a < l->roster->actors_count; a++)
		for (size_t i = 0; i < l->roster->actors[a]->machines_count; i++) {
			const struct machine *m = l->roster->actors[a]->machines[i];
			if (count < MACHINES_MAX)
				machines[count++] = m->name;
			if (strcmp(m->name, t->name) == 0)
				found = m;
		}
	if (!found) {
		unknown(l, t, t->name, "machine", machines);
		return;
	}
	for (size_t i = 0; i < found->states_count; i++) {
		if (strcmp(found->states[i], t->state) == 0)
			return;
		states[i] = found->states[i];
	}
	unknown(l, t, t->state, "state", states);
}

static void look_at(const struct looking *l, const struct trigger *t)
{
	if (t->kind == TRIGGER_CHECK)
		catalog_checks_know(l->roster, t->name, l->scenario->file, t->place, l->d);
	else if (t->kind == TRIGGER_STATE)
		look_at_state(l, t);
}

void triggers_check(const struct scenario *s, const struct roster *roster, struct diags *d)
{
	struct looking l = { s, roster, d };
	for (size_t i = 0; i < s->plan.crashes_count; i++)
		look_at(&l, &s->plan.crashes[i].when);
	for (size_t i = 0; i < s->plan.entries_count; i++) {
		look_at(&l, &s->plan.entries[i].when);
		look_at(&l, &s->plan.entries[i].after);
		look_at(&l, &s->plan.entries[i].until);
	}
}
