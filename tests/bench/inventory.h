/* inventory.h - what one activation did with cryptography, counted from its trace.
 *
 * The baseline does the same things with bare OpenSSL and is held against this list (baseline.h),
 * so it cannot go stale unseen. It is taken from bytes: TLS and DTLS records out of packets and
 * relayed messages, secrets out of what actors declare to hold.
 */
#ifndef TESTS_BENCH_INVENTORY_H
#define TESTS_BENCH_INVENTORY_H

#include <stdbool.h>

#include "proto/record.h"
#include "sim/flow/flow.h"

enum {
	INVENTORY_PACKETS_MAX = 4096,
	INVENTORY_HOLDS_MAX = 64,
	TLS_CHANGE_CIPHER = 20,
	TLS_ALERT = 21,
	TLS_HANDSHAKE = 22,
	TLS_APPLICATION = 23,
};

/* One record as it stands on the wire (RFC 8446 5.1, RFC 6347 4.1). */
struct tls_record {
	uint8_t type;
	uint16_t size; /* bytes behind its header */
};
struct tls_records {
	struct tls_record *list;
	size_t count, room;
};
void tls_records_fini(struct tls_records *r);
/* Add all records that these bytes hold; false when they are not whole records. */
bool tls_records_read(struct tls_records *r, bool datagram, struct bytes b);

enum inventory_side { SIDE_OPENER, SIDE_ACCEPTOR, SIDES };

/* What went through TLS or DTLS on one channel. */
struct inventory_session {
	bool secures;                /* the channel has a pipe of this kind */
	bool datagram;               /* DTLS 1.2, else TLS 1.3 */
	size_t secured;              /* handshakes that the opener completed */
	struct buffer stream[SIDES]; /* TLS: the bytes of each side so far */
	struct tls_records records[SIDES];
};

/* How often secrets of a class came to be in one way. */
struct inventory_hold {
	char class[48], origin[16]; /* "p0", "derived" */
	size_t count;
};

struct inventory {
	const struct flow *flow; /* borrowed */
	struct inventory_session sessions[FLOW_CHANNELS_MAX];
	size_t packets_count;
	uint16_t packets[INVENTORY_PACKETS_MAX]; /* bytes of each packet on a wire */
	size_t holds_count;
	struct inventory_hold holds[INVENTORY_HOLDS_MAX];
	size_t messages;     /* units accepted */
	size_t setup_size;   /* bytes of the SecureChannelSetup unit */
	size_t request_size; /* of ProvisioningRequest */
	size_t data_size;    /* of ProvisioningData */
	bool broken;         /* some bytes were not what they must be */
};

/* flow: borrowed. */
void inventory_init(struct inventory *x, const struct flow *flow);
/* A trace_sink_fn; context is the inventory. */
void inventory_feed(void *context, const struct record *r, struct bytes encoded);
/* All was fed: cut the streams into records. False, and a line on standard error, when some bytes
 * were not whole records, or a channel that secures was never secured. */
bool inventory_finish(struct inventory *x);
/* How often secrets of this class came to be so. */
size_t inventory_held(const struct inventory *x, const char *class, const char *origin);
/* Bytes of all packets. */
size_t inventory_wire_bytes(const struct inventory *x);
void inventory_fini(struct inventory *x);

#endif
