/* trace.h - the ordered record of one run: written as a stream, read as a stream.
 *
 * The writer numbers and chains records and hands each to its sinks at once (file, checker, story), so
 * that a run never has to be held in memory. The reader gives the same records back, located errors
 * for anything that is not one.
 */
#ifndef SIM_TRACE_TRACE_H
#define SIM_TRACE_TRACE_H

#include <stdio.h>

#include "proto/record.h"
#include "sim/diag.h"

enum { TRACE_HEAD_SIZE = 32, TRACE_SINKS_MAX = 4 };

/* Receives each record as it is written; r and encoded are borrowed for the call. */
typedef void trace_sink_fn(void *context, const struct record *r, struct bytes encoded);

struct trace; /* the writer */

/* A writer. file: where the bytes go, NULL for nowhere; it is not closed by the trace. */
struct trace *trace_new(FILE *file);
void          trace_sink(struct trace *t, trace_sink_fn *sink, void *context);
/* Number r, chain it, write it, hand it on. Returns its id. RECORD_END gets its value "head", which
 * stands in the trace until the next call. A failed write is remembered for
 * trace_failed and nothing further is written. */
uint64_t trace_append(struct trace *t, struct record *r);
/* Chain head so far. */
void trace_head(const struct trace *t, uint8_t head[TRACE_HEAD_SIZE]);
/* Bytes so far, magic and lengths included. */
uint64_t trace_size(const struct trace *t);
bool     trace_failed(const struct trace *t);
void     trace_free(struct trace *t);

/* Read a trace file and hand each record to sink, in order; checks ids, lengths and that it ends with
 * a RECORD_END whose "head" is that of the bytes before it. Who changes the bytes on purpose can
 * compute that one anew, so it is no signature. head receives the chain head, all records counted.
 * Errors are located as `file: record N at byte B: ...`. */
enum err trace_read(const char *file, trace_sink_fn *sink, void *context,
                    uint8_t head[TRACE_HEAD_SIZE], struct diags *d);

/* One value of run.secrets. */
struct secret {
	char         *reference; /* "access_key#1" */
	const char   *class;     /* "access_key" */
	const char   *holder;    /* actor that declared it first */
	const char   *channel;   /* secrets of a TLS or DTLS end: its channel; else "" */
	struct buffer value;     /* stands among others: only secrets_fini releases it */
};
struct secrets_index; /* how they are found: secrets.c's own */
struct secrets {
	size_t                count, room;
	struct secret        *list; /* in order of appearance */
	struct secrets_index *index;
};
/* Read and write run.secrets: text, one secret a line, tab-separated: reference, class, holder,
 * channel or "-", value in hex. Written with mode 0600. digest: SHA-256 of the file's bytes. */
void     secrets_format(const struct secrets *s, struct buffer *out);
enum err secrets_read(const char *file, struct secrets *s, struct diags *d);
/* Copies all. A value that its class has already, or an empty one, is not added. class, holder and
 * channel: visible ASCII, at most 128 bytes; channel may be "". */
void     secrets_add(struct secrets *s, const char *class, const char *holder, const char *channel,
                     struct bytes value);
/* The secret with this class and value, or NULL. */
const struct secret *secrets_find(const struct secrets *s, const char *class, struct bytes value);
void                 secrets_fini(struct secrets *s); /* cleanses */

#endif
