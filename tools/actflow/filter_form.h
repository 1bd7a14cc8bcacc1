/* filter_form.h - an expression after it was read; what filter.c and filter_read.c share. */
#ifndef TOOLS_ACTFLOW_FILTER_FORM_H
#define TOOLS_ACTFLOW_FILTER_FORM_H

#include "tools/actflow/filter.h"

enum filter_comparison {
	COMPARE_EQUAL,
	COMPARE_UNEQUAL,
	COMPARE_LESS,
	COMPARE_AT_MOST,
	COMPARE_MORE,
	COMPARE_AT_LEAST,
	COMPARE_HOLDS, /* ~: a part of it */
	COMPARISONS
};
enum filter_kind { FILTER_COMPARES, FILTER_NOT, FILTER_AND, FILTER_OR };
/* What a field's value is. */
enum filter_value { VALUE_TEXT, VALUE_DURATION, VALUE_NUMBER };

struct filter_node {
	enum filter_kind kind;
	int left, right; /* indices of nodes; not: left only */
	enum filter_field field;
	enum filter_comparison comparison;
	char *text;     /* owned; the value as it was written */
	int64_t number; /* the value of a number or, in ns, of a duration */
};
struct filter {
	int root;
	size_t count;
	struct filter_node nodes[FILTER_NODES_MAX];
	/* Of the record in hand, for nodes outside any `and`: unknown (-1), or whether it is so. It
	 * keeps "not" inside "and" inside "not" from being asked again and again. */
	signed char known[FILTER_NODES_MAX];
};

/* What kind of value a field has. */
enum filter_value filter_value_of(enum filter_field field);

#endif
