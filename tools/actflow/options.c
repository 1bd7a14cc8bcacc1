/* options.c - one parser for the options of all subcommands: exact names first, then argp. */
#include "tools/actflow/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/bytes.h"
#include "tools/actflow/text.h"

enum { DEADLINE_S = 60, NAMES_MAX = 24 };

struct parse {
	struct options *o;
	const struct argp_option *options; /* of the subcommand */
	char *program;                     /* "actflow run", for messages */
	bool failed, help;
};

/* actual NULL: there is nothing. */
static void complain(struct parse *p, const char *what, const char *expected, const char *actual)
{
	struct buffer line = { 0 };
	text_printf(&line, "%s: %s: expected %s, actual %s", p->program, what, expected,
		    actual ? "\"" : "nothing");
	text_safe(&line, actual ? actual : "");
	text_add(&line, actual ? "\"\n" : "\n");
	fputs(text_string(&line), stderr);
	buffer_fini(&line);
	p->failed = true;
}

/* A whole number between min and max, in decimal digits and nothing else. */
static uint64_t number(struct parse *p, const char *option, const char *text, uint64_t min,
		       uint64_t max)
{
	char *end = NULL;
	errno = 0;
	uint64_t value = strtoull(text, &end, 10);
	if (strspn(text, "0123456789") == strlen(text) && *text && errno == 0 && value >= min &&
	    value <= max)
		return value;
	char expected[96];
	snprintf(expected, sizeof expected, "a whole number from %llu to %llu",
		 (unsigned long long)min, (unsigned long long)max);
	complain(p, option, expected, text);
	return min;
}

/* "A..B" or "A-B": a range of seeds, both ends included. */
static void seeds(struct parse *p, const char *text)
{
	static const char digits[] = "0123456789";
	size_t first = strspn(text, digits);
	const char *second = text + first;
	second += strncmp(second, "..", 2) == 0 ? 2 : *second == '-';
	bool good = first > 0 && second > text + first && *second && first <= 20 &&
		    strspn(second, digits) == strlen(second);
	errno = 0;
	uint64_t from = strtoull(text, NULL, 10), to = good ? strtoull(second, NULL, 10) : 0;
	if (!good || errno != 0 || from > to || to - from >= SEEDS_MAX)
		complain(p, "--seeds", "A..B, two whole numbers, at most a million seeds apart",
			 text);
	p->o->has_seeds = true;
	p->o->seeds_from = from;
	p->o->seeds_to = to;
}

/* A chain head as reports print it. */
static const char *digest(struct parse *p, const char *option, const char *text)
{
	if (strlen(text) != 64 || strspn(text, "0123456789abcdefABCDEF") != 64)
		complain(p, option, "64 hex digits", text);
	return text;
}

static void set_listing(struct parse *p, int key)
{
	if (p->o->listing != 0 && p->o->listing != key) {
		fprintf(stderr, "%s: only one of the lists can be asked for at a time\n",
			p->program);
		p->failed = true;
	}
	p->o->listing = key;
}

static bool set_flag(struct parse *p, int key)
{
	switch (key) {
	case OPTION_KNOWLEDGE:
		p->o->knowledge = true;
		return true;
	case OPTION_VERBOSE:
		p->o->verbose = true;
		return true;
	case OPTION_JSON:
		p->o->json = true;
		return true;
	case OPTION_UPDATE_GOLDEN:
		p->o->update_golden = true;
		return true;
	case OPTION_MINIMISE:
		p->o->minimise = true;
		return true;
	case OPTION_SCHEMA:
		p->o->schema = true;
		return true;
	case OPTION_NO_COLOR:
		p->o->no_color = true;
		return true;
	case OPTION_THOROUGH:
		p->o->thorough = true;
		return true;
	case OPTION_REQUIRE_ALL:
		p->o->require_all = true;
		return true;
	case OPTION_CHECKS:
	case OPTION_SCENARIOS:
	case OPTION_SOURCES:
	case OPTION_MESSAGES:
	case OPTION_ROWS:
	case OPTION_ATTACKS:
		set_listing(p, key);
		return true;
	default:
		return false;
	}
}

static const struct argp_option *option_named(const struct argp_option *options, const char *name,
					      size_t size)
{
	for (; options->name || options->key; options++)
		if (options->name && strlen(options->name) == size &&
		    strncmp(options->name, name, size) == 0)
			return options;
	return NULL;
}

static const struct argp_option *option_keyed(const struct argp_option *options, int key)
{
	for (; options->name || options->key; options++)
		if (options->key == key)
			return options;
	return NULL;
}

