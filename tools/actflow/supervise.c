/* supervise.c - jobs in worker processes: a few at a time, each with a deadline, answers in order.
 */
#include "tools/actflow/supervise.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/actflow/loop.h"

enum { IDLE = -1, PIECE = 64 * 1024, WORD = 4 };

struct slot { /* a worker process, or room for one */
	struct crew *crew;
	pid_t pid;       /* 0: none */
	int ask, answer; /* descriptors: jobs go out, answers come in */
	ssize_t job;     /* IDLE when it has none */
	struct buffer in;
	struct watch *readable, *deadline;
};
struct settled {
	bool known;
	struct supervised what;
	struct buffer result;
};
struct crew {
	const struct supervise *spec;
	struct loop *loop;
	struct slot *slots;
	size_t slots_count;
	size_t next, told; /* jobs given out; jobs reported */
	struct settled *outcomes;
	int signal;  /* that told us to end; 0 */
	bool broken; /* no process or pipe can be had */
};

/* -- in the worker -- */

static bool read_whole(int fd, uint8_t *into, size_t size)
{
	while (size > 0) {
		ssize_t got = read(fd, into, size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		into += got;
		size -= (size_t)got;
	}
	return true;
}

static bool write_whole(int fd, struct bytes b)
{
	while (b.size > 0) {
		ssize_t put = write(fd, b.data, b.size);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		b.data += put;
		b.size -= (size_t)put;
	}
	return true;
}

static void work(const struct supervise *spec, int jobs, int answers)
{
	uint8_t word[WORD];
	struct buffer result = { 0 };
	bool alive = true;
	while (alive && read_whole(jobs, word, sizeof word)) {
		buffer_clear(&result);
		buffer_append_u32(&result, 0);
		spec->work(spec->context, read_u32(word), &result);
		write_u32(result.data, (uint32_t)(result.size - WORD));
		alive = write_whole(answers, bytes_of_buffer(&result));
	}
	buffer_fini(&result);
}

static void become_worker(struct crew *c, int jobs, int answers)
{
	static const int given[] = { SIGINT, SIGTERM };
	for (size_t i = 0; i < sizeof given / sizeof *given; i++)
		signal(given[i], SIG_DFL);
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (size_t i = 0; i < c->slots_count; i++) {
		if (c->slots[i].pid == 0)
			continue;
		close(c->slots[i].ask);
		close(c->slots[i].answer);
	}
	work(c->spec, jobs, answers);
	exit(0);
}

/* -- in the supervisor -- */

static void give_job(struct slot *w);
static void on_answer(void *context);

static bool start(struct slot *w)
{
	int jobs[2], answers[2];
	if (pipe(jobs) != 0)
		return false;
	if (pipe(answers) != 0 || fcntl(answers[0], F_SETFL, O_NONBLOCK) != 0) {
		close(jobs[0]);
		close(jobs[1]);
		return false;
	}
	/* A signal between fork and the worker's own handlers would be told to the parent's loop.
	 */
	sigset_t all, before;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	fflush(NULL); /* else the worker would write what is buffered here once more */
	pid_t pid = fork();
	if (pid == 0) {
		close(jobs[1]);
		close(answers[0]);
		become_worker(w->crew, jobs[0], answers[1]);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(jobs[0]);
	close(answers[1]);
	if (pid < 0) {
		close(jobs[1]);
		close(answers[0]);
		return false;
	}
	w->pid = pid;
	w->ask = jobs[1];
	w->answer = answers[0];
	w->job = IDLE;
	w->readable = loop_readable(w->crew->loop, w->answer, on_answer, w);
	return true;
}

/* The process is gone, or goes now that nothing more is asked of it. */
static int finish(struct slot *w)
{
	int status = 0;
	loop_forget(w->readable); /* while its descriptor is still that of its pipe */
	loop_forget(w->deadline);
	close(w->ask);
	close(w->answer);
	buffer_fini(&w->in);
	while (waitpid(w->pid, &status, 0) < 0 && errno == EINTR)
		;
	*w = (struct slot){ .crew = w->crew, .job = IDLE };
	return status;
}

static void tell(struct crew *c)
{
	for (; c->told < c->spec->jobs && c->outcomes[c->told].known; c->told++) {
		struct settled *o = &c->outcomes[c->told];
		o->what.result = bytes_of_buffer(&o->result);
		c->spec->done(c->spec->context, &o->what);
		buffer_fini(&o->result);
	}
	if (c->told == c->spec->jobs)
		loop_stop(c->loop);
}

static void settle(struct slot *w, enum supervised_how how, struct bytes result)
{
	struct settled *o = &w->crew->outcomes[w->job];
	assert(!o->known);
	o->known = true;
	o->what = (struct supervised){ .job = (size_t)w->job, .how = how, .pid = w->pid };
	buffer_append(&o->result, result);
	w->job = IDLE;
	loop_forget(w->deadline);
	w->deadline = NULL;
}

/* A worker ended on its own, or was killed: its job is lost, another worker takes its place. */
static void replace(struct slot *w, enum supervised_how how)
{
	ssize_t job = w->job;
	if (job != IDLE)
		settle(w, how, (struct bytes){ 0 });
	int status = finish(w);
	if (job != IDLE)
		w->crew->outcomes[job].what.wait_status = status;
	give_job(w);
	tell(w->crew);
}

static void on_deadline(void *context)
{
	struct slot *w = context;
	kill(w->pid, SIGKILL);
	replace(w, SUPERVISED_LATE);
}

static void give_job(struct slot *w)
{
	struct crew *c = w->crew;
	if (c->next == c->spec->jobs || c->broken)
		return;
	if (w->pid == 0 && !start(w)) {
		c->broken = true;
		loop_stop(c->loop);
		return;
	}
	uint8_t word[WORD];
	write_u32(word, (uint32_t)c->next);
	w->job = (ssize_t)c->next++;
	w->deadline = loop_deadline(c->loop, c->spec->deadline_ms, on_deadline, w);
	/* A worker that is gone shows at its other pipe. */
	(void)write_whole(w->ask, bytes_of(word, sizeof word));
}

static void on_answer(void *context)
{
	struct slot *w = context;
	buffer_reserve(&w->in, PIECE);
	ssize_t got = read(w->answer, w->in.data + w->in.size, PIECE);
	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (got > 0)
		w->in.size += (size_t)got;
	bool whole = w->in.size >= WORD;
	size_t size = whole ? read_u32(w->in.data) : 0;
	if (got <= 0 || size > SUPERVISE_RESULT_MAX || (whole && w->job == IDLE)) {
		kill(w->pid, SIGKILL); /* nothing happens when it is gone */
		replace(w, got > 0 ? SUPERVISED_BROKEN : SUPERVISED_DIED);
	} else if (whole && w->in.size == WORD + size) {
		settle(w, SUPERVISED_DONE, bytes_of(w->in.data + WORD, size));
		buffer_clear(&w->in);
		give_job(w);
		tell(w->crew);
	}
}

static void on_interrupt(void *context)
{
	struct crew *c = context;
	c->signal = SIGINT;
	loop_stop(c->loop);
}

static void on_terminate(void *context)
{
	struct crew *c = context;
	c->signal = SIGTERM;
	loop_stop(c->loop);
}

/* Workers that still have a job are told to end, the others find nothing more to read. */
static void dismiss(struct crew *c)
{
	for (size_t i = 0; i < c->slots_count; i++) {
		struct slot *w = &c->slots[i];
		if (w->pid == 0)
			continue;
		struct supervised what = { .how = SUPERVISED_STOPPED, .pid = w->pid };
		bool busy = w->job != IDLE;
		if (busy) {
			what.job = (size_t)w->job;
			kill(w->pid, SIGKILL);
		}
		what.wait_status = finish(w);
		if (busy)
			c->spec->done(c->spec->context, &what);
	}
}

static void serve(struct crew *c)
{
	struct watch *interrupt = loop_signal(c->loop, SIGINT, on_interrupt, c);
	struct watch *terminate = loop_signal(c->loop, SIGTERM, on_terminate, c);
	for (size_t i = 0; i < c->slots_count; i++) {
		c->slots[i] = (struct slot){ .crew = c, .job = IDLE };
		give_job(&c->slots[i]);
	}
	if (!c->broken && c->spec->jobs > 0)
		loop_run(c->loop);
	int number = errno;
	dismiss(c);
	loop_forget(interrupt);
	loop_forget(terminate);
	errno = number;
}

enum err supervise_run(const struct supervise *s, int *stopped)
{
	size_t workers = s->workers < s->jobs ? s->workers : s->jobs;
	struct crew c = { .spec = s,
			  .loop = loop_new(),
			  .slots = calloc(workers + 1, sizeof *c.slots),
			  .slots_count = workers,
			  .outcomes = calloc(s->jobs + 1, sizeof *c.outcomes) };
	assert(s->workers >= 1 && s->jobs < UINT32_MAX);
	if (!c.slots || !c.outcomes)
		abort();
	if (c.loop)
		serve(&c);
	else
		c.broken = true;
	for (size_t i = 0; i < s->jobs; i++)
		buffer_fini(&c.outcomes[i].result);
	loop_free(c.loop);
	free(c.slots);
	free(c.outcomes);
	*stopped = c.signal;
	return c.broken ? ERR_ENVIRONMENT : ERR_OK;
}
