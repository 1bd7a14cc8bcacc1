/* crash_sweep.c - every crash that one honest run can have: each actor dies at each of its steps,
 * at each of three points, and begins again at once; in one of the scenarios also seven seconds
 * later, the points in turn. Whatever it was doing, the run ends well. Two processes share the
 * work; the parent counts that no case was left out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib/crashed.h"
#include "tests/lib/files.h"

enum { WORKERS = 2 };
#define LATER_NS INT64_C(7000000000)

/* Under sanitizers a run takes far longer: there every 7th case, unless the variable asks for all.
 */
#define ALL_VARIABLE "ACTFLOW_SWEEP_ALL"
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(undefined_behavior_sanitizer)
enum { STRIDE = 7 };
#else
enum { STRIDE = 1 };
#endif
#elif defined(__SANITIZE_ADDRESS__)
enum { STRIDE = 7 };
#else
enum { STRIDE = 1 };
#endif

/* What came of some cases. */
struct tally {
	uint64_t cases, runs, activated, given_up, faults;
	uint64_t persisted, single, drawn, drawn_before;
};

struct sweep {
	const char *variant;
	bool later; /* also seven seconds down */
	char file[64];
	struct crashed honest;
	size_t actors;
	char *names[FLOW_ACTORS_MAX];
};

/* -- one case -- */

static void blame(const struct sweep *s, const struct crash *c, const char *what, struct tally *t)
{
	t->faults++;
	printf("%s: %s dies at step %u, %s, down %u ms: %s\n", s->variant, s->names[c->actor],
	       (unsigned)c->step, crash_point_name(c->point), (unsigned)(c->down_ns / 1000000),
	       what);
}

static void judge(const struct sweep *s, const struct crash *c, const struct crashed *x,
		  struct tally *t)
{
	const struct {
		bool holds;
		const char *what;
	} rules[] = {
		{ x->played.status == ERR_OK, "the run was refused" },
		{ strcmp(x->played.ended, "quiet") == 0, "the run did not end quiet" },
		{ x->played.verdict == VERDICT_HOLDS, "the verdict does not hold" },
		{ x->played.app_result == 0, "the app is not activated" },
		{ x->crashes == 1 && x->others == 0, "not exactly that one crash" },
		{ x->restarts == 1, "it did not begin again when it was due" },
		{ x->lost == 0, "something persisted was not read back" },
		{ x->twice == 0, "a key was put into a one-time table twice" },
		{ x->again == 0, "a value drawn before the crash was drawn again after it" },
		{ x->played.persisted_late == 0, "something left before it was persisted" },
	};
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (!rules[i].holds)
			blame(s, c, rules[i].what, t);
	t->runs++;
	t->activated += x->played.app_result == 0;
	t->given_up += x->played.app_result != 0;
	t->persisted += x->persisted;
	t->single += x->single;
	t->drawn += x->drawn;
	t->drawn_before += x->drawn_before;
}

static void play_one(const struct sweep *s, const struct crash *c, struct tally *t)
{
	static struct crashed x;
	struct diags d = { 0 };
	crashed_play(s->file, c, &x, &d);
	if (d.count > 0)
		blame(s, c, printed(&d), t);
	diag_fini(&d);
	judge(s, c, &x, t);
}

/* -- all of one scenario -- */

/* Which cases are played: each, or each 7th. */
static uint64_t stride(void)
{
	return getenv(ALL_VARIABLE) ? 1 : STRIDE;
}

/* Count a case; play it when it is this worker's. */
static void take_case(const struct sweep *s, const struct crash *c, size_t worker, struct tally *t)
{
	uint64_t number = t->cases++;
	if (number % stride() == 0 && number / stride() % WORKERS == worker)
		play_one(s, c, t);
}

static struct tally work(const struct sweep *s, size_t worker)
{
	struct tally t = { 0 };
	for (size_t actor = 0; actor < s->actors; actor++)
		for (uint64_t step = 1; step <= s->honest.steps[actor]; step++) {
			struct crash c = { .actor = actor, .step = step };
			for (int point = 0; point < CRASH_POINTS; point++) {
				c.point = (enum crash_point)point;
				take_case(s, &c, worker, &t);
			}
			c.point = (enum crash_point)(step % CRASH_POINTS);
			c.down_ns = LATER_NS;
			if (s->later)
				take_case(s, &c, worker, &t);
		}
	return t;
}

