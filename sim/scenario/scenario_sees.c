/* scenario_sees.c - reads expect.sees: what some actors are shown, and nothing else. */
#include <string.h>

#include "sim/flow/flow_reader.h"
#include "sim/scenario/scenario_reader.h"
#include "sim/yaml/schema_scalar.h"

static void keep_sight(struct flow_reading *names, struct scenario *s, size_t actor,
		       const struct tree_node *node)
{
	size_t count = s->expect.sees_count;
	if (node->kind != TREE_SCALAR || count == SCENARIO_SEES_MAX)
		return;
	for (size_t i = 0; i < count; i++)
		if (s->expect.sees[i].actor == actor &&
		    strcmp(s->expect.sees[i].what, node->text) == 0) {
			schema_error(node, names->file, names->d,
				     "name in expect.sees, expected it once (first at %d:%d)",
				     s->expect.sees[i].place.line, s->expect.sees[i].place.column);
			return;
		}
	s->expect.sees[count].actor = actor;
	s->expect.sees[count].what = flow_copy(node->text);
	s->expect.sees[count].place = node->place;
	s->expect.sees_count++;
}

void scenario_read_sees(struct flow_reading *names, struct scenario *s,
			const struct tree_node *sees)
{
	for (const struct tree_node *list = sees ? sees->first : NULL; list; list = list->next) {
		struct tree_node key = tree_key(list);
		size_t actor = 0;
		if (!schema_is_name(list->key) || !flow_find_actor(names, &key, &actor))
			continue;
		for (const struct tree_node *at = list->first; at; at = at->next)
			keep_sight(names, s, actor, at);
	}
}
