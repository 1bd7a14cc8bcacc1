/* messages.h - located errors and findings as text, for stderr and for the end of a report. */
#ifndef TOOLS_ACTFLOW_MESSAGES_H
#define TOOLS_ACTFLOW_MESSAGES_H

#include "proto/bytes.h"
#include "sim/diag.h"
#include "sim/flow/checker.h"

/* Append what diag_print would print. */
void messages_print(struct diags *d, struct buffer *out);
/* Append one line for each finding of the checker. */
void messages_findings(const struct checker *c, const char *file, struct buffer *out);
/* Print all to stderr, release them, and return status. */
enum err messages_end(struct diags *d, enum err status);

#endif
