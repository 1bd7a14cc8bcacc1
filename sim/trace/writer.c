/* writer.c - numbers, chains, writes and hands on records. Keeps none of them: a run is not in
 * memory.
 */
#include "sim/trace/trace.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/trace/chain.h"

enum { LENGTH_SIZE = 4 }; /* bytes in front of a record */

struct trace {
	FILE *file; /* borrowed; NULL for nowhere */
	struct chain chain;
	struct buffer framed; /* the record in hand: length and bytes */
	uint8_t seal[TRACE_HEAD_SIZE];
	uint64_t size, count;
	int64_t at_ns; /* of the last record */
	bool failed, ended;
	size_t sinks_count;
	struct {
		trace_sink_fn *receive;
		void *context;
	} sinks[TRACE_SINKS_MAX];
};

static void write_out(struct trace *t, struct bytes b)
{
	t->size += b.size;
	if (t->file && !t->failed)
		t->failed = fwrite(b.data, 1, b.size, t->file) != b.size;
}

struct trace *trace_new(FILE *file)
{
	struct trace *t = calloc(1, sizeof *t);
	if (!t)
		abort();
	t->file = file;
	chain_init(&t->chain);
	write_out(t, bytes_of_string(RECORD_MAGIC));
	return t;
}

void trace_sink(struct trace *t, trace_sink_fn *sink, void *context)
{
	assert(t->sinks_count < TRACE_SINKS_MAX);
	t->sinks[t->sinks_count].receive = sink;
	t->sinks[t->sinks_count++].context = context;
}

/* What the reader would refuse must not be written. */
static void assert_in_order(const struct trace *t, const struct record *r)
{
	assert(!t->ended);
	assert(r->at_ns >= t->at_ns);
	assert(r->parents_count <= RECORD_PARENTS_MAX);
	for (size_t i = 0; i < r->parents_count; i++)
		assert(r->parents[i] > 0 && r->parents[i] < r->id);
}

/* The last record holds what the reader holds the file against. */
static void seal(struct trace *t, struct record *end)
{
	chain_seal(&t->chain, end, t->seal);
	end->values_count = 1;
	end->values[0] = (struct record_value){ CHAIN_SEAL, bytes_of(t->seal, sizeof t->seal) };
}

uint64_t trace_append(struct trace *t, struct record *r)
{
	r->id = t->count + 1;
	assert_in_order(t, r);
	t->count = r->id;
	t->at_ns = r->at_ns;
	t->ended = r->kind == RECORD_END;

	if (t->ended)
		seal(t, r);
	buffer_clear(&t->framed);
	buffer_append_u32(&t->framed, 0);
	record_encode(r, &t->framed);
	write_u32(t->framed.data, (uint32_t)(t->framed.size - LENGTH_SIZE));
	chain_add(&t->chain, bytes_of_buffer(&t->framed));
	write_out(t, bytes_of_buffer(&t->framed));
	/* A full disk may show only when the stream is emptied. */
	if (t->ended && t->file && fflush(t->file) != 0)
		t->failed = true;

	struct bytes encoded = bytes_of(t->framed.data + LENGTH_SIZE, t->framed.size - LENGTH_SIZE);
	for (size_t i = 0; i < t->sinks_count; i++)
		t->sinks[i].receive(t->sinks[i].context, r, encoded);
	return r->id;
}

void trace_head(const struct trace *t, uint8_t head[TRACE_HEAD_SIZE])
{
	memcpy(head, t->chain.head, TRACE_HEAD_SIZE);
}

uint64_t trace_size(const struct trace *t)
{
	return t->size;
}

bool trace_failed(const struct trace *t)
{
	return t->failed;
}

void trace_free(struct trace *t)
{
	if (!t)
		return;
	chain_fini(&t->chain);
	buffer_fini(&t->framed);
	free(t);
}
