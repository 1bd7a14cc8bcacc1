/* schema.c - walks a tree by a table: shape first, then each scalar's value.
 *
 * Not a place for meaning: whether an actor or a step exists is asked by the readers of flows and
 * scenarios, once the shape holds.
 */
#include "sim/yaml/schema.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sim/utf8.h"
#include "sim/yaml/schema_scalar.h"

enum {
	PATH_SIZE = 400,      /* bytes; a table is at most five names deep */
	NAMES_SHOWN_MAX = 20, /* a longer list of candidates helps nobody */
};

struct reading {
	const char *file;
	struct diags *d;
	char path[PATH_SIZE];
};

static void read_node(struct reading *r, const struct schema *s, const struct tree_node *node,
		      void *target);

/* Errors at a node: the one form in which all of them are written. */
void schema_error(const struct tree_node *node, const char *file, struct diags *d,
		  const char *format, ...)
{
	char *text = NULL, shown[TREE_SHOWN_MAX];
	va_list arguments;
	va_start(arguments, format);
	int length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0)
		abort();
	diag_add(d, file, node->place.line, node->place.column, "%s, actual %s", text,
		 tree_show(node, shown));
	free(text);
}

/* "one of a, b, c" of a NULL-terminated list; only their number when they are many. */
static void list_names(const char *const *names, struct buffer *out)
{
	size_t count = 0;
	while (names[count])
		count++;
	char head[32] = "none";
	if (count > NAMES_SHOWN_MAX)
		snprintf(head, sizeof head, "one of %zu", count);
	else if (count > 0)
		snprintf(head, sizeof head, "one of ");
	buffer_append(out, bytes_of_string(head));
	for (size_t i = 0; i < count && count <= NAMES_SHOWN_MAX; i++) {
		if (i > 0)
			buffer_append(out, bytes_of_string(", "));
		buffer_append(out, bytes_of_string(names[i]));
	}
	buffer_append_u8(out, 0);
}

/* ` (did you mean "x"?)`, or nothing. */
static void suggest(const char *word, const char *const *names, char *out, size_t size)
{
	size_t count = 0;
	while (names[count])
		count++;
	const char *near = diag_nearest(word, names, count);
	*out = 0;
	if (near)
		snprintf(out, size, " (did you mean \"%s\"?)", near);
}

void schema_error_unknown(const struct tree_node *node, const char *file, struct diags *d,
			  const char *kind, const char *const *names)
{
	struct buffer all = { 0 };
	char shown[TREE_SHOWN_MAX], hint[SCHEMA_NAME_MAX + 32];
	list_names(names, &all);
	suggest(node->text ? node->text : "", names, hint, sizeof hint);
	diag_add(d, file, node->place.line, node->place.column,
		 "unknown %s, expected %s, actual %s%s", kind, (const char *)all.data,
		 tree_show(node, shown), hint);
	buffer_fini(&all);
}

static void unknown_key(struct reading *r, const struct schema *group,
			const struct tree_node *child)
{
	const char *names[SCHEMA_FIELDS_MAX + 1];
	size_t count = 0;
	for (const struct schema *f = group->fields; f->name && count < SCHEMA_FIELDS_MAX; f++)
		names[count++] = f->name;
	names[count] = NULL;
	char kind[PATH_SIZE + 8];
	snprintf(kind, sizeof kind, "key%s%s", *r->path ? " in " : "", r->path);
	struct tree_node key = tree_key(child);
	schema_error_unknown(&key, r->file, r->d, kind, names);
}

static void missing_key(struct reading *r, const struct schema *f, const struct tree_node *node)
{
	diag_add(r->d, r->file, node->place.line, node->place.column,
		 "missing key \"%s\"%s%s, expected %s, actual nothing", f->name,
		 *r->path ? " in " : "", r->path, f->text);
}

/* Read a child under its own path. */
static void read_below(struct reading *r, const char *name, const struct schema *s,
		       const struct tree_node *node, void *target)
{
	size_t length = strlen(r->path);
	snprintf(r->path + length, PATH_SIZE - length, "%s%s", length > 0 ? "." : "", name);
	read_node(r, s, node, target);
	r->path[length] = 0;
}

static void read_group(struct reading *r, const struct schema *s, const struct tree_node *node,
		       void *target)
{
	for (const struct schema *f = s->fields; f->name; f++) {
		const struct tree_node *child = tree_get(node, f->name);
		if (child)
			read_below(r, f->name, f, child, target);
		else if (f->required && r->d && !node->lost)
			missing_key(r, f, node);
	}
	for (const struct tree_node *child = node->first; child && r->d; child = child->next) {
		const struct schema *f = s->fields;
		while (f->name && strcmp(f->name, child->key) != 0)
			f++;
		if (!f->name)
			unknown_key(r, s, child);
	}
}

