/* same_answers.c - U7 across the runs of one invocation. */
#include "tools/actflow/same_answers.h"

#include <inttypes.h>
#include <stdio.h>

#include "tools/actflow/ending.h"
#include "tools/actflow/messages.h"
#include "tools/actflow/report.h"
#include "tools/actflow/text.h"

static void tell(const struct fallen *fallen, const struct found *scenario, struct answer *a,
		 bool json)
{
	struct diags d = { 0 };
	fallen_tell(fallen, scenario->label, &d);
	messages_print(&d, json ? &a->messages : &a->again);
	if (json)
		report_json_refused(scenario, "post-condition", &d, &a->out);
	diag_fini(&d);
}

void same_answers(struct answers *all, const struct found *scenario, struct answer *a, bool json)
{
	struct answers own = { 0 };
	struct fallen fallen = { 0 };
	struct buffer where = { 0 };
	text_safe(&where, scenario->label);
	text_printf(&where, " with seed %" PRIu64, a->sample.seed);
	if (!answers_unpack(bytes_of_buffer(&a->answers), &own)) {
		a->status = ERR_BUG;
		text_add(&a->messages, "bug: a worker's answer is not whole\n");
	}
	answers_merge(all, &own, text_string(&where), &fallen);
	if (fallen.count > 0) {
		if (a->status == ERR_OK)
			snprintf(a->sample.result, sizeof a->sample.result, "post-condition");
		a->status = ending_worse(a->status, ERR_NOT_AS_EXPECTED);
		tell(&fallen, scenario, a, json);
	}
	buffer_fini(&where);
	answers_fini(&own);
}