/* Values that are kept as they were given. */
static const char **text_of(struct options *o, int key)
{
	switch (key) {
	case OPTION_CASE:
		return &o->cases;
	case OPTION_OUT:
		return &o->out;
	case OPTION_FLOW:
		return &o->flow;
	case OPTION_VARIANT:
		return &o->variant;
	case OPTION_SECRETS:
		return &o->secrets;
	case OPTION_CHECK:
		return &o->check;
	case OPTION_FILTER:
		return &o->filter;
	case OPTION_DIR:
		return &o->dir;
	case OPTION_WHY:
		return &o->why;
	default:
		return NULL;
	}
}

static void add_reach(struct parse *p, const char *value)
{
	if (p->o->reaches_count < REACHES_MAX)
		p->o->reaches[p->o->reaches_count++] = value;
	else
		complain(p, "--reaches", "at most 64 of them", value);
}

static void add_knocked(struct parse *p, const char *value)
{
	if (p->o->knocked.count < KNOCKED_MAX)
		p->o->knocked.ids[p->o->knocked.count++] = value;
	else
		complain(p, "--knockout", "at most six of them", value);
}

/* Keep such a value. An empty one names nothing; what --case and --filter hold, others read. */
static void set_text(struct parse *p, int key, const char *value)
{
	char option[32];
	*text_of(p->o, key) = value;
	if (*value || key == OPTION_CASE || key == OPTION_FILTER)
		return;
	snprintf(option, sizeof option, "--%s", option_keyed(p->options, key)->name);
	complain(p, option, "a name", NULL);
}

static bool set_value(struct parse *p, int key, const char *value)
{
	if (text_of(p->o, key)) {
		set_text(p, key, value);
		return true;
	}
	switch (key) {
	case OPTION_SEED:
		p->o->seed = number(p, "--seed", value, 0, UINT64_MAX);
		p->o->has_seed = true;
		return true;
	case OPTION_SEEDS:
		seeds(p, value);
		return true;
	case OPTION_REPEAT:
		p->o->repeat = (unsigned)number(p, "--repeat", value, 1, REPEAT_MAX);
		return true;
	case OPTION_JOBS:
		p->o->jobs = (unsigned)number(p, "-j", value, 1, JOBS_MAX);
		return true;
	case OPTION_DEADLINE:
		p->o->has_deadline = true;
		p->o->deadline_s = (unsigned)number(p, "--deadline", value, 1, DEADLINE_MAX_S);
		return true;
	case OPTION_REACHES:
		add_reach(p, value);
		return true;
	case OPTION_KNOCKOUT:
		add_knocked(p, value);
		return true;
	case OPTION_HEAD:
		p->o->head = digest(p, "--head", value);
		return true;
	default:
		return false;
	}
}

static error_t on_key(int key, char *value, struct argp_state *state)
{
	struct parse *p = state->input;
	if (key == OPTION_HELP) {
		p->help = true;
		return 0;
	}
	if (key == ARGP_KEY_ARGS) {
		p->o->args = state->argv + state->next;
		p->o->args_count = (size_t)(state->argc - state->next);
		return 0;
	}
	if (set_flag(p, key) || (value && key != ARGP_KEY_ARG && set_value(p, key, value)))
		return 0;
	return ARGP_ERR_UNKNOWN; /* ARGP_KEY_ARG too: all arguments then come as ARGP_KEY_ARGS */
}

static void unknown_option(struct parse *p, const struct argp_option *options, const char *arg)
{
	const char *names[NAMES_MAX];
	size_t count = 0, size = strcspn(arg + 2, "=");
	char word[64] = "";
	snprintf(word, sizeof word, "%.*s", (int)(size < 60 ? size : 60), arg + 2);
	const char *nearest = NULL;
	for (; options->name || options->key; options++) {
		if (!options->name || count == NAMES_MAX)
			continue;
		names[count++] = options->name;
		if (!nearest && *word && strncmp(options->name, word, strlen(word)) == 0)
			nearest = options->name; /* an abbreviation */
	}
	if (!nearest)
		nearest = diag_nearest(word, names, count);
	struct buffer line = { 0 };
	text_printf(&line, "%s: unknown option \"--", p->program);
	text_safe(&line, word);
	text_add(&line, "\"");
	if (nearest)
		text_printf(&line, ", did you mean --%s", nearest);
	text_add(&line, "\n");
	fputs(text_string(&line), stderr);
	buffer_fini(&line);
	p->failed = true;
}

