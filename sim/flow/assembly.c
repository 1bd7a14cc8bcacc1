/* assembly.c - sequence numbers and pieces that wait, for assembly.h. It judges no segment: what a
 * receiver would refuse, an onlooker still has.
 */
#include "sim/flow/assembly.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* How far a is behind b, negative when it is before it; numbers wrap (RFC 9293 3.4). */
static int32_t behind(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b);
}

struct arrived {
	uint32_t sequence;
	struct bytes bytes;
	const struct tail *end;
};

/* Search a piece that begins at or before what is expected next. Bytes that were there before are
 * left out. */
static void piece_join(struct assembly *a, const struct search *search, const struct arrived *p,
		       struct hits *found)
{
	uint32_t known = a->next - p->sequence;
	if (known >= p->bytes.size)
		return;
	struct bytes news = bytes_of(p->bytes.data + known, p->bytes.size - known);
	search_join(search, &a->tail, news, p->end, found);
	a->next += (uint32_t)news.size;
}

static void first_drop(struct assembly *a)
{
	buffer_cleanse(&a->pieces[0].bytes);
	memmove(a->pieces, a->pieces + 1, --a->count * sizeof *a->pieces);
	if (a->count)
		return;
	free(a->pieces); /* most connections never wait again */
	a->pieces = NULL;
}

/* Search the pieces that now have all before them. */
static void waiting_join(struct assembly *a, const struct search *search, struct hits *found)
{
	struct tail end = { 0 };
	while (a->count && behind(a->pieces[0].sequence, a->next) <= 0) {
		struct arrived p = { a->pieces[0].sequence, bytes_of_buffer(&a->pieces[0].bytes),
				     &end };
		search_scan(search, p.bytes, found, &end);
		piece_join(a, search, &p, found);
		first_drop(a);
	}
	tail_fini(&end);
}

static void begin_at(struct assembly *a, uint32_t sequence)
{
	tail_fini(&a->tail);
	a->start = a->next = sequence;
	a->begun = true;
}

/* Go on behind the first gap. */
static void gap_skip(struct assembly *a, const struct search *search, struct hits *found)
{
	if (a->begun) {
		tail_fini(&a->tail);
		a->next = a->pieces[0].sequence;
	} else {
		begin_at(a, a->pieces[0].sequence);
	}
	waiting_join(a, search, found);
}

void assembly_finish(struct assembly *a, const struct search *search, struct hits *found)
{
	while (a->count)
		gap_skip(a, search, found);
}

/* Let a piece wait at its place; the longer of two that begin together is enough. */
static void piece_keep(struct assembly *a, uint32_t sequence, struct bytes piece)
{
	size_t at = a->count;
	while (at && behind(a->pieces[at - 1].sequence, sequence) > 0)
		at--;
	if (at && a->pieces[at - 1].sequence == sequence) {
		if (a->pieces[at - 1].bytes.size >= piece.size)
			return;
		at--;
		buffer_cleanse(&a->pieces[at].bytes);
	} else {
		assert(a->count < ASSEMBLY_PIECES_MAX);
		memmove(a->pieces + at + 1, a->pieces + at, (a->count - at) * sizeof *a->pieces);
		a->count++;
	}
	a->pieces[at] = (struct assembly_piece){ .sequence = sequence };
	buffer_append(&a->pieces[at].bytes, piece);
}

static void piece_wait(struct assembly *a, const struct search *search, uint32_t sequence,
		       struct bytes piece, struct hits *found)
{
	if (a->count == ASSEMBLY_PIECES_MAX)
		gap_skip(a, search, found);
	if (!a->pieces) {
		a->pieces = calloc(ASSEMBLY_PIECES_MAX, sizeof *a->pieces);
		assert(a->pieces);
	}
	piece_keep(a, sequence, piece);
	if (a->begun)
		waiting_join(a, search, found); /* the gap that was skipped may be in front of it */
}

/* A SYN names the first byte. Another one than before begins another connection. */
static void syn_see(struct assembly *a, const struct search *search, uint32_t first,
		    struct hits *found)
{
	if (a->begun && a->start == first)
		return;
	if (a->begun)
		assembly_finish(a, search, found);
	begin_at(a, first);
	waiting_join(a, search, found);
}

void assembly_take(struct assembly *a, const struct search *search, const struct segment *s,
		   const struct tail *end, struct hits *found)
{
	bool syn = s->flags & SEGMENT_SYN;
	uint32_t sequence = s->sequence + (syn ? 1 : 0);
	if (syn)
		syn_see(a, search, sequence, found);
	if (!s->bytes.size)
		return;
	if (!a->begun || behind(sequence, a->next) > 0) {
		piece_wait(a, search, sequence, s->bytes, found);
		return;
	}
	struct arrived p = { sequence, s->bytes, end };
	piece_join(a, search, &p, found);
	waiting_join(a, search, found);
}

void assembly_fini(struct assembly *a)
{
	while (a->count)
		first_drop(a);
	free(a->pieces);
	tail_fini(&a->tail);
	memset(a, 0, sizeof *a);
}
