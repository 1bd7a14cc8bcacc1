/* sights.h - what an actor is shown: the fields of the messages that reach it, and the names that
 * stand in clear in whatever it carries for others.
 *
 * Names are the hosts of the flow, the common names of certificates, and the users, apps and
 * devices of the run, by the fields in which any message of the run has them. They are looked for
 * in each message by itself, as they are: not in other forms, and not across two of them.
 */
#ifndef TOOLS_ACTFLOW_SIGHTS_H
#define TOOLS_ACTFLOW_SIGHTS_H

#include "proto/record.h"
#include "sim/flow/keys.h"
#include "sim/scenario/scenario.h"

/* A message on its way: what is sent says its bytes, what is accepted names that record. */
struct sending_seen {
	uint64_t record;
	struct buffer bytes;
};
/* Zero it to begin, but for what sights_attend sets. */
struct sights {
	const struct scenario *scenario; /* NULL: nothing is asked, and nothing kept */
	uint32_t actors;                 /* bit set over the flow's: those asked about */
	size_t sent_count, sent_room;
	struct sending_seen *sent; /* to them, not accepted yet */
	struct buffer
		shown[FLOW_ACTORS_MAX]; /* all units that an actor accepted, each behind a NUL */
	struct keys fields[FLOW_ACTORS_MAX]; /* "TunnelRequest.device" */
	struct keys names; /* of users, apps and devices, wherever they were said */
};

/* Have it look for those of whom expect.sees speaks. Before the first record; s is borrowed. */
void sights_attend(struct sights *x, const struct scenario *s);
void sights_feed(struct sights *x, const struct record *r);
/* Compare with expect.sees: these things, and no other; each difference goes to d with its place.
 */
void sights_compare(struct sights *x, struct diags *d);
void sights_fini(struct sights *x);

#endif
