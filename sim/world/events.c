/* events.c - a binary heap of events. */
#include "sim/world/events.h"

#include <stdlib.h>

enum { ROOM_MIN = 64 };

static bool before(const struct event *a, const struct event *b)
{
	return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->sequence < b->sequence;
}

static void swap(struct event *a, struct event *b)
{
	struct event t = *a;
	*a = *b;
	*b = t;
}

static void resize(struct events *q, size_t room)
{
	q->list = reallocarray(q->list, room, sizeof *q->list);
	if (!q->list)
		abort();
	q->room = room;
}

void events_push(struct events *q, struct event *e)
{
	if (q->count == q->room)
		resize(q, q->room ? 2 * q->room : ROOM_MIN);
	e->sequence = q->sequence++;
	size_t i = q->count++;
	q->list[i] = *e;
	e->bytes = (struct buffer){ 0 };
	for (; i > 0 && before(&q->list[i], &q->list[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&q->list[i], &q->list[(i - 1) / 2]);
}

/* What many devices needed at once is not kept. */
static void shrink(struct events *q)
{
	size_t room = q->room;
	while (room > ROOM_MIN && q->count < room / 4)
		room /= 2;
	if (room < q->room)
		resize(q, room);
}

/* Let the event at i go down to where none below it is earlier. */
static void sink(struct events *q, size_t i)
{
	for (;;) {
		size_t least = i, left = 2 * i + 1, right = left + 1;
		if (left < q->count && before(&q->list[left], &q->list[least]))
			least = left;
		if (right < q->count && before(&q->list[right], &q->list[least]))
			least = right;
		if (least == i)
			return;
		swap(&q->list[i], &q->list[least]);
		i = least;
	}
}

bool events_pop(struct events *q, struct event *out)
{
	if (q->count == 0)
		return false;
	*out = q->list[0];
	q->list[0] = q->list[--q->count];
	shrink(q);
	sink(q, 0);
	return true;
}

/* No two events are equal in order, so how the heap lies decides nothing. */
void events_forget(struct events *q, bool (*is_dead)(void *context, const struct event *e),
		   void *context)
{
	size_t kept = 0;
	for (size_t i = 0; i < q->count; i++) {
		if (is_dead(context, &q->list[i]))
			buffer_cleanse(&q->list[i].bytes);
		else
			q->list[kept++] = q->list[i];
	}
	q->count = kept;
	shrink(q);
	for (size_t i = kept / 2; i-- > 0;)
		sink(q, i);
}

void events_fini(struct events *q)
{
	for (size_t i = 0; i < q->count; i++)
		buffer_fini(&q->list[i].bytes);
	free(q->list);
	*q = (struct events){ 0 };
}
