/* tree.c - libyaml's events become nodes; what a located file must not hold is refused here.
 *
 * Not a loader: no value is interpreted. The stack of open collections is ours and bounded, so no
 * nesting reaches the C stack.
 */
#include "sim/yaml/tree.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/yaml/syntax_error.h"
#include "sim/yaml/text_file.h"

/* A collection whose end has not come yet. */
struct open_node {
	struct tree_node *node;
	char *key; /* mapping: key that waits for its value; owned by this frame */
	struct place key_place;
	bool drop; /* mapping: the key is refused, its value goes nowhere */
};
struct builder {
	yaml_parser_t parser;
	const char *file;
	struct diags *d;
	struct tree *tree;
	struct open_node open[TREE_DEPTH_MAX];
	size_t depth;
	size_t documents;
	bool stop; /* nothing more can be said: syntax error or limit */
};

static struct place place_of(yaml_mark_t mark)
{
	return (struct place){ .line = (int)mark.line + 1, .column = (int)mark.column + 1 };
}

static void *allocate(size_t size)
{
	void *memory = calloc(1, size);
	if (!memory)
		abort();
	return memory;
}

static void refuse(struct builder *b, struct place at, const char *what, const char *expected,
		   const char *actual)
{
	diag_add(b->d, b->file, at.line, at.column, "%s, expected %s, actual %.64s", what, expected,
		 actual);
}

static struct tree_node *make_node(struct builder *b, enum tree_kind kind, const yaml_event_t *e)
{
	struct tree_node *node = allocate(sizeof *node);
	node->kind = kind;
	node->place = place_of(e->start_mark);
	node->end = place_of(e->end_mark);
	node->made_before = b->tree->made;
	b->tree->made = node;
	b->tree->count++;
	return node;
}

/* A mapping's child that stands where a key is due. Takes the scalar's text. */
static void take_key(struct builder *b, struct open_node *in, struct tree_node *node)
{
	in->key_place = node->place;
	in->drop = node->kind != TREE_SCALAR;
	if (node->kind == TREE_SCALAR) {
		in->key = node->text;
		node->text = NULL;
		if (node->style == TREE_PLAIN && strcmp(in->key, "<<") == 0) {
			in->drop = true;
			refuse(b, node->place, "merge keys are not supported",
			       "the keys written out", "\"<<\"");
		}
		return;
	}
	in->key = allocate(1);
	char shown[TREE_SHOWN_MAX];
	if (node->kind != TREE_BROKEN)
		refuse(b, node->place, "key", "a name", tree_show(node, shown));
}

static void append_child(struct tree_node *parent, struct tree_node *child)
{
	if (parent->last)
		parent->last->next = child;
	else
		parent->first = child;
	parent->last = child;
	parent->count++;
}

/* Put a node where it belongs: the root, an item, a key or a value. */
static void place_node(struct builder *b, struct tree_node *node)
{
	if (b->depth == 0) {
		b->tree->root = node;
		return;
	}
	struct open_node *in = &b->open[b->depth - 1];
	if (in->node->kind == TREE_SEQUENCE) {
		append_child(in->node, node);
	} else if (!in->key) {
		take_key(b, in, node);
	} else {
		node->key = in->key;
		node->key_place = in->key_place;
		in->key = NULL;
		if (in->drop)
			in->node->lost = true;
		else
			append_child(in->node, node);
		in->drop = false;
	}
}

static int by_key_and_place(const void *left, const void *right)
{
	const struct tree_node *a = *(struct tree_node *const *)left;
	const struct tree_node *b = *(struct tree_node *const *)right;
	int by_key = strcmp(a->key, b->key);
	if (by_key != 0)
		return by_key;
	if (a->key_place.line != b->key_place.line)
		return a->key_place.line - b->key_place.line;
	return a->key_place.column - b->key_place.column;
}

/* Unlink the children whose kind was set to TREE_BROKEN and whose key is gone. */
static void unlink_dropped(struct tree_node *mapping)
{
	struct tree_node *child = mapping->first;
	mapping->first = mapping->last = NULL;
	mapping->count = 0;
	while (child) {
		struct tree_node *next = child->next;
		child->next = NULL;
		if (child->key)
			append_child(mapping, child);
		child = next;
	}
}

/* Report every key that was there before; the first one counts. Sorted, so that a mapping of many
 * keys costs no quadratic time. */
static void drop_duplicates(struct builder *b, struct tree_node *mapping)
{
	size_t count = mapping->count;
	struct tree_node **sorted = allocate((count + 1) * sizeof *sorted);
	size_t n = 0;
	for (struct tree_node *child = mapping->first; child; child = child->next)
		sorted[n++] = child;
	assert(n == count);
	if (count > 1)
		qsort(sorted, count, sizeof *sorted, by_key_and_place);
	size_t first = 0;
	for (size_t i = 1; i < count; i++) {
		if (strcmp(sorted[i]->key, sorted[first]->key) != 0) {
			first = i;
			continue;
		}
		diag_add(b->d, b->file, sorted[i]->key_place.line, sorted[i]->key_place.column,
			 "duplicate key, expected it once, actual \"%.48s\" again (first at %d:%d)",
			 sorted[i]->key, sorted[first]->key_place.line,
			 sorted[first]->key_place.column);
		free(sorted[i]->key);
		sorted[i]->key = NULL;
		/* sorted[first] stays the one to compare with */
	}
	free(sorted);
	unlink_dropped(mapping);
}

static void check_properties(struct builder *b, const yaml_event_t *e, const yaml_char_t *anchor,
			     const yaml_char_t *tag)
{
	struct place at = place_of(e->start_mark);
	if (anchor)
		refuse(b, at, "anchors are not supported", "the value alone, without &",
		       (const char *)anchor);
	if (tag)
		refuse(b, at, "tags are not supported", "the value alone, without !",
		       (const char *)tag);
}

