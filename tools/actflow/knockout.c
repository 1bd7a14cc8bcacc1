/* knockout.c - `actflow knockout`: plays scenarios with all checks, then without each that was
 * false. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/actflow/bundle.h"
#include "tools/actflow/chosen.h"
#include "tools/actflow/ending.h"
#include "tools/actflow/matrix.h"
#include "tools/actflow/messages.h"
#include "tools/actflow/output.h"
#include "tools/actflow/play.h"
#include "tools/actflow/report.h"
#include "tools/actflow/supervise.h"
#include "tools/actflow/text.h"

/* The rounds of jobs: each scenario with all checks, each cell, and, for each check that is
 * exposed, the acts that it takes and the traces to be kept. */
enum round { ROUND_WITH, ROUND_CELLS, ROUND_ACTS, ROUND_TRACES, ROUNDS };

struct knockout {
	const struct options *o;
	struct matrix m;
	enum round round;
	size_t jobs, told;
	size_t exposed_count;
	size_t *exposed; /* indices of checks; owned */
	bool progress;
	int stopped;
	enum err status;
};

/* -- in a worker -- */

static const char *id_of(const struct knockout *k, size_t check)
{
	return k->m.checks.list[check].id;
}

/* Of the last round there are two jobs for each check: with it, and without. */
static bool is_without(size_t job)
{
	return job % 2 == 1;
}

/* "DIR/CHECK/with" or "DIR/CHECK/without". Owned. */
static char *folder_of(const struct knockout *k, size_t job)
{
	char *check = paths_join(k->o->out, id_of(k, k->exposed[job / 2]));
	char *folder = paths_join(check, is_without(job) ? "without" : "with");
	free(check);
	return folder;
}

static enum err keep_trace(const struct knockout *k, size_t job, struct buffer *messages)
{
	const struct cell *c = k->m.lines[k->exposed[job / 2]].cell;
	struct options each = { .jobs = 1, .deadline_s = k->o->deadline_s };
	struct answer a = { 0 };
	char *folder = folder_of(k, job);
	if (is_without(job))
		each.knocked = matrix_knocked(&k->m, k->exposed[job / 2]);
	struct play p = { .scenario = &k->m.found.list[c->scenario],
			  .options = &each,
			  .folder = folder,
			  .width = OUTPUT_WIDTH };
	play(&p, &a);
	enum err status = a.status;
	/* That it is not what the scenario expects is the point. */
	if (status == ERR_NOT_AS_EXPECTED || status == ERR_INCONCLUSIVE)
		status = ERR_OK;
	if (status != ERR_OK)
		buffer_append(messages, bytes_of_buffer(&a.messages));
	answer_fini(&a);
	free(folder);
	return status;
}

static enum err fill_cell(struct knockout *k, size_t job, struct buffer *value, struct diags *d)
{
	struct cell *c = &k->m.cells[job];
	enum err status = cell_fill(&k->m.found.list[c->scenario], id_of(k, c->check),
				    &k->m.with[c->scenario], c, d);
	buffer_append(value, bytes_of(c, sizeof *c));
	return status;
}

static enum err play_with_all(struct knockout *k, size_t job, struct buffer *value, struct diags *d)
{
	const struct knocked none = { 0 };
	struct scenario *s = calloc(1, sizeof *s);
	struct facts f = { 0 };
	if (!s)
		abort();
	const struct playing p = { &k->m.found.list[job], s, d };
	enum err status = chosen_read(p.file, s, d);
	if (status == ERR_OK)
		status = cell_play(&p, &none, &f);
	facts_pack(&f, value);
	facts_fini(&f);
	scenario_fini(s);
	free(s);
	return status;
}

static enum err find_acts(struct knockout *k, size_t job, struct buffer *value, struct diags *d)
{
	const struct cell *c = k->m.lines[k->exposed[job]].cell;
	const struct knocked without = matrix_knocked(&k->m, k->exposed[job]);
	struct minimal m = { 0 };
	enum err status =
		minimal_find(&k->m.found.list[c->scenario], &without, &c->exposure, &m, d);
	minimal_pack(&m, value);
	minimal_fini(&m);
	return status;
}

/* An answer: the status, the size of the messages, the messages, the value. */
static void work(void *context, size_t job, struct buffer *result)
{
	struct knockout *k = context;
	struct diags d = { 0 };
	struct buffer value = { 0 }, messages = { 0 };
	enum err status = k->round == ROUND_WITH    ? play_with_all(k, job, &value, &d)
			  : k->round == ROUND_CELLS ? fill_cell(k, job, &value, &d)
			  : k->round == ROUND_ACTS  ? find_acts(k, job, &value, &d)
						    : keep_trace(k, job, &messages);
	messages_print(&d, &messages);
	buffer_append_u8(result, (uint8_t)status);
	buffer_append_u32(result, (uint32_t)messages.size);
	buffer_append(result, bytes_of_buffer(&messages));
	buffer_append(result, bytes_of_buffer(&value));
	buffer_fini(&messages);
	buffer_fini(&value);
	diag_fini(&d);
}

