/* filter.h - the one language in which records of a trace are chosen.
 *
 *   expression = both { "or" both }        both = one { "and" one }
 *   one        = "not" one | "(" expression ")" | field comparison value
 *   comparison = "=" | "!=" | "<" | "<=" | ">" | ">=" | "~"
 *
 * A value is a word or stands in quotes. `not E` chooses exactly the records that E does not, and
 * `a != b` is `not a = b`. Where `check` and `result` are joined by `and`, both speak of the same
 * check of the record. A field that a record lacks is empty text, the number 0 and in no order.
 */
#ifndef TOOLS_ACTFLOW_FILTER_H
#define TOOLS_ACTFLOW_FILTER_H

#include "proto/record.h"
#include "sim/diag.h"

enum filter_field {
	FILTER_TIME,
	FILTER_ACTOR,
	FILTER_PEER,
	FILTER_MESSAGE,
	FILTER_CHANNEL,
	FILTER_STEP,
	FILTER_CHECK,
	FILTER_RESULT,
	FILTER_KIND,
	FILTER_SESSION,
	FILTER_DEVICE,
	FILTER_MACHINE,
	FILTER_STATE,
	FILTER_TEXT,
	FILTER_FIELDS
};
enum {
	FILTER_SIZE_MAX = 4096, /* bytes of an expression */
	FILTER_DEPTH_MAX = 64,  /* of "not" and parentheses inside each other */
	FILTER_NODES_MAX = 256, /* comparisons, and words that join or turn them */
};

struct filter_list {
	const char *const *names;
	size_t count;
};
/* Names that a field's value can be, for fields of which all are known; a value after = or != that
 * is none of them is an error. An empty list: any value is taken. The kinds and the results are
 * known here. All borrowed. */
struct filter_known {
	struct filter_list fields[FILTER_FIELDS];
	struct filter_list each_device; /* actors that may have a device's number, app@2 */
};

struct filter;

/* Read an expression. NULL when it is none: every error is in d, in a file called "--filter", at
 * its column; reading goes on behind a wrong name, and stops at a wrong shape. */
struct filter *filter_read(const char *text, const struct filter_known *known, struct diags *d);
/* Print the errors of filter_read, each with the expression and a caret below its column, and
 * empty d. */
void filter_complain(const char *text, struct diags *d, struct buffer *out);
/* Whether an expression asks for a field. */
bool filter_asks(const struct filter *f, enum filter_field field);
/* Whether it chooses a record. step: id of the step that the record satisfied, or "". Strings of
 * the record are not NULL. */
bool filter_chooses(struct filter *f, const struct record *r, const char *step);
void filter_free(struct filter *f); /* NULL-safe */

/* "time", ... and what it is, in one sentence. */
const char *filter_field_name(enum filter_field field);
const char *filter_field_meaning(enum filter_field field);
/* Number of the device that a record speaks of: that of its actor's name ("app@2"), else of its
 * peer's; 0 when neither has one. */
uint64_t filter_device(const struct record *r);

#endif
