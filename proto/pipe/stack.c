/* stack.c - puts pipes on top of each other and moves what they produce until none has more.
 *
 * A pipe starts when the one below it is ready: a stream when it is open, a session when it is
 * secured, the others at once. The end of a layer is told to the one above; a layer that failed has
 * those below it closed, after what it still had to say (an alert) has left.
 */
#include "proto/pipe/stack.h"

#include <assert.h>
#include <stdlib.h>

#include "proto/pipe/layer.h"

struct stack {
	struct pipe *pipes[STACK_PIPES_MAX]; /* bottom first */
	size_t count;
	struct unit_queue above, below; /* to be drained by the owner */
	struct notice_queue notices;
};

static struct pipe *pipe_open(const struct stack_spec *spec, size_t i)
{
	switch (spec->pipes[i]) {
	case PIPE_STREAM:
		return stream_open(spec);
	case PIPE_TLS:
		return tls_open(spec);
	case PIPE_DTLS:
		return dtls_open(spec);
	case PIPE_FRAME:
		return frame_open(spec);
	case PIPE_HTTP:
		return http_open(spec, i > 0 && spec->pipes[i - 1] == PIPE_FRAME);
	case PIPE_KINDS:
		break;
	}
	abort();
}

/* Start pipe i, and those above that need not wait for it. */
static void start(struct stack *s, size_t i, int64_t now_ns)
{
	for (; i < s->count; i++) {
		struct pipe *p = s->pipes[i];
		if (p->ops->start)
			p->ops->start(p, now_ns);
		if (p->kind != PIPE_FRAME && p->kind != PIPE_HTTP)
			return;
	}
}

static bool rise(struct stack *s, size_t i, int64_t now_ns)
{
	bool moved = false;
	struct unit u = { 0 };
	for (; s->pipes[i]->ops->drain(s->pipes[i], PIPE_ABOVE, &u); moved = true) {
		if (i + 1 == s->count)
			unit_queue_push(&s->above, &u);
		else
			s->pipes[i + 1]->ops->feed(s->pipes[i + 1], PIPE_BELOW, &u, now_ns);
	}
	return moved;
}

static bool sink(struct stack *s, size_t i, int64_t now_ns)
{
	bool moved = false;
	struct unit u = { 0 };
	for (; s->pipes[i]->ops->drain(s->pipes[i], PIPE_BELOW, &u); moved = true) {
		if (i == 0)
			unit_queue_push(&s->below, &u);
		else
			s->pipes[i - 1]->ops->feed(s->pipes[i - 1], PIPE_ABOVE, &u, now_ns);
	}
	return moved;
}

static void close_from(struct stack *s, size_t count, int64_t now_ns)
{
	for (size_t i = count; i-- > 0;) {
		s->pipes[i]->ops->close(s->pipes[i], now_ns);
		sink(s, i, now_ns);
	}
}

static void act_on(struct stack *s, size_t i, const struct pipe_notice *n, int64_t now_ns)
{
	struct pipe *upper = i + 1 < s->count ? s->pipes[i + 1] : NULL;
	if (n->kind == PIPE_FAILED) {
		sink(s, i, now_ns);
		close_from(s, i, now_ns);
	}
	if (n->kind == PIPE_OPENED || n->kind == PIPE_SECURED)
		start(s, i + 1, now_ns);
	else if (upper && upper->ops->below_ended)
		upper->ops->below_ended(upper, n->kind == PIPE_FAILED ? n->why : NULL, now_ns);
}

/* Notices of pipe i, after all that it delivered has risen. */
static bool heed(struct stack *s, size_t i, int64_t now_ns)
{
	bool moved = false;
	struct pipe_notice n;
	for (; s->pipes[i]->ops->notice(s->pipes[i], &n); moved = true) {
		*notice_queue_push(&s->notices) = n;
		act_on(s, i, &n, now_ns);
	}
	return moved;
}