static pid_t begin(const struct sweep *s, size_t worker, int *out)
{
	int ends[2];
	fflush(stdout);
	if (pipe(ends) != 0)
		abort();
	pid_t child = fork();
	if (child != 0) {
		close(ends[1]);
		*out = ends[0];
		return child;
	}
	struct tally t = work(s, worker);
	fflush(stdout);
	_exit(write(ends[1], &t, sizeof t) == (ssize_t)sizeof t ? 0 : 1);
}

static void add(struct tally *sum, const struct tally *t)
{
	sum->cases = t->cases; /* each worker counts all */
	sum->runs += t->runs;
	sum->activated += t->activated;
	sum->given_up += t->given_up;
	sum->faults += t->faults;
	sum->persisted += t->persisted;
	sum->single += t->single;
	sum->drawn += t->drawn;
	sum->drawn_before += t->drawn_before;
}

static struct tally share_out(const struct sweep *s)
{
	struct tally sum = { 0 }, part;
	pid_t child[WORKERS];
	int from[WORKERS], status;
	for (size_t i = 0; i < WORKERS; i++)
		child[i] = begin(s, i, &from[i]);
	for (size_t i = 0; i < WORKERS; i++) {
		bool whole = read(from[i], &part, sizeof part) == (ssize_t)sizeof part;
		if (waitpid(child[i], &status, 0) != child[i] || status != 0 || !whole) {
			printf("%s: worker %zu failed, status %d\n", s->variant, i, status);
			sum.faults++;
		} else
			add(&sum, &part);
		close(from[i]);
	}
	return sum;
}

/* -- scenarios -- */

/* The honest run: who takes part, and how many steps each takes. */
static uint64_t count_steps(struct sweep *s)
{
	static struct scenario scenario;
	uint64_t steps = 0;
	struct diags d = { 0 };
	char text[512];
	snprintf(s->file, sizeof s->file, "scenarios/knox/%s.yaml", s->variant);
	snprintf(text, sizeof text,
		 "actflow: 1\nscenario: someone dies\nflow: knox/flow.yaml\nvariant: %s\n"
		 "seed: 7\nprofile: {attempts: 3}\n"
		 "limits: {steps: 5000, bytes: 4MiB, virtual: 12h}\n",
		 s->variant);
	file_write(s->file, bytes_of_string(text));
	crashed_play(s->file, NULL, &s->honest, &d);
	if (scenario_read(s->file, &scenario, &d) != ERR_OK)
		abort();
	s->actors = scenario.flow.actors_count;
	for (size_t i = 0; i < s->actors; i++) {
		s->names[i] = strdup(scenario.flow.actors[i].name);
		steps += s->honest.steps[i];
	}
	scenario_fini(&scenario);
	return steps;
}

static void print_tally(const struct sweep *s, uint64_t steps, const struct tally *t)
{
	printf("crash sweep of %s: %zu actors, %u steps, %d points%s: %u of %u cases, "
	       "%u activated, %u given up, %u faults\n",
	       s->variant, s->actors, (unsigned)steps, CRASH_POINTS,
	       s->later ? ", and once down for 7 s" : "", (unsigned)t->runs, (unsigned)t->cases,
	       (unsigned)t->activated, (unsigned)t->given_up, (unsigned)t->faults);
	printf("  held: %u persisted entries read back, %u one-time puts, %u values drawn after a "
	       "crash unlike %u before it\n",
	       (unsigned)t->persisted, (unsigned)t->single, (unsigned)t->drawn,
	       (unsigned)t->drawn_before);
}

static bool sweep(const char *variant, bool later)
{
	struct sweep s = { .variant = variant, .later = later };
	uint64_t steps = count_steps(&s);
	struct tally t = share_out(&s);
	uint64_t due = (t.cases + stride() - 1) / stride();
	print_tally(&s, steps, &t);
	for (size_t i = 0; i < s.actors; i++)
		free(s.names[i]);
	return t.faults == 0 && t.runs == due && t.cases == steps * (CRASH_POINTS + later) &&
	       steps > 0 && t.activated > 0 && t.persisted > 0 && t.single > 0 && t.drawn > 0 &&
	       t.drawn_before > 0;
}

int main(void)
{
	bool good = true;
	setvbuf(stdout, NULL, _IOLBF, 0); /* a line of one process is not cut by another's */
	folder_enter();
	good = sweep("next-app", true) && good;
	good = sweep("first-app-admin", false) && good;
	good = sweep("first-app-self-service", false) && good;
	folder_leave();
	return good ? 0 : 1;
}
