/* tamper.h - packets on wires, and what the adversary makes of them. Included by files of this
 * folder only.
 */
#ifndef SIM_WORLD_TAMPER_H
#define SIM_WORLD_TAMPER_H

#include "proto/pipe/segment.h"
#include "sim/world/internal.h"

/* A packet on its way between two hosts. */
struct packet {
	size_t channel;
	const struct actor *sender; /* in whose name it goes */
	struct address from, to;
	bool from_opener;
	uint32_t tag;
	bool forged; /* the adversary made it: its headers may be wrong */
	struct bytes bytes;
};

/* -- carry.c -- */
/* Put a packet on its wire, with its record. Returns the record's id. */
uint64_t carry_packet(struct world *w, const struct packet *p, const struct wire_fate *f);

/* -- tamper.c -- */
/* Let the adversary do to a packet what the plan wants; f: how it would fare. Whether there was
 * anything to do: then all that came of it has been carried. */
bool tamper_with(struct world *w, const struct packet *p, const struct wire_fate *f);

/* A packet that was kept under a name. */
struct kept {
	const struct act *act;
	struct packet packet;
	struct buffer bytes;
};
struct tampering {
	struct packet_watch *watch; /* sim/adversary/packets.h */
	size_t kept_count;
	struct kept kept[PLAN_ENTRIES_MAX];
};

/* One packet while acts are upon it. */
struct changing {
	struct world *w;
	const struct packet *was;
	const struct actor *receiver;
	struct wire_fate fate;
	struct buffer bytes, rest; /* as it goes on; what was split off */
	bool dropped;
};

/* The record of an act upon it: what is carried next follows from it. */
void tamper_record(const struct changing *c, const struct act *a, const char *how);
/* -- tamper_behind.c: an act that puts something behind it. False when nothing was there to be
 * done. */
bool tamper_add(struct changing *c, const struct act *a);

/* -- tamper_load.c: what a packet carries -- */
enum load_kind {
	LOAD_WHOLE,   /* a datagram: all of it */
	LOAD_SEGMENT, /* a TCP segment: its payload */
	LOAD_CARRIED, /* a datagram that carries another channel's bytes: those */
};
struct load {
	enum load_kind kind;
	struct segment segment;
	struct message message;
	struct bytes bytes; /* borrowed from the packet */
};
void load_open(const struct world *w, size_t channel, struct bytes packet, struct load *l);
/* Append the packet that carries other bytes in the place of l's. A segment's fields may have been
 * changed; its checksums are made anew. */
void load_close(const struct load *l, struct bytes bytes, struct buffer *out);
/* Where the stream goes on behind a segment. */
uint32_t load_next_sequence(const struct load *l);

#endif
