/* reader.c - reads a trace file record by record. Trusts nothing in it, judges nothing in it but
 * its form: lengths, numbers, times, and that it is whole.
 */
#include "sim/trace/trace.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "sim/regular.h"
#include "sim/trace/chain.h"

enum { LENGTH_SIZE = 4 }; /* bytes in front of a record */

struct reader {
	const char *name;
	FILE *file;
	struct diags *diags;
	struct chain chain;
	struct buffer framed; /* the record in hand: length and bytes */
	struct record_memory memory;
	uint64_t count, begin; /* records so far; where the one in hand begins */
	int64_t at_ns;         /* of the last record */
	bool ended;
	trace_sink_fn *receive;
	void *context;
};

/* Say what is wrong with the record in hand. */
static enum err fault(struct reader *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static enum err fault(struct reader *r, const char *format, ...)
{
	char text[256];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	diag_add(r->diags, r->name, 0, 0, "record %" PRIu64 " at byte %" PRIu64 ": %s",
		 r->count + 1, r->begin, text);
	return ERR_INPUT;
}

/* Read up to `want` bytes to the end of framed; returns how many came. */
static size_t take(struct reader *r, size_t want)
{
	buffer_reserve(&r->framed, want);
	size_t got = fread(r->framed.data + r->framed.size, 1, want, r->file);
	r->framed.size += got;
	return got;
}

static enum err read_magic(struct reader *r)
{
	static const char stem[] = "actflow-trace ";
	size_t want = strlen(RECORD_MAGIC);
	size_t got = take(r, want);
	if (ferror(r->file)) {
		diag_add(r->diags, r->name, 0, 0, "cannot be read: %s", strerror(errno));
		return ERR_INPUT;
	}
	if (got == want && memcmp(r->framed.data, RECORD_MAGIC, want) == 0)
		return ERR_OK;
	if (got == want && memcmp(r->framed.data, stem, sizeof stem - 1) == 0)
		diag_add(r->diags, r->name, 0, 0,
			 "a trace of another version, expected version 1, actual '%c'",
			 r->framed.data[sizeof stem - 1]);
	else
		diag_add(r->diags, r->name, 0, 0,
			 "not a trace, expected the line \"actflow-trace 1\" first, actual %s",
			 got == 0 ? "an empty file" : "other bytes");
	return ERR_INPUT;
}

/* The next length and record, bounded before its memory is taken. *more: whether there is one. */
static enum err read_framed(struct reader *r, bool *more)
{
	buffer_clear(&r->framed);
	size_t got = take(r, LENGTH_SIZE);
	*more = got > 0;
	if (ferror(r->file))
		return fault(r, "cannot be read: %s", strerror(errno));
	if (got == 0)
		return ERR_OK;
	if (r->ended)
		return fault(r, "data after the record \"end\", expected the end of the file, "
				"actual more bytes");
	if (got < LENGTH_SIZE)
		return fault(r, "truncated in its length, expected %d bytes, actual %zu",
			     LENGTH_SIZE, got);
	uint32_t size = read_u32(r->framed.data);
	if (size > RECORD_SIZE_MAX)
		return fault(r, "too large, expected at most %d bytes, actual %" PRIu32,
			     RECORD_SIZE_MAX, size);
	got = take(r, size);
	if (ferror(r->file))
		return fault(r, "cannot be read: %s", strerror(errno));
	if (got < size)
		return fault(r, "truncated, expected %" PRIu32 " bytes, actual %zu", size, got);
	return ERR_OK;
}

static enum err check_order(struct reader *r, const struct record *record)
{
	if (record->id != r->count + 1)
		return fault(r, "out of sequence, expected id %" PRIu64 ", actual %" PRIu64,
			     r->count + 1, record->id);
	if (record->at_ns < r->at_ns)
		return fault(r,
			     "time goes backwards, expected at least %" PRId64
			     " ns, actual %" PRId64 " ns",
			     r->at_ns, record->at_ns);
	for (size_t i = 0; i < record->parents_count; i++)
		if (record->parents[i] == 0 || record->parents[i] >= record->id)
			return fault(r,
				     "a parent that does not precede it, expected 1 to %" PRIu64
				     ", actual %" PRIu64,
				     record->id - 1, record->parents[i]);
	return ERR_OK;
}

/* The last record says what came before it, and itself: any other bytes are not what was written.
 */
static enum err check_seal(struct reader *r, const struct record *end, struct bytes encoded)
{
	uint8_t seal[TRACE_HEAD_SIZE];
	struct bytes said = end->values_count == 1 ? end->values[0].value : (struct bytes){ 0 };
	struct buffer again = { 0 };
	if (end->kind != RECORD_END)
		return ERR_OK;
	chain_seal(&r->chain, end, seal);
	record_encode(end, &again);
	bool same = bytes_equal(bytes_of_buffer(&again), encoded);
	buffer_fini(&again);
	if (end->values_count != 1 || strcmp(end->values[0].name, CHAIN_SEAL) != 0)
		return fault(
			r, "without seal, expected one value called \"" CHAIN_SEAL "\", actual %s",
			end->values_count == 0 ? "none" : "another");
	if (same && bytes_equal(said, bytes_of(seal, sizeof seal)))
		return ERR_OK;
	return fault(r, "the trace was changed, expected the bytes whose chain head this record "
			"holds, actual others");
}

/* Read, check, chain and hand on one record. */
static enum err read_record(struct reader *r, bool *more)
{
	enum err err = read_framed(r, more);
	if (err != ERR_OK || !*more)
		return err;
	struct bytes encoded = bytes_of(r->framed.data + LENGTH_SIZE, r->framed.size - LENGTH_SIZE);
	struct record record;
	const char *wrong = record_decode(encoded, &record, &r->memory);
	if (wrong)
		return fault(r, "not a record, expected the form of trace.proto, actual: %s",
			     wrong);
	err = check_order(r, &record);
	if (err == ERR_OK)
		err = check_seal(r, &record, encoded);
	if (err != ERR_OK)
		return err;
	chain_add(&r->chain, bytes_of_buffer(&r->framed));
	r->count++;
	r->begin += r->framed.size;
	r->at_ns = record.at_ns;
	r->ended = record.kind == RECORD_END;
	if (r->receive)
		r->receive(r->context, &record, encoded);
	return ERR_OK;
}

static enum err read_all(struct reader *r)
{
	enum err err = read_magic(r);
	r->begin = strlen(RECORD_MAGIC);
	for (bool more = true; err == ERR_OK && more;)
		err = read_record(r, &more);
	if (err == ERR_OK && !r->ended)
		err = fault(r,
			    "missing, expected the record \"end\" to be the last, actual the end "
			    "of the file");
	return err;
}

enum err trace_read(const char *file, trace_sink_fn *sink, void *context,
		    uint8_t head[TRACE_HEAD_SIZE], struct diags *d)
{
	struct reader r = { .name = file, .diags = d, .receive = sink, .context = context };
	memset(head, 0, TRACE_HEAD_SIZE);
	r.file = regular_stream(file, d);
	if (!r.file)
		return ERR_INPUT;
	chain_init(&r.chain);
	enum err err = read_all(&r);
	if (err == ERR_OK)
		memcpy(head, r.chain.head, TRACE_HEAD_SIZE);
	chain_fini(&r.chain);
	buffer_fini(&r.framed);
	record_memory_fini(&r.memory);
	(void)fclose(r.file);
	return err;
}
