/* reorder.c - a sorted list of pieces. It joins nothing: stream.c trims what overlaps. */
#include "proto/pipe/reorder.h"

#include <stdlib.h>
#include <string.h>

bool sequence_before(uint32_t a, uint32_t b)
{
	return a != b && b - a < UINT32_C(0x80000000);
}

static void replace_if_longer(struct piece *p, struct bytes bytes, bool last)
{
	if (bytes.size >= p->bytes.size) {
		buffer_clear(&p->bytes);
		buffer_append(&p->bytes, bytes);
		p->last = last;
	}
}

static void make_room(struct reorder *r)
{
	if (r->count < r->room)
		return;
	r->room = r->room ? 2 * r->room : 8;
	r->list = realloc(r->list, r->room * sizeof *r->list);
	if (!r->list)
		abort();
}

void reorder_keep(struct reorder *r, uint32_t sequence, struct bytes bytes, bool last)
{
	size_t at = r->count;
	while (at > 0 && sequence_before(sequence, r->list[at - 1].sequence))
		at--;
	if (at > 0 && r->list[at - 1].sequence == sequence) {
		replace_if_longer(&r->list[at - 1], bytes, last);
		return;
	}
	if (r->count == REORDER_MAX)
		return;
	make_room(r);
	memmove(&r->list[at + 1], &r->list[at], (r->count - at) * sizeof *r->list);
	r->count++;
	r->list[at] = (struct piece){ .sequence = sequence, .last = last };
	buffer_append(&r->list[at].bytes, bytes);
}

bool reorder_take(struct reorder *r, uint32_t expected, struct piece *out)
{
	if (r->count == 0 || sequence_before(expected, r->list[0].sequence))
		return false;
	*out = r->list[0];
	r->count--;
	memmove(&r->list[0], &r->list[1], r->count * sizeof *r->list);
	return true;
}

void reorder_fini(struct reorder *r)
{
	for (size_t i = 0; i < r->count; i++)
		buffer_fini(&r->list[i].bytes);
	free(r->list);
	*r = (struct reorder){ 0 };
}
