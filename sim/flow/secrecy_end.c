/* secrecy_end.c - the lines of the table: each class of secrets, and what could not be judged. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/flow/secrecy.h"

enum { TEXT_SIZE = 320 };

/* Why a claim cannot be judged, or NULL. */
static const char *obstacle_of(const struct secrecy *x, const struct secrecy_class *c)
{
	if (!x->secrets)
		return "run.secrets is not at hand";
	if (!c->values)
		return "no value in this run";
	if (c->skipped == c->values)
		return "every value is under 8 bytes";
	if (x->promised >= 0 && (uint64_t)x->promised > x->secrets->count)
		return "run.secrets has fewer entries than the trace says";
	return NULL;
}

/* Bytes that the actors outside had, in whole kilobytes; among several devices what a holder of
 * each had is searched for the values of the others. */
static uint64_t searched_kb(const struct secrecy *x, uint32_t holders)
{
	uint64_t bytes = 0;
	if (attribution_devices(x->evidence->attribution) > 1)
		holders &= ~x->flow->each_device;
	for (size_t i = 0; i <= FLOW_ACTORS_MAX; i++)
		if (i == FLOW_ACTORS_MAX || !(holders >> i & 1))
			bytes += x->bytes[i];
	return (bytes + 1023) / 1024;
}

/* "2 values, 7 outsiders, 112 KB of theirs searched; 1 under 8 bytes was not looked for" */
static void judge_text(const struct secrecy *x, const struct secrecy_class *c, char text[TEXT_SIZE])
{
	char outside[64], skipped[64] = "", caught[64] = "", voided[64] = "";
	bool several = attribution_devices(x->evidence->attribution) > 1;
	size_t outsiders = x->flow->actors_count;
	for (uint32_t h = c->holders; !c->ends && h; h &= h - 1)
		outsiders--;
	snprintf(outside, sizeof outside, "%zu outsiders%s", outsiders,
		 several ? " and the other devices" : "");
	if (c->caught)
		snprintf(caught, sizeof caught, ", %zu had one", c->caught);
	if (c->derived) {
		size_t used = strlen(caught);
		snprintf(caught + used, sizeof caught - used, ", %zu could derive one", c->derived);
	}
	if (c->voided)
		snprintf(voided, sizeof voided, "; %zu void, a holder was corrupt", c->voided);
	if (c->skipped)
		snprintf(skipped, sizeof skipped, "; %zu under 8 bytes not looked for", c->skipped);
	snprintf(text, TEXT_SIZE, "%zu value%s, %s%s, %" PRIu64 " KB searched%s%s", c->values,
		 c->values == 1 ? "" : "s", c->ends ? "all but its ends" : outside, caught,
		 searched_kb(x, c->ends ? 0 : c->holders), skipped, voided);
}

static void class_judge(struct secrecy *x, size_t claim, const struct reach *reach)
{
	char name[CLAIM_NAME_SIZE], text[TEXT_SIZE];
	struct secrecy_class *c = &x->classes[claim];
	const char *obstacle = obstacle_of(x, c);
	claim_name_secret(x->flow, claim, name);
	if (x->secrets && !c->values && !c->caught && reach_is_early_everywhere(reach)) {
		findings_judge(x->findings, name, VERDICT_INCONCLUSIVE,
			       "not reached: no value in this run, which was to end at %s",
			       reach_step(reach));
		return;
	}
	if (x->secrets && c->values && c->voided == c->values) {
		findings_judge(x->findings, name, VERDICT_VOID, "void: a holder of %s was corrupt",
			       c->values == 1 ? "the value" : "each value");
		return;
	}
	if (obstacle) {
		findings_add(
			x->findings,
			(struct finding){ .kind = FINDING_SECRET, .verdict = VERDICT_INCONCLUSIVE },
			name, "%s", obstacle);
		findings_judge(x->findings, name,
			       c->caught ? VERDICT_VIOLATED : VERDICT_INCONCLUSIVE, "%s: %s",
			       c->caught ? "disproved" : "not judged", obstacle);
		return;
	}
	judge_text(x, c, text);
	bool broken = c->caught || c->derived;
	findings_judge(x->findings, name, broken ? VERDICT_VIOLATED : VERDICT_HOLDS, "%s: %s",
		       broken ? "disproved" : "not disproved under the listed forms", text);
}

void secrecy_finish(struct secrecy *x, const struct reach *reach)
{
	secrecy_close(x);
	secrecy_derive(x);
	secrecy_void(x);
	for (size_t i = 0; i < x->flow->holders_count; i++)
		class_judge(x, i, reach);
}