/* -- in this process -- */

static const char *const rounds[ROUNDS] = { [ROUND_WITH] = "scenarios",
					    [ROUND_CELLS] = "runs without a check",
					    [ROUND_ACTS] = "attacks made smaller",
					    [ROUND_TRACES] = "traces" };

static void draw_progress(const struct knockout *k, bool over)
{
	if (!k->progress)
		return;
	if (over)
		fputs("\r\x1b[K", stderr);
	else
		fprintf(stderr, "\r\x1b[K%zu of %zu %s", k->told, k->jobs, rounds[k->round]);
	fflush(stderr);
}

/* A worker that did not come back: what is needed to see it again. */
static void lost(struct knockout *k, const struct supervised *s)
{
	struct buffer line = { 0 };
	size_t exposed = k->round == ROUND_TRACES ? s->job / 2 : s->job;
	const struct cell *c = k->round == ROUND_WITH    ? NULL
			       : k->round == ROUND_CELLS ? &k->m.cells[s->job]
							 : k->m.lines[k->exposed[exposed]].cell;
	const struct found *f = &k->m.found.list[c ? c->scenario : s->job];
	struct knocked without = { 0 };
	if (c)
		without.ids[without.count++] = id_of(k, c->check);
	text_safe(&line, f->label);
	text_add(&line, ": ");
	k->status = ending_worse(k->status, ending_of_lost(s, k->o->deadline_s, &line));
	text_add(&line, "; to see it again: ");
	report_rerun_run(f, &(struct again){ NULL, &without, 0 }, &line);
	text_printf(&line, " (actflow %s)\n", ACTFLOW_VERSION);
	fputs(text_string(&line), stderr);
	buffer_fini(&line);
}

static bool take(struct knockout *k, size_t job, struct bytes value)
{
	if (k->round == ROUND_WITH)
		return facts_unpack(value, &k->m.with[job]);
	if (k->round == ROUND_ACTS)
		return minimal_unpack(value, &k->m.lines[k->exposed[job]].minimal);
	if (k->round == ROUND_TRACES)
		return value.size == 0;
	if (value.size != sizeof *k->m.cells)
		return false;
	memcpy(&k->m.cells[job], value.data, value.size);
	return true;
}

static void done(void *context, const struct supervised *s)
{
	struct knockout *k = context;
	if (s->how == SUPERVISED_STOPPED)
		return;
	draw_progress(k, true);
	k->told++;
	struct bytes in = s->result;
	if (s->how != SUPERVISED_DONE) {
		lost(k, s);
	} else if (in.size < 5 || read_u32(in.data + 1) > in.size - 5) {
		k->status = ERR_BUG;
	} else {
		size_t size = read_u32(in.data + 1);
		enum err status = (enum err)in.data[0];
		fwrite(in.data + 5, 1, size, stderr);
		if (!take(k, s->job, bytes_of(in.data + 5 + size, in.size - 5 - size)))
			status = ERR_BUG;
		k->status = status == ERR_OK ? k->status : ending_worse(k->status, status);
	}
	draw_progress(k, false);
}

static void run_round(struct knockout *k, enum round round, size_t jobs)
{
	struct supervise s = { .jobs = jobs,
			       .workers = k->o->jobs,
			       .deadline_ms = (int64_t)k->o->deadline_s * 1000,
			       .work = work,
			       .done = done,
			       .context = k };
	k->round = round;
	k->jobs = jobs;
	k->told = 0;
	enum err status = jobs > 0 && !k->stopped ? supervise_run(&s, &k->stopped) : ERR_OK;
	draw_progress(k, true);
	if (status == ERR_OK)
		return;
	fprintf(stderr, "actflow knockout: no worker process can be started: %s\n",
		strerror(errno));
	k->status = ending_worse(k->status, status);
}

/* What is told of each check that was exposed: what it takes, and both runs. */
static void look_closer(struct knockout *k)
{
	k->exposed = calloc(k->m.checks.count + 1, sizeof *k->exposed);
	if (!k->exposed)
		abort();
	for (size_t i = 0; i < k->m.checks.count; i++)
		if (k->m.lines[i].outcome >= CHECK_TOGETHER)
			k->exposed[k->exposed_count++] = i;
	run_round(k, ROUND_ACTS, k->exposed_count);
	if (k->o->out)
		run_round(k, ROUND_TRACES, 2 * k->exposed_count);
}

