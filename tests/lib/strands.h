/* strands.h - one trace made of renamed copies of another: several devices that live at the same
 * time, several attempts of one device after another.
 *
 * A strand is the honest trace, or what it shows from some record on, as one attempt of one device
 * shows it: actors of each device get its number, records, sessions and connections new numbers,
 * secrets new values. What is between actors that exist once, and was there before anybody began,
 * is shared. The strands are twisted record by record, in an order that a seed decides.
 */
#ifndef TESTS_LIB_STRANDS_H
#define TESTS_LIB_STRANDS_H

#include "tests/lib/records.h"

struct strand;
struct strands {
	const struct flow *flow;       /* borrowed, as the two below */
	const struct records *honest;  /* ids from 1, without gaps */
	const struct secrets *secrets; /* of the honest trace */
	struct secrets own;            /* of the twisted one */
	char **shared;                 /* references of the secrets that all strands share */
	size_t count;
	struct strand **list;
	uint64_t next, seed; /* id of the next record */
	bool ended;
	size_t through; /* strands before this one are */
	size_t live;    /* so many are twisted at a time; 0: all. Set it after strands_init */
};

void strands_init(struct strands *x, const struct flow *f, const struct records *honest,
		  const struct secrets *secrets);
/* Add a strand of this device; device 0: names stay as they are. The honest trace's indices from
 * `from` up to, not including, `to`; what it follows from before that is in `after`, the number of
 * a strand that must be through before it begins; SIZE_MAX: none. Returns its number. */
size_t strands_add(struct strands *x, uint32_t device, size_t from, size_t to, size_t after);
/* The next record of all; false at the end. Good until the next call. */
bool strands_next(struct strands *x, struct record *r);
/* All records, in a list. seed: decides how they are twisted; 0: one strand after another. */
void strands_twist(struct strands *x, uint64_t seed, struct records *out);
/* The twisted id of an honest record in a strand; 0: it has not come. */
uint64_t strands_id(const struct strands *x, size_t strand, uint64_t honest);
/* The reference that a secret of the honest trace has in a strand. */
const char *strands_reference(const struct strands *x, size_t strand, size_t secret);
void strands_fini(struct strands *x);

#endif
