/* claims_one_time.c - in the tables that the flow names, a key is put once, ever: not after it was
 * deleted, not after a restart. Deletions do not count.
 */
#include "sim/flow/claims.h"
#include "sim/flow/reach.h"

#include <inttypes.h>
#include <string.h>

void one_time_init(struct one_time *o, const struct flow *f, struct findings *findings)
{
	*o = (struct one_time){ .flow = f, .findings = findings };
}

static void put_see(struct one_time *o, size_t table, const struct sight *s)
{
	const struct record *r = s->record;
	const char *key = r->text ? r->text : "";
	struct buffer whole = { 0 };
	bool added;
	if (knowledge_corrupt_since(o->knowledge, s->who)) {
		claim_count_void(&o->counts[table], s);
		return;
	}
	claim_count_see(&o->counts[table], s);
	if (!*key) {
		o->unnamed[table]++;
		findings_add(o->findings,
			     (struct finding){ .kind = FINDING_ONE_TIME,
					       .record = r->id,
					       .verdict = VERDICT_INCONCLUSIVE },
			     o->flow->one_time[table], "record %" PRIu64 " does not name its key",
			     r->id);
		return;
	}
	buffer_append_u32(&whole, (uint32_t)s->who);
	buffer_append_u32(&whole, (uint32_t)table);
	buffer_append(&whole, bytes_of_string(key));
	keys_add(&o->written, bytes_of_buffer(&whole), &added);
	buffer_fini(&whole);
	if (added)
		return;
	o->counts[table].broken++;
	findings_add(
		o->findings,
		(struct finding){
			.kind = FINDING_ONE_TIME, .verdict = VERDICT_VIOLATED, .record = r->id },
		o->flow->one_time[table], "%s put the same key into %s again in record %" PRIu64,
		r->actor ? r->actor : "", o->flow->one_time[table], r->id);
}

void one_time_see(struct one_time *o, const struct sight *s)
{
	const struct record *r = s->record;
	for (size_t i = 0;
	     r->kind == RECORD_PERSIST && r->number > 0 && i < o->flow->one_time_count; i++)
		if (r->name && strcmp(r->name, o->flow->one_time[i]) == 0)
			put_see(o, i, s);
}

void one_time_finish(struct one_time *o, const struct reach *reach)
{
	char name[CLAIM_NAME_SIZE], what[96];
	for (size_t i = 0; i < o->flow->one_time_count; i++) {
		const struct claim_count *c = &o->counts[i];
		claim_name_one_time(o->flow, i, name);
		snprintf(what, sizeof what, "key put into %s", o->flow->one_time[i]);
		struct claim_words words = { name, o->flow->one_time[i], what };
		if (claim_count_lacks(c, reach, o->findings, FINDING_ONE_TIME, &words))
			continue;
		enum verdict v = c->broken ? VERDICT_VIOLATED : VERDICT_HOLDS;
		if (!c->broken && o->unnamed[i])
			v = VERDICT_INCONCLUSIVE;
		findings_judge(o->findings, name, v, "%s: %zu put%s, %zu of a key that was there",
			       c->broken ? "disproved" : "not disproved", c->events,
			       c->events == 1 ? "" : "s", c->broken);
	}
}

void one_time_fini(struct one_time *o)
{
	for (size_t i = 0; i < FLOW_ONE_TIME_MAX; i++)
		claim_count_fini(&o->counts[i]);
	keys_fini(&o->written);
	memset(o, 0, sizeof *o);
}
