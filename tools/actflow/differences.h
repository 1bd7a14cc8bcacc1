/* differences.h - what two records that are the same, or stand in each other's place, say
 * differently: checks, states, values, and a message's fields as they are decoded.
 *
 * What is secret is told by its reference ("access_key#1"), never by its value: it was cut out of
 * the trace before, and what a reference stands for is not looked up. References count the values
 * of a class in the order in which a run made them.
 */
#ifndef TOOLS_ACTFLOW_DIFFERENCES_H
#define TOOLS_ACTFLOW_DIFFERENCES_H

#include "proto/record.h"

/* One value that is not the same. All texts are owned and made harmless. */
struct difference {
	char *what;  /* "check uem.setup_mac_is_good", "field uid", "state" */
	char *a, *b; /* in words; "-" where there is none */
};
/* Zero it to begin; differences_fini releases it. */
struct differences {
	size_t count, room;
	struct difference *list;
};

/* Append whatever a record says besides what it is (sameness.h) and when: equal bytes are equal
 * values. Strings are not NULL. keyed: with the fingerprints of secrets, which are keyed by a run's
 * seed and say nothing between runs of two seeds. */
void differences_values(const struct record *r, bool keyed, struct buffer *out);
/* List what differs, in the same sense. */
void differences_find(const struct record *a, const struct record *b, bool keyed,
		      struct differences *out);
void differences_fini(struct differences *d);

#endif
