/* scenario_parts.c - parts of a scenario file that are lists of names or less: the case, expect.by,
 * expect.falls.
 */
#include <string.h>

#include "sim/flow/flow_reader.h"
#include "sim/scenario/cases.h"
#include "sim/scenario/scenario_reader.h"

bool scenario_choose_case(struct tree *t, size_t index, struct scenario *s, const char *file,
			  struct diags *d)
{
	struct cases c = { 0 };
	struct buffer name = { 0 };
	if (t->root->kind != TREE_MAPPING)
		return true; /* the schema says so */
	bool good = cases_of(t->root, file, &c, d);
	bool there = index < (c.count > 0 || !good ? c.count : 1);
	if (good && !there)
		diag_add(d, file, 0, 0, "case %zu, expected at most %zu cases, actual fewer",
			 index + 1, c.count);
	if (good && there && c.count > 0) {
		cases_name(&c, index, &name);
		buffer_append_u8(&name, 0);
		s->case_name = (char *)name.data; /* the buffer's memory is the scenario's now */
	}
	if (there || !good)
		cases_put(&c, index, t, file, d);
	/* What is wrong with it has been said. */
	for (struct tree_node *at = t->root->first; at; at = at->next)
		if (strcmp(at->key, SCHEMA_CASES_KEY) == 0)
			at->kind = TREE_BROKEN;
	cases_fini(&c);
	return there || !good;
}

static void keep_check(struct scenario *s, const struct tree_node *node, const char *file,
		       struct diags *d)
{
	size_t count = s->expect.by_count, i = 0;
	if (node->kind != TREE_SCALAR || count == SCENARIO_BY_MAX)
		return; /* reported already */
	while (i < count && strcmp(s->expect.by[i].check, node->text) != 0)
		i++;
	if (i < count) {
		schema_error(node, file, d, "check in expect.by, expected it once (first at %d:%d)",
			     s->expect.by[i].place.line, s->expect.by[i].place.column);
		return;
	}
	s->expect.by[count].check = flow_copy(node->text);
	s->expect.by[count].place = node->place;
	s->expect.by_count++;
}

void scenario_read_by(struct scenario *s, const struct tree_node *by, const char *file,
		      struct diags *d)
{
	if (by && by->kind == TREE_SCALAR)
		keep_check(s, by, file, d);
	for (const struct tree_node *at = by ? by->first : NULL; at; at = at->next)
		keep_check(s, at, file, d);
}

/* -- expect.falls -- */

static bool fall_is_known(const struct claim_names *known, const struct tree_node *node,
			  struct flow_reading *names)
{
	struct flow_names words = { .kind = "rule or claim" };
	for (size_t i = 0; i < known->count; i++) {
		if (strcmp(known->list[i], node->text) == 0)
			return true;
		words.list[words.count++] = known->list[i];
	}
	flow_unknown(names, node, &words);
	return false;
}

static void keep_fall(struct flow_reading *names, struct scenario *s,
		      const struct claim_names *known, const struct tree_node *node)
{
	size_t count = s->expect.falls_count, i = 0;
	if (node->kind != TREE_SCALAR || count == SCENARIO_FALLS_MAX ||
	    !fall_is_known(known, node, names))
		return;
	while (i < count && strcmp(s->expect.falls[i].name, node->text) != 0)
		i++;
	if (i < count) {
		schema_error(node, names->file, names->d,
			     "name in expect.falls, expected it once (first at %d:%d)",
			     s->expect.falls[i].place.line, s->expect.falls[i].place.column);
		return;
	}
	memcpy(s->expect.falls[count].name, node->text, strlen(node->text) + 1);
	s->expect.falls[count].place = node->place;
	s->expect.falls_count++;
}

/* What falls is a violation. */
static void imply_verdict(struct flow_reading *names, struct scenario *s,
			  const struct tree_node *falls)
{
	if (s->expect.has_verdict && s->expect.verdict != VERDICT_VIOLATED)
		diag_add(names->d, names->file, s->expect.verdict_place.line,
			 s->expect.verdict_place.column,
			 "verdict beside expect.falls, expected violated, actual %s",
			 verdict_name(s->expect.verdict));
	if (!s->expect.has_verdict)
		s->expect.verdict_place = falls->place;
	s->expect.has_verdict = true;
	s->expect.verdict = VERDICT_VIOLATED;
}

void scenario_read_falls(struct flow_reading *names, struct scenario *s,
			 const struct tree_node *falls)
{
	struct claim_names known;
	if (!falls)
		return;
	claim_names_of(&s->flow, &known);
	if (falls->kind == TREE_SCALAR)
		keep_fall(names, s, &known, falls);
	for (const struct tree_node *at = falls->first; at; at = at->next)
		keep_fall(names, s, &known, at);
	imply_verdict(names, s, falls);
}
