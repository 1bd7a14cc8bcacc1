/* layer.c - queues and notices of the pipes. Not a pipe itself: it moves units, it reads none. */
#include "proto/pipe/layer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void unit_fini(struct unit *u)
{
	buffer_cleanse(&u->bytes); /* it may have been plaintext */
	*u = (struct unit){ 0 };
}

static void unit_queue_grow(struct unit_queue *q)
{
	if (q->first > 0) {
		memmove(q->list, q->list + q->first, q->count * sizeof *q->list);
		q->first = 0;
	}
	if (q->count < q->room)
		return;
	size_t room = q->room ? 2 * q->room : 4;
	struct unit *list = realloc(q->list, room * sizeof *list);
	if (!list)
		abort();
	q->list = list;
	q->room = room;
}

void unit_queue_push(struct unit_queue *q, struct unit *u)
{
	if (q->first + q->count == q->room)
		unit_queue_grow(q);
	q->list[q->first + q->count++] = *u;
	*u = (struct unit){ 0 };
}

bool unit_queue_pop(struct unit_queue *q, struct unit *out)
{
	unit_fini(out);
	if (q->count == 0)
		return false;
	*out = q->list[q->first++];
	q->count--;
	if (q->count == 0)
		q->first = 0;
	return true;
}

void unit_queue_fini(struct unit_queue *q)
{
	for (size_t i = 0; i < q->count; i++)
		unit_fini(&q->list[q->first + i]);
	free(q->list);
	*q = (struct unit_queue){ 0 };
}

struct pipe_notice *notice_queue_push(struct notice_queue *q)
{
	size_t end = (size_t)q->first + q->count;
	if (end == q->room) {
		size_t room = q->room ? 2 * (size_t)q->room : 2;
		struct pipe_notice *list = reallocarray(q->list, room, sizeof *list);
		if (!list || room > UINT8_MAX)
			abort(); /* a layer reports each kind once, and is drained after each feed
				  */
		q->list = list;
		q->room = (uint8_t)room;
	}
	q->count++;
	return &q->list[end];
}

bool notice_queue_pop(struct notice_queue *q, struct pipe_notice *out)
{
	if (q->count == 0)
		return false;
	*out = q->list[q->first++];
	if (--q->count == 0)
		notice_queue_fini(q);
	return true;
}

void notice_queue_fini(struct notice_queue *q)
{
	free(q->list);
	*q = (struct notice_queue){ 0 };
}

void layer_init(struct layer *l, const struct pipe_ops *ops, enum pipe_kind kind,
		const struct stack_spec *spec)
{
	l->pipe = (struct pipe){ .ops = ops, .kind = kind };
	l->judge = spec->judge;
}

void layer_fini(struct layer *l)
{
	unit_queue_fini(&l->above);
	unit_queue_fini(&l->below);
	notice_queue_fini(&l->notices);
}

static struct pipe_notice *add(struct layer *l, enum pipe_notice_kind kind)
{
	if (l->told & 1u << kind)
		return NULL;
	l->told = (uint8_t)(l->told | 1u << kind);
	struct pipe_notice *n = notice_queue_push(&l->notices);
	*n = (struct pipe_notice){ .kind = kind, .pipe = l->pipe.kind };
	return n;
}

void layer_tell(struct layer *l, enum pipe_notice_kind kind, const char *detail)
{
	struct pipe_notice *n = add(l, kind);
	if (n && detail)
		snprintf(n->detail, sizeof n->detail, "%s", detail);
}

void layer_fail(struct layer *l, const char *why)
{
	l->dead = true;
	struct pipe_notice *n = add(l, PIPE_FAILED);
	if (n)
		snprintf(n->why, sizeof n->why, "%s", why);
}

void layer_push(struct layer *l, enum pipe_side to, struct bytes bytes)
{
	struct unit u = { 0 };
	buffer_append(&u.bytes, bytes);
	unit_queue_push(to == PIPE_ABOVE ? &l->above : &l->below, &u);
}

bool layer_drain(struct pipe *p, enum pipe_side to, struct unit *out)
{
	struct layer *l = (struct layer *)p;
	return unit_queue_pop(to == PIPE_ABOVE ? &l->above : &l->below, out);
}

bool layer_notice(struct pipe *p, struct pipe_notice *out)
{
	struct layer *l = (struct layer *)p;
	return notice_queue_pop(&l->notices, out);
}

int64_t layer_due_never(const struct pipe *p)
{
	(void)p;
	return PIPE_NEVER;
}

void layer_expire_nothing(struct pipe *p, int64_t now_ns)
{
	(void)p, (void)now_ns;
}
