/* loop.c - the loop of the real world, on libevent. */
#include "tools/actflow/loop.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <event2/event.h>

#include "sim/diag.h"

struct loop {
	struct event_base *base;
};
struct watch {
	struct event *event;
	loop_fn *fn;
	void *context;
};

/* What libevent says before it gives up. It says other things too, of no use to an operator. */
static char last_words[160];

static void on_log(int severity, const char *words)
{
	if (severity == EVENT_LOG_ERR)
		snprintf(last_words, sizeof last_words, "%s", words);
}

/* libevent cannot go on and would end the program: do that with a status that is ours. */
static void on_fatal(int number)
{
	(void)number;
	fprintf(stderr, "actflow: the system gives no event loop: %s\n", last_words);
	_exit(ERR_ENVIRONMENT);
}

struct loop *loop_new(void)
{
	event_set_log_callback(on_log);
	event_set_fatal_callback(on_fatal);
	struct loop *l = calloc(1, sizeof *l);
	if (!l)
		abort();
	l->base = event_base_new();
	if (l->base)
		return l;
	free(l);
	return NULL;
}

static void on_event(evutil_socket_t fd, short what, void *context)
{
	struct watch *w = context;
	(void)fd, (void)what;
	w->fn(w->context);
}

static struct watch *watch(struct loop *l, int number, short what, const struct timeval *after,
			   struct watch wanted)
{
	struct watch *w = malloc(sizeof *w);
	if (!w)
		abort();
	*w = wanted;
	w->event = event_new(l->base, number, what, on_event, w);
	if (!w->event || event_add(w->event, after) != 0)
		abort(); /* no memory, or a descriptor that is none: ours to avoid */
	return w;
}

struct watch *loop_readable(struct loop *l, int fd, loop_fn *fn, void *context)
{
	return watch(l, fd, EV_READ | EV_PERSIST, NULL,
		     (struct watch){ .fn = fn, .context = context });
}

struct watch *loop_deadline(struct loop *l, int64_t after_ms, loop_fn *fn, void *context)
{
	struct timeval after = { .tv_sec = (time_t)(after_ms / 1000),
				 .tv_usec = (suseconds_t)(after_ms % 1000 * 1000) };
	return watch(l, -1, EV_TIMEOUT, &after, (struct watch){ .fn = fn, .context = context });
}

struct watch *loop_signal(struct loop *l, int number, loop_fn *fn, void *context)
{
	return watch(l, number, EV_SIGNAL | EV_PERSIST, NULL,
		     (struct watch){ .fn = fn, .context = context });
}

void loop_forget(struct watch *w)
{
	if (!w)
		return;
	event_free(w->event);
	free(w);
}

void loop_run(struct loop *l)
{
	event_base_dispatch(l->base);
}

void loop_stop(struct loop *l)
{
	event_base_loopbreak(l->base);
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	event_base_free(l->base);
	free(l);
}

int64_t loop_now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}