/* Whether the word is an option whose value is the next word; complains about unknown names. */
static bool takes_next(struct parse *p, const struct argp_option *options, const char *arg)
{
	const struct argp_option *found = NULL;
	if (arg[0] == '-' && arg[1] == '-') {
		size_t size = strcspn(arg + 2, "=");
		found = option_named(options, arg + 2, size);
		if (!found)
			unknown_option(p, options, arg);
		if (found && !found->arg && arg[2 + size])
			complain(p, arg, "no value", arg + 2 + size + 1);
		return found && found->arg && arg[2 + size] == '\0';
	}
	for (size_t i = 1; arg[0] == '-' && arg[i]; i++) {
		found = option_keyed(options, arg[i]);
		if (!found)
			complain(p, "unknown option", "a letter that --help shows", arg);
		if (!found || found->arg)
			return found && arg[i + 1] == '\0';
	}
	return false;
}

static void exact_names(struct parse *p, const struct argp_option *options, int argc, char **argv)
{
	for (int i = 1; i < argc && !p->failed; i++) {
		if (strcmp(argv[i], "--") == 0)
			return;
		if (takes_next(p, options, argv[i]) && ++i == argc)
			complain(p, argv[i - 1], "a value", NULL);
	}
}

/* A negative number is an argument, not a row of letters: "--" goes in front of the first one. Only
 * where no option takes a value, which it could be. */
static char **guard_numbers(const struct argp_option *options, int *argc, char **argv)
{
	static char **guarded; /* kept: options point into it */
	int at = 1;
	for (; options->name || options->key; options++)
		if (options->arg)
			return argv;
	while (at < *argc && strcmp(argv[at], "--") != 0 &&
	       !(argv[at][0] == '-' && argv[at][1] >= '0' && argv[at][1] <= '9'))
		at++;
	if (at == *argc || strcmp(argv[at], "--") == 0)
		return argv;
	free(guarded);
	guarded = calloc((size_t)*argc + 2, sizeof *guarded);
	if (!guarded)
		abort();
	memcpy(guarded, argv, (size_t)at * sizeof *argv);
	static char end_of_options[] = "--";
	guarded[at] = end_of_options;
	memcpy(guarded + at + 1, argv + at, (size_t)(*argc - at) * sizeof *argv);
	++*argc;
	return guarded;
}

static void count_args(struct parse *p, const struct command *c)
{
	if (p->o->args_count < c->args_min && !p->o->schema)
		complain(p, "an argument is missing", c->arguments, NULL);
	else if (p->o->args_count > c->args_max)
		complain(p, "too many arguments", *c->arguments ? c->arguments : "none",
			 p->o->args[c->args_max]);
}

static void show_help(const struct argp *argp, char *program, bool ends_in_words)
{
	setenv("ARGP_HELP_FMT", "no-dup-args-note", 0);
	argp_help(argp, stdout, ARGP_HELP_LONG | ARGP_HELP_USAGE | ARGP_HELP_DOC, program);
	if (ends_in_words)
		puts("");
}

bool options_parse(const struct command *c, int argc, char **argv, struct options *o,
		   enum err *status)
{
	struct buffer program = { 0 }, about = { 0 };
	text_printf(&program, "actflow %s", c->name);
	text_printf(&about, "%s%s%s", c->summary, c->more ? "\v" : "", c->more ? c->more : "");
	struct parse p = { .o = o,
			   .options = c->options,
			   .program = (char *)text_string(&program) };
	struct argp argp = { .options = c->options,
			     .parser = on_key,
			     .args_doc = c->arguments,
			     .doc = text_string(&about) };
	*o = (struct options){ .jobs = 1, .deadline_s = DEADLINE_S };
	argv = guard_numbers(c->options, &argc, argv);
	exact_names(&p, c->options, argc, argv);
	argv[0] = p.program;
	/* What argp could complain about has been said, and its hints name options that are not
	 * here. */
	if (!p.failed && argp_parse(&argp, argc, argv, ARGP_SILENT, NULL, &p) != 0)
		p.failed = true;
	if (!p.failed && p.help)
		show_help(&argp, p.program, c->more != NULL);
	else if (!p.failed)
		count_args(&p, c);
	if (p.failed)
		fprintf(stderr, "%s: `%s --help` shows how it is called\n", p.program, p.program);
	*status = p.failed ? ERR_INPUT : ERR_OK;
	bool go_on = !p.failed && !p.help;
	buffer_fini(&program);
	buffer_fini(&about);
	return go_on;
}
