/* verdict.c - the words for a verdict; what leads to one is the checker's matter. */
#include "sim/flow/verdict.h"

#include <assert.h>
#include <stddef.h>

static const char *const names[] = {
	[VERDICT_HOLDS] = "holds",
	[VERDICT_VIOLATED] = "violated",
	[VERDICT_INCONCLUSIVE] = "inconclusive",
	[VERDICT_VOID] = "void",
};

const char *verdict_name(enum verdict v)
{
	assert((size_t)v < sizeof names / sizeof *names);
	return names[v];
}
