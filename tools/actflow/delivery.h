/* delivery.h - which records of a run follow from what was done to it: an act of the adversary, or
 * a crash. A check that refuses without that says nothing about the attack.
 *
 * A record follows from its parents (through packets and timers), and a session's step also from
 * what it has come to be by: earlier steps of the session, and what its actor stored. What is judged
 * of an actor that is not who it should be, or by it, follows from that.
 */
#ifndef TOOLS_ACTFLOW_DELIVERY_H
#define TOOLS_ACTFLOW_DELIVERY_H

#include "proto/record.h"

/* Numbers, by bit. */
struct bits {
	uint8_t *list;
	size_t room; /* bytes */
};
enum { DELIVERY_POSING_MAX = 64, DELIVERY_NAME_SIZE = 80 };
/* An actor that presents or speaks what it should not, from the beginning, or has a wrong clock. */
struct posing {
	bool own; /* only what its own pipes find follows from it, not what its peers' do */
	char actor[DELIVERY_NAME_SIZE], channel[DELIVERY_NAME_SIZE]; /* channel "": on all */
};
/* Zero it to begin. */
struct delivery {
	bool wanted;          /* set by the caller; else nothing is kept and nothing follows */
	struct bits records;  /* that follow, by id */
	struct bits sessions; /* that have taken a step that does, or were acted upon */
	size_t actors_count, actors_room;
	char **actors; /* that have stored something since, or have a wrong clock */
	size_t posing_count;
	struct posing posing[DELIVERY_POSING_MAX];
};

/* Whether the record follows from an act or a crash of this run. Each is told once, in order. */
bool delivery_feed(struct delivery *d, const struct record *r);
void delivery_fini(struct delivery *d);

#endif
