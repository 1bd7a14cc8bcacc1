/* recording.h - what there is to be opened later: the messages that the secure channel is made of,
 * with everybody who had them; and, when it is asked for, the bytes of each TCP connection and each
 * datagram as they were on its wire.
 *
 * The messages of a run are some kilobytes a device, of which the last RECORDING_UNITS_MAX are
 * kept. The connections are all of a run's bytes: they are kept only when somebody's keys may be
 * handed over (checker_record). Values in here are those of a run: it is cleansed.
 */
#ifndef SIM_FLOW_RECORDING_H
#define SIM_FLOW_RECORDING_H

#include "sim/flow/connections.h"
#include "sim/flow/evidence.h"

enum {
	RECORDING_UNITS_MAX = 512, /* messages that are kept, at least; all when all is recorded */
	RECORDING_AGAIN_MAX = 128, /* messages back, in which the same bytes are looked for */
	RECORDING_RANDOM = 32,     /* bytes of the random by which a TLS secret is found */
};

struct unit_seen {
	uint64_t record;
	int32_t who;
};
/* A message unit: once, however often it is said before others came between. */
struct recorded_unit {
	uint64_t record; /* in which it was first said */
	uint32_t hash, device;
	enum message_type type;
	struct buffer bytes;
	size_t seen_count, seen_room;
	struct unit_seen *seen; /* who had it, each once */
};

/* What a TLS secret is for, by its name in a key log (RFC 8446 7.1, SSLKEYLOGFILE). */
enum tls_label {
	TLS_CLIENT_HANDSHAKE,
	TLS_SERVER_HANDSHAKE,
	TLS_CLIENT_TRAFFIC,
	TLS_SERVER_TRAFFIC,
	TLS_MASTER, /* of DTLS 1.2 */
	TLS_OTHER
};
struct recorded_label {
	size_t secret; /* number in run.secrets */
	enum tls_label label;
};

/* Zero it but for flow to begin; recording_fini releases it. */
struct recording {
	const struct flow *flow; /* borrowed */
	bool all;                /* also connections; every message */
	size_t units_count, units_room;
	struct recorded_unit *units;
	uint64_t forgotten; /* messages before these */
	struct connections wires;
	struct keys labels_keys; /* label and random */
	size_t labels_room;
	struct recorded_label *labels; /* as many as keys */
};

/* A message was sent or accepted; only those that a rule of closure.h reads are kept. */
void recording_unit(struct recording *x, const struct sight *s);
/* A packet was carried: segment is what it is of TCP, or NULL: a datagram. */
void recording_packet(struct recording *x, const struct sight *s, const struct segment *segment);
/* What a TLS secret is for. r: the RECORD_HOLD that declares it. */
void recording_label(struct recording *x, size_t secret, const struct record *r);
/* The label of this kind that goes with a ClientHello's random, or NULL. */
const struct recorded_label *recording_label_of(const struct recording *x, enum tls_label label,
						const uint8_t random[RECORDING_RANDOM]);
/* When this instance had the unit first, or 0: it has not. */
uint64_t recording_seen(const struct recorded_unit *u, int32_t who);
void recording_fini(struct recording *x); /* cleanses */

#endif
