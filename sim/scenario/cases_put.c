/* cases_put.c - puts the values of one case in the place of ${name} in a scenario's tree.
 *
 * A walk over the nodes; keys are left alone, and so is what must read the same in every case.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/cases.h"

struct putting {
	const struct cases *c;
	size_t index;
	bool known; /* which variables there are */
	const char *file;
	struct diags *d;
	bool used[CASES_VARIABLES_MAX];
};

static void unknown_variable(struct putting *p, const struct tree_node *node, char *name)
{
	const char *names[CASES_VARIABLES_MAX + 1] = { NULL };
	for (size_t v = 0; v < p->c->variables_count; v++)
		names[v] = p->c->variables[v].name;
	struct tree_node said = {
		.kind = TREE_SCALAR, .style = TREE_QUOTED, .place = node->place, .text = name
	};
	if (p->known)
		schema_error_unknown(&said, p->file, p->d, "variable in ${}", names);
}

/* The value of ${name}, or NULL when there is none; a used variable is marked. */
static const struct tree_node *value_of(struct putting *p, const struct tree_node *node,
					struct bytes name)
{
	const struct cases *c = p->c;
	for (size_t v = 0; v < c->variables_count; v++) {
		if (!bytes_equal(bytes_of_string(c->variables[v].name), name))
			continue;
		p->used[v] = true;
		return c->values[p->index * c->variables_count + v];
	}
	char *copy = strndup((const char *)name.data, name.size);
	if (!copy)
		abort();
	unknown_variable(p, node, copy);
	free(copy);
	return NULL;
}

/* Read "${name}" at *at and step over it. */
static const struct tree_node *take_variable(struct putting *p, const struct tree_node *node,
					     const char **at)
{
	const char *name = *at + 2, *end = strchr(name, '}');
	if (!end) {
		schema_error(node, p->file, p->d,
			     "\"${\" is not closed, expected \"}\" behind the variable's name (or "
			     "\"$${\" for the two characters themselves)");
		*at += strlen(*at);
		return NULL;
	}
	*at = end + 1;
	return value_of(p, node, bytes_of(name, (size_t)(end - name)));
}

/* The text with its variables replaced; false after a report. */
static bool replace(struct putting *p, const struct tree_node *node, struct buffer *out)
{
	bool good = true;
	for (const char *at = node->text; *at;) {
		if (strncmp(at, "$${", 3) == 0) {
			buffer_append(out, bytes_of_string("${"));
			at += 3;
		} else if (strncmp(at, "${", 2) == 0) {
			const struct tree_node *value = take_variable(p, node, &at);
			good = value && good;
			if (value)
				buffer_append(out, bytes_of_string(value->text));
		} else {
			buffer_append_u8(out, (uint8_t)*at++);
		}
		if (out->size <= CASES_TEXT_MAX)
			continue;
		schema_error(node, p->file, p->d,
			     "value, expected at most %d bytes once its variables are replaced",
			     CASES_TEXT_MAX);
		return false;
	}
	return good;
}

/* The value that is all of the scalar; NULL when it is more than one ${name}, or none. */
static const struct tree_node *only_value(const struct putting *p, const char *text)
{
	size_t size = strlen(text);
	for (size_t v = 0; v < p->c->variables_count; v++) {
		const char *name = p->c->variables[v].name;
		if (size == strlen(name) + 3 && strncmp(text, "${", 2) == 0 &&
		    strncmp(text + 2, name, size - 3) == 0 && text[size - 1] == '}')
			return p->c->values[p->index * p->c->variables_count + v];
	}
	return NULL;
}

static void put_scalar(struct putting *p, struct tree_node *node)
{
	struct buffer text = { 0 };
	if (!strstr(node->text, "${"))
		return;
	const struct tree_node *only = only_value(p, node->text);
	if (replace(p, node, &text)) {
		buffer_append_u8(&text, 0);
		free(node->text);
		node->text = (char *)text.data; /* the buffer's memory is the node's now */
		node->style = only ? only->style : node->style;
	} else {
		node->kind = TREE_BROKEN;
		buffer_fini(&text);
	}
}

/* Trees are at most TREE_DEPTH_MAX deep. skip: a key whose value is left alone, or NULL. */
static void put_below(struct putting *p, struct tree_node *node, const char *skip)
{
	if (node->kind == TREE_SCALAR)
		put_scalar(p, node);
	for (struct tree_node *at = node->first; at; at = at->next)
		if (!skip || !at->key || strcmp(at->key, skip) != 0)
			put_below(p, at, NULL);
}

static void put_top(struct putting *p, struct tree_node *root)
{
	for (struct tree_node *at = root->first; at; at = at->next) {
		bool fixed = at->key && (strcmp(at->key, SCHEMA_VERSION_KEY) == 0 ||
					 strcmp(at->key, SCHEMA_CASES_KEY) == 0 ||
					 strcmp(at->key, SCENARIO_THOROUGH_KEY) == 0);
		bool expects = at->key && strcmp(at->key, "expect") == 0;
		if (!fixed)
			put_below(p, at, expects ? "trace" : NULL);
	}
}

void cases_put(const struct cases *c, size_t index, struct tree *t, const char *file,
	       struct diags *d)
{
	bool known = c->count > 0 || !tree_get(t->root, SCHEMA_CASES_KEY);
	struct putting p = { .c = c, .index = index, .known = known, .file = file, .d = d };
	put_top(&p, t->root);
	for (size_t v = 0; v < c->variables_count; v++)
		if (!p.used[v])
			diag_add(d, file, c->variables[v].place.line, c->variables[v].place.column,
				 "variable that is never used, expected ${%s} in a value, actual "
				 "none",
				 c->variables[v].name);
}
