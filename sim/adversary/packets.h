/* packets.h - which of a plan's acts are upon a packet that passes on a wire. It counts packets; it
 * touches none: that is sim/world/tamper.c.
 */
#ifndef SIM_ADVERSARY_PACKETS_H
#define SIM_ADVERSARY_PACKETS_H

#include "sim/adversary/plan.h"

struct packet_watch;

/* plan: borrowed for the watch's life. NULL when no entry is upon packets. */
struct packet_watch *packet_watch_new(const struct plan *plan);
void packet_watch_free(struct packet_watch *x); /* NULL-safe */

/* An entry's trigger has fired, for a device (0: for all): it looks at packets from now on. */
void packet_watch_arm(struct packet_watch *x, const struct plan_entry *e, uint32_t device);

/* A packet about to leave one end of a wire. Actors are flow indices. */
struct passing {
	size_t channel, from, to;
	uint32_t from_device, to_device; /* 0: it serves all */
};
/* The packet is counted by each entry that looks at such; those that are to act upon it go to out,
 * in the order of the plan. Returns how many. */
size_t packet_watch_pass(struct packet_watch *x, const struct passing *p,
			 const struct plan_entry *out[PLAN_ENTRIES_MAX]);
/* An entry has done something to a packet that arrived. */
void packet_watch_done(struct packet_watch *x, const struct plan_entry *e);
/* Bit set over the plan's entries upon packets that never did. x NULL: none. */
uint32_t packet_watch_undone(const struct packet_watch *x);

#endif
