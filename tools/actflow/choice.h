/* choice.h - the records of a recorded trace that --filter chooses, and the steps of the flow that
 * they satisfied: what all subcommands that look into traces have in common.
 *
 * Only a step of the flow needs the checker, which remembers more than one record.
 */
#ifndef TOOLS_ACTFLOW_CHOICE_H
#define TOOLS_ACTFLOW_CHOICE_H

#include "sim/flow/checker.h"
#include "tools/actflow/command.h"
#include "tools/actflow/recorded.h"

struct filter;
/* Zero it to begin; choice_fini releases it. */
struct choice {
	const struct options *o; /* borrowed */
	struct recorded recorded;
	struct recorded_secrets secrets;
	struct flow flow;
	bool has_flow;
	size_t variant;
	struct checker *checker; /* NULL: no step is asked for */
	struct filter *filter;   /* NULL: every record */
};

/* Read the trace once, to know that it is whole and unchanged, then what --filter, --flow,
 * --variant and --secrets say of it. judged: the checker is needed, whatever is asked for. Errors
 * are in d, or, of the filter, printed. */
enum err choice_open(struct choice *c, const char *trace, const struct options *o, bool judged,
		     struct diags *d);
/* Id of the step that this record satisfied; "": none; NULL: nobody asked. Each record once. */
const char *choice_step(struct choice *c, const struct record *r);
/* Whether it is chosen; step: as choice_step said. */
bool choice_takes(struct choice *c, const struct record *r, const char *step);
void choice_fini(struct choice *c);

#endif
