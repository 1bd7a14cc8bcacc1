/* cases.c - reads `for:` and counts out its cases. Putting them into a tree is cases_put.c's work.
 */
#include "sim/scenario/cases.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct schema value_schema = { .text = "a value of the variable",
					    .kind = SCHEMA_SCALAR };
static const struct schema values_schema = { .text = "the variable's values",
					     .kind = SCHEMA_LIST,
					     .least = 1,
					     .most = CASES_MAX,
					     .item = &value_schema };
static const struct schema case_schema = { .text = "variable: its value in this case",
					   .kind = SCHEMA_MAP,
					   .least = 1,
					   .most = CASES_VARIABLES_MAX,
					   .item = &value_schema };
const struct schema cases_forms[] = {
	{ .text = "variable: its values; a case is one of each",
	  .kind = SCHEMA_MAP,
	  .least = 1,
	  .most = CASES_VARIABLES_MAX,
	  .item = &values_schema },
	{ .text = "the cases, each with the same variables",
	  .kind = SCHEMA_LIST,
	  .least = 1,
	  .most = CASES_MAX,
	  .item = &case_schema },
	{ .text = NULL },
};
static const struct schema top_fields[] = {
	{ .name = SCHEMA_CASES_KEY,
	  .text = "the cases that this file stands for",
	  .kind = SCHEMA_EITHER,
	  .fields = cases_forms },
	{ .name = NULL },
};
static const struct schema top_schema = { .text = "a scenario's cases alone",
					  .kind = SCHEMA_GROUP,
					  .fields = top_fields };

/* -- the same thing twice -- */

struct twin {
	char *text; /* owned */
	const struct tree_node *node;
};

static int by_text_and_place(const void *left, const void *right)
{
	const struct twin *a = left, *b = right;
	int by_text = strcmp(a->text, b->text);
	if (by_text != 0)
		return by_text;
	if (a->node->place.line != b->node->place.line)
		return a->node->place.line - b->node->place.line;
	return a->node->place.column - b->node->place.column;
}

/* Report each text that was there before, at its node. Sorted, for there may be ten thousand. */
static void refuse_twins(struct twin *list, size_t count, const char *what, const char *file,
			 struct diags *d)
{
	qsort(list, count, sizeof *list, by_text_and_place);
	for (size_t i = 1, first = 0; i < count; i++) {
		if (strcmp(list[i].text, list[first].text) != 0) {
			first = i;
			continue;
		}
		struct place here = list[i].node->place, there = list[first].node->place;
		diag_add(d, file, here.line, here.column,
			 "%s, expected it once, actual \"%.200s\" again (first at %d:%d)", what,
			 list[i].text, there.line, there.column);
	}
	for (size_t i = 0; i < count; i++)
		free(list[i].text);
	free(list);
}

static struct twin *twins_new(size_t count)
{
	struct twin *list = calloc(count + 1, sizeof *list);
	if (!list)
		abort();
	return list;
}

static char *copy(const char *text)
{
	char *made = strdup(text);
	if (!made)
		abort();
	return made;
}

static void refuse_equal_values(const struct tree_node *values, const char *file, struct diags *d)
{
	struct twin *list = twins_new(values->count);
	size_t count = 0;
	for (const struct tree_node *v = values->first; v; v = v->next)
		list[count++] = (struct twin){ copy(v->text), v };
	refuse_twins(list, count, "value", file, d);
}

static void refuse_equal_cases(const struct cases *c, const struct tree_node *root,
			       const char *file, struct diags *d)
{
	struct twin *list = twins_new(c->count);
	size_t count = 0;
	for (const struct tree_node *at = root->first; at; at = at->next, count++) {
		struct buffer name = { 0 };
		cases_name(c, count, &name);
		buffer_append_u8(&name, 0);
		list[count] = (struct twin){ (char *)name.data, at };
	}
	refuse_twins(list, count, "case", file, d);
}

/* -- the cases -- */

static void take_variables(struct cases *c, const struct tree_node *from)
{
	for (const struct tree_node *at = from->first; at; at = at->next) {
		c->variables[c->variables_count].name = at->key;
		c->variables[c->variables_count++].place = at->key_place;
	}
}

static void make_room(struct cases *c, size_t count)
{
	c->count = count;
	c->values = calloc(count * c->variables_count, sizeof *c->values);
	if (!c->values)
		abort();
}

/* A mapping of lists: all values of one with all of the others. */
static void read_product(struct cases *c, const struct tree_node *root, const char *file,
			 struct diags *d)
{
	uint64_t count = 1;
	for (const struct tree_node *at = root->first; at; at = at->next) {
		refuse_equal_values(at, file, d);
		count = count > CASES_MAX ? count : count * at->count;
	}
	if (count > CASES_MAX) {
		diag_add(d, file, root->place.line, root->place.column,
			 "cases, expected at most %d, actual %" PRIu64 " or more", CASES_MAX,
			 count);
		return;
	}
	take_variables(c, root);
	make_room(c, (size_t)count);
	size_t variable = 0, each = c->count; /* cases for which one value stands */
	for (const struct tree_node *at = root->first; at; at = at->next, variable++) {
		each /= at->count;
		const struct tree_node *value = at->first;
		for (size_t i = 0; i < c->count; i++) {
			c->values[i * c->variables_count + variable] = value;
			if ((i + 1) % each == 0)
				value = value->next ? value->next : at->first;
		}
	}
}

