/* sameness.h - what makes a record of one trace the same as one of another: not its number or time,
 * but what it is, in which session, and what it follows from.
 *
 * A record's identity is its kind, actor, peer, channel, message, machine, stimulus and name, of a
 * step the row that it took, its session, told by the identity of the record with which that began,
 * and the identities of its causes. Of several with all of that equal, the first is the first. Two
 * things are left out of the causes, so that what only happened on the way does not tell all that
 * follows apart: a message follows from its having been sent, not from the packets that brought it;
 * and what is said after an adversary touched it follows from what it would have followed from
 * without. What only carries (telling_carries) is known by its place on its connection.
 *
 * Identities are numbered; both traces are numbered by the same list, so that equal is equal.
 */
#ifndef TOOLS_ACTFLOW_SAMENESS_H
#define TOOLS_ACTFLOW_SAMENESS_H

#include "proto/record.h"
#include "sim/flow/keys.h"

/* Shared by the traces that are compared. Zero it to begin. */
struct sameness_lists {
	struct keys bases; /* identities, without which one of several it is */
	struct keys whole; /* (base, which one) */
	struct keys stems; /* the same without the row of a step: what may have gone another way */
	struct keys causes;
	struct keys values; /* what else a record says (differences.h) */
	struct buffer scratch;
};
void sameness_lists_fini(struct sameness_lists *i);

enum { SAMENESS_NONE = 0 };
/* Numbers from 1 in the lists above. */
struct sameness {
	uint32_t whole, stem, causes;
	bool carries;
};

/* One trace while its records are numbered. Zero it but for all, which is borrowed. */
struct sameness_reader {
	struct sameness_lists *all;
	size_t counts_room, records_room, sessions_room, ends_room, openers_room;
	uint32_t *counts;         /* of each base: how many were seen */
	struct cause *records;    /* by id: what those that follow from it name */
	struct keys sessions;     /* their numbers */
	uint32_t *sessions_begun; /* base of the record that began it */
	struct keys ends;         /* (actor, channel, tag) */
	uint32_t *ends_opened;    /* identity of its RECORD_OPEN */
	struct keys openers;      /* (channel, tag) */
	uint32_t *openers_opened;
};
/* Number the next record. Ids are those of a trace that trace_read has read; strings not NULL. */
struct sameness sameness_of(struct sameness_reader *o, const struct record *r);
void sameness_reader_fini(struct sameness_reader *o);

#endif
