/* why.c - cuts a run to the steps from which a record follows, and tells these; see why.h. */
#include "tools/actflow/why.h"

#include <inttypes.h>

#include "tools/actflow/observe.h"
#include "tools/actflow/slice.h"
#include "tools/actflow/text.h"

struct looking {
	struct slice slice;
	struct telling *steps;
};

const struct finding *why_finding(const struct checker *c)
{
	const struct finding *list;
	size_t count = checker_findings(c, &list);
	for (size_t i = 0; i < count; i++)
		if (list[i].verdict == VERDICT_VIOLATED && list[i].record > 0)
			return &list[i];
	return NULL;
}

static void keep(void *context, const struct record *r, struct bytes encoded)
{
	struct looking *l = context;
	struct record whole = *r;
	(void)encoded;
	observation_fill(&whole);
	slice_feed(&l->slice, &whole);
}

/* The record in question is told whatever it is. */
static void tell(void *context, const struct record *r, struct bytes encoded)
{
	struct looking *l = context;
	struct record whole = *r;
	(void)encoded;
	if (!slice_has(&l->slice, r->id))
		return;
	observation_fill(&whole);
	l->steps->apart = r->id == l->slice.target;
	if (r->id == l->slice.target || telling_is_step(&whole))
		telling_add(l->steps, &whole);
}

enum err why_tell(struct why *w, why_again_fn *again, void *context, struct diags *d)
{
	struct looking l = { .slice = { .target = w->record }, .steps = &w->steps };
	enum err status = again(context, keep, &l, d);
	if (status == ERR_OK) {
		slice_cut(&l.slice);
		status = again(context, tell, &l, d);
	}
	slice_fini(&l.slice);
	return status;
}

void why_words(const struct why *w, struct buffer *out)
{
	if (w->finding)
		finding_words(w->finding, out);
	else
		text_printf(out, "record %" PRIu64, w->record);
}