static bool has_variables(const struct cases *c, const struct tree_node *one, const char *file,
			  struct diags *d)
{
	const char *names[CASES_VARIABLES_MAX + 1] = { NULL };
	size_t before = d->count + d->beyond;
	for (size_t v = 0; v < c->variables_count; v++) {
		names[v] = c->variables[v].name;
		if (!tree_get(one, names[v]))
			diag_add(d, file, one->place.line, one->place.column,
				 "missing variable \"%s\", expected those of the first case "
				 "(%d:%d), "
				 "actual nothing",
				 names[v], c->variables[v].place.line,
				 c->variables[v].place.column);
	}
	for (const struct tree_node *at = one->first; at; at = at->next) {
		struct tree_node key = tree_key(at);
		if (!cases_value(c, 0, at->key))
			schema_error_unknown(&key, file, d, "variable of a case", names);
	}
	return d->count + d->beyond == before;
}

/* A list of mappings: the cases themselves. */
static void read_list(struct cases *c, const struct tree_node *root, const char *file,
		      struct diags *d)
{
	bool good = true;
	size_t index = 0;
	take_variables(c, root->first);
	make_room(c, root->count);
	for (size_t v = 0; v < c->variables_count; v++)
		c->values[v] = tree_get(root->first, c->variables[v].name);
	for (const struct tree_node *one = root->first; one; one = one->next, index++) {
		good = has_variables(c, one, file, d) && good;
		for (size_t v = 0; v < c->variables_count && good; v++)
			c->values[index * c->variables_count + v] =
				tree_get(one, c->variables[v].name);
	}
	if (good)
		refuse_equal_cases(c, root, file, d);
}

static void forget(struct cases *c)
{
	struct tree tree = c->tree;
	free(c->values);
	*c = (struct cases){ .tree = tree };
}

bool cases_of(const struct tree_node *root, const char *file, struct cases *c, struct diags *d)
{
	size_t before = d->count + d->beyond;
	const struct tree_node *node = tree_get(root, SCHEMA_CASES_KEY);
	if (!node)
		return true;
	/* A file with nothing else in it, so that messages call it by its path. */
	struct tree_node alone = *node;
	struct tree_node top = {
		.kind = TREE_MAPPING, .first = &alone, .last = &alone, .count = 1
	};
	alone.next = NULL;
	schema_read(&top_schema, &top, file, NULL, d);
	if (tree_is_broken(node))
		return false;
	if (d->count + d->beyond == before && node->kind == TREE_MAPPING)
		read_product(c, node, file, d);
	else if (d->count + d->beyond == before)
		read_list(c, node, file, d);
	if (d->count + d->beyond == before)
		return true;
	forget(c);
	return false;
}

/* A value that is neither true nor false, the scenario's own schema refuses. */
static bool is_thorough(const struct tree_node *root)
{
	const struct tree_node *node = tree_get(root, SCENARIO_THOROUGH_KEY);
	return node && node->kind == TREE_SCALAR && strcmp(node->text, "true") == 0;
}

enum err cases_read(const char *file, struct cases *c, struct diags *d)
{
	enum err e = tree_read(file, &c->tree, d);
	bool known = e == ERR_OK && schema_version_is_known(c->tree.root, file, d);
	if (known && cases_of(c->tree.root, file, c, d)) {
		c->thorough = is_thorough(c->tree.root);
		return ERR_OK;
	}
	cases_fini(c);
	return ERR_INPUT;
}

void cases_fini(struct cases *c)
{
	free(c->values);
	tree_fini(&c->tree);
	*c = (struct cases){ 0 };
}

/* -- what cases are called -- */

void cases_name(const struct cases *c, size_t index, struct buffer *out)
{
	for (size_t v = 0; v < c->variables_count; v++) {
		if (v > 0)
			buffer_append_u8(out, ',');
		buffer_append(out, bytes_of_string(c->variables[v].name));
		buffer_append_u8(out, '=');
		for (const char *p = c->values[index * c->variables_count + v]->text; *p; p++) {
			if (*p == ',' || *p == '\\')
				buffer_append_u8(out, '\\');
			buffer_append_u8(out, (uint8_t)*p);
		}
	}
}

const char *cases_value(const struct cases *c, size_t index, const char *variable)
{
	for (size_t v = 0; v < c->variables_count; v++)
		if (strcmp(c->variables[v].name, variable) == 0)
			return c->values[index * c->variables_count + v]->text;
	return NULL;
}
