/* files.h - files for tests of readers: those of the project, and a folder of a test's own. */
#ifndef TESTS_LIB_FILES_H
#define TESTS_LIB_FILES_H

#include "proto/bytes.h"
#include "sim/diag.h"

/* A file of the project by its path from the top, in a static buffer; aborts when there is none. */
const char *project_file(const char *path);

/* Make a new folder below /tmp and work in it; its path, static. It holds scenarios/knox/flow.yaml,
 * the real one. Aborts when that fails. */
const char *folder_enter(void);
/* Remove the folder and all in it. */
void folder_leave(void);

/* Whole files; abort when that fails. The caller releases what file_bytes gives. */
struct buffer file_bytes(const char *path);
void file_write(const char *path, struct bytes text);
void file_copy(const char *from, const char *to);

/* All errors as they are printed, in a static buffer that the next call overwrites; empties d. */
const char *printed(struct diags *d);

/* The next number of a sequence that is the same in every run. */
uint64_t next_number(uint64_t *state);

#endif
