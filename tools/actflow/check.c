/* check.c - `actflow check`: judges a recorded trace against a flow, as `run` judges its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/actflow/command.h"
#include "tools/actflow/messages.h"
#include "tools/actflow/output.h"
#include "tools/actflow/recorded.h"
#include "tools/actflow/report.h"
#include "tools/actflow/scan.h"
#include "tools/actflow/text.h"

/* Everything of one check. */
struct review {
	const struct options *o;
	struct recorded recorded;
	struct flow flow;
	size_t variant;
	struct recorded_secrets secrets;
	struct observation seen;
	struct diags d, none;
};

/* "device=S1.10": up to which step one device, or each, was to come. */
static bool read_reach(struct review *v, const char *text)
{
	char name[FLOW_INSTANCE_MAX];
	uint32_t device = 0;
	const char *equals = strchr(text, '=');
	size_t size = equals ? (size_t)(equals - text) : 0;
	snprintf(name, sizeof name, "%.*s", (int)(size < sizeof name ? size : 0), text);
	int actor = flow_instance_index(&v->flow, name, &device);
	int step = equals ? flow_step_index(&v->flow, equals + 1) : -1;
	bool can = step >= 0 && v->flow.steps[step].simulated &&
		   !(v->flow.variants[v->variant].absent >> step & 1);
	if (actor >= 0 && v->flow.each_device >> actor & 1 && can) {
		checker_reach(v->seen.checker, device, (size_t)step);
		return true;
	}
	const char *names[FLOW_STEPS_MAX];
	for (size_t i = 0; i < v->flow.steps_count; i++)
		names[i] = v->flow.steps[i].id;
	const char *nearest = equals ? diag_nearest(equals + 1, names, v->flow.steps_count) : NULL;
	diag_add(&v->d, v->recorded.trace, 0, 0,
		 "--reaches: expected an actor of each device, \"=\" and a step of the variant "
		 "that can be seen, as in device=%s, actual \"%s\"",
		 nearest ? nearest : "S1.10", text);
	return false;
}

/* What stands in front of the "=": the device that it speaks of, 0 for each. */
static uint32_t device_of(const struct review *v, const char *text)
{
	char name[FLOW_INSTANCE_MAX];
	uint32_t device = 0;
	snprintf(name, sizeof name, "%.*s", (int)strcspn(text, "="), text);
	flow_instance_index(&v->flow, name, &device);
	return device;
}

static bool reach_is_new(struct review *v, size_t number)
{
	for (size_t i = 0; i < number; i++)
		if (device_of(v, v->o->reaches[i]) == device_of(v, v->o->reaches[number])) {
			diag_add(&v->d, v->recorded.trace, 0, 0,
				 "--reaches: expected once for each device, actual \"%s\" and "
				 "\"%s\"",
				 v->o->reaches[i], v->o->reaches[number]);
			return false;
		}
	return true;
}

static enum err read_reaches(struct review *v)
{
	enum err status = ERR_OK;
	for (size_t i = 0; i < v->o->reaches_count; i++)
		if (!read_reach(v, v->o->reaches[i]) || !reach_is_new(v, i))
			status = ERR_INPUT;
	return status;
}

static enum err read_trace(struct review *v)
{
	uint8_t head[TRACE_HEAD_SIZE];
	observation_init(&v->seen, &v->flow, v->variant,
			 v->secrets.there ? &v->secrets.secrets : NULL, v->o->verbose);
	checker_record(v->seen.checker); /* a trace does not say beforehand whose keys leak */
	enum err status = read_reaches(v);
	if (status == ERR_OK)
		status = trace_read(v->recorded.trace, observation_feed, &v->seen, head, &v->d);
	if (status == ERR_OK)
		observation_finish(&v->seen, head);
	return status;
}

