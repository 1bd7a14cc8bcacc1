/* list.c - `actflow list`: the scenarios of a folder, and what else has a name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/roster.h"
#include "sim/scenario/scenario.h"
#include "tools/actflow/catalog.h"
#include "tools/actflow/chosen.h"
#include "tools/actflow/command.h"
#include "tools/actflow/json.h"
#include "tools/actflow/list_attacks.h"
#include "tools/actflow/list_rows.h"
#include "tools/actflow/messages.h"
#include "tools/actflow/output.h"
#include "tools/actflow/paths.h"
#include "tools/actflow/text.h"

enum { CELLS_MAX = 4 };

/* One thing of a list: named cells, shown beside each other or as a JSON object. */
struct line {
	const char *keys[CELLS_MAX];
	const char *cells[CELLS_MAX];
	size_t widths[CELLS_MAX]; /* the last is not padded */
};

static void write_line(const struct line *l, bool json)
{
	struct buffer out = { 0 };
	struct json j = { .out = &out };
	if (json)
		json_begin(&j, NULL, '{');
	for (size_t i = 0; i < CELLS_MAX && l->keys[i]; i++) {
		if (json) {
			json_string(&j, l->keys[i], l->cells[i]);
			continue;
		}
		size_t before = out.size;
		text_safe(&out, l->cells[i]);
		if (i + 1 < CELLS_MAX && l->keys[i + 1]) {
			text_pad(&out, out.size - before, l->widths[i]);
			text_add(&out, "  ");
		}
	}
	if (json)
		json_end(&j, '}');
	text_add(&out, "\n");
	output_write(bytes_of_buffer(&out));
	buffer_fini(&out);
}

static enum err list_checks(const struct options *o)
{
	struct catalog_checks c = { 0 };
	size_t width = 0;
	catalog_checks_of(&dynamics_roster, &c);
	for (size_t i = 0; i < c.count; i++)
		if (strlen(c.list[i].id) > width)
			width = strlen(c.list[i].id);
	for (size_t i = 0; i < c.count; i++)
		write_line(&(struct line){ { "check", "source", "why" },
					   { c.list[i].id, c.list[i].source, c.list[i].why },
					   { width, 8 } },
			   o->json);
	catalog_checks_fini(&c);
	return ERR_OK;
}

static void list_source(void *context, const char *id)
{
	const struct options *o = context;
	struct buffer text = { 0 };
	catalog_entry(id, &text);
	const char *words = text_string(&text);
	words += strncmp(words, id, strlen(id)) == 0 ? strlen(id) : 0;
	words += strspn(words, " .:-\xc2\xb7");
	write_line(&(struct line){ { "source", "text" }, { id, words }, { 6 } }, o->json);
	buffer_fini(&text);
}

static enum err list_messages(const struct options *o)
{
	for (int i = MESSAGE_NONE + 1; i < MESSAGE_TYPES; i++) {
		char type[16];
		snprintf(type, sizeof type, "%d", i);
		write_line(&(struct line){ { "message", "type" },
					   { message_name((enum message_type)i), type },
					   { 24 } },
			   o->json);
	}
	return ERR_OK;
}

static enum err list_scenario(const struct found *f, size_t width, bool json, struct diags *d)
{
	struct scenario *s = calloc(1, sizeof *s);
	if (!s)
		abort();
	enum err status = scenario_read_case(f->file, f->case_index, s, d);
	const char *variant = status == ERR_OK ? s->flow.variants[s->variant].name : "";
	const char *case_name = f->case_name ? f->case_name : "";
	if (status == ERR_OK && json)
		write_line(&(struct line){ { "file", "case", "variant", "title" },
					   { f->file, case_name, variant, s->title },
					   { 0 } },
			   json);
	else if (status == ERR_OK)
		write_line(&(struct line){ { "file", "variant", "title" },
					   { f->label, variant, s->title },
					   { width, 24 } },
			   json);
	scenario_fini(s);
	free(s);
	return status;
}

