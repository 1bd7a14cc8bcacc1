/* scenario_scalars.c - reads the values of an attack that are one scalar: a text, bytes, and what
 * an at sign refers to. */
#include <ctype.h>
#include <string.h>

#include "proto/codec/patch.h"
#include "sim/scenario/scenario_acts.h"
#include "sim/yaml/schema_scalar.h"

static int nibble(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;
	return at ? (int)(at - digits) : -1;
}

static void read_hex(struct value_reading *r, const struct tree_node *node, struct value *out)
{
	for (const char *at = node->text + 2; *at; at += 2) {
		if (nibble(at[0]) < 0 || nibble(at[1]) < 0) {
			plan_refuse(r->plan, node,
				    "value, expected two hexadecimal digits a byte behind 0x");
			return;
		}
		buffer_append_u8(&out->bytes, (uint8_t)(nibble(at[0]) * 16 + nibble(at[1])));
	}
}

const struct trigger *plan_captor(const struct plan_reading *r, const char *name)
{
	const struct plan *p = &r->s->plan;
	for (size_t i = 0; i < p->entries_count; i++)
		for (size_t k = 0; k < p->entries[i].acts_count; k++)
			if (p->entries[i].acts[k].kind == ACT_CAPTURE &&
			    p->entries[i].acts[k].text &&
			    strcmp(p->entries[i].acts[k].text, name) == 0)
				return &p->entries[i].when;
	return NULL;
}

/* Whether an entry read already, or this one before here, keeps a value under this name. */
static bool is_kept(const struct plan_reading *r, const char *name)
{
	const struct plan *p = &r->s->plan;
	for (size_t i = 0; i < p->entries_count; i++)
		for (size_t k = 0; k < p->entries[i].acts_count; k++)
			if (p->entries[i].acts[k].kind == ACT_KEEP && p->entries[i].acts[k].text &&
			    strcmp(p->entries[i].acts[k].text, name) == 0)
				return true;
	return false;
}

/* "@name": all of a value that was kept. */
static void read_kept(struct value_reading *r, const struct tree_node *node, struct value *out)
{
	out->op = VALUE_CAPTURED;
	out->name = flow_copy(node->text + 1);
	if (!is_kept(r->plan, out->name))
		plan_refuse(r->plan, node,
			    "value, expected \"@name\" of a value kept before, \"@name.field\", "
			    "\"@.field\" or \"@" PLAN_SECRET ".class\" (unit: the whole message)");
}

/* "unit", or the path of a field that messages of this type have. */
static bool read_path(enum message_type type, const char *path, struct value *out)
{
	bool number;
	if (strcmp(path, "unit") == 0)
		return true;
	if (!message_has_part(type, path, &number))
		return false;
	out->field = flow_copy(path);
	return true;
}

/* "@secret.class": the name behind the dot is that of a claim's secrets. */
static void read_secret(struct value_reading *r, const struct tree_node *node, const char *dot,
			struct value *out)
{
	struct tree_node class = *node;
	size_t index;
	out->op = VALUE_SECRET;
	memmove(out->name, dot + 1, strlen(dot)); /* shorter than what it replaces */
	class.text = out->name;
	if (!schema_is_name(out->name))
		plan_refuse(r->plan, node, "value, expected the class of a secret behind the dot");
	else
		flow_find_holders(r->plan->names, &class, &index); /* it says so itself */
}

static void read_reference(struct value_reading *r, const struct tree_node *node, struct value *out)
{
	const char *dot = strchr(node->text, '.');
	const struct trigger *t;
	if (!dot) {
		read_kept(r, node, out);
		return;
	}
	out->name = flow_copy(node->text + 1);
	out->name[dot - node->text - 1] = 0;
	if (strcmp(out->name, PLAN_SECRET) == 0) {
		read_secret(r, node, dot, out);
	} else if (*out->name) {
		out->op = VALUE_CAPTURED;
		t = plan_captor(r->plan, out->name);
		if (!t || !read_path(t->type, dot + 1, out))
			plan_refuse(
				r->plan, node,
				"value, expected \"@name.field\" of a message captured before, and "
				"a field of it");
	} else {
		out->op = VALUE_HERE;
		if (!r->in_hand)
			plan_refuse(r->plan, node,
				    "value, expected none of a message in hand: here is none");
		else if (!read_path(r->in_hand, dot + 1, out))
			plan_refuse(r->plan, node,
				    "value, expected a field of the message in hand");
	}
}

void plan_read_scalar(struct value_reading *r, const struct tree_node *node, struct value *out)
{
	const char *text = node->text;
	out->op = VALUE_BYTES;
	if (*text == '@')
		read_reference(r, node, out);
	else if (strncmp(text, "0x", 2) == 0)
		read_hex(r, node, out);
	else if (strcmp(text, "fresh-key") == 0)
		out->op = VALUE_FRESH_KEY;
	else
		buffer_append(&out->bytes, bytes_of_string(text));
}
