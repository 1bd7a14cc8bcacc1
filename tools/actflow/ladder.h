/* ladder.h - the sequence of a run as a ladder: a column an actor, an arrow a message.
 *
 * Records are fed one at a time and become rows; what is only carried for others is counted
 * instead. Drawing comes last, when it is known which actors occur. It reads records and the flow's
 * names and judges nothing: which step a record satisfied is told by the checker.
 */
#ifndef TOOLS_ACTFLOW_LADDER_H
#define TOOLS_ACTFLOW_LADDER_H

#include "proto/record.h"
#include "sim/flow/flow.h"

enum {
	LADDER_INSTANCES_MAX = 24, /* columns of single devices; further ones share one */
	LADDER_ACTORS_MAX = FLOW_ACTORS_MAX + 1 + LADDER_INSTANCES_MAX,
	LADDER_PAIRS_MAX = 64,
	LADDER_RECENT = 8,
};

enum ladder_mark {
	LADDER_MESSAGE, /* from one actor to another */
	LADDER_LOCAL,   /* the same, without any wire */
	LADDER_SECURED, /* both ends of a channel */
	LADDER_POINT,   /* something at one actor */
	LADDER_REFUSED, /* something refused, dropped or failed at one actor */
};
struct ladder_row {
	int64_t at_ns;
	uint64_t record;  /* that made it */
	uint64_t carried; /* packets and relayed messages since the row before */
	enum ladder_mark mark;
	int from, to;  /* actors; to is -1 for what is at one actor */
	char *label;   /* on the arrow; owned; NULL: none */
	char *decided; /* the check that decided; owned; NULL: none */
	bool holds;    /* whether it did */
	bool let_pass; /* it did not, and is knocked out */
	size_t checks; /* evaluated up to it */
	int step;      /* of the flow that the record satisfied, or -1 */
	char *note;    /* anything else; owned; NULL: none */
};

struct ladder {
	const struct flow *flow; /* borrowed */
	size_t variant;
	bool verbose; /* every record is a row */
	/* the flow's, then one for all others, then instances on one of several devices; those are
	   owned, and drawn behind the flow's actor that they are of */
	const char *actors[LADDER_ACTORS_MAX];
	uint32_t devices[LADDER_ACTORS_MAX]; /* of an instance; 0 of the rest */
	int kinds[LADDER_ACTORS_MAX];        /* the flow's actor that it is of */
	size_t actors_count;
	bool occurs[LADDER_ACTORS_MAX];
	size_t count, room;
	struct ladder_row *rows;
	uint64_t carried;                 /* counted since the last row */
	uint64_t packets, lost, relays;   /* counted in all */
	uint64_t carrying[LADDER_RECENT]; /* the last acceptances that only carried, by record */
	size_t carrying_count;
	struct {
		char channel[64];
		uint32_t tag;
		bool drawn;
	} secured[LADDER_PAIRS_MAX]; /* channels of which an end was secured */
	size_t secured_count;
};

struct ladder *ladder_new(const struct flow *flow, size_t variant, bool verbose);
/* step: index of the flow's step that this record satisfied, or -1. */
void ladder_feed(struct ladder *l, const struct record *r, int step);
/* Draw all rows into out, at most `width` cells a line. */
void ladder_draw(const struct ladder *l, size_t width, bool colour, struct buffer *out);
void ladder_free(struct ladder *l); /* NULL-safe */

/* Whether messages of this name only carry the bytes of a channel that rides on another. */
bool ladder_carries(const struct flow *flow, const char *message);

#endif
