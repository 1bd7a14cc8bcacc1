/* catalog.h - everything that has a name in reports, with what it means: checks of the tables and
 * of the pipes, entries of the documents, result codes, exit statuses.
 */
#ifndef TOOLS_ACTFLOW_CATALOG_H
#define TOOLS_ACTFLOW_CATALOG_H

#include "proto/bytes.h"
#include "sim/diag.h"
#include "sim/roster.h"

/* A named security decision. */
struct catalog_check {
	char id[96];         /* "uem.setup_mac_is_good", "pipe.certificate_host" */
	const char *why;     /* what it protects; of a pipe check the refusal in words */
	const char *machine; /* whose table has it; "" for pipes */
	const char *source;  /* of its refusal row, or of the pipe's rule */
	const char *story;   /* of its refusal row; "" for pipes */
};
struct catalog_checks {
	size_t count, room;
	struct catalog_check
		*list; /* actors in the roster's order, rows in theirs, then the pipes */
};
/* Zero it to begin. */
void catalog_checks_of(const struct roster *r, struct catalog_checks *out);
void catalog_checks_fini(struct catalog_checks *c);

/* Report an id that is a check of neither the actors' tables nor the pipes, with the nearest. */
struct scenario_place {
	const char *file;
	struct place place;
};
void catalog_check_is_known(const struct roster *r, const char *id, const struct scenario_place *at,
			    struct diags *d);

/* An entry of a document: "S1.12" of SOURCES.md, "D7" of DEVIATIONS.md. Its text, without markup,
 * is appended to out; false when there is none. */
bool catalog_entry(const char *id, struct buffer *out);
/* Call fn with every id that begins an entry, in the documents' order. */
void catalog_entries(void (*fn)(void *context, const char *id), void *context);

struct catalog_number {
	int number;
	const char *name, *meaning;
};
/* NULL when there is none. */
const struct catalog_number *catalog_result(int code);
const struct catalog_number *catalog_exit(int status);

#endif
