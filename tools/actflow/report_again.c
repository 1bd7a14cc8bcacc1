/* report_again.c - the command that gives a run, or a check, again. */
#include "tools/actflow/report.h"

#include <inttypes.h>
#include <string.h>

#include "tools/actflow/text.h"

/* "actflow run FILE OPTIONS"; a file that looks like an option stands behind "--". */
static void command(const char *name, const char *file, struct buffer *options, struct buffer *out)
{
	bool dash = file[0] == '-';
	text_printf(out, "actflow %s", name);
	if (dash)
		text_printf(out, "%s --", text_string(options));
	text_add(out, " ");
	text_quoted(out, file);
	if (!dash)
		text_add(out, text_string(options));
	buffer_fini(options);
}

static void option(const char *name, const char *value, struct buffer *out)
{
	if (!value)
		return;
	text_printf(out, " --%s ", name);
	text_quoted(out, value);
}

void report_rerun_run(const struct found *scenario, const struct again *a, struct buffer *out)
{
	struct buffer options = { 0 };
	option("case", scenario->case_name, &options);
	if (a->seed)
		text_printf(&options, " --seed %" PRIu64, *a->seed);
	for (size_t i = 0; i < a->knocked->count; i++)
		option("knockout", a->knocked->ids[i], &options);
	if (a->deadline_s > 0)
		text_printf(&options, " --deadline %u", a->deadline_s);
	command("run", scenario->file, &options, out);
}

void report_rerun(const struct report *r, struct buffer *out)
{
	struct buffer options = { 0 };
	if (!r->options) {
		const struct found run = { .file = (char *)r->file,
					   .case_name = (char *)r->case_name };
		report_rerun_run(&run, &(struct again){ &r->seed, r->knocked, 0 }, out);
		return;
	}
	option("flow", r->options->flow, &options);
	option("variant", r->options->variant, &options);
	option("secrets", r->options->secrets, &options);
	option("head", r->options->head, &options);
	for (size_t i = 0; i < r->options->reaches_count; i++)
		option("reaches", r->options->reaches[i], &options);
	command("check", r->file, &options, out);
}
