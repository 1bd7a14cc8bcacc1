/* lineage.h - what is remembered of each record for those that follow from it: whose it was, which
 * device and attempt it belonged to, and how much its actor knew.
 *
 * Every record can be asked for until the end: a timer or a mail may wait for hours. So old records
 * are packed: a chunk of them becomes a list of the different entries and one byte a record. It
 * knows nothing of what the numbers mean.
 */
#ifndef SIM_FLOW_LINEAGE_H
#define SIM_FLOW_LINEAGE_H

#include "sim/flow/keys.h"

/* What is remembered of one record. */
struct lineage_entry {
	uint32_t who;     /* number of its actor's instance + 1; 0: nobody's */
	uint32_t device;  /* 0: of none */
	uint32_t attempt; /* 0: before the first */
	uint32_t version; /* of what its actor knew (causal.h) */
};
struct lineage_chunk; /* neighbouring records */
/* Zero it to begin; lineage_fini releases it. */
struct lineage {
	size_t count, room;
	struct lineage_chunk *chunks; /* by the ids in them, ascending */
	size_t packed;                /* of them, from the front */
	struct keys origins;          /* (who, device, attempt): each is numbered once */
	size_t size;                  /* bytes of all chunks */
};

enum { LINEAGE_CHUNK = 1024, LINEAGE_FRESH = 16 }; /* records a chunk; chunks that are not packed */

/* Remember a record. Ids ascend. */
void lineage_add(struct lineage *l, uint64_t id, struct lineage_entry e);
/* What was remembered of it; false when no record had this id. */
bool lineage_find(const struct lineage *l, uint64_t id, struct lineage_entry *e);
void lineage_fini(struct lineage *l);

#endif
