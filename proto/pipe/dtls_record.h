/* dtls_record.h - what the head of a DTLS record says, and why a receiver drops such a one.
 *
 * Inside proto/pipe only. Nothing here decides: OpenSSL drops a record and does not say so, and
 * these find the word for it from outside (dtls.c).
 */
#ifndef PROTO_PIPE_DTLS_RECORD_H
#define PROTO_PIPE_DTLS_RECORD_H

#include <stdbool.h>

#include "proto/bytes.h"

/* ContentType (RFC 5246 6.2.1) */
enum { DTLS_ALERT = 21, DTLS_HANDSHAKE = 22 };

/* One record of a datagram. A head that is not whole leaves the numbers 0. */
struct dtls_record {
	struct bytes bytes; /* borrowed from the datagram; up to its end where the record's does not
			       come */
	bool headed;        /* the head is whole */
	uint8_t type;
	uint16_t version, epoch;
	uint64_t number; /* of 48 bits */
	size_t claimed;  /* bytes behind the head, as the head says */
};

/* The numbers of one epoch that were accepted, as far back as a receiver remembers (RFC 6347
 * 4.1.2.6). Zero it to begin. */
struct dtls_window {
	uint64_t newest;
	uint64_t accepted; /* bit n: the number newest - n was */
};

/* The record at the front of what is left of a datagram, which is not empty. */
struct dtls_record dtls_record_read(struct bytes rest);
/* Whether an encrypted record has no room for nonce and tag. */
bool dtls_record_is_stub(const struct dtls_record *r);
/* Why a receiver that reads this epoch drops the record, as far as can be told without its key;
 * NULL where it does not. */
const char *dtls_record_fault(const struct dtls_record *r, uint16_t epoch,
			      const struct dtls_window *w);
/* A record of this number was accepted. */
void dtls_window_add(struct dtls_window *w, uint64_t number);

#endif
