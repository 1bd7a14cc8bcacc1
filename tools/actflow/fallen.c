/* fallen.c - post-conditions that a run did not keep. */
#include "tools/actflow/fallen.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

static const char *const names[POSTCONDITIONS] = {
	[POST_U2] = "U2", [POST_U3] = "U3", [POST_U6] = "U6", [POST_U7] = "U7"
};

const char *postcondition_name(enum postcondition which)
{
	assert(which < POSTCONDITIONS);
	return names[which];
}

void fallen_add(struct fallen *f, enum postcondition which, uint64_t record, const char *format,
		...)
{
	va_list args;
	if (f->count++ >= FALLEN_KEPT_MAX)
		return;
	struct fallen_one *one = &f->list[f->count - 1];
	one->which = which;
	one->record = record;
	va_start(args, format);
	vsnprintf(one->text, sizeof one->text, format, args);
	va_end(args);
}

void fallen_tell(const struct fallen *f, const char *file, struct diags *d)
{
	for (size_t i = 0; i < f->count && i < FALLEN_KEPT_MAX; i++) {
		const struct fallen_one *one = &f->list[i];
		char where[40] = "";
		if (one->record > 0)
			snprintf(where, sizeof where, " (record %" PRIu64 ")", one->record);
		diag_add(d, file, 0, 0, "post-condition %s: %s%s", postcondition_name(one->which),
			 one->text, where);
	}
	if (f->count > FALLEN_KEPT_MAX)
		diag_add(d, file, 0, 0,
			 "post-conditions: expected none to fall, actual %zu more times than are "
			 "told",
			 f->count - FALLEN_KEPT_MAX);
}
