/* align.h - two traces held beside each other: which records are the same, which are not, and what
 * follows from the first that is not.
 *
 * Of each record a few numbers are kept, not the record: whoever wants to show one reads the trace
 * again.
 */
#ifndef TOOLS_ACTFLOW_ALIGN_H
#define TOOLS_ACTFLOW_ALIGN_H

#include "tools/actflow/sameness.h"

enum align_status {
	ALIGN_SAME,
	ALIGN_MOVED,   /* the same at another time */
	ALIGN_CARRIED, /* only carries, and its bytes or fate differ */
	ALIGN_DIFFERS, /* the same, but it says something else */
	ALIGN_ONLY,    /* the other trace has no such record */
	ALIGN_STATUSES
};
struct aligned {
	struct sameness is;
	uint32_t values; /* number of what it says */
	int64_t at_ns;
	uint64_t parents[RECORD_PARENTS_MAX];
	uint8_t parents_count;
	bool chosen;  /* it counts */
	bool follows; /* from the first divergence, or it is that */
	enum align_status status;
};
struct side {
	size_t count, room;
	struct aligned *list; /* by id, from 1 at [0] */
	struct sameness_reader reader;
	size_t counts[ALIGN_STATUSES];
	size_t carries_only; /* of ALIGN_ONLY: those that only carry */
	uint64_t first;      /* record with which it diverges; 0: none */
	size_t elsewhere;    /* divergent records that do not follow from the first */
};
/* Zero it to begin, but for keyed. */
struct alignment {
	struct sameness_lists lists;
	struct side sides[2];
	bool keyed;  /* set at first: both are runs of one seed (differences.h) */
	bool paired; /* the two firsts stand in each other's place */
};

/* Take one record of a side. chosen: it counts, and the first divergence may be it. Strings are not
 * NULL. The record of the run itself is never chosen. */
void align_add(struct alignment *a, size_t side, const struct record *r, bool chosen);
/* All records are there: compare. */
void align_finish(struct alignment *a);
/* Whether all chosen records are the same at the same time. */
bool align_is_same(const struct alignment *a);
/* Whether a record is one of a divergence: it differs, or only its side has it. */
bool align_diverges(const struct aligned *one);
void align_fini(struct alignment *a);

#endif
