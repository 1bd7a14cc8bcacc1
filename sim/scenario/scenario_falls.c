/* scenario_falls.c - reads expect.falls: what is to be violated, by the names that the checker has
 * for it.
 */
#include <string.h>

#include "sim/flow/flow_reader.h"
#include "sim/scenario/scenario_reader.h"

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
