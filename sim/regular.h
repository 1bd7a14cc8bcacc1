/* regular.h - opens files that are to be read, and nothing else: what is no regular file could keep
 * a reader waiting forever, or give other bytes when it is read again. */
#ifndef SIM_REGULAR_H
#define SIM_REGULAR_H

#include <stdio.h>

#include "sim/diag.h"

/* Open a file for reading, never waiting for anybody. Returns a descriptor that the caller closes;
 * -1, with an error in d, when it cannot be opened or is no regular file. */
int regular_open(const char *file, struct diags *d);
/* The same as a stream that the caller closes; NULL with an error in d. */
FILE *regular_stream(const char *file, struct diags *d);

#endif
