/* claims.h - the claims of CLAIMS.md that are judged over events: agree, fresh, and one-time
 * tables.
 *
 * Each is fed every record and keeps only what a later record can break. What never occurred is
 * inconclusive, never holds.
 */
#ifndef SIM_FLOW_CLAIMS_H
#define SIM_FLOW_CLAIMS_H

#include "sim/flow/causal.h"
#include "sim/flow/knowledge.h"
#include "sim/flow/lives.h"

/* How a claim stands for each device, for the table: what a claim says of one that saw nothing. */
struct claim_count {
	size_t events, broken;
	size_t voided; /* of a corrupt party: not judged */
	size_t devices_room;
	bool *devices; /* by slot: something occurred */
};
/* Something that the claim is about occurred on the device of this sight. */
void claim_count_see(struct claim_count *c, const struct sight *s);
/* ... of which a party was corrupt by then: it says nothing. */
void claim_count_void(struct claim_count *c, const struct sight *s);
/* Judge a claim about which nothing occurred, on some device that should have come that far or on
 * any: true when that was said, and the claim has no other line. Where the run was to end earlier
 * that is no finding. */
struct reach;
struct claim_words {
	const char *name, *subject; /* of its line, and of its findings */
	const char *what;           /* "commit" */
};
bool claim_count_lacks(const struct claim_count *c, const struct reach *reach,
		       struct findings *findings, enum finding_kind kind,
		       const struct claim_words *words);
void claim_count_fini(struct claim_count *c);

/* -- agree: every commit has its own earlier run -- */

struct agree_event; /* a run or a commit */
struct agree {
	const struct flow *flow;
	struct findings *findings;
	struct causal *causal;
	const struct attribution *attribution;
	const struct knowledge *knowledge; /* who is corrupt */
	size_t count, room;
	struct agree_event *list;
	struct keys values; /* that were bound: each is numbered once */
	size_t heads_room;
	uint32_t *heads; /* of each slot, and of none: its events, the latest first; + 1 */
	uint32_t *tried; /* numbers of the accounts that were tried; scratch */
	size_t tried_count, tried_room;
	struct claim_count counts[FLOW_AGREE_MAX];
};
/* causal: begins to watch who agrees; it has seen each record before agree_see does. a->knowledge
 * is the caller's to set, here and below. */
void agree_init(struct agree *a, const struct attribution *attribution, struct causal *causal,
		struct findings *findings);
void agree_see(struct agree *a, const struct sight *s);
void agree_finish(struct agree *a, const struct reach *reach);
void agree_fini(struct agree *a);

/* -- fresh: each value of a class is declared as drawn once, by one actor, in an open session, and
 * whatever else holds it follows from that. It rests on what that actor declares: no record can
 * show that a value was random -- */

struct fresh_value {
	uint8_t claim;
	bool told; /* a finding about it was made */
	bool seen, drawn;
	int32_t by;     /* instance that drew it */
	uint32_t marks; /* of that instance, when it did */
};
struct fresh {
	const struct flow *flow;
	struct causal *causal;
	const struct lives *sessions;
	struct findings *findings;
	const struct knowledge *knowledge;
	struct keys references; /* numbers of values */
	size_t room;
	struct fresh_value *values;
	struct claim_count counts[FLOW_FRESH_MAX];
};
/* causal: as for agree_init, of who draws. sessions: has seen each record before. */
void fresh_init(struct fresh *f, const struct lives *sessions, struct causal *causal,
		struct findings *findings);
void fresh_see(struct fresh *f, const struct sight *s);
void fresh_finish(struct fresh *f, const struct reach *reach);
void fresh_fini(struct fresh *f);

/* -- one time: a key is put into a table once, ever: by an actor that exists once over all devices
 * --
 */

struct one_time {
	const struct flow *flow;
	struct findings *findings;
	const struct knowledge *knowledge;
	struct keys written; /* (instance, table, key) */
	size_t unnamed[FLOW_ONE_TIME_MAX];
	struct claim_count counts[FLOW_ONE_TIME_MAX];
};
void one_time_init(struct one_time *o, const struct flow *f, struct findings *findings);
void one_time_see(struct one_time *o, const struct sight *s);
void one_time_finish(struct one_time *o, const struct reach *reach);
void one_time_fini(struct one_time *o);

#endif
