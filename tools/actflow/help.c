/* help.c - the list of subcommands, and `actflow help`. */
#include <stdio.h>
#include <string.h>

#include "proto/bytes.h"
#include "tools/actflow/command.h"
#include "tools/actflow/text.h"

const struct command *const commands[] = { &command_run,
					   &command_check,
					   &command_show,
					   &command_diff,
					   &command_new,
					   &command_lint,
					   &command_list,
					   &command_tables,
					   &command_knockout,
					   &command_explain,
					   &command_vectors,
					   &command_help,
					   NULL };

const struct command *command_find(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

enum err command_unknown(const char *name)
{
	const char *names[sizeof commands / sizeof *commands];
	size_t count = 0;
	for (; commands[count]; count++)
		names[count] = commands[count]->name;
	const char *nearest = diag_nearest(name, names, count);
	struct buffer line = { 0 };
	text_add(&line, "actflow: unknown subcommand \"");
	text_safe(&line, name);
	text_add(&line, "\"");
	if (nearest)
		text_printf(&line, ", did you mean %s", nearest);
	text_add(&line, "; `actflow help` lists them\n");
	fputs(text_string(&line), stderr);
	buffer_fini(&line);
	return ERR_INPUT;
}

static enum err run(const struct options *o)
{
	if (o->args_count == 1) {
		const struct command *c = command_find(o->args[0]);
		char *words[] = { o->args[0], (char[]){ "--help" }, NULL };
		struct options unused;
		enum err status = ERR_INPUT;
		if (!c)
			return command_unknown(o->args[0]);
		options_parse(c, 2, words, &unused, &status);
		return status;
	}
	printf("actflow %s replays activation flows with real cryptography on virtual time and "
	       "judges what happened.\n\nUsage: actflow SUBCOMMAND [OPTION...] [ARGUMENT...]\n\n",
	       ACTFLOW_VERSION);
	for (size_t i = 0; commands[i]; i++)
		printf("  %-9s %s\n", commands[i]->name, commands[i]->summary);
	printf("\n`actflow SUBCOMMAND --help` shows its options; `actflow --version` the build.\n"
	       "Exit: 0 as expected, 1 not as expected, 2 usage or input, 3 inconclusive, 4 "
	       "nothing "
	       "matched,\n      5 environment, 70 bug, 74 cannot write.\n");
	return ERR_OK;
}

static const struct argp_option options[] = {
	{ "help", OPTION_HELP, NULL, 0, "Show this help", 0 },
	{ 0 },
};

const struct command command_help = {
	.name = "help",
	.arguments = "[SUBCOMMAND]",
	.summary = "List the subcommands, or show one of them",
	.options = options,
	.args_max = 1,
	.run = run,
};
