/* choice.c - a trace with its filter, its flow and its secrets, for whoever looks into it. */
#include "tools/actflow/choice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/roster.h"
#include "tools/actflow/catalog.h"
#include "tools/actflow/filter.h"
#include "tools/actflow/text.h"

enum { NAMES_MAX = 512 };

/* -- names that a filter may use -- */

/* Lists of names, one behind the other. */
struct names {
	struct filter_known known;
	size_t count;
	const char *list[NAMES_MAX];
	struct catalog_checks checks;
};

static void add_name(struct names *n, enum filter_field field, const char *name)
{
	if (n->count == NAMES_MAX)
		abort(); /* more names than a build has */
	if (n->known.fields[field].count++ == 0)
		n->known.fields[field].names = n->list + n->count;
	n->list[n->count++] = name;
}

/* Names that this build has; those of a flow come from the flow. */
static void add_own_names(struct names *n)
{
	for (int i = MESSAGE_NONE + 1; i < MESSAGE_TYPES; i++)
		add_name(n, FILTER_MESSAGE, message_name((enum message_type)i));
	add_name(n, FILTER_MESSAGE, "bytes");
	catalog_checks_of(&dynamics_roster, &n->checks);
	for (size_t i = 0; i < n->checks.count; i++)
		add_name(n, FILTER_CHECK, n->checks.list[i].id);
	for (size_t a = 0; a < dynamics_roster.actors_count; a++)
		for (size_t m = 0; m < dynamics_roster.actors[a]->machines_count; m++)
			add_name(n, FILTER_MACHINE, dynamics_roster.actors[a]->machines[m]->name);
}

static void add_flow_names(struct names *n, const struct flow *f)
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
}

/* The flow lends its names when it is at hand and the one that the trace was recorded with. */
static void find_flow(struct choice *c)
{
	struct diags unused = { 0 };
	c->has_flow = recorded_flow(&c->recorded, c->o->flow, &c->flow, &unused) == ERR_OK;
	diag_fini(&unused);
}

static enum err read_filter(struct choice *c)
{
	if (!c->o->filter)
		return ERR_OK;
	struct names *n = calloc(1, sizeof *n);
	if (!n)
		abort();
	struct buffer out = { 0 };
	struct diags wrong = { 0 };
	add_own_names(n);
	if (c->has_flow && strcmp(c->flow.digest, c->recorded.digest) == 0)
		add_flow_names(n, &c->flow);
	c->filter = filter_read(c->o->filter, &n->known, &wrong);
	if (!c->filter) {
		filter_complain(c->o->filter, &wrong, &out);
		fputs(text_string(&out), stderr);
	}
	buffer_fini(&out);
	catalog_checks_fini(&n->checks);
	free(n);
	return c->filter ? ERR_OK : ERR_INPUT;
}

/* -- steps -- */

static bool asks_for_steps(const struct choice *c)
{
	return c->o->flow || c->o->variant || (c->filter && filter_asks(c->filter, FILTER_STEP));
}

/* The checker says which record satisfied which step, with the secrets where they are at hand: some
 * steps need fields that are cut out of the trace. */
static enum err begin_steps(struct choice *c, struct diags *d)
{
	enum err status = ERR_OK;
	if (!c->has_flow)
		status = recorded_flow(&c->recorded, c->o->flow, &c->flow, d);
	if (status == ERR_OK)
		status = recorded_variant(&c->recorded, c->o->variant, &c->flow, &c->variant, d);
	if (status == ERR_OK)
		status = recorded_secrets(&c->recorded, c->o->secrets, &c->secrets, d);
	if (status != ERR_OK)
		return status;
	recorded_flow_matches(&c->recorded, &c->flow);
	if (!c->secrets.there)
		fprintf(stderr,
			"%s: is not there, so a step whose fields are secrets cannot be seen\n",
			c->secrets.path);
	c->checker =
		checker_new(&c->flow, c->variant, c->secrets.there ? &c->secrets.secrets : NULL);
	return ERR_OK;
}

enum err choice_open(struct choice *c, const char *trace, const struct options *o, bool judged,
		     struct diags *d)
{
	c->o = o;
	enum err status = recorded_read(trace, o->head, &c->recorded, d);
	if (status != ERR_OK)
		return status;
	find_flow(c);
	status = read_filter(c);
	if (status == ERR_OK && (judged || asks_for_steps(c)))
		status = begin_steps(c, d);
	return status;
}

const char *choice_step(struct choice *c, const struct record *r)
{
	if (!c->checker)
		return NULL;
	checker_feed(c->checker, r);
	int step = checker_step_of_last(c->checker);
	return step < 0 ? "" : c->flow.steps[step].id;
}

bool choice_takes(struct choice *c, const struct record *r, const char *step)
{
	return !c->filter || filter_chooses(c->filter, r, step ? step : "");
}

void choice_fini(struct choice *c)
{
	checker_free(c->checker);
	filter_free(c->filter);
	recorded_secrets_fini(&c->secrets);
	flow_fini(&c->flow);
	recorded_fini(&c->recorded);
	*c = (struct choice){ 0 };
}
