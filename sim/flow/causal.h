/* causal.h - which record happened before which: through parents and each actor's own order.
 *
 * A vector clock per record, but only with the components that a claim will ask for: the actors
 * that `agree` and `fresh` name. That is 4 bytes an actor and record (24 kB for 3,000 records and
 * two actors), and nothing at all for a flow without such claims.
 */
#ifndef SIM_FLOW_CAUSAL_H
#define SIM_FLOW_CAUSAL_H

#include "proto/record.h"

enum { CAUSAL_WIDTH_MAX = 16 };

struct causal {
	size_t width;                    /* components of a clock; 0: nothing is kept */
	size_t actors[CAUSAL_WIDTH_MAX]; /* the actor that each component counts */
	size_t count, room;
	uint64_t *ids;    /* of the records, ascending */
	uint32_t *clocks; /* width components a record */
	size_t last_count;
	uint32_t *last; /* clock of each actor's latest record */
};

/* Count this actor's records from now on. Before the first record only. */
void causal_watch(struct causal *c, size_t actor);
/* Take one record of this actor (-1: of nobody). Ids ascend. */
void causal_see(struct causal *c, const struct record *r, int actor);
/* Clock of the record that was seen last: width components. */
const uint32_t *causal_now(const struct causal *c);
/* Component of a watched actor. */
size_t causal_component(const struct causal *c, size_t actor);
void causal_fini(struct causal *c);

#endif
