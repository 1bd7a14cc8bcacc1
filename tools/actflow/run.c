/* run.c - `actflow run`: plays scenarios in worker processes and says what came of them. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "actors/roster.h"
#include "tools/actflow/bundle.h"
#include "tools/actflow/chosen.h"
#include "tools/actflow/ending.h"
#include "tools/actflow/folders.h"
#include "tools/actflow/knocked.h"
#include "tools/actflow/messages.h"
#include "tools/actflow/minimise.h"
#include "tools/actflow/output.h"
#include "tools/actflow/play.h"
#include "tools/actflow/report.h"
#include "tools/actflow/same_answers.h"
#include "tools/actflow/supervise.h"
#include "tools/actflow/sweep.h"
#include "tools/actflow/text.h"

struct batch {
	const struct options *o;
	struct founds found;
	char **folders; /* for each scenario, or NULL; owned */
	int lock;       /* descriptor that holds --out for this run; -1: none */
	bool many, colour, timed, progress;
	size_t width, name_width;
	size_t told, as_expected, not, inconclusive, unread;
	enum err status;
	struct buffer again;
	struct answers answers; /* of all runs that came back */
};

static void work(void *context, size_t job, struct buffer *result)
{
	struct batch *b = context;
	struct answer a = { 0 };
	struct play p = { .scenario = &b->found.list[job],
			  .options = b->o,
			  .folder = b->folders ? b->folders[job] : NULL,
			  .whole = !b->many || b->o->verbose,
			  .colour = b->colour,
			  .timed = b->timed,
			  .width = b->width,
			  .name_width = b->name_width,
			  .apart = output_is_terminal() };
	play(&p, &a);
	answer_pack(&a, result);
	answer_fini(&a);
}

/* The seed of a run that was late: the one that was given, else the file's own. False when that
 * cannot be read. */
static bool seed_of(const struct batch *b, const struct found *f, uint64_t *seed)
{
	struct diags unsaid = { 0 };
	struct scenario *s = calloc(1, sizeof *s);
	if (!s)
		abort();
	bool known = b->o->has_seed;
	if (!known && chosen_read_bare(f, s, &unsaid) == ERR_OK) {
		*seed = s->seed;
		known = true;
	}
	scenario_fini(s);
	free(s);
	diag_fini(&unsaid);
	return known;
}

/* A worker that did not come back: what is needed to see it again. Nothing that killed one is read
 * here. */
static void lost(struct batch *b, const struct supervised *s, struct answer *a)
{
	const struct found *f = &b->found.list[s->job];
	if (b->folders)
		bundle_sweep(b->folders[s->job], s->pid);
	if (s->how == SUPERVISED_STOPPED)
		return;
	struct buffer words = { 0 };
	struct diags d = { 0 };
	uint64_t seed = b->o->seed;
	bool late = s->how == SUPERVISED_LATE;
	bool known = late ? seed_of(b, f, &seed) : b->o->has_seed;
	a->status = ending_of_lost(s, b->o->deadline_s, &words);
	text_add(&words, "; to see it again: ");
	struct again again = { known ? &seed : NULL, &b->o->knocked, late ? b->o->deadline_s : 0 };
	report_rerun_run(f, &again, &words);
	text_printf(&words, " (actflow %s)", ACTFLOW_VERSION);
	diag_add(&d, f->label, 0, 0, "%s", text_string(&words));
	if (b->o->json)
		report_json_refused(f, "lost", &d, &a->out);
	messages_print(&d, &a->messages);
	buffer_append(&a->again, bytes_of_buffer(&a->messages));
	buffer_fini(&words);
	diag_fini(&d);
}

static void count(struct batch *b, enum err status)
{
	b->told++;
	b->as_expected += status == ERR_OK;
	b->inconclusive += status == ERR_INCONCLUSIVE;
	b->unread += status == ERR_INPUT;
	b->not += status != ERR_OK && status != ERR_INCONCLUSIVE && status != ERR_INPUT;
	b->status = ending_worse(b->status, status);
}

static void draw_progress(const struct batch *b, bool over)
{
	if (!b->progress)
		return;
	if (over)
		fputs("\r\x1b[K", stderr);
	else
		fprintf(stderr, "\r\x1b[K%zu of %zu", b->told, b->found.count);
	fflush(stderr);
}

static void done(void *context, const struct supervised *s)
{
	struct batch *b = context;
	struct answer a = { 0 };
	if (s->how != SUPERVISED_DONE) {
		lost(b, s, &a);
	} else if (!answer_unpack(s->result, &a)) {
		a.status = ERR_BUG;
		text_add(&a.messages, "bug: a worker's answer is not whole\n");
	}
	if (s->how == SUPERVISED_STOPPED)
		return;
	same_answers(&b->answers, &b->found.list[s->job], &a, b->o->json);
	count(b, a.status);
	draw_progress(b, true);
	output_write(bytes_of_buffer(&a.out));
	fflush(stdout); /* a failure stays in the stream until output_end */
	if (a.messages.size > 0)
		fwrite(a.messages.data, 1, a.messages.size, stderr);
	buffer_append(&b->again, bytes_of_buffer(&a.again));
	draw_progress(b, false);
	answer_fini(&a);
}