static enum err say(struct review *v)
{
	static const enum err ends[] = { [VERDICT_HOLDS] = ERR_OK,
					 [VERDICT_VIOLATED] = ERR_NOT_AS_EXPECTED,
					 [VERDICT_INCONCLUSIVE] = ERR_INCONCLUSIVE };
	struct buffer out = { 0 };
	struct why why = { .finding = why_finding(v->seen.checker) };
	enum err status = ends[checker_verdict(v->seen.checker)];
	why.record = why.finding ? why.finding->record : 0;
	if (why.finding && why_tell(&why, recorded_again, &v->recorded, &v->d) != ERR_OK)
		return ERR_INPUT; /* it was whole a moment ago */
	struct report r = { .seen = &v->seen,
			    .title = v->recorded.title,
			    .file = v->recorded.trace,
			    .case_name = v->recorded.case_name,
			    .label = v->recorded.trace,
			    .variant = v->flow.variants[v->variant].name,
			    .seed = v->recorded.seed,
			    .status = status,
			    .differences = &v->none,
			    .remark = "",
			    .options = v->o,
			    .why = why.finding ? &why : NULL,
			    .knowledge = v->o->knowledge,
			    .flow_matches = recorded_flow_matches(&v->recorded, &v->flow) };
	if (v->o->json)
		report_json(&r, &out);
	else
		report_text(&r, output_width(), output_colour(v->o->no_color), &out);
	struct bytes text = bytes_of_buffer(&out);
	const char *class = scan_texts(&v->secrets.secrets, &text, 1);
	if (class)
		fprintf(stderr, "%s: bug: a secret of class %s would have been shown; nothing is\n",
			v->recorded.trace, class);
	else
		output_write(bytes_of_buffer(&out));
	buffer_fini(&out);
	telling_fini(&why.steps);
	return class ? ERR_BUG : status;
}

static enum err read_secrets(struct review *v)
{
	enum err status = recorded_secrets(&v->recorded, v->o->secrets, &v->secrets, &v->d);
	if (status == ERR_OK && !v->secrets.there)
		fprintf(stderr, "%s: is not there, so no secrecy claim can be judged\n",
			v->secrets.path);
	return status;
}

static enum err review(struct review *v)
{
	const struct options *o = v->o;
	enum err status = recorded_read(o->args[0], o->head, &v->recorded, &v->d);
	if (status == ERR_OK)
		status = recorded_flow(&v->recorded, o->flow, &v->flow, &v->d);
	if (status == ERR_OK)
		status = recorded_variant(&v->recorded, o->variant, &v->flow, &v->variant, &v->d);
	if (status == ERR_OK)
		status = read_secrets(v);
	if (status == ERR_OK)
		status = read_trace(v);
	return status == ERR_OK ? say(v) : status;
}

static enum err run(const struct options *o)
{
	struct review *v = calloc(1, sizeof *v);
	if (!v)
		abort();
	v->o = o;
	enum err status = messages_end(&v->d, review(v));
	observation_fini(&v->seen);
	recorded_secrets_fini(&v->secrets);
	flow_fini(&v->flow);
	recorded_fini(&v->recorded);
	free(v);
	return status;
}

static const struct argp_option options[] = {
	{ "flow", OPTION_FLOW, "FILE", 0,
	  "Judge by this flow instead of the one that the trace names", 0 },
	{ "variant", OPTION_VARIANT, "NAME", 0, "Judge by this variant of the flow", 0 },
	{ "secrets", OPTION_SECRETS, "FILE", 0,
	  "The run's secrets (the file beside the trace that ends in .secrets)", 0 },
	{ "reaches", OPTION_REACHES, "NAME=STEP", 0,
	  "Where the run was to end: device=S1.10, or app@2=S1.10 for one device; may be repeated",
	  0 },
	{ "head", OPTION_HEAD, "HEX", 0,
	  "The chain head that the run printed: a trace with another one is refused", 0 },
	{ "knowledge", OPTION_KNOWLEDGE, NULL, 0,
	  "Say who has which secrets, since when, and how it came by them", 0 },
	{ "json", OPTION_JSON, NULL, 0, "Write one JSON object", 0 },
	{ "verbose", OPTION_VERBOSE, NULL, 0, "Show every record", 0 },
	{ "no-color", OPTION_NO_COLOR, NULL, 0, "Do not colour, also on a terminal", 0 },
	{ "help", OPTION_HELP, NULL, 0, "Show this help", 0 },
	{ 0 },
};

const struct command command_check = {
	.name = "check",
	.arguments = "TRACE",
	.summary = "Judge a recorded trace against a flow",
	.more = "The flow is looked for below the nearest folder called scenarios, above the trace "
		"or "
		"above here. The trace ends with the chain head of its own bytes, which finds what "
		"went wrong by chance; who changes a trace on purpose can compute it anew, so only "
		"--head, with a head from elsewhere, shows that this is the trace of that run. "
		"Exit: 0 holds, 1 violated or another trace than --head names, 2 not a whole "
		"trace, "
		"3 inconclusive.",
	.options = options,
	.args_min = 1,
	.args_max = 1,
	.run = run,
};
