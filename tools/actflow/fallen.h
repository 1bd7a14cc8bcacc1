/* fallen.h - post-conditions that a run did not keep, with the record of each.
 *
 * What they ask is said in postconditions.h; here they have names and words.
 */
#ifndef TOOLS_ACTFLOW_FALLEN_H
#define TOOLS_ACTFLOW_FALLEN_H

#include <stddef.h>
#include <stdint.h>

#include "sim/diag.h"

/* By the numbers of the catalogue of attacks. */
enum postcondition { POST_U2, POST_U3, POST_U6, POST_U7, POSTCONDITIONS };

enum { FALLEN_TEXT_MAX = 512, FALLEN_KEPT_MAX = 16 };

struct fallen_one {
	enum postcondition which;
	uint64_t record; /* in which it fell; 0: no single one */
	char text[FALLEN_TEXT_MAX];
};
/* Zero it to begin; it owns no memory. */
struct fallen {
	size_t count;                            /* all of them */
	struct fallen_one list[FALLEN_KEPT_MAX]; /* the first */
};

/* "U2" */
const char *postcondition_name(enum postcondition which);
/* "expected ..., actual ..." as by printf. */
void fallen_add(struct fallen *f, enum postcondition which, uint64_t record, const char *format,
		...) __attribute__((format(printf, 4, 5)));
/* Each that is kept goes to d, of `file`, and how many more there were. */
void fallen_tell(const struct fallen *f, const char *file, struct diags *d);

#endif
