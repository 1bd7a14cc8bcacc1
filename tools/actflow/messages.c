/* messages.c - located errors and findings as text, for stderr and for the end of a report. */
#include "tools/actflow/messages.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "tools/actflow/observe.h"
#include "tools/actflow/text.h"

void messages_print(struct diags *d, struct buffer *out)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);
	if (!file)
		abort();
	diag_print(d, file);
	if (fclose(file) != 0)
		abort();
	buffer_append(out, bytes_of(text, size));
	free(text);
}

void messages_findings(const struct checker *c, const char *file, struct buffer *out)
{
	const struct finding *list;
	size_t count = checker_findings(c, &list);
	for (size_t i = 0; i < count; i++) {
		text_safe(out, file);
		text_add(out, ": ");
		finding_words(&list[i], out);
		text_add(out, "\n");
	}
}

enum err messages_end(struct diags *d, enum err status)
{
	diag_print(d, stderr);
	diag_fini(d);
	return status;
}
