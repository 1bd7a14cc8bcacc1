/* scenario_parts.c - parts of a scenario file that need nothing of its flow: the case, the attacks,
 * expect.by. */
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

static void keep_attack(struct scenario *s, const struct tree_node *node, const char *file,
			struct diags *d)
{
	size_t count = s->attacks_count, i = 0;
	if (node->kind != TREE_SCALAR || count == SCENARIO_ATTACKS_MAX)
		return; /* reported already */
	while (i < count && strcmp(s->attacks[i].id, node->text) != 0)
		i++;
	if (i < count) {
		schema_error(node, file, d, "attack, expected it once (first at %d:%d)",
			     s->attacks[i].place.line, s->attacks[i].place.column);
		return;
	}
	s->attacks[count].id = flow_copy(node->text);
	s->attacks[count].place = node->place;
	s->attacks_count++;
}

void scenario_read_attacks(struct scenario *s, const struct tree_node *attack, const char *file,
			   struct diags *d)
{
	if (attack && attack->kind == TREE_SCALAR)
		keep_attack(s, attack, file, d);
	for (const struct tree_node *at = attack ? attack->first : NULL; at; at = at->next)
		keep_attack(s, at, file, d);
}
