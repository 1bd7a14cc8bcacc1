/* noc_records.h - what the NOC keeps in its store, and what its machines share. Private to noc*.c.
 */
#ifndef ACTORS_DYNAMICS_NOC_RECORDS_H
#define ACTORS_DYNAMICS_NOC_RECORDS_H

#include "actors/dynamics/vocabulary.h"
#include "proto/crypto/secure_channel.h"
#include "sim/machine.h"

enum {
	NOC_TABLE_KEYS,      /* user id -> struct noc_registered */
	NOC_TABLE_USED_KEYS, /* stored verifier -> user id */
	NOC_TABLE_FAILURES,  /* user id -> how many wrong keys, one byte */
	NOC_TABLES = NOC_TABLE_SHARED + 1
};
enum { NOC_MACHINE_LINK, NOC_MACHINE_APP };

/* What UEM registered for a user. Stored as it stands in memory, padding zeroed. */
struct noc_registered {
	uint8_t stored[VERIFIER_SIZE]; /* s */
	uint8_t uem[UEM_ID_SIZE];
	int64_t expiry_s; /* Unix time; the key is dead from then on */
};

extern const struct machine noc_link_machine;

#endif
