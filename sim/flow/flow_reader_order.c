/* flow_reader_order.c - lines "A < B < C": their steps, their closure, and cycles in it.
 *
 * The closure is taken over all steps, also those that a variant leaves out, so that A < left out <
 * B still holds A before B.
 */
#include "sim/flow/flow_reader.h"

#include <string.h>

#include "sim/yaml/schema_scalar.h"

/* Whether a scalar stands in the file letter by letter, so that columns inside it can be counted:
 * plain, or in quotes without escapes, on one line. Sets the column of its first letter. */
static bool is_verbatim(const struct tree_node *node, int *column)
{
	int around = node->style == TREE_PLAIN ? 0 : node->style == TREE_QUOTED ? 2 : -1;
	int letters = 0;
	for (const char *c = node->text; *c; c++)
		letters += ((unsigned char)*c & 0xC0) != 0x80;
	*column = node->place.column + around / 2;
	return around >= 0 && node->end.line == node->place.line &&
	       node->end.column - node->place.column == letters + around;
}

/* The next name of a line, without the spaces around it; *rest moves behind its '<'. False at the
 * end. The name's place goes to name->place, its text to `text`. */
static bool next_name(const struct tree_node *line, const char **rest, struct tree_node *name,
		      char text[SCHEMA_TEXT_MAX + 1])
{
	if (!*rest)
		return false;
	const char *begin = *rest + strspn(*rest, " ");
	size_t size = strcspn(begin, "<");
	const char *next = begin[size] ? begin + size + 1 : NULL;
	while (size > 0 && begin[size - 1] == ' ')
		size--;
	memcpy(text, begin, size);
	text[size] = 0;
	*rest = next;
	int column = 0;
	*name = (struct tree_node){ .style = TREE_QUOTED, .text = text, .place = line->place };
	if (is_verbatim(line, &column)) {
		name->place.column = column;
		for (const char *c = line->text; c < begin; c++)
			name->place.column += ((unsigned char)*c & 0xC0) != 0x80;
	}
	return true;
}

/* A shortest way over the relations so far, breadth first: path[0] = from, the last one = to. There
 * is one. Returns the count of its steps. */
static size_t find_way(const struct flow *f, size_t from, size_t to, size_t path[FLOW_STEPS_MAX])
{
	size_t came_from[FLOW_STEPS_MAX] = { 0 }, queue[FLOW_STEPS_MAX] = { from };
	size_t tail = 1;
	uint64_t seen = UINT64_C(1) << from;
	for (size_t head = 0; head < tail && !(seen >> to & 1); head++)
		for (size_t i = 0; i < f->order_count; i++) {
			size_t next = f->order[i].after;
			if (f->order[i].before != queue[head] || seen >> next & 1)
				continue;
			seen |= UINT64_C(1) << next;
			came_from[next] = queue[head];
			queue[tail++] = next;
		}
	size_t count = 1;
	for (size_t at = to; at != from; at = came_from[at])
		count++;
	for (size_t i = count, at = to; i-- > 0; at = came_from[at])
		path[i] = at;
	return count;
}

/* The relation before < after closes a circle: name all steps on it. */
static void report_cycle(struct flow_reading *r, struct place at, size_t before, size_t after)
{
	size_t path[FLOW_STEPS_MAX];
	size_t count = find_way(r->flow, after, before, path);
	struct buffer text = { 0 };
	for (size_t i = 0; i < count; i++) {
		buffer_append(&text, bytes_of_string(r->flow->steps[path[i]].id));
		buffer_append(&text, bytes_of_string(" < "));
	}
	buffer_append_u8(&text, 0);
	diag_add(r->d, r->file, at.line, at.column,
		 "cycle in the order, expected no step before itself, actual %s%s",
		 (const char *)text.data, r->flow->steps[after].id);
	buffer_fini(&text);
}

/* Take one relation in, and keep the closure closed. */
static void add_rule(struct flow_reading *r, const struct tree_node *at, size_t before,
		     size_t after)
{
	struct flow *f = r->flow;
	if (before == after || flow_before(f, after, before)) {
		report_cycle(r, at->place, before, after);
		return;
	}
	if (f->order_count == FLOW_ORDER_MAX) {
		schema_error(at, r->file, r->d, "order, expected at most %d relations",
			     FLOW_ORDER_MAX);
		return;
	}
	f->order[f->order_count++] =
		(struct flow_rule){ .before = before, .after = after, .place = at->place };
	uint64_t later = UINT64_C(1) << after | f->later[after];
	for (size_t i = 0; i < f->steps_count; i++)
		if (i == before || flow_before(f, i, before))
			f->later[i] |= later;
}

static void read_line(struct flow_reading *r, const struct tree_node *line)
{
	char text[SCHEMA_TEXT_MAX + 1];
	struct tree_node name;
	const char *rest = line->text;
	size_t count = 0, last = SIZE_MAX;
	while (next_name(line, &rest, &name, text)) {
		size_t index = SIZE_MAX;
		if (!schema_is_name(text))
			schema_error(&name, r->file, r->d, "order, expected the name of a step");
		else if (flow_find_step(r, &name, &index) && last != SIZE_MAX)
			add_rule(r, &name, last, index);
		last = index;
		count++;
	}
	if (count == 1 && last != SIZE_MAX)
		schema_error(line, r->file, r->d, "order, expected at least two steps: A < B");
}

void flow_read_order(struct flow_reading *r, const struct tree_node *order)
{
	for (const struct tree_node *line = order ? order->first : NULL; line; line = line->next)
		if (line->kind == TREE_SCALAR && *line->text &&
		    strlen(line->text) <= SCHEMA_TEXT_MAX)
			read_line(r, line);
}