static enum err conclude(struct knockout *k)
{
	struct buffer out = { 0 };
	bool colour = output_colour(k->o->no_color) && !k->o->json;
	matrix_conclude(&k->m);
	look_closer(k);
	if (k->stopped)
		return k->status;
	if (k->o->json)
		chosen_warn_thorough(&k->m.found, "actflow knockout");
	if (k->o->json)
		matrix_json(&k->m, &out);
	else
		matrix_text(&k->m, colour, &out);
	output_write(bytes_of_buffer(&out));
	buffer_fini(&out);
	for (size_t i = 0; i < k->m.checks.count && k->o->require_all; i++)
		if (k->m.lines[i].outcome == CHECK_SURVIVED ||
		    k->m.lines[i].outcome == CHECK_NO_SCENARIO)
			k->status = ending_worse(k->status, ERR_NOT_AS_EXPECTED);
	return k->status;
}

static enum err play_all(struct knockout *k)
{
	matrix_init(&k->m);
	run_round(k, ROUND_WITH, k->m.found.count);
	if (k->status != ERR_OK || k->stopped)
		return k->status; /* of a scenario that cannot be played nothing can be said */
	matrix_plan(&k->m);
	run_round(k, ROUND_CELLS, k->m.cells_count);
	return k->stopped ? k->status : conclude(k);
}

/* The scenarios that are meant: without an argument, those of the nearest folder. */
static enum err find(const struct options *o, struct founds *found, struct diags *d)
{
	char *root = o->args_count > 0 ? NULL : paths_scenarios(".");
	if (o->args_count == 0 && !root) {
		diag_add(d, ".", 0, 0,
			 "expected a folder called scenarios here or above, actual none; name a "
			 "folder");
		return ERR_NOTHING;
	}
	enum err status = root ? paths_expand(&root, 1, PATHS_SCENARIOS, found, d)
			       : paths_expand(o->args, o->args_count, PATHS_SCENARIOS, found, d);
	free(root);
	if (status == ERR_OK)
		status = chosen_expand(found, (struct wanted_runs){ .thorough = o->thorough }, d);
	return status;
}

static enum err run(const struct options *o)
{
	struct diags d = { 0 };
	struct knockout k = { .o = o, .progress = isatty(STDERR_FILENO) == 1 };
	int lock = -1;
	enum err status = find(o, &k.m.found, &d);
	if (status == ERR_OK && o->out)
		status = bundle_claim(o->out, &lock, &d);
	status = messages_end(&d, status);
	if (status == ERR_OK)
		status = play_all(&k);
	free(k.exposed);
	matrix_fini(&k.m);
	if (lock >= 0)
		close(lock);
	if (!k.stopped)
		return status;
	fflush(stdout);
	signal(k.stopped, SIG_DFL);
	raise(k.stopped);
	return ERR_BUG;
}

static const struct argp_option options[] = {
	{ "require-all", OPTION_REQUIRE_ALL, NULL, 0,
	  "Exit 1 when a check survives, or is false in no scenario", 0 },
	{ "thorough", OPTION_THOROUGH, NULL, 0,
	  "Of folders, play also the scenarios with `thorough: true`", 0 },
	{ "out", OPTION_OUT, "DIR", 0,
	  "Keep the files of both runs of each check that is exposed, in DIR/CHECK/with and "
	  "DIR/CHECK/without",
	  0 },
	{ "jobs", OPTION_JOBS, "N", 0, "Run up to N scenarios at a time (1)", 0 },
	{ "deadline", OPTION_DEADLINE, "S", 0,
	  "Seconds of wall-clock time after which a run counts as hanging (60)", 0 },
	{ "json", OPTION_JSON, NULL, 0, "Write one JSON object a check, one a line", 0 },
	{ "no-color", OPTION_NO_COLOR, NULL, 0, "Do not colour, also on a terminal", 0 },
	{ "help", OPTION_HELP, NULL, 0, "Show this help", 0 },
	{ 0 },
};

const struct command command_knockout = {
	.name = "knockout",
	.arguments = "[SCENARIO|FOLDER...]",
	.summary = "Let each check always pass, and say which claim or rule then falls",
	.more = "Without an argument: the nearest folder called scenarios, here or above. Each "
		"scenario is played with all checks; then, for each check that was false in it, "
		"without that one. A check is exposed when something happens that did not, "
		"shadowed "
		"when another one refuses instead, and has survived when nothing else changes. "
		"`actflow run --knockout CHECK` shows one such run.",
	.options = options,
	.args_max = SIZE_MAX,
	.run = run,
};
