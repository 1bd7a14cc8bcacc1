/* command.h - what a subcommand is, and the one layer of options that all of them share.
 *
 * A subcommand is a table of options, its arguments in words and a function. Parsing is glibc's
 * argp behind an exact match: an abbreviated option is refused, with the nearest name.
 */
#ifndef TOOLS_ACTFLOW_COMMAND_H
#define TOOLS_ACTFLOW_COMMAND_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/diag.h"

/* Keys of options; short ones are their letter. */
enum option_key {
	OPTION_HELP = 'h',
	OPTION_JOBS = 'j',
	OPTION_VERBOSE = 'v',
	OPTION_SEED = 0x100,
	OPTION_OUT,
	OPTION_JSON,
	OPTION_UPDATE_GOLDEN,
	OPTION_NO_COLOR,
	OPTION_DEADLINE,
	OPTION_FLOW,
	OPTION_VARIANT,
	OPTION_SECRETS,
	OPTION_CHECK,
	OPTION_CHECKS,
	OPTION_SCENARIOS,
	OPTION_SOURCES,
	OPTION_MESSAGES,
	OPTION_HEAD,
	OPTION_SCHEMA,
	OPTION_CASE,
	OPTION_SEEDS,
	OPTION_REPEAT,
	OPTION_FILTER,
	OPTION_DIR,
	OPTION_ROWS,
	OPTION_ATTACKS,
	OPTION_REACHES,
	OPTION_WHY,
	OPTION_MINIMISE,
	OPTION_KNOCKOUT,
	OPTION_REQUIRE_ALL,
	OPTION_KNOWLEDGE,
	OPTION_THOROUGH,
};

enum {
	JOBS_MAX = 64,
	DEADLINE_MAX_S = 3600,
	SEEDS_MAX = 1000000,
	REPEAT_MAX = 1000000,
	REACHES_MAX = 64,
	KNOCKED_MAX = 6,
};

/* Checks that are to pass always, by id. Borrowed. */
struct knocked {
	size_t count;
	const char *ids[KNOCKED_MAX];
};

/* What was given on the command line; strings are borrowed from argv. */
struct options {
	bool has_seed;
	uint64_t seed;
	const char *cases; /* --case: "step=S1.5,outage=10s" */
	bool has_seeds;
	uint64_t seeds_from, seeds_to; /* both included; at most SEEDS_MAX */
	unsigned repeat;               /* runs of each seed; 0: not asked */
	const char *out;
	unsigned jobs; /* 1 to JOBS_MAX; 1 by default */
	bool has_deadline;
	unsigned deadline_s; /* wall-clock seconds that one scenario may take; 60 by default */
	bool json, verbose, update_golden, no_color, schema, minimise, knowledge;
	const char *flow, *variant, *secrets, *check;
	const char *head; /* 64 hex digits */
	const char *filter, *dir;
	const char *why; /* "verdict", or the number of a record */
	size_t reaches_count;
	const char *reaches[REACHES_MAX]; /* "device=S1.10" */
	struct knocked knocked;           /* --knockout */
	bool require_all;
	bool thorough; /* also what is of the thorough set (chosen.h) */
	int listing;   /* OPTION_CHECKS, ..., or 0 */
	char **args;
	size_t args_count;
};

struct command {
	const char *name;
	const char *arguments; /* "FILE|FOLDER..." */
	const char *summary;   /* one line for `actflow help` */
	const char *more;      /* what `--help` says below the options; may be NULL */
	const struct argp_option *options;
	size_t args_min, args_max;
	enum err (*run)(const struct options *o);
};

extern const struct command command_run, command_check, command_show, command_diff, command_new,
	command_lint, command_list, command_tables, command_explain, command_vectors, command_help;
extern const struct command command_run, command_check, command_show, command_new, command_lint,
	command_list, command_tables, command_knockout, command_explain, command_vectors,
	command_help;
/* All of them, in the order in which help shows them; NULL-terminated. */
extern const struct command *const commands[];

/* The subcommand of that name, or NULL. */
const struct command *command_find(const char *name);
/* Complain about a name that is none, with the nearest; returns ERR_INPUT. */
enum err command_unknown(const char *name);

/* Parse argv, whose [0] is the subcommand. False when the program shall end with *status: after
 * --help (ERR_OK) or a usage error that was printed (ERR_INPUT). */
bool options_parse(const struct command *c, int argc, char **argv, struct options *o,
		   enum err *status);

#endif
