/* assembly.h - one direction of a TCP connection as one actor has it, in order, for the search.
 *
 * A secret that lies across two packets stands there with headers in between, and packets come
 * late, twice or not at all. This puts their payloads in order and keeps none that was searched. It
 * is no end of a connection: it asks for nothing, and what never comes leaves a gap.
 */
#ifndef SIM_FLOW_ASSEMBLY_H
#define SIM_FLOW_ASSEMBLY_H

#include "proto/pipe/segment.h"
#include "sim/flow/search.h"

/* More payloads out of order than this, and the first gap is taken as one that nothing will fill. A
 * window of 64 kB holds 47 packets of 1,400 bytes. */
enum { ASSEMBLY_PIECES_MAX = 64 };

struct assembly_piece {
	uint32_t sequence; /* of its first byte */
	struct buffer bytes;
};
/* Zero it to begin; assembly_fini releases it. */
struct assembly {
	struct tail tail;
	bool begun;     /* next is known: from a SYN, or because the wait for one was too long */
	uint32_t start; /* sequence number of the first byte, once begun */
	uint32_t next;  /* of the byte after those that were searched */
	size_t count;
	struct assembly_piece *pieces; /* what waits for bytes before it, in order */
};

/* Take the payload of s. end: as search_scan gave it for the whole packet. What lies across
 * payloads goes to found. */
void assembly_take(struct assembly *a, const struct search *search, const struct segment *s,
		   const struct tail *end, struct hits *found);
/* Nothing more will come: search what still waits, each gap left open. */
void assembly_finish(struct assembly *a, const struct search *search, struct hits *found);
void assembly_fini(struct assembly *a); /* cleanses */

#endif
