/* claims_count.c - on which devices something occurred that a claim is about. A claim that holds
 * over nine devices says nothing of the tenth.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/flow/claims.h"
#include "sim/flow/reach.h"

void claim_count_see(struct claim_count *c, const struct sight *s)
{
	c->events++;
	if (s->slot == SIZE_MAX)
		return;
	if (s->slot >= c->devices_room) {
		size_t room = s->slot * 2 + 8;
		c->devices = realloc(c->devices, room * sizeof *c->devices);
		assert(c->devices);
		memset(c->devices + c->devices_room, 0, (room - c->devices_room) * sizeof(bool));
		c->devices_room = room;
	}
	c->devices[s->slot] = true;
}

void claim_count_void(struct claim_count *c, const struct sight *s)
{
	claim_count_see(c, s);
	c->events--;
	c->voided++;
}

/* The first device that comes through the whole order and on which nothing occurred; 0: none. */
static uint32_t first_without(const struct claim_count *c, const struct reach *reach)
{
	const struct attribution *a = reach->attribution;
	for (size_t slot = 0; slot < a->devices.count; slot++) {
		uint32_t device = attribution_device(a, slot);
		bool occurred = slot < c->devices_room && c->devices[slot];
		if (!occurred && reach_of(reach, device) == REACH_NONE)
			return device;
	}
	return 0;
}

static void doubt(struct findings *f, enum finding_kind kind, const struct claim_words *words,
		  uint32_t device)
{
	char of[24] = "";
	if (device)
		snprintf(of, sizeof of, " of device %" PRIu32, device);
	findings_add(f, (struct finding){ .kind = kind, .verdict = VERDICT_INCONCLUSIVE },
		     words->subject, "no %s%s in this run", words->what, of);
	findings_judge(f, words->name, VERDICT_INCONCLUSIVE, "not judged: no %s%s in this run",
		       words->what, of);
}

bool claim_count_lacks(const struct claim_count *c, const struct reach *reach,
		       struct findings *findings, enum finding_kind kind,
		       const struct claim_words *words)
{
	bool several = attribution_devices(reach->attribution) > 1;
	uint32_t without = first_without(c, reach);
	if (!c->events && c->voided) {
		findings_judge(findings, words->name, VERDICT_VOID,
			       "void: a party of each %s was corrupt", words->what);
		return true;
	}
	if (!c->events && !reach_is_early_everywhere(reach)) {
		doubt(findings, kind, words, 0);
		return true;
	}
	if (!c->events) {
		findings_judge(findings, words->name, VERDICT_INCONCLUSIVE,
			       "not reached: no %s in this run, which was to end at %s",
			       words->what, reach_step(reach));
		return true;
	}
	if (several && without && !c->broken) {
		doubt(findings, kind, words, without);
		return true;
	}
	return false;
}

void claim_count_fini(struct claim_count *c)
{
	free(c->devices);
	memset(c, 0, sizeof *c);
}