static bool has_cases(const struct founds *f)
{
	size_t i = 0;
	while (i < f->count && !f->list[i].case_name)
		i++;
	return i < f->count;
}

static void write_summary(struct batch *b)
{
	if (b->o->json)
		chosen_warn_thorough(&b->found, "actflow run");
	if ((!b->many && b->found.left_out == 0) || b->o->json)
		return;
	struct buffer out = { 0 };
	if (b->again.size > 0)
		text_add(&out, "\n");
	buffer_append(&out, bytes_of_buffer(&b->again));
	text_printf(&out, "\nrun one again: actflow run FILE%s --seed N\n",
		    has_cases(&b->found) ? " [--case NAME]" : "");
	text_printf(&out, "%zu as expected, %zu not, %zu inconclusive", b->as_expected, b->not,
		    b->inconclusive);
	if (b->unread > 0)
		text_printf(&out, ", %zu not readable", b->unread);
	chosen_say_thorough(&b->found, &out);
	text_add(&out, "\n");
	output_write(bytes_of_buffer(&out));
	buffer_fini(&out);
}

static enum err run_all(struct batch *b)
{
	int stopped = 0;
	struct supervise s = { .jobs = b->found.count,
			       .workers = b->o->jobs,
			       .deadline_ms = (int64_t)b->o->deadline_s * 1000,
			       .work = work,
			       .done = done,
			       .context = b };
	enum err status = supervise_run(&s, &stopped);
	draw_progress(b, true);
	if (status != ERR_OK)
		fprintf(stderr, "actflow run: no worker process can be started: %s\n",
			strerror(errno));
	else if (!stopped)
		write_summary(b);
	if (!stopped)
		return ending_worse(b->status, status);
	fflush(stdout);
	signal(stopped, SIG_DFL);
	raise(stopped);
	return ERR_BUG;
}

static void batch_init(struct batch *b, const struct options *o)
{
	*b = (struct batch){ .o = o,
			     .found = b->found,
			     .lock = -1,
			     .many = b->found.count > 1,
			     .colour = output_colour(o->no_color) && !o->json,
			     .timed = output_is_terminal() || o->verbose,
			     .width = output_width() };
	b->progress = b->many && isatty(STDERR_FILENO) == 1;
	b->name_width = founds_width(&b->found, b->width);
}

static void batch_fini(struct batch *b)
{
	for (size_t i = 0; b->folders && i < b->found.count; i++)
		free(b->folders[i]);
	free(b->folders);
	if (b->lock >= 0)
		close(b->lock);
	founds_fini(&b->found);
	buffer_fini(&b->again);
	answers_fini(&b->answers);
}

/* Options that do not go together, each pair with its reason. */
static enum err check_options(const struct options *o, struct diags *d)
{
	const char *ci = getenv("CI");
	size_t before = d->count;
	const char *many = o->has_seeds ? "--seeds" : "--repeat";
	if (o->update_golden && ci && *ci)
		diag_add(d, "actflow run", 0, 0,
			 "--update-golden: expected no CI in the environment, actual CI=%s; golden "
			 "stories are changed by people",
			 ci);
	if (o->has_seeds && o->has_seed)
		diag_add(d, "actflow run", 0, 0,
			 "--seeds: expected no --seed beside it, actual both");
	if (sweep_wanted(o) && o->out)
		diag_add(d, "actflow run", 0, 0,
			 "%s: expected no --out beside it, actual both; the files of one run are "
			 "kept by its own re-run line with --out",
			 many);
	if (o->knocked.count > 0 && o->update_golden)
		diag_add(
			d, "actflow run", 0, 0,
			"--knockout: expected no --update-golden beside it, actual both; the story "
			"of a run without a check is nobody's expectation");
	knocked_check(&o->knocked, &dynamics_roster, "actflow run: --knockout", d);
	if (sweep_wanted(o) && o->update_golden)
		diag_add(d, "actflow run", 0, 0,
			 "%s: expected no --update-golden beside it, actual both", many);
	const char *beside = sweep_wanted(o)    ? many
			     : o->update_golden ? "--update-golden"
			     : o->has_deadline  ? "--deadline"
			     : o->knowledge     ? "--knowledge"
						: NULL;
	if (o->minimise && beside)
		diag_add(d, "actflow run", 0, 0,
			 "--minimise: expected no %s beside it, actual both", beside);
	return d->count > before ? ERR_INPUT : ERR_OK;
}

