/* scenario_values.c - reads the values of an attack: texts, bytes, what was captured, and
 * operations on other values. Whatever can be known before the run is refused here, with its place.
 */
#include <stdlib.h>
#include <string.h>

#include "proto/codec/patch.h"
#include "proto/crypto/aead.h"
#include "sim/scenario/scenario_acts.h"
#include "sim/yaml/schema_scalar.h"

enum { PART_NAMES_MAX = 4, EXPAND_MAX = 255 * 32 };

/* An operation as it is written: {mac: {key: v, hash: sha256, over: v}}. */
struct operation {
	const char *name;
	enum value_op op;
	bool list; /* of values, instead of a mapping */
	bool hash;
	const char *parts[PART_NAMES_MAX + 1]; /* in the order of enum value_op's words */
	const char *optional;                  /* the one of them that may be absent */
	const char *from, *to;                 /* keys of numbers */
	int64_t least, most;
	bool from_required;
};
/* clang-format off: one operation, one entry. */
static const struct operation operations[] = {
	{ "join", VALUE_JOIN, .list = true },
	{ "items", VALUE_ITEMS, .list = true },
	{ "flip", VALUE_FLIP, .parts = { "of" }, .from = "bit", .from_required = true,
	  .least = -8 * VALUE_SIZE_MAX, .most = 8 * VALUE_SIZE_MAX - 1 },
	{ "part", VALUE_PART, .parts = { "of" }, .from = "from", .to = "to",
	  .least = -VALUE_SIZE_MAX, .most = VALUE_SIZE_MAX },
	{ "repeat", VALUE_REPEAT, .parts = { "of" }, .from = "times", .from_required = true,
	  .least = 0, .most = VALUE_REPEAT_MAX },
	{ "mac", VALUE_MAC, .hash = true, .parts = { "key", "over" } },
	{ "hash", VALUE_HASH, .hash = true, .parts = { "of" } },
	{ "compress", VALUE_COMPRESS, .parts = { "of" } },
	{ "expand", VALUE_EXPAND, .hash = true, .parts = { "key", "info" }, .from = "bytes",
	  .from_required = true, .least = 1, .most = EXPAND_MAX },
	{ "seal", VALUE_SEAL, .parts = { "key", "iv", "aad", "plain" }, .optional = "aad" },
	{ "open", VALUE_OPEN, .parts = { "key", "iv", "aad", "sealed" }, .optional = "aad" },
	{ "agree", VALUE_AGREE, .parts = { "own", "with" } },
	{ "guess", VALUE_GUESS, .parts = { "uid", "verifier" } },
	{ "unit", VALUE_UNIT, .list = false },
};
/* clang-format on */
enum { OPERATIONS = sizeof operations / sizeof *operations };

static void read_value(struct value_reading *r, const struct tree_node *node, unsigned depth,
		       struct value *out);

static void refuse(struct value_reading *r, const struct tree_node *node, const char *what)
{
	plan_refuse(r->plan, node, what);
}

static void refuse_key(struct value_reading *r, const struct tree_node *child,
		       const char *const *names)
{
	struct tree_node key = tree_key(child);
	schema_error_unknown(&key, r->plan->names->file, r->plan->names->d, "key of a value",
			     names);
}

/* -- operations -- */

static bool parts_new(struct value_reading *r, const struct tree_node *node, size_t count,
		      struct value *out)
{
	if (count > VALUE_PARTS_MAX) {
		refuse(r, node, "value, expected at most 64 values in one");
		return false;
	}
	out->parts = calloc(count + 1, sizeof *out->parts);
	if (!out->parts)
		abort();
	out->count = count;
	return true;
}

static void read_list(struct value_reading *r, const struct tree_node *node, unsigned depth,
		      struct value *out)
{
	size_t i = 0;
	if (node->kind != TREE_SEQUENCE) {
		refuse(r, node, "value, expected a list of values");
		return;
	}
	if (!parts_new(r, node, node->count, out))
		return;
	for (const struct tree_node *at = node->first; at && i < out->count; at = at->next)
		read_value(r, at, depth + 1, &out->parts[i++]);
}

/* What a unit is written as. NULL: absent. */
struct unit_nodes {
	const struct tree_node *message, *of, *fields, *delete;
};

static enum message_type type_of_base(const struct value_reading *r, const struct value *base)
{
	if (base->field || (base->op != VALUE_CAPTURED && base->op != VALUE_HERE))
		return MESSAGE_NONE; /* told in the run */
	const struct trigger *t =
		base->op == VALUE_CAPTURED ? plan_captor(r->plan, base->name) : NULL;
	return base->op == VALUE_HERE ? r->in_hand : t ? t->type : MESSAGE_NONE;
}

