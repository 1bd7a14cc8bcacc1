/* trace_writer.h - writes the records that a run has around each of its sentences: holds, ends that
 * open and are secured, messages sent and accepted. For traces written by hand; it runs nothing.
 */
#ifndef TESTS_LIB_TRACE_WRITER_H
#define TESTS_LIB_TRACE_WRITER_H

#include "proto/message.h"
#include "sim/trace/trace.h"
#include "tests/lib/records.h"

/* Zero it but for out and secrets, which are the caller's. */
struct writer {
	struct records *out;
	struct secrets *secrets;
	int64_t now_ns;
	uint64_t cause; /* id of the record that the next one follows from; 0: none */
};

/* Bytes that look random and are the same each time: a digest of their name. size <= 64. */
void writer_fill(const char *name, uint8_t *out, size_t size);
/* 32 such bytes. */
struct bytes writer_bytes(const char *name, uint8_t out[32]);

/* Number, date and add a record; it follows from the latest unless it has parents. Returns its id.
 */
uint64_t writer_add(struct writer *w, struct record r);
/* Number of this actor's only session. */
uint64_t writer_session(const char *actor);
/* actor holds a value from now on; hold_named: 32 bytes named like the class. */
void writer_hold(struct writer *w, const char *actor, const char *class, const char *origin,
		 struct bytes value);
void writer_hold_named(struct writer *w, const char *actor, const char *class, const char *origin);
/* A channel is opened and secured at both ends, which hold its secret. */
void writer_secure(struct writer *w, const char *channel, const char *from, const char *to);
/* A packet of noise on the relay's wire arrives this often; 0: it is lost. */
void writer_packet(struct writer *w, const char *from, const char *to, int copies);
/* A message goes from one actor to another: sent, and accepted as it was sent. */
void writer_say(struct writer *w, const struct message *m, const char *channel,
		const char *const ends[2]);

#endif