static enum err run_found(struct batch *b, struct diags *d)
{
	const struct options *o = b->o;
	enum err status = ERR_OK;
	if (o->minimise)
		return messages_end(d, minimise_run(o, &b->found, d));
	if (o->out)
		status = folders_choose(o->out, &b->found, &b->folders, d);
	if (status == ERR_OK && o->out)
		status = bundle_claim(o->out, &b->lock, d);
	status = messages_end(d, status);
	if (status != ERR_OK)
		return status;
	return sweep_wanted(o) ? sweep_run(o, &b->found) : run_all(b);
}

/* Folders in which nothing can be played; what else was found is. */
static void tell_folders(const struct options *o, struct diags *folders)
{
	struct buffer out = { 0 };
	for (size_t i = 0; i < folders->count && o->json; i++) {
		const struct found folder = { .file = folders->list[i].file };
		const struct diags one = { .list = { folders->list[i] }, .count = 1 };
		report_json_refused(&folder, "refused", &one, &out);
	}
	output_write(bytes_of_buffer(&out));
	diag_print(folders, stderr);
	buffer_fini(&out);
}

static enum err run(const struct options *o)
{
	struct diags d = { 0 }, folders = { 0 };
	struct batch b = { 0 };
	enum err status = check_options(o, &d), searched = ERR_OK;
	if (status == ERR_OK) {
		searched =
			paths_expand(o->args, o->args_count, PATHS_SCENARIOS, &b.found, &folders);
		tell_folders(o, &folders);
	}
	bool any = b.found.count > 0;
	if (status == ERR_OK && any)
		status = chosen_expand(&b.found, (struct wanted_runs){ o->cases, o->thorough }, &d);
	batch_init(&b, o);
	status = status == ERR_OK && any ? run_found(&b, &d) : messages_end(&d, status);
	batch_fini(&b);
	diag_fini(&folders);
	return ending_worse(status, searched);
}

static const struct argp_option options[] = {
	{ "seed", OPTION_SEED, "N", 0, "Run with this seed instead of the file's own", 0 },
	{ "case", OPTION_CASE, "VARIABLE=VALUE,...", 0,
	  "Of files with `for:`, play only the cases in which the variables have these values", 0 },
	{ "seeds", OPTION_SEEDS, "A..B", 0,
	  "Play each scenario once with every seed from A to B, and say how they spread", 0 },
	{ "repeat", OPTION_REPEAT, "N", 0,
	  "Play each seed N times and compare the chain heads, which must be the same", 0 },
	{ "minimise", OPTION_MINIMISE, NULL, 0,
	  "Of a scenario that comes to a violation, find the fewest acts and crashes that still "
	  "do, by "
	  "playing it again without the others; --out DIR writes it to DIR/minimal.yaml",
	  0 },
	{ "out", OPTION_OUT, "DIR", 0,
	  "Keep run.trace, run.secrets and run.txt in DIR; of several scenarios, each in a folder "
	  "of "
	  "its own below it",
	  0 },
	{ "thorough", OPTION_THOROUGH, NULL, 0,
	  "Of folders, play also the scenarios with `thorough: true`", 0 },
	{ "knockout", OPTION_KNOCKOUT, "CHECK", 0,
	  "Let this check pass always and see what follows; at most six of them", 0 },
	{ "jobs", OPTION_JOBS, "N", 0, "Run up to N scenarios at a time (1)", 0 },
	{ "knowledge", OPTION_KNOWLEDGE, NULL, 0,
	  "Say who has which secrets, since when, and how it came by them", 0 },
	{ "deadline", OPTION_DEADLINE, "S", 0,
	  "Seconds of wall-clock time after which a run counts as hanging (60)", 0 },
	{ "json", OPTION_JSON, NULL, 0, "Write one JSON object a scenario, one a line", 0 },
	{ "verbose", OPTION_VERBOSE, NULL, 0, "Show every record, and every scenario's report", 0 },
	{ "update-golden", OPTION_UPDATE_GOLDEN, NULL, 0,
	  "Write the story that was seen into the scenario file; refused when CI is set", 0 },
	{ "no-color", OPTION_NO_COLOR, NULL, 0, "Do not colour, also on a terminal", 0 },
	{ "help", OPTION_HELP, NULL, 0, "Show this help", 0 },
	{ 0 },
};

const struct command command_run = {
	.name = "run",
	.arguments = "FILE|FOLDER...",
	.summary = "Play scenarios and judge what happened",
	.more = "A folder stands for every scenario below it; files called flow.yaml are flows and "
		"are not run, and those of the thorough set only with --thorough or when they are "
		"named themselves; a file with `for:` is played once a case. The same scenario and "
		"seed "
		"give the same trace, byte for byte. Whatever a scenario expects, each run is held "
		"to "
		"the "
		"post-conditions U2, U3, U6 and U7 (`actflow explain post-condition`), and one "
		"that "
		"falls makes it not as expected.",
	.options = options,
	.args_min = 1,
	.args_max = SIZE_MAX,
	.run = run,
};
