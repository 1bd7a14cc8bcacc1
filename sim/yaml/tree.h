/* tree.h - a YAML file as a tree in which everything knows its place.
 *
 * Built from libyaml's events, so that nothing is resolved behind our back: a scalar is its text, a
 * mapping keeps the order of its keys. Anchors, aliases, tags, merge keys, directives, duplicate
 * keys and further documents are refused. What a scalar means is decided by a schema (schema.h).
 */
#ifndef SIM_YAML_TREE_H
#define SIM_YAML_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/bytes.h"
#include "sim/diag.h"

enum {
	TREE_DEPTH_MAX = 32,
	TREE_NODES_MAX = 100000,
	TREE_SHOWN_MAX = 96, /* bytes of a value as shown in a message, with its NUL */
};

enum tree_kind {
	TREE_SCALAR,
	TREE_SEQUENCE,
	TREE_MAPPING,
	TREE_BROKEN, /* an alias or a scalar with a NUL in it: reported already, has no value */
};
enum tree_style { TREE_PLAIN, TREE_QUOTED, TREE_LITERAL, TREE_FOLDED };

struct tree_node {
	enum tree_kind kind;
	enum tree_style style; /* scalars */
	bool flow;             /* collections: written as {...} or [...] */
	struct place place;    /* of its first character */
	struct place end;      /* just behind its last character, as libyaml says */
	char *text;            /* scalars: NUL-terminated UTF-8 without NUL inside; else NULL */
	char *key;             /* below a mapping; else NULL */
	struct place key_place;
	size_t count; /* of children */
	bool lost;    /* a child with a key that is none was refused, and is not among them */
	struct tree_node *first, *last, *next; /* children, and the next sibling */
	struct tree_node *made_before;         /* the tree's list of all nodes */
};

/* Zero it to begin. */
struct tree {
	struct buffer text;     /* the file's bytes */
	struct tree_node *root; /* NULL when there is none */
	struct tree_node *made; /* all nodes, the latest first */
	size_t count;
};

/* Read and parse a file. On ERR_INPUT the errors are in d; root may still be there, with what could
 * be understood, so that further errors can be found: check for NULL. */
enum err tree_read(const char *file, struct tree *t, struct diags *d);
/* Parse t->text, which the caller has filled and text_check has accepted. As tree_read. */
enum err tree_parse(const char *file, struct tree *t, struct diags *d);
void tree_fini(struct tree *t);

/* The value under a key, or NULL: no such key, node not a mapping, or node NULL. Borrowed. */
const struct tree_node *tree_get(const struct tree_node *node, const char *key);

/* A child's key as a scalar of its own, for looking it up and for messages. Its text is borrowed.
 */
struct tree_node tree_key(const struct tree_node *child);

/* Whether something at or below a node was refused when the tree was made: it holds less than its
 * file says. */
bool tree_is_broken(const struct tree_node *node);

/* How a node is shown in a message: `"text"` (shortened), `a mapping`, `nothing`, ...; returns out.
 */
const char *tree_show(const struct tree_node *node, char out[TREE_SHOWN_MAX]);

#endif