static void check_count(struct reading *r, const struct schema *s, const struct tree_node *node)
{
	int64_t count = (int64_t)node->count;
	if (count <= s->most && (count >= s->least || node->lost))
		return;
	char range[64];
	if (s->least == s->most)
		snprintf(range, sizeof range, "%" PRId64, s->least);
	else
		snprintf(range, sizeof range, "%" PRId64 " to %" PRId64, s->least, s->most);
	diag_add(r->d, r->file, node->place.line, node->place.column,
		 "%s, expected %s entries, actual %zu", r->path, range, node->count);
}

static bool is_key(const struct schema *s, const char *key)
{
	return s->instances ? schema_is_instance(key)
	       : s->paths   ? schema_is_path(key)
			    : schema_is_name(key);
}

/* Items are only checked here: whoever reads them knows into what. */
static void check_items(struct reading *r, const struct schema *s, const struct tree_node *node)
{
	check_count(r, s, node);
	size_t index = 0;
	for (const struct tree_node *child = node->first; child; child = child->next) {
		char name[SCHEMA_NAME_MAX + 12];
		snprintf(name, sizeof name, "%zu", ++index);
		bool good = !child->key || is_key(s, child->key);
		if (!good) {
			struct tree_node key = tree_key(child);
			schema_error(&key, r->file, r->d, "key in %s, expected a name (%s)",
				     r->path,
				     s->instances ? "letters, digits, _ . -, and @2 for one device"
				     : s->paths   ? "letters, digits, _ . -, and [2] for one item"
						  : "letters, digits, _ . -");
			continue;
		}
		if (child->key)
			snprintf(name, sizeof name, "%s", child->key);
		read_below(r, name, s->item, child, NULL);
	}
}

static void keep_node(const struct schema *s, const struct tree_node *node, void *target)
{
	if (!target || s->size == 0)
		return;
	assert(s->size == sizeof node);
	memcpy((char *)target + s->offset, &node, sizeof node);
}

static enum tree_kind kind_of(const struct schema *s)
{
	if (s->kind == SCHEMA_LIST)
		return TREE_SEQUENCE;
	return s->kind == SCHEMA_MAP || s->kind == SCHEMA_GROUP ? TREE_MAPPING : TREE_SCALAR;
}

static void refuse_node(struct reading *r, const struct schema *s, const struct tree_node *node,
			const char *wrong)
{
	char expected[SCHEMA_EXPECTED_MAX];
	if (r->d)
		schema_error(node, r->file, r->d, "%s%s%s, expected %s",
			     *r->path ? r->path : "the file", *wrong ? " " : "", wrong,
			     schema_expected(s, expected));
}

/* A value of more than one shape: the node's own says which is meant. */
static void read_either(struct reading *r, const struct schema *s, const struct tree_node *node,
			void *target)
{
	const struct schema *form = s->fields;
	while (form->text && kind_of(form) != node->kind)
		form++;
	if (!form->text) {
		refuse_node(r, s, node, "");
		return;
	}
	read_node(r, form, node, NULL);
	keep_node(s, node, target);
}

static void read_node(struct reading *r, const struct schema *s, const struct tree_node *node,
		      void *target)
{
	if (node->kind == TREE_BROKEN)
		return;
	if (s->kind == SCHEMA_VALUE) {
		keep_node(s, node, target);
		return;
	}
	if (s->kind == SCHEMA_EITHER) {
		read_either(r, s, node, target);
		return;
	}
	enum tree_kind kind = kind_of(s);
	bool word = s->kind == SCHEMA_LIST && s->words && node->kind == TREE_SCALAR;
	const char *wrong = NULL;
	if (kind == TREE_SCALAR || word)
		wrong = node->kind == TREE_SCALAR ? schema_read_scalar(s, node, target) : "";
	else if (node->kind != kind)
		wrong = "";
	if (wrong) {
		refuse_node(r, s, node, wrong);
		return;
	}
	if (kind != TREE_SCALAR || s->kind <= SCHEMA_PATH)
		keep_node(s, node, target);
	if (s->kind == SCHEMA_GROUP)
		read_group(r, s, node, s->size == 0 ? target : NULL);
	else if (kind != TREE_SCALAR && !word && r->d)
		check_items(r, s, node);
}

void schema_read(const struct schema *s, const struct tree_node *node, const char *file,
		 void *target, struct diags *d)
{
	if (!node)
		return;
	struct reading r = { .file = file, .d = d };
	read_node(&r, s, node, target);
}

bool schema_version_is_known(const struct tree_node *root, const char *file, struct diags *d)
{
	const struct tree_node *node = tree_get(root, SCHEMA_VERSION_KEY);
	int64_t version = SCHEMA_VERSION;
	const struct schema any = { .kind = SCHEMA_INTEGER,
				    .least = INT64_MIN,
				    .most = INT64_MAX,
				    .size = sizeof version };
	if (!node || node->kind != TREE_SCALAR || schema_read_scalar(&any, node, &version) ||
	    version == SCHEMA_VERSION)
		return true;
	schema_error(node, file, d, "format version is not supported, expected %d to %d",
		     SCHEMA_VERSION, SCHEMA_VERSION);
	return false;
}
