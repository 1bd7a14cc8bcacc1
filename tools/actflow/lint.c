/* lint.c - `actflow lint`: reads and checks scenario and flow files without running them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/actflow/chosen.h"
#include "tools/actflow/command.h"
#include "tools/actflow/ending.h"
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

/* An error of some cases: said once, with the first of them and how many there are. */
struct shared_error {
	size_t count;
	char *first; /* owned; NULL of an error of the file itself */
};

/* Put an error with those that are the same in other cases; past DIAGS_MAX they are only counted.
 */
static void share(const struct diag *one, const char *case_name, struct diags *all,
		  struct shared_error *errors)
{
	size_t i = 0;
	while (i < all->count &&
	       (all->list[i].line != one->line || all->list[i].column != one->column ||
		strcmp(all->list[i].file, one->file) != 0 ||
		strcmp(all->list[i].text, one->text) != 0))
		i++;
	if (i == all->count)
		diag_add(all, one->file, one->line, one->column, "%s", one->text);
	if (i == DIAGS_MAX)
		return;
	if (errors[i].count++ == 0)
		errors[i].first = case_name ? strdup(case_name) : NULL;
}

static enum err lint_case(const struct found *f, struct diags *all, struct shared_error *errors)
{
	struct diags own = { 0 };
	struct scenario *s = calloc(1, sizeof *s);
	if (!s)
		abort();
	enum err status = chosen_read_bare(f, s, &own);
	for (size_t i = 0; i < own.count; i++)
		share(&own.list[i], f->case_name, all, errors);
	all->beyond += own.beyond;
	diag_fini(&own);
	scenario_fini(s);
	free(s);
	return status;
}

/* Every error once, and in which cases it is. */
static void tell(const struct diags *all, const struct shared_error *errors, size_t cases,
		 struct diags *d)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct diag *one = &all->list[i];
		struct buffer where = { 0 };
		if (errors[i].first && errors[i].count == cases)
			text_printf(&where, " (in %s%zu case%s)", cases > 1 ? "all " : "", cases,
				    cases > 1 ? "s" : "");
		else if (errors[i].first)
			text_printf(&where, " (in %zu of %zu cases; the first is %s)",
				    errors[i].count, cases, errors[i].first);
		diag_add(d, one->file, one->line, one->column, "%s%s", one->text,
			 text_string(&where));
		buffer_fini(&where);
	}
	d->beyond += all->beyond;
}

static enum err lint_scenario(const struct found *file, struct diags *d, size_t *cases)
{
	struct founds f = { 0 };
	struct diags all = { 0 };
	struct shared_error errors[DIAGS_MAX] = { 0 };
	enum err status = ERR_OK;
	chosen_cases(file, &f);
	for (size_t i = 0; i < f.count; i++)
		if (lint_case(&f.list[i], &all, errors) != ERR_OK)
			status = ERR_INPUT;
	tell(&all, errors, f.count, d);
	*cases = f.list[0].case_name ? f.count : 0;
	for (size_t i = 0; i < DIAGS_MAX; i++)
		free(errors[i].first);
	diag_fini(&all);
	founds_fini(&f);
	return status;
}

static void write_json(const char *file, const char *kind, size_t cases, const struct diags *d)
{
	struct buffer out = { 0 };
	struct json j = { .out = &out };
	json_begin(&j, NULL, '{');
	json_string(&j, "file", file);
	json_string(&j, "kind", kind);
	json_unsigned(&j, "cases", cases);
	json_string(&j, "result", d->count == 0 ? "good" : "refused");
	json_diags(&j, d);
	json_end(&j, '}');
	text_add(&out, "\n");
	output_write(bytes_of_buffer(&out));
	buffer_fini(&out);
}

static enum err lint_file(const struct found *f, bool json)
{
	struct diags d = { 0 };
	size_t cases = 0; /* of a file with `for:` */
	enum err status = f->flow ? lint_flow(f->file, &d) : lint_scenario(f, &d, &cases);
	if (json)
		write_json(f->file, f->flow ? "flow" : "scenario", cases, &d);
	diag_print(&d, stderr);
	diag_fini(&d);
	return status;
}

static enum err run(const struct options *o)
{
	struct founds found = { 0 };
	struct diags d = { 0 };
	size_t refused = 0;
	if (o->schema && o->args_count > 0) {
		fputs("actflow lint: --schema: expected no file beside it, it reads none\n",
		      stderr);
		return ERR_INPUT;
	}
	if (o->schema) {
		scenario_print_schema(stdout);
		return ERR_OK;
	}
	enum err status =
		paths_expand(o->args, o->args_count, PATHS_SCENARIOS_AND_FLOWS, &found, &d);
	for (size_t i = 0; i < d.count && o->json; i++)
		write_json(d.list[i].file, "folder", 0,
			   &(struct diags){ .list = { d.list[i] }, .count = 1 });
	diag_print(&d, stderr);
	diag_fini(&d);
	for (size_t i = 0; i < found.count; i++) {
		enum err one = lint_file(&found.list[i], o->json);
		refused += one != ERR_OK;
		status = ending_worse(status, one);
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
		"file are shown, each as file:line:column; of a file with `for:` every case is "
		"checked, and an error that several have is shown once.",
	.options = options,
	.args_min = 1,
	.args_max = SIZE_MAX,
	.run = run,
};
