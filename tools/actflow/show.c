/* show.c - `actflow show`: the records of a recorded trace, one a line, chosen by a filter.
 *
 * The trace is read twice: once to know that it is whole and unchanged, then to show it, one record
 * in memory at a time. Only a step of the flow needs the checker, which remembers more.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/flow/checker.h"
#include "tools/actflow/command.h"
#include "tools/actflow/filter.h"
#include "tools/actflow/filter_names.h"
#include "tools/actflow/messages.h"
#include "tools/actflow/output.h"
#include "tools/actflow/recorded.h"
#include "tools/actflow/record_show.h"
#include "tools/actflow/text.h"

struct show {
	const struct options *o;
	struct recorded recorded;
	struct recorded_secrets secrets;
	struct flow flow;
	bool has_flow;
	size_t variant;
	struct checker *checker; /* NULL: no step is asked for */
	struct filter *filter;   /* NULL: every record */
	bool colour;
	uint64_t shown;
	struct buffer line;
	struct diags d;
};

/* -- what is asked for -- */

/* The flow lends its names when it is at hand and the one that the trace was recorded with. */
static void find_flow(struct show *s)
{
	struct diags unused = { 0 };
	s->has_flow = recorded_flow(&s->recorded, s->o->flow, &s->flow, &unused) == ERR_OK;
	diag_fini(&unused);
}

static enum err read_filter(struct show *s)
{
	if (!s->o->filter)
		return ERR_OK;
	bool recorded = s->has_flow && strcmp(s->flow.digest, s->recorded.digest) == 0;
	struct filter_names *n = filter_names_new(recorded ? &s->flow : NULL);
	struct buffer out = { 0 };
	struct diags wrong = { 0 };
	s->filter = filter_read(s->o->filter, filter_names_known(n), &wrong);
	if (!s->filter) {
		filter_complain(s->o->filter, &wrong, &out);
		fputs(text_string(&out), stderr);
	}
	buffer_fini(&out);
	filter_names_free(n);
	return s->filter ? ERR_OK : ERR_INPUT;
}

/* -- steps -- */

static bool asks_for_steps(const struct show *s)
{
	return s->o->flow || s->o->variant || (s->filter && filter_asks(s->filter, FILTER_STEP));
}

/* The checker says which record satisfied which step, with the secrets where they are at hand: some
 * steps need fields that are cut out of the trace. */
static enum err begin_steps(struct show *s)
{
	enum err status = ERR_OK;
	if (!asks_for_steps(s)) /* secrets that were named are looked at even so */
		return s->o->secrets
			       ? recorded_secrets(&s->recorded, s->o->secrets, &s->secrets, &s->d)
			       : ERR_OK;
	if (!s->has_flow)
		status = recorded_flow(&s->recorded, s->o->flow, &s->flow, &s->d);
	if (status == ERR_OK)
		status =
			recorded_variant(&s->recorded, s->o->variant, &s->flow, &s->variant, &s->d);
	if (status == ERR_OK)
		status = recorded_secrets(&s->recorded, s->o->secrets, &s->secrets, &s->d);
	if (status != ERR_OK)
		return status;
	recorded_flow_matches(&s->recorded, &s->flow);
	if (!s->secrets.there)
		fprintf(stderr,
			"%s: is not there, so a step whose fields are secrets cannot be seen\n",
			s->secrets.path);
	s->checker =
		checker_new(&s->flow, s->variant, s->secrets.there ? &s->secrets.secrets : NULL);
	return ERR_OK;
}

/* -- records -- */

static const char *step_of(struct show *s, const struct record *r)
{
	if (!s->checker)
		return NULL;
	checker_feed(s->checker, r);
	int step = checker_step_of_last(s->checker);
	return step < 0 ? "" : s->flow.steps[step].id;
}

