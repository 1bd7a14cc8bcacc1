/* knocked.c - the names of checks that are to pass always, held against the checks that there are.
 */
#include "tools/actflow/knocked.h"

#include <string.h>

#include "tools/actflow/catalog.h"

const char *knocked_why_not(const struct roster *r, const char *check)
{
	const struct unknockable *u = r->unknockable;
	while (u && u->check && strcmp(u->check, check) != 0)
		u++;
	return u ? u->reason : NULL; /* the last one has none */
}

static void check_one(const struct knocked *k, size_t number, const struct roster *r,
		      const char *program, struct diags *d)
{
	const char *id = k->ids[number], *why_not = knocked_why_not(r, id);
	if (!catalog_checks_know(r, id, program, (struct place){ 0 }, d))
		return;
	if (why_not)
		diag_add(d, program, 0, 0,
			 "expected a check that can be knocked out, actual %s: %s", id, why_not);
	for (size_t i = 0; i < number; i++)
		if (strcmp(k->ids[i], id) == 0)
			diag_add(d, program, 0, 0, "expected two different checks, actual %s twice",
				 id);
}

enum err knocked_check(const struct knocked *k, const struct roster *r, const char *program,
		       struct diags *d)
{
	size_t before = d->count + d->beyond;
	for (size_t i = 0; i < k->count; i++)
		check_one(k, i, r, program, d);
	return d->count + d->beyond > before ? ERR_INPUT : ERR_OK;
}