static void pump(struct stack *s, int64_t now_ns)
{
	bool moved = true;
	while (moved) {
		moved = false;
		for (size_t i = 0; i < s->count; i++) {
			moved |= rise(s, i, now_ns);
			moved |= heed(s, i, now_ns);
		}
		for (size_t i = s->count; i-- > 0;)
			moved |= sink(s, i, now_ns);
	}
}

struct stack *stack_open(const struct stack_spec *spec, int64_t now_ns)
{
	assert(spec->count <= STACK_PIPES_MAX);
	struct stack *s = calloc(1, sizeof *s);
	if (!s)
		abort();
	for (; s->count < spec->count; s->count++)
		s->pipes[s->count] = pipe_open(spec, s->count);
	start(s, 0, now_ns);
	pump(s, now_ns);
	return s;
}

static void pass_through(struct stack *s, enum pipe_side from, const struct unit *u)
{
	struct unit copy = { .answer = u->answer, .request = u->request };
	buffer_append(&copy.bytes, bytes_of_buffer(&u->bytes));
	unit_queue_push(from == PIPE_BELOW ? &s->above : &s->below, &copy);
}

void stack_feed(struct stack *s, enum pipe_side from, const struct unit *u, int64_t now_ns)
{
	if (s->count == 0) {
		pass_through(s, from, u);
		return;
	}
	struct pipe *p = s->pipes[from == PIPE_BELOW ? 0 : s->count - 1];
	p->ops->feed(p, from, u, now_ns);
	pump(s, now_ns);
}

void stack_feed_raw(struct stack *s, struct bytes bytes, int64_t now_ns)
{
	struct unit u = { 0 };
	size_t i = s->count;
	while (i > 1 && (s->pipes[i - 1]->kind == PIPE_FRAME || s->pipes[i - 1]->kind == PIPE_HTTP))
		i--;
	assert(i > 0);
	buffer_append(&u.bytes, bytes);
	s->pipes[i - 1]->ops->feed(s->pipes[i - 1], PIPE_ABOVE, &u, now_ns);
	unit_fini(&u);
	pump(s, now_ns);
}

bool stack_drain(struct stack *s, enum pipe_side to, struct unit *out)
{
	return unit_queue_pop(to == PIPE_ABOVE ? &s->above : &s->below, out);
}

bool stack_notice(struct stack *s, struct pipe_notice *out)
{
	return notice_queue_pop(&s->notices, out);
}

int64_t stack_due(const struct stack *s)
{
	int64_t due = PIPE_NEVER;
	for (size_t i = 0; i < s->count; i++) {
		int64_t of_pipe = s->pipes[i]->ops->due(s->pipes[i]);
		due = of_pipe < due ? of_pipe : due;
	}
	return due;
}

void stack_expire(struct stack *s, int64_t now_ns)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->pipes[i]->ops->due(s->pipes[i]) <= now_ns)
			s->pipes[i]->ops->expire(s->pipes[i], now_ns);
	pump(s, now_ns);
}

void stack_close(struct stack *s, int64_t now_ns)
{
	close_from(s, s->count, now_ns);
	pump(s, now_ns);
}

void stack_reset(struct stack *s)
{
	if (s->count == 0 || !s->pipes[0]->ops->reset)
		return;
	s->pipes[0]->ops->reset(s->pipes[0]);
	sink(s, 0, 0);
}

const char *stack_peer(const struct stack *s)
{
	for (size_t i = s->count; i-- > 0;)
		if (s->pipes[i]->ops->peer)
			return s->pipes[i]->ops->peer(s->pipes[i]);
	return "";
}

bool stack_over(const struct stack *s)
{
	if (s->count > 0 && s->pipes[0]->ops->over && !s->pipes[0]->ops->over(s->pipes[0]))
		return false;
	return stack_due(s) == PIPE_NEVER;
}

void stack_free(struct stack *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->count; i++)
		s->pipes[i]->ops->free(s->pipes[i]);
	unit_queue_fini(&s->above);
	unit_queue_fini(&s->below);
	notice_queue_fini(&s->notices);
	free(s);
}
