/* choice.c - a trace with its filter, its flow and its secrets, for whoever looks into it. */
#include "tools/actflow/choice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/actflow/filter.h"
#include "tools/actflow/filter_names.h"
#include "tools/actflow/text.h"

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
	bool recorded = c->has_flow && strcmp(c->flow.digest, c->recorded.digest) == 0;
	struct filter_names *n = filter_names_new(recorded ? &c->flow : NULL);
	struct buffer out = { 0 };
	struct diags wrong = { 0 };
	c->filter = filter_read(c->o->filter, filter_names_known(n), &wrong);
	if (!c->filter) {
		filter_complain(c->o->filter, &wrong, &out);
		fputs(text_string(&out), stderr);
	}
	buffer_fini(&out);
	filter_names_free(n);
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
	else if (status == ERR_OK && o->secrets) /* named, so looked at even so */
		status = recorded_secrets(&c->recorded, o->secrets, &c->secrets, d);
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
