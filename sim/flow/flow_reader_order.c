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

static void add_rule(struct flow_reading *r, const struct tree_node *at, size_t before,
		     size_t after)
{
	struct flow *f = r->flow;
	if (f->order_count == FLOW_ORDER_MAX) {
		if (!(f->later[before] >> after & 1))
			schema_error(at, r->file, r->d, "order, expected at most %d relations",
				     FLOW_ORDER_MAX);
		return;
	}
	f->order[f->order_count++] =
		(struct flow_rule){ .before = before, .after = after, .place = at->place };
	f->later[before] |= UINT64_C(1) << after;
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

static void close_transitively(struct flow *f)
{
	for (size_t middle = 0; middle < f->steps_count; middle++)
		for (size_t i = 0; i < f->steps_count; i++)
			if (f->later[i] >> middle & 1)
				f->later[i] |= f->later[middle];
}

/* The place of the relation a < b, if it is written. */
static const struct flow_rule *find_rule(const struct flow *f, size_t a, size_t b)
{
	for (size_t i = 0; i < f->order_count; i++)
		if (f->order[i].before == a && f->order[i].after == b)
			return &f->order[i];
	return NULL;
}

/* A shortest way from a step back to itself over written relations, breadth first: path[0] and
 * path[count - 1] are the step. Returns count. */
static size_t find_cycle(const struct flow *f, size_t start, size_t path[FLOW_STEPS_MAX + 1])
{
	size_t from[FLOW_STEPS_MAX], queue[FLOW_STEPS_MAX];
	size_t head = 0, tail = 0;
	uint64_t seen = 0;
	queue[tail++] = start;
	while (head < tail && !(seen >> start & 1)) {
		size_t at = queue[head++];
		for (size_t next = 0; next < f->steps_count; next++) {
			if (seen >> next & 1 || !find_rule(f, at, next))
				continue;
			seen |= UINT64_C(1) << next;
			from[next] = at;
			if (next != start)
				queue[tail++] = next;
		}
	}
	size_t count = 1;
	for (size_t at = from[start]; at != start; at = from[at])
		count++;
	size_t at = start;
	for (size_t i = count + 1; i-- > 0; at = from[at])
		path[i] = at;
	return count + 1;
}

static void report_cycle(struct flow_reading *r, size_t start)
{
	const struct flow *f = r->flow;
	size_t path[FLOW_STEPS_MAX + 1];
	size_t count = find_cycle(f, start, path);
	struct buffer text = { 0 };
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buffer_append(&text, bytes_of_string(" < "));
		buffer_append(&text, bytes_of_string(f->steps[path[i]].id));
	}
	buffer_append_u8(&text, 0);
	const struct flow_rule *closing = find_rule(f, path[count - 2], start);
	diag_add(r->d, r->file, closing->place.line, closing->place.column,
		 "order, expected no step before itself, actual %s", (const char *)text.data);
	buffer_fini(&text);
}

/* One report for each set of steps that are before one another. */
static void report_cycles(struct flow_reading *r)
{
	uint64_t told = 0;
	for (size_t i = 0; i < r->flow->steps_count; i++) {
		if (!flow_before(r->flow, i, i) || told >> i & 1)
			continue;
		report_cycle(r, i);
		for (size_t j = 0; j < r->flow->steps_count; j++)
			if (flow_before(r->flow, i, j) && flow_before(r->flow, j, i))
				told |= UINT64_C(1) << j;
	}
}

void flow_read_order(struct flow_reading *r, const struct tree_node *order)
{
	for (const struct tree_node *line = order ? order->first : NULL; line; line = line->next)
		if (line->kind == TREE_SCALAR && strlen(line->text) <= SCHEMA_TEXT_MAX)
			read_line(r, line);
	close_transitively(r->flow);
	report_cycles(r);
}
