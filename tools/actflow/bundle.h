/* bundle.h - the files of one run: run.trace while it runs, run.secrets and run.txt at its end.
 *
 * Each is written beside its place and moved there when all are whole, so that nobody ever finds a
 * half of one; files that were there before are replaced.
 */
#ifndef TOOLS_ACTFLOW_BUNDLE_H
#define TOOLS_ACTFLOW_BUNDLE_H

#include <stdio.h>
#include <sys/types.h>

#include "proto/bytes.h"
#include "sim/diag.h"

enum { BUNDLE_TRACE, BUNDLE_SECRETS, BUNDLE_TEXT, BUNDLE_FILES };

struct bundle {
	char *folder; /* owned; NULL when nothing is kept */
	struct {
		char *path, *temporary; /* owned */
		FILE *file;
	} files[BUNDLE_FILES];
};

/* Make a folder with those above it, as `mkdir -p`; false, and errno says why, when it cannot. */
bool bundle_make_folder(const char *folder);
/* Hold a folder, made with those above it, for this process: *lock receives a descriptor to close
 * at the end, or -1 where there is nothing to hold (bundle_open then says why it cannot write).
 * ERR_WRITE with a message in d when another process holds it. */
enum err bundle_claim(const char *folder, int *lock, struct diags *d);
/* Make the folder, with those above it, and open run.trace for writing. ERR_WRITE with a message in
 * d that names what is not written. */
enum err bundle_open(struct bundle *b, const char *folder, struct diags *d);
/* Write the other two and move all three into place; trace_whole: run.trace could be written. */
enum err bundle_finish(struct bundle *b, bool trace_whole, struct bytes secrets, struct bytes text,
		       struct diags *d);
/* Remove what is not in place and release the struct; safe for an all-zero struct. */
void bundle_fini(struct bundle *b);
/* Remove what a worker that did not come back left in its folder. */
void bundle_sweep(const char *folder, pid_t worker);

#endif