/* node: the field's value, or NULL: it shall not be there. */
static void read_field(struct value_reading *r, const struct tree_node *place,
		       const struct tree_node *node, unsigned depth, struct value *out)
{
	enum message_type type = out->type; /* lent by read_unit */
	const char *path = node ? node->key : place->text;
	bool number = false;
	*out = (struct value){ .op = VALUE_ABSENT, .into = flow_copy(path) };
	if (node)
		read_value(r, node, depth + 1, out);
	if (type != MESSAGE_NONE && !message_has_part(type, path, &number))
		refuse(r, place, "field, expected one of the message");
	else if (number && node)
		plan_check_number(r->plan, node, out);
}

static void read_unit(struct value_reading *r, const struct unit_nodes *n, unsigned depth,
		      struct value *out)
{
	size_t i = 0, fields = n->fields ? n->fields->count : 0;
	size_t deleted = n->delete ? n->delete->count : 0;
	out->op = VALUE_UNIT;
	out->type = n->message ? flow_check_message(r->plan->names, n->message) : MESSAGE_NONE;
	if ((n->message && !out->type) || !parts_new(r, n->fields ? n->fields : n->delete,
						     (n->of != NULL) + fields + deleted, out))
		return;
	if (n->of)
		read_value(r, n->of, depth + 1, &out->parts[i++]);
	enum message_type type = n->of ? type_of_base(r, &out->parts[0]) : out->type;
	for (const struct tree_node *at = fields ? n->fields->first : NULL; at; at = at->next) {
		struct tree_node key = tree_key(at);
		out->parts[i].type = type;
		read_field(r, &key, at, depth, &out->parts[i++]);
	}
	for (const struct tree_node *at = deleted ? n->delete->first : NULL; at; at = at->next) {
		out->parts[i].type = type;
		read_field(r, at, NULL, depth, &out->parts[i++]);
	}
}

static bool are_paths(const struct tree_node *list)
{
	bool good = list->kind == TREE_SEQUENCE;
	for (const struct tree_node *at = list->first; at; at = at->next)
		good = good && at->kind == TREE_SCALAR;
	return good;
}

static void read_unit_group(struct value_reading *r, const struct tree_node *node, unsigned depth,
			    struct value *out)
{
	static const char *const keys[] = { "message", "of", "fields", "delete", NULL };
	struct unit_nodes n = { tree_get(node, "message"), tree_get(node, "of"),
				tree_get(node, "fields"), tree_get(node, "delete") };
	for (const struct tree_node *at = node->first; at; at = at->next)
		if (at != n.message && at != n.of && at != n.fields && at != n.delete)
			refuse_key(r, at, keys);
	if ((n.message != NULL) == (n.of != NULL) || (n.message && n.message->kind != TREE_SCALAR))
		refuse(r, node, "value, expected either message, a name, or of, a unit");
	else if (n.fields && n.fields->kind != TREE_MAPPING)
		refuse(r, n.fields, "fields, expected a mapping of fields to values");
	else if (n.delete &&!are_paths(n.delete))
		refuse(r, n.delete, "delete, expected a list of fields");
	else
		read_unit(r, &n, depth, out);
}

static void read_hash(struct value_reading *r, const struct tree_node *node,
		      const struct tree_node *group, struct value *out)
{
	bool text = node && node->kind == TREE_SCALAR;
	if (text && strcmp(node->text, "sha512") == 0)
		out->digest = DIGEST_SHA512;
	else if (text && strcmp(node->text, "sha256") == 0)
		out->digest = DIGEST_SHA256;
	else
		refuse(r, node ? node : group, "hash, expected sha256 or sha512");
}

static bool read_number(struct value_reading *r, const struct operation *o,
			const struct tree_node *node, int64_t *out)
{
	const struct schema number = {
		.kind = SCHEMA_INTEGER, .size = sizeof *out, .least = o->least, .most = o->most
	};
	if (node->kind == TREE_SCALAR && !schema_read_scalar(&number, node, out))
		return true;
	schema_error(node, r->plan->names->file, r->plan->names->d,
		     "%s, expected a whole number from %lld to %lld", node->key,
		     (long long)o->least, (long long)o->most);
	return false;
}

static void read_numbers(struct value_reading *r, const struct operation *o,
			 const struct tree_node *node, struct value *out)
{
	const struct tree_node *from = o->from ? tree_get(node, o->from) : NULL;
	const struct tree_node *to = o->to ? tree_get(node, o->to) : NULL;
	if (from)
		read_number(r, o, from, &out->from);
	else if (o->from_required)
		schema_error(node, r->plan->names->file, r->plan->names->d,
			     "missing key \"%s\" of %s", o->from, o->name);
	out->has_to = to && read_number(r, o, to, &out->to);
}

