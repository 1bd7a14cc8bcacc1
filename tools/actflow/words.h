/* words.h - the words of a report that are no names of anything else: verdicts, claims, endings. */
#ifndef TOOLS_ACTFLOW_WORDS_H
#define TOOLS_ACTFLOW_WORDS_H

#include <stddef.h>

#include "proto/record.h"

struct word {
	const char *name;    /* as reports print it; of a claim, what stands before its bracket */
	const char *meaning; /* one sentence */
};
extern const struct word words[];
extern const size_t words_count;

/* The word of a report, "secret(access_key)" included; NULL when it is none. */
const struct word *words_find(const char *text);
/* What a record of this kind says, in one sentence; "" where nobody has said it. */
const char *words_kind(enum record_kind kind);

#endif