static void on_scalar(struct builder *b, const yaml_event_t *e)
{
	check_properties(b, e, e->data.scalar.anchor, e->data.scalar.tag);
	struct tree_node *node = make_node(b, TREE_SCALAR, e);
	size_t size = e->data.scalar.length;
	if (memchr(e->data.scalar.value, 0, size + 1) != e->data.scalar.value + size) {
		refuse(b, node->place, "NUL character", "text", "\"\\0\"");
		node->kind = TREE_BROKEN;
	} else {
		node->text = allocate(size + 1);
		memcpy(node->text, e->data.scalar.value, size);
	}
	switch (e->data.scalar.style) {
	case YAML_LITERAL_SCALAR_STYLE:
		node->style = TREE_LITERAL;
		break;
	case YAML_FOLDED_SCALAR_STYLE:
		node->style = TREE_FOLDED;
		break;
	case YAML_PLAIN_SCALAR_STYLE:
		node->style = TREE_PLAIN;
		break;
	default:
		node->style = TREE_QUOTED;
	}
	place_node(b, node);
}

static void on_open(struct builder *b, const yaml_event_t *e)
{
	bool mapping = e->type == YAML_MAPPING_START_EVENT;
	check_properties(b, e,
			 mapping ? e->data.mapping_start.anchor : e->data.sequence_start.anchor,
			 mapping ? e->data.mapping_start.tag : e->data.sequence_start.tag);
	struct tree_node *node = make_node(b, mapping ? TREE_MAPPING : TREE_SEQUENCE, e);
	node->flow = mapping ? e->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
			     : e->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
	if (b->depth == TREE_DEPTH_MAX) {
		diag_add(b->d, b->file, node->place.line, node->place.column,
			 "nesting, expected at most %d levels, actual more", TREE_DEPTH_MAX);
		b->stop = true;
		return;
	}
	place_node(b, node);
	b->open[b->depth++] = (struct open_node){ .node = node };
}

static void on_close(struct builder *b, const yaml_event_t *e)
{
	struct tree_node *node = b->open[--b->depth].node;
	node->end = place_of(e->end_mark);
	if (node->kind == TREE_MAPPING)
		drop_duplicates(b, node);
}

static void on_document(struct builder *b, const yaml_event_t *e)
{
	struct place at = place_of(e->start_mark);
	if (++b->documents > 1) {
		refuse(b, at, "second document", "one document in a file", "another one");
		b->stop = true;
	}
	if (e->data.document_start.version_directive ||
	    e->data.document_start.tag_directives.start !=
		    e->data.document_start.tag_directives.end)
		refuse(b, at, "directives are not supported", "the document alone", "\"%\"");
}

static void on_alias(struct builder *b, const yaml_event_t *e)
{
	refuse(b, place_of(e->start_mark), "aliases are not supported",
	       "the value written out instead of *", (const char *)e->data.alias.anchor);
	place_node(b, make_node(b, TREE_BROKEN, e));
}

static void on_event(struct builder *b, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		on_document(b, e);
		break;
	case YAML_ALIAS_EVENT:
		on_alias(b, e);
		break;
	case YAML_SCALAR_EVENT:
		on_scalar(b, e);
		break;
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		on_open(b, e);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		on_close(b, e);
		break;
	default:
		break;
	}
	if (!b->stop && b->tree->count > TREE_NODES_MAX) {
		struct place at = place_of(e->start_mark);
		diag_add(b->d, b->file, at.line, at.column,
			 "values, expected at most %d in a file, actual more", TREE_NODES_MAX);
		b->stop = true;
	}
}

/* Pull events until the stream ends or nothing more can be said. */
static void pump(struct builder *b)
{
	bool end = false;
	while (!end && !b->stop) {
		yaml_event_t event;
		if (!yaml_parser_parse(&b->parser, &event)) {
			syntax_error_add(&b->parser, b->file, bytes_of_buffer(&b->tree->text),
					 b->d);
			b->stop = true;
			return;
		}
		end = event.type == YAML_STREAM_END_EVENT;
		on_event(b, &event);
		yaml_event_delete(&event);
	}
}

enum err tree_parse(const char *file, struct tree *t, struct diags *d)
{
	size_t before = d->count + d->beyond;
	struct builder b = { .file = file, .d = d, .tree = t };
	if (!yaml_parser_initialize(&b.parser))
		abort();
	yaml_parser_set_encoding(&b.parser, YAML_UTF8_ENCODING);
	/* libyaml asserts that there is a pointer, also to no bytes. */
	const uint8_t nothing = 0;
	yaml_parser_set_input_string(&b.parser, t->text.data ? t->text.data : &nothing,
				     t->text.size);
	pump(&b);
	yaml_parser_delete(&b.parser);
	for (size_t i = 0; i < b.depth; i++)
		free(b.open[i].key);
	if (b.stop)
		t->root = NULL;
	else if (b.documents == 0)
		diag_add(d, file, 1, 1,
			 "empty file, expected \"actflow: 1\" and more, actual nothing");
	return d->count + d->beyond == before ? ERR_OK : ERR_INPUT;
}

enum err tree_read(const char *file, struct tree *t, struct diags *d)
{
	enum err e = text_file_read(file, &t->text, d);
	return e == ERR_OK ? tree_parse(file, t, d) : e;
}

void tree_fini(struct tree *t)
{
	while (t->made) {
		struct tree_node *node = t->made;
		t->made = node->made_before;
		free(node->text);
		free(node->key);
		free(node);
	}
	buffer_fini(&t->text);
	*t = (struct tree){ 0 };
}
