/* lint.c - `actflow lint`: reads and checks scenario and flow files without running them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/roster.h"
#include "sim/world/world.h"
#include "tools/actflow/command.h"
#include "tools/actflow/json.h"
#include "tools/actflow/output.h"
#include "tools/actflow/paths.h"
#include "tools/actflow/text.h"

static enum err lint_flow(const char *file, struct diags *d)
{
	struct flow *flow = calloc(1, sizeof *flow);
	if (!flow)
		abort();
	enum err status = flow_read(file, flow, d);
	flow_fini(flow);
	free(flow);
	return status;
}

static enum err lint_scenario(const char *file, struct diags *d)
{
	struct scenario *s = calloc(1, sizeof *s);
	if (!s)
		abort();
	enum err status = scenario_read(file, s, d);
	if (status == ERR_OK)
		status = world_check(s, &dynamics_roster, d);
	scenario_fini(s);
	free(s);
	return status;
}

static void write_json(const struct found *f, enum err status, const struct diags *d)
{
	struct buffer out = { 0 };
	struct json j = { .out = &out };
	json_begin(&j, NULL, '{');
	json_string(&j, "file", f->file);
	json_string(&j, "kind", f->flow ? "flow" : "scenario");
	json_string(&j, "result", status == ERR_OK ? "good" : "refused");
	json_diags(&j, d);
	json_end(&j, '}');
	text_add(&out, "\n");
	output_write(bytes_of_buffer(&out));
	buffer_fini(&out);
}

static enum err lint_file(const struct found *f, bool json)
{
	struct diags d = { 0 };
	enum err status = f->flow ? lint_flow(f->file, &d) : lint_scenario(f->file, &d);
	if (json)
		write_json(f, status, &d);
	diag_print(&d, stderr);
	diag_fini(&d);
	return status;
}

static enum err run(const struct options *o)
{
	struct founds found = { 0 };
	struct diags d = { 0 };
	size_t refused = 0;
	if (o->schema) {
		scenario_print_schema(stdout);
		return ERR_OK;
	}
	enum err status =
		paths_expand(o->args, o->args_count, PATHS_SCENARIOS_AND_FLOWS, &found, &d);
	diag_print(&d, stderr);
	diag_fini(&d);
	for (size_t i = 0; i < found.count; i++) {
		enum err one = lint_file(&found.list[i], o->json);
		refused += one != ERR_OK;
		if (one != ERR_OK)
			status = one;
	}
	if (!o->json && found.count > 0)
		printf("%zu good, %zu refused\n", found.count - refused, refused);
	founds_fini(&found);
	return status;
}

static const struct argp_option options[] = {
	{ "json", OPTION_JSON, NULL, 0, "Write one JSON object a file, one a line", 0 },
	{ "schema", OPTION_SCHEMA, NULL, 0,
	  "Print the JSON Schema of scenario files, for editors, and read no file", 0 },
	{ "help", OPTION_HELP, NULL, 0, "Show this help", 0 },
	{ 0 },
};

const struct command command_lint = {
	.name = "lint",
	.arguments = "FILE|FOLDER...",
	.summary = "Check scenario and flow files without running them",
	.more = "Files called flow.yaml are read as flows, all others as scenarios. All errors of "
		"a "
		"file are shown, each as file:line:column.",
	.options = options,
	.args_min = 1,
	.args_max = SIZE_MAX,
	.run = run,
};
