/* refused_steps.h - what a refused step may change: its own session, to where its row says, and
 * nothing else but what the roster names (U2); and that one record tells it, whole (U3).
 *
 * Judged from the records. The roster says which rows there are and which refusals may store or
 * tell something; what the rows' actions are, nobody is asked.
 */
#ifndef TOOLS_ACTFLOW_REFUSED_STEPS_H
#define TOOLS_ACTFLOW_REFUSED_STEPS_H

#include "sim/roster.h"
#include "tools/actflow/owed.h"

/* A step that refused something, or that another session took because of one. */
struct refused_step {
	uint64_t record, session;
	uint64_t occasion; /* the message that it answered, and no other may; 0: none */
	const struct actor_class *class; /* NULL: of no actor of the roster */
	const struct row *row;           /* the refusal row; NULL: none answered */
};
/* Zero it to begin. Memory: 40 bytes a refusal. */
struct refused_steps {
	size_t count, room;
	struct refused_step *list; /* by record, ascending */
};

/* Each record is told once, in order; answered: what owed_feed said of it. Returns what it refused;
 * NULL: it is no refused step. Good until the next call. */
const struct refused_step *refused_steps_feed(struct refused_steps *s, const struct roster *roster,
					      const struct record *r,
					      const struct occasion *answered, struct fallen *f);
void refused_steps_fini(struct refused_steps *s);

/* The check that the step's record says was false and refused; NULL: none. */
const struct record_check *refused_check(const struct record *r);
/* The roster's rule of this kind on a check, from `from` on; NULL: none. */
const struct refusal_rule *refused_rule(const struct roster *roster, const char *check,
					enum refusal_kind kind, const struct refusal_rule *from);

#endif