/* Every key is one of the operation's. */
static void check_keys(struct value_reading *r, const struct operation *o,
		       const struct tree_node *node)
{
	const char *names[PART_NAMES_MAX + 4];
	size_t count = 0;
	for (size_t i = 0; o->parts[i]; i++)
		names[count++] = o->parts[i];
	if (o->hash)
		names[count++] = "hash";
	if (o->from)
		names[count++] = o->from;
	if (o->to)
		names[count++] = o->to;
	names[count] = NULL;
	for (const struct tree_node *at = node->first; at; at = at->next) {
		size_t i = 0;
		while (i < count && strcmp(names[i], at->key) != 0)
			i++;
		if (i == count)
			refuse_key(r, at, names);
	}
}

/* A key or nonce that stands there literally has its exact size. */
static void check_sizes(struct value_reading *r, const struct tree_node *node,
			const struct value *v)
{
	static const size_t sizes[] = { AEAD_KEY_SIZE, AEAD_IV_SIZE };
	for (size_t i = 0; i < 2; i++)
		if (v->parts[i].op == VALUE_BYTES && v->parts[i].bytes.size != sizes[i])
			refuse(r, tree_get(node, i == 0 ? "key" : "iv"),
			       i == 0 ? "key, expected 32 bytes" : "iv, expected 12 bytes");
}

static void read_group(struct value_reading *r, const struct operation *o,
		       const struct tree_node *node, unsigned depth, struct value *out)
{
	size_t count = 0, before = plan_errors(r->plan);
	if (node->kind != TREE_MAPPING) {
		refuse(r, node, "value, expected a mapping of what the operation takes");
		return;
	}
	check_keys(r, o, node);
	while (o->parts[count])
		count++;
	if (!parts_new(r, node, count, out))
		return;
	for (size_t i = 0; i < count; i++) {
		const struct tree_node *at = tree_get(node, o->parts[i]);
		if (at)
			read_value(r, at, depth + 1, &out->parts[i]);
		else if (!o->optional || strcmp(o->parts[i], o->optional) != 0)
			schema_error(node, r->plan->names->file, r->plan->names->d,
				     "missing key \"%s\" of %s", o->parts[i], o->name);
	}
	if (o->hash)
		read_hash(r, tree_get(node, "hash"), node, out);
	read_numbers(r, o, node, out);
	if (plan_errors(r->plan) == before && (o->op == VALUE_SEAL || o->op == VALUE_OPEN))
		check_sizes(r, node, out);
}

static void read_operation(struct value_reading *r, const struct tree_node *node, unsigned depth,
			   struct value *out)
{
	const char *names[OPERATIONS + 1] = { NULL };
	const struct operation *o = NULL;
	for (size_t i = 0; i < OPERATIONS; i++) {
		names[i] = operations[i].name;
		if (strcmp(operations[i].name, node->first->key) == 0)
			o = &operations[i];
	}
	if (!o) {
		refuse_key(r, node->first, names);
		return;
	}
	out->op = o->op;
	if (o->op == VALUE_UNIT)
		read_unit_group(r, node->first, depth, out);
	else if (o->list)
		read_list(r, node->first, depth, out);
	else
		read_group(r, o, node->first, depth, out);
}

static void read_value(struct value_reading *r, const struct tree_node *node, unsigned depth,
		       struct value *out)
{
	if (depth > VALUE_DEPTH_MAX)
		refuse(r, node, "value, expected at most 12 values in one another");
	else if (node->kind == TREE_SCALAR)
		plan_read_scalar(r, node, out);
	else if (node->kind == TREE_MAPPING && node->count == 1)
		read_operation(r, node, depth, out);
	else
		refuse(r, node,
		       "value, expected a text, 0x and bytes, @ and a name, or a mapping of "
		       "one operation");
}

/* -- for the readers of acts -- */

void plan_read_value(struct value_reading *r, const struct tree_node *node, struct value *out)
{
	read_value(r, node, 1, out);
}

void plan_read_unit(struct value_reading *r, const struct tree_node *message,
		    const struct tree_node *fields, struct value *out)
{
	read_unit(r, &(struct unit_nodes){ .message = message, .fields = fields }, 0, out);
}

void plan_check_number(struct plan_reading *r, const struct tree_node *node, const struct value *v)
{
	if (v->op == VALUE_BYTES && !message_number_is_good(bytes_of_buffer(&v->bytes)))
		plan_refuse(r, node, "field, expected a decimal number");
}
