/* delivery.h - which records of a run follow from what was done to it: an act of the adversary, or
 * a crash. A check that refuses without that says nothing about the attack.
 *
 * A record follows from its parents (through packets and timers), and a session's step also from
 * what it has come to be by: earlier steps of the session, and what its actor stored.
 */
#ifndef TOOLS_ACTFLOW_DELIVERY_H
#define TOOLS_ACTFLOW_DELIVERY_H

#include "proto/record.h"

/* Numbers, by bit. */
struct bits {
	uint8_t *list;
	size_t room; /* bytes */
};
/* Zero it to begin. */
struct delivery {
	bool wanted;          /* set by the caller; else nothing is kept and nothing follows */
	struct bits records;  /* that follow, by id */
	struct bits sessions; /* that have taken a step that does, or were acted upon */
	size_t actors_count, actors_room;
	char **actors; /* that have stored something since */
};

/* Whether the record follows from an act or a crash of this run. Each is told once, in order. */
bool delivery_feed(struct delivery *d, const struct record *r);
void delivery_fini(struct delivery *d);

#endif
