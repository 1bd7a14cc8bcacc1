/* sweep.c - `run --seeds` and `run --repeat`: each scenario many times, in worker processes.
 *
 * Jobs are numbered by scenario, seed and repeat and handed to the supervisor a stretch at a time,
 * so that its memory is bounded; answers come back in that order and are counted at once.
 */
#include "tools/actflow/sweep.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tools/actflow/chosen.h"
#include "tools/actflow/ending.h"
#include "tools/actflow/loop.h"
#include "tools/actflow/output.h"
#include "tools/actflow/play.h"
#include "tools/actflow/report.h"
#include "tools/actflow/same_answers.h"
#include "tools/actflow/supervise.h"
#include "tools/actflow/tally.h"
#include "tools/actflow/tally_report.h"
#include "tools/actflow/text.h"

enum { STRETCH = 4096, PROGRESS_EVERY = 16 }; /* jobs */

struct sweep {
	const struct options *o;
	const struct founds *found;
	struct options each; /* of one run */
	uint64_t seeds, repeats, jobs;
	uint64_t begun; /* the first job of the stretch under way */
	uint64_t told;
	bool colour, progress;
	struct tally tally;     /* of the scenario under way */
	struct answers answers; /* of all runs that came back */
	enum err status;
};

/* What a job is. */
struct task {
	const struct found *scenario;
	bool has_seed;
	uint64_t seed;
	size_t repeat; /* from 1 */
	bool last;     /* of its scenario */
};

bool sweep_wanted(const struct options *o)
{
	return o->has_seeds || o->repeat > 0;
}

static struct task task_of(const struct sweep *s, size_t job)
{
	uint64_t number = s->begun + job, of_one = s->seeds * s->repeats;
	uint64_t seed = number % of_one / s->repeats;
	return (struct task){ .scenario = &s->found->list[number / of_one],
			      .has_seed = s->o->has_seeds || s->o->has_seed,
			      .seed = s->o->has_seeds ? s->o->seeds_from + seed : s->o->seed,
			      .repeat = (size_t)(number % s->repeats) + 1,
			      .last = (number + 1) % of_one == 0 };
}

static void work(void *context, size_t job, struct buffer *result)
{
	struct sweep *s = context;
	struct task task = task_of(s, job);
	struct answer a = { 0 };
	s->each.has_seed = task.has_seed;
	s->each.seed = task.seed;
	struct play p = {
		.scenario = task.scenario, .options = &s->each, .swept = true, .width = OUTPUT_WIDTH
	};
	play(&p, &a);
	buffer_clear(&a.out); /* of each run only its numbers are told, and what failed */
	answer_pack(&a, result);
	answer_fini(&a);
}

static void draw_progress(const struct sweep *s, bool over)
{
	if (!s->progress)
		return;
	if (over)
		fputs("\r\x1b[K", stderr);
	else if (s->told % PROGRESS_EVERY == 0)
		fprintf(stderr, "\r\x1b[K%llu of %llu runs", (unsigned long long)s->told,
			(unsigned long long)s->jobs);
	fflush(stderr);
}

static void end_scenario(struct sweep *s, const struct found *scenario)
{
	struct buffer out = { 0 };
	struct tally_report r = {
		.scenario = scenario, .options = s->o, .tally = &s->tally, .colour = s->colour
	};
	tally_end(&s->tally);
	if (s->o->json)
		tally_json(&r, &out);
	else
		tally_text(&r, &out);
	draw_progress(s, true);
	output_write(bytes_of_buffer(&out));
	fflush(stdout);
	s->status = ending_worse(s->status, s->tally.status);
	buffer_fini(&out);
	tally_fini(&s->tally);
}

/* A worker that did not come back: its job failed, with these words. */
static void lost(const struct sweep *s, const struct supervised *what, struct answer *a)
{
	a->late = what->how == SUPERVISED_LATE;
	a->status = ending_of_lost(what, s->o->deadline_s, &a->messages);
	text_printf(&a->messages, " (actflow %s)\n", ACTFLOW_VERSION);
}

static void done(void *context, const struct supervised *what)
{
	struct sweep *s = context;
	struct answer a = { 0 };
	struct task task = task_of(s, what->job);
	if (what->how == SUPERVISED_STOPPED)
		return;
	if (what->how != SUPERVISED_DONE) {
		lost(s, what, &a);
	} else if (!answer_unpack(what->result, &a)) {
		a.status = ERR_BUG;
		text_add(&a.messages, "bug: a worker's answer is not whole\n");
	}
	uint64_t seed = task.has_seed ? task.seed : a.sample.seed;
	same_answers(&s->answers, task.scenario, &a, false);
	tally_add(&s->tally, seed, task.repeat, &a);
	s->told++;
	draw_progress(s, false);
	if (task.last)
		end_scenario(s, task.scenario);
	answer_fini(&a);
}

/* Do all stretches; *stopped receives the signal that ended it early, else 0. */
static enum err run_stretches(struct sweep *s, int *stopped)
{
	enum err status = ERR_OK;
	*stopped = 0;
	while (s->begun < s->jobs && status == ERR_OK && !*stopped) {
		uint64_t left = s->jobs - s->begun;
		struct supervise spec = { .jobs = left < STRETCH ? (size_t)left : STRETCH,
					  .workers = s->o->jobs,
					  .deadline_ms = (int64_t)s->o->deadline_s * 1000,
					  .work = work,
					  .done = done,
					  .context = s };
		status = supervise_run(&spec, stopped);
		s->begun += spec.jobs;
	}
	if (status != ERR_OK)
		fprintf(stderr, "actflow run: no worker process can be started: %s\n",
			strerror(errno));
	return status;
}

/* How fast it went: of interest where the same is done again and again. */
static void tell_speed(const struct sweep *s, int64_t wall_ns)
{
	struct buffer out = { 0 };
	if (s->o->json || s->o->repeat == 0)
		return;
	text_printf(&out, "%llu runs in ", (unsigned long long)s->told);
	report_duration(wall_ns, &out);
	text_printf(&out, " of wall-clock time: %.1f a second\n",
		    (double)s->told * 1e9 / (double)(wall_ns > 0 ? wall_ns : 1));
	output_write(bytes_of_buffer(&out));
	buffer_fini(&out);
}

enum err sweep_run(const struct options *o, const struct founds *f)
{
	struct sweep s = { .o = o,
			   .found = f,
			   .each = *o,
			   .seeds = o->has_seeds ? o->seeds_to - o->seeds_from + 1 : 1,
			   .repeats = o->repeat > 0 ? o->repeat : 1,
			   .colour = output_colour(o->no_color) && !o->json,
			   .progress = isatty(STDERR_FILENO) == 1 };
	int stopped = 0;
	int64_t begun = loop_now_ns();
	s.each.json = s.each.verbose = false; /* a run's own words are for people */
	s.jobs = s.seeds * s.repeats * f->count;
	enum err status = run_stretches(&s, &stopped);
	draw_progress(&s, true);
	if (!stopped && status == ERR_OK) {
		tell_speed(&s, loop_now_ns() - begun);
		chosen_warn_thorough(f, "actflow run");
	}
	tally_fini(&s.tally);
	answers_fini(&s.answers);
	if (!stopped)
		return ending_worse(s.status, status);
	fflush(stdout);
	signal(stopped, SIG_DFL);
	raise(stopped);
	return ERR_BUG;
}
