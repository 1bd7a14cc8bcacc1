/* filter_names.c - lists of names, one behind the other; see filter_names.h. */
#include "tools/actflow/filter_names.h"

#include <stdlib.h>
#include <string.h>

#include "actors/roster.h"
#include "tools/actflow/catalog.h"

enum { NAMES_MAX = 1024 };

struct filter_names {
	struct filter_known known;
	size_t count;
	const char *list[NAMES_MAX];
	struct catalog_checks checks;
};

static void add(struct filter_names *n, struct filter_list *to, const char *name)
{
	for (size_t i = 0; i < to->count; i++)
		if (strcmp(to->names[i], name) == 0)
			return;
	if (n->count == NAMES_MAX)
		abort(); /* more names than a build has */
	if (to->count++ == 0)
		to->names = n->list + n->count;
	n->list[n->count++] = name;
}

static void add_name(struct filter_names *n, enum filter_field field, const char *name)
{
	add(n, &n->known.fields[field], name);
}

static void add_machines(struct filter_names *n, const struct roster *r)
{
	for (size_t a = 0; a < r->actors_count; a++)
		for (size_t m = 0; m < r->actors[a]->machines_count; m++)
			add_name(n, FILTER_MACHINE, r->actors[a]->machines[m]->name);
	for (size_t a = 0; a < r->actors_count; a++)
		for (size_t m = 0; m < r->actors[a]->machines_count; m++)
			for (size_t s = 0; s < r->actors[a]->machines[m]->states_count; s++)
				add_name(n, FILTER_STATE, r->actors[a]->machines[m]->states[s]);
}

/* Names that this build has; those of a flow come from the flow. */
static void add_own(struct filter_names *n)
{
	for (int i = MESSAGE_NONE + 1; i < MESSAGE_TYPES; i++)
		add_name(n, FILTER_MESSAGE, message_name((enum message_type)i));
	add_name(n, FILTER_MESSAGE, "bytes");
	catalog_checks_of(&dynamics_roster, &n->checks);
	for (size_t i = 0; i < n->checks.count; i++)
		add_name(n, FILTER_CHECK, n->checks.list[i].id);
	add_machines(n, &dynamics_roster);
}

static void add_flow(struct filter_names *n, const struct flow *f)
{
	for (size_t i = 0; i < f->actors_count; i++)
		add_name(n, FILTER_ACTOR, f->actors[i].name);
	for (size_t i = 0; i < f->actors_count; i++)
		add_name(n, FILTER_PEER, f->actors[i].name);
	for (size_t i = 0; i < f->actors_count; i++)
		for (size_t k = 0; k < f->actors[i].hosts_count; k++)
			add_name(n, FILTER_PEER, f->actors[i].hosts[k].host);
	for (size_t i = 0; i < f->channels_count; i++)
		add_name(n, FILTER_CHANNEL, f->channels[i].name);
	for (size_t i = 0; i < f->steps_count; i++)
		add_name(n, FILTER_STEP, f->steps[i].id);
	for (size_t i = 0; i < f->actors_count; i++)
		if (f->each_device >> i & 1)
			add(n, &n->known.each_device, f->actors[i].name);
}

struct filter_names *filter_names_new(const struct flow *flow)
{
	struct filter_names *n = calloc(1, sizeof *n);
	if (!n)
		abort();
	add_own(n);
	if (flow)
		add_flow(n, flow);
	return n;
}

const struct filter_known *filter_names_known(const struct filter_names *n)
{
	return &n->known;
}

void filter_names_free(struct filter_names *n)
{
	if (!n)
		return;
	catalog_checks_fini(&n->checks);
	free(n);
}
