/* exposure.c - what a run without a check shows that the same run with it did not. */
#include "tools/actflow/exposure.h"

#include <stdio.h>
#include <string.h>

static const enum exposure_kind kinds[FINDING_KINDS] = {
	[FINDING_ORDER] = EXPOSURE_STATE,    [FINDING_MISSING] = EXPOSURE_LOSS,
	[FINDING_NEVER] = EXPOSURE_STATE,    [FINDING_ONCE] = EXPOSURE_CLAIM,
	[FINDING_WITHIN] = EXPOSURE_LOSS,    [FINDING_CHANNEL] = EXPOSURE_STATE,
	[FINDING_AGREE] = EXPOSURE_CLAIM,    [FINDING_SECRET] = EXPOSURE_CLAIM,
	[FINDING_FRESH] = EXPOSURE_CLAIM,    [FINDING_ONE_TIME] = EXPOSURE_CLAIM,
	[FINDING_EVIDENCE] = EXPOSURE_STATE,
};

static bool has_finding(const struct facts *f, const struct finding *wanted)
{
	for (size_t i = 0; i < f->findings_count; i++)
		if (f->findings[i].kind == wanted->kind &&
		    strcmp(f->findings[i].subject, wanted->subject) == 0)
			return true;
	return false;
}

static bool is_activated(const struct facts *f, const char *actor)
{
	for (size_t i = 0; i < f->outcomes_count; i++)
		if (strcmp(f->outcomes[i].actor, actor) == 0)
			return f->outcomes[i].result == 0;
	return false;
}

/* The more telling of two is kept; of equals the first. */
static struct exposure *better(struct exposure *best, enum exposure_kind kind)
{
	if (kind <= best->kind)
		return NULL;
	*best = (struct exposure){ .kind = kind };
	return best;
}

/* "secret(access_key)" says by itself what it is; "S1.11" does not. */
static void name_rule(struct exposure *e, const struct finding *f)
{
	const char *kind = finding_name(f->kind);
	if (strncmp(f->subject, kind, strlen(kind)) == 0)
		snprintf(e->rule, sizeof e->rule, "%s", f->subject);
	else
		snprintf(e->rule, sizeof e->rule, "%s %s", kind, f->subject);
	snprintf(e->text, sizeof e->text, "%s", f->text);
	e->record = f->record;
}

static const struct asked *shadow_of(const struct facts *with, const struct facts *without)
{
	const struct asked *first = NULL;
	for (size_t i = 0; i < without->checks_count; i++) {
		const struct asked *now = &without->checks[i];
		const struct asked *then = facts_check(with, now->id);
		if (now->after > 0 && now->refused > (then ? then->refused : 0) &&
		    (!first || now->after < first->after))
			first = now;
	}
	return first;
}

struct exposure exposure_of(const struct facts *with, const struct facts *without)
{
	struct exposure best = { .kind = EXPOSURE_NONE }, *e;
	const struct asked *refused = shadow_of(with, without);
	for (size_t i = 0; i < without->findings_count; i++) {
		const struct finding *f = &without->findings[i];
		enum exposure_kind kind = kinds[f->kind];
		bool counts = !has_finding(with, f) && !(kind == EXPOSURE_LOSS && refused);
		e = counts ? better(&best, kind) : NULL;
		if (e)
			name_rule(e, f);
	}
	for (size_t i = 0; i < without->outcomes_count; i++) {
		const char *actor = without->outcomes[i].actor;
		bool news = is_activated(without, actor) && !is_activated(with, actor);
		e = news ? better(&best, EXPOSURE_ACTIVATED) : NULL;
		if (e)
			snprintf(e->rule, sizeof e->rule, "%.80s is activated", actor);
	}
	e = *without->amplifies && !*with->amplifies ? better(&best, EXPOSURE_STATE) : NULL;
	if (e)
		snprintf(e->rule, sizeof e->rule, "amplification on %s", without->amplifies);
	e = with->quiet && !without->quiet && !refused ? better(&best, EXPOSURE_LOSS) : NULL;
	if (e)
		snprintf(e->rule, sizeof e->rule, "the run comes to no end of its own");
	if (refused)
		snprintf(best.shadow, sizeof best.shadow, "%s", refused->id);
	return best;
}
