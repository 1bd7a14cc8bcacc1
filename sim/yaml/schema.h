/* schema.h - what a file may hold, as const tables; one reader and one printer for all of them.
 *
 * A table names every key with its kind, range, target and one sentence. Reading by it makes
 * unknown and missing keys, wrong types and ranges uniform; the JSON Schema for editors is printed
 * from the same lines. What a name refers to is the caller's matter: names come out as nodes, with
 * places.
 */
#ifndef SIM_YAML_SCHEMA_H
#define SIM_YAML_SCHEMA_H

#include <stdint.h>

#include "sim/yaml/tree.h"

#define SCHEMA_VERSION_KEY "actflow"
#define SCHEMA_CASES_KEY "for" /* of a root group whose values may hold ${...} */
enum { SCHEMA_VERSION = 1 };   /* the one format version that is read */

enum schema_kind {
	/* stored as const struct tree_node *, borrowed from the tree; NULL when absent or wrong */
	SCHEMA_TEXT,   /* one line, not empty */
	SCHEMA_STORY,  /* a literal block: `|` */
	SCHEMA_SCALAR, /* one line, text or number: what it means is decided where it is used */
	SCHEMA_NAME,   /* [A-Za-z0-9][A-Za-z0-9_.-]*, at most 63 */
	SCHEMA_PATH,   /* relative, below its root */
	SCHEMA_LIST,   /* of item; or, when `words` is set, one of these words in its place */
	SCHEMA_MAP,    /* any names, each with an item */
	SCHEMA_GROUP, /* the keys of `fields`; when it is not stored itself, they go into its target
		       */
	SCHEMA_VALUE,  /* a scalar or a collection, also an empty scalar: read by whoever uses it */
	SCHEMA_EITHER, /* one of the forms in `fields`, told apart by shape; each has a text */
	/* stored as int: index into words */
	SCHEMA_WORD,
	SCHEMA_FLAG, /* stored as bool: true or false */
	/* stored by its target's size: 2, 4 or 8 bytes */
	SCHEMA_INTEGER,
	SCHEMA_UNSIGNED,    /* uint64_t, all of it */
	SCHEMA_DURATION,    /* int64_t ns */
	SCHEMA_SIZE,        /* int64_t bytes */
	SCHEMA_RATE,        /* int64_t bits per second */
	SCHEMA_PROBABILITY, /* double */
	SCHEMA_ADDRESS,     /* uint32_t */
	SCHEMA_KINDS
};

enum { SCHEMA_NAME_MAX = 63, SCHEMA_PATH_MAX = 255, SCHEMA_TEXT_MAX = 1000 }; /* bytes */
enum { SCHEMA_FIELDS_MAX = 24 }; /* keys of one group */

/* One key, or the item of a list or map (name NULL). A table of fields ends with an empty one. */
struct schema {
	const char *name;
	const char *text; /* one sentence, for editors and messages */
	enum schema_kind kind;
	bool required;
	size_t offset, size;         /* of the target's member; size 0: not stored */
	int64_t least, most;         /* INTEGER, DURATION, SIZE: range. LIST, MAP: items */
	bool instances;              /* MAP: a name may end in "@" and a number: app@2 */
	bool paths;                  /* MAP: a name may be a path: settings[1].value */
	const char *const *words;    /* NULL-terminated */
	const struct schema *fields; /* GROUP: its keys. EITHER: its forms, without names */
	const struct schema *item;
};
/* Where a field is stored. */
#define SCHEMA_AT(type, member)                                                                    \
	.offset = offsetof(type, member), .size = sizeof(((type *)0)->member)

/* Check a node (and all below it) against a table and store into target. Errors go to d.
 * path: what the node is called in messages ("wires.tunnel"); "" for the file's root.
 * target: the struct that the offsets are of; what is absent or wrong stays as it was; NULL: only
 * check. d NULL: only store, for nodes that have been checked before. node NULL does nothing. */
void schema_read(const struct schema *s, const struct tree_node *node, const char *file,
		 void *target, struct diags *d);

/* Whether the file is of a format version that we read; when its `actflow:` is another integer,
 * that is reported and nothing else should be. */
bool schema_version_is_known(const struct tree_node *root, const char *file, struct diags *d);

/* Report at a node: `what, expected X, actual <the node>`. */
void schema_error(const struct tree_node *node, const char *file, struct diags *d,
		  const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Report a name that refers to nothing: kind "channel", with the candidates and the nearest. */
void schema_error_unknown(const struct tree_node *node, const char *file, struct diags *d,
			  const char *kind, const char *const *names);

/* Print the JSON Schema (draft-07) of a root group; title and id are its head. Where the group has
 * the key `for`, a value may be text with ${...} instead of what its kind wants. */
void schema_print(const struct schema *root, const char *title, FILE *out);

/* What a template writes for one key. */
struct schema_example {
	const char *path;  /* "expect.verdict"; items of maps and lists are "*": "wires.*.delay" */
	const char *value; /* of a map: the name of its example; NULL: what its kind suggests */
	const char *note;  /* behind the key's sentence; NULL: none */
	bool on;           /* the key is used, and those that it is in */
};
/* Print a file with every key of a root group, each below its sentence. Keys that are required or
 * on are there; the lines of all others begin with a #, without which they are good YAML. examples
 * ends with an empty one. */
void schema_print_template(const struct schema *root, const struct schema_example *examples,
			   FILE *out);

#endif