static enum err list_scenarios(const struct options *o)
{
	struct founds found = { 0 };
	struct diags d = { 0 };
	char *root = o->args_count > 0 ? strdup(o->args[0]) : paths_scenarios(".");
	if (!root) {
		diag_add(&d, ".", 0, 0,
			 "expected a folder called scenarios here or above, actual "
			 "none; name a folder");
		return messages_end(&d, ERR_NOTHING);
	}
	enum err status = paths_expand(&root, 1, PATHS_SCENARIOS, &found, &d);
	if (status == ERR_OK)
		status = chosen_expand(&found, (struct wanted_runs){ .thorough = true }, &d);
	size_t width = founds_width(&found, output_width());
	const char *refused = NULL; /* a file of which a case was refused: one is enough */
	for (size_t i = 0; i < found.count; i++) {
		if (refused && strcmp(refused, found.list[i].file) == 0)
			continue;
		enum err one = list_scenario(&found.list[i], width, o->json, &d);
		if (one != ERR_OK)
			status = one;
		refused = one != ERR_OK ? found.list[i].file : refused;
	}
	founds_fini(&found);
	free(root);
	return messages_end(&d, status);
}

static enum err run(const struct options *o)
{
	if (o->listing == OPTION_ROWS)
		return list_rows(o);
	if (o->listing == OPTION_ATTACKS)
		return list_attacks(o);
	if (o->verbose || o->jobs > 1 || o->has_deadline || o->thorough) {
		fputs("actflow list: -j, -v, --deadline and --thorough are for --rows and "
		      "--attacks\n",
		      stderr);
		return ERR_INPUT;
	}
	if (o->args_count > 1) {
		fputs("actflow list: only --rows and --attacks take more than one argument\n",
		      stderr);
		return ERR_INPUT;
	}
	if (o->args_count > 0 && o->listing != 0 && o->listing != OPTION_SCENARIOS) {
		fputs("actflow list: only scenarios are looked for in a folder\n", stderr);
		return ERR_INPUT;
	}
	if (o->listing == OPTION_CHECKS)
		return list_checks(o);
	if (o->listing == OPTION_MESSAGES)
		return list_messages(o);
	if (o->listing != OPTION_SOURCES)
		return list_scenarios(o);
	struct options copy = *o;
	catalog_entries(list_source, &copy);
	return ERR_OK;
}

static const struct argp_option options[] = {
	{ "scenarios", OPTION_SCENARIOS, NULL, 0, "Scenarios below FOLDER (the default)", 0 },
	{ "checks", OPTION_CHECKS, NULL, 0, "Named security decisions, with what they protect", 0 },
	{ "sources", OPTION_SOURCES, NULL, 0, "Sentences and deviations that tables cite", 0 },
	{ "messages", OPTION_MESSAGES, NULL, 0, "Wire messages with their type numbers", 0 },
	{ "rows", OPTION_ROWS, NULL, 0,
	  "Rows of the actors' tables that no scenario takes, found by playing all of them", 0 },
	{ "attacks", OPTION_ATTACKS, NULL, 0,
	  "Attacks and faults of the catalogue, with the scenarios that show them, all of which "
	  "are "
	  "played; or why none can",
	  0 },
	{ "thorough", OPTION_THOROUGH, NULL, 0,
	  "With --rows, --attacks: of folders, play also the scenarios with `thorough: true`", 0 },
	{ "jobs", OPTION_JOBS, "N", 0,
	  "With --rows, --attacks: play up to N scenarios at a time (1)", 0 },
	{ "deadline", OPTION_DEADLINE, "S", 0,
	  "With --rows, --attacks: seconds of wall-clock time after which a run counts as hanging "
	  "(60)",
	  0 },
	{ "verbose", OPTION_VERBOSE, NULL, 0,
	  "With --rows: the rows that are taken too, how often and by which scenario first", 0 },
	{ "json", OPTION_JSON, NULL, 0, "Write one JSON object a line", 0 },
	{ "help", OPTION_HELP, NULL, 0, "Show this help", 0 },
	{ 0 },
};

const struct command command_list = {
	.name = "list",
	.arguments = "[SCENARIO|FOLDER...]",
	.summary = "List scenarios, attacks, checks, sources, messages or rows",
	.more = "Without an argument: the nearest folder called scenarios, here or above. --rows "
		"exits 1 when a row has neither a scenario nor a reason, or a reason that does not "
		"fit; a row for several states counts once for each. --attacks exits 1 when a case "
		"has "
		"neither, or a scenario is not as expected.",
	.options = options,
	.args_max = SIZE_MAX,
	.run = run,
};
