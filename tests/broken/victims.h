/* victims.h - makes broken traces out of an honest one. What each of them must be refused for is
 * said in refusals.h; nothing here asks the checker which record is which step.
 */
#ifndef TESTS_BROKEN_VICTIMS_H
#define TESTS_BROKEN_VICTIMS_H

#include "tests/lib/records.h"

struct honest {
	const struct flow *flow;
	size_t variant;
	const struct secrets *secrets;
	const struct records *records;
	uint64_t *steps; /* record that satisfied each step of the flow; 0: none */
};

/* Each fills `out` (zero before) with a changed trace; records_fini is the caller's.
 * The records of a step are those that fit its pattern; of a secured channel also those that open
 * it. */

/* All records of the step are gone, and the acceptances of what it sent. */
void victim_without(struct records *out, const struct honest *h, size_t step);
/* The step comes right before its latest predecessor. Returns that step, or -1 when it has none. */
int victim_moved(struct records *out, const struct honest *h, size_t step);
/* All records of the step are on another channel. */
void victim_elsewhere(struct records *out, const struct honest *h, size_t step);
/* All records of the step are between others: another sender or opener, or another receiver. */
void victim_between(struct records *out, const struct honest *h, size_t step, bool sender);
/* The step's message is sent once more, the same bytes. Only for steps that are sent. */
void victim_again(struct records *out, const struct honest *h, size_t step);
/* Rows tell other stories, from other sources and states. */
void victim_retold(struct records *out, const struct honest *h);
/* The actor accepts these pieces, one record each, from somebody and just before the end. Returns
 * the id of the last. pieces are borrowed. */
uint64_t victim_heard(struct records *out, const struct honest *h, const char *actor,
		      const struct bytes *pieces, size_t count);

/* Index of the first record of this kind, name and actor (NULL: any), or SIZE_MAX. */
size_t victim_find(const struct records *list, enum record_kind kind, const char *name,
		   const char *actor);
/* What the step looks like in this variant. */
const struct step_pattern *victim_pattern(const struct honest *h, size_t step);
bool victim_requires(const struct honest *h, size_t step);

#endif