static void on_record(void *context, const struct record *r, struct bytes encoded)
{
	struct show *s = context;
	const char *step = step_of(s, r);
	(void)encoded;
	if (s->filter && !filter_chooses(s->filter, r, step ? step : ""))
		return;
	struct record_view v = {
		.record = r, .step = step, .verbose = s->o->verbose, .colour = s->colour
	};
	buffer_clear(&s->line);
	if (s->o->json)
		record_show_json(&v, &s->line);
	else
		record_show_line(&v, &s->line);
	output_write(bytes_of_buffer(&s->line));
	s->shown++;
}

static enum err show(struct show *s)
{
	uint8_t head[TRACE_HEAD_SIZE];
	const struct options *o = s->o;
	enum err status = recorded_read(o->args[0], o->head, &s->recorded, &s->d);
	if (status != ERR_OK)
		return status;
	find_flow(s);
	status = read_filter(s);
	if (status == ERR_OK)
		status = begin_steps(s);
	if (status == ERR_OK)
		status = trace_read(o->args[0], on_record, s, head, &s->d);
	if (status != ERR_OK || s->shown > 0)
		return status;
	fprintf(stderr, "%s: none of its %llu records is chosen by --filter\n", o->args[0],
		(unsigned long long)s->recorded.records);
	return ERR_NOTHING;
}

static enum err run(const struct options *o)
{
	struct show *s = calloc(1, sizeof *s);
	if (!s)
		abort();
	s->o = o;
	s->colour = output_colour(o->no_color) && !o->json;
	enum err status = messages_end(&s->d, show(s));
	checker_free(s->checker);
	filter_free(s->filter);
	recorded_secrets_fini(&s->secrets);
	flow_fini(&s->flow);
	recorded_fini(&s->recorded);
	buffer_fini(&s->line);
	free(s);
	return status;
}

static const struct argp_option options[] = {
	{ "filter", OPTION_FILTER, "EXPR", 0, "Show only records of which this is so", 0 },
	{ "flow", OPTION_FLOW, "FILE", 0,
	  "Say which step of this flow a record satisfied; else of the one that the trace names, "
	  "when the filter asks for steps",
	  0 },
	{ "variant", OPTION_VARIANT, "NAME", 0, "The variant of the flow whose steps are said", 0 },
	{ "secrets", OPTION_SECRETS, "FILE", 0,
	  "The run's secrets, for steps that need them (the file beside the trace that ends in "
	  ".secrets)",
	  0 },
	{ "head", OPTION_HEAD, "HEX", 0,
	  "The chain head that the run printed: a trace with another one is refused", 0 },
	{ "json", OPTION_JSON, NULL, 0, "Write one JSON object a record, with every field", 0 },
	{ "verbose", OPTION_VERBOSE, NULL, 0, "Show sessions, parents, cuts and values too", 0 },
	{ "no-color", OPTION_NO_COLOR, NULL, 0, "Do not colour, also on a terminal", 0 },
	{ "help", OPTION_HELP, NULL, 0, "Show this help", 0 },
	{ 0 },
};

const struct command command_show = {
	.name = "show",
	.arguments = "TRACE",
	.summary = "Show the records of a recorded trace",
	.more = "An EXPR compares fields: `actor = uem and check ~ token and result = fails`, "
		"`time >= 4s and step = S1.12`. Fields are time, actor, peer, message, channel, "
		"step, check, result, kind, session, device, machine, state and text; `actflow "
		"explain FIELD` says what each is. Comparisons are = and !=, < <= > >= for time, "
		"session and device, and ~ for a part of a text. not binds before and, and "
		"before or; parentheses group. A value with blanks stands in quotes; a time has "
		"a unit: ns, us, ms, s, min, h. A number of a record is in no order where the "
		"record has none. `not E` chooses the records that E does not, and check and "
		"result with = or ~, joined by `and`, speak of the same check; with != they say "
		"that no "
		"check is so. A name after = or != that "
		"nothing has is an error; ~ takes any text.\n\n"
		"Exit: 0 shown, 1 another trace than --head names, 2 not a whole trace or not an "
		"expression, 4 the filter chooses nothing.",
	.options = options,
	.args_min = 1,
	.args_max = 1,
	.run = run,
};
