/* scenario_reduced.c - writes a scenario without some of its acts: from the tree of its file, so
 * that everything else is as it was written, but for comments.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/scenario_reader.h"

enum { PLACES_MAX = PLAN_CRASHES_MAX + PLAN_ENTRIES_MAX * (PLAN_ACTS_MAX + 1) };

struct reducing {
	struct buffer *out;
	uint64_t seed;
	size_t count; /* of places that are left out: of crashes, entries, and acts */
	struct place places[PLACES_MAX];
};

/* -- what is left out -- */

static void leave_out(struct reducing *r, struct place place)
{
	r->places[r->count++] = place;
}

static void find_places(struct reducing *r, const struct plan *p, const struct plan_left *left)
{
	for (size_t i = 0; i < p->crashes_count; i++)
		if (!(left->crashes >> i & 1))
			leave_out(r, p->crashes[i].place);
	for (size_t i = 0; i < p->entries_count; i++) {
		const struct plan_entry *e = &p->entries[i];
		if (!left->acts[i])
			leave_out(r, e->place);
		for (size_t k = 0; k < e->acts_count; k++)
			if (!(left->acts[i] >> k & 1))
				leave_out(r, e->acts[k].place);
	}
}

static bool same_place(struct place a, struct place b)
{
	return a.line == b.line && a.column == b.column;
}

static bool is_left_out(const struct reducing *r, const struct tree_node *node)
{
	bool empty = node->kind != TREE_SCALAR && node->count > 0;
	for (size_t i = 0; i < r->count; i++)
		if (same_place(node->key ? node->key_place : node->place, r->places[i]))
			return true;
	/* what holds nothing any more goes, too */
	for (const struct tree_node *n = node->first; n && empty; n = n->next)
		empty = is_left_out(r, n);
	return empty;
}

/* Keys that say more of an act that another key names: they go with it. */
static bool goes_with_other(const struct reducing *r, const struct tree_node *group,
			    const struct tree_node *node)
{
	static const char *const with[][2] = { { "checksum", "flip" },
					       { "begins", "present" },
					       { "expires", "present" },
					       { "expires", "begins" } };
	for (size_t i = 0; node->key && i < sizeof with / sizeof *with; i++) {
		const struct tree_node *other = tree_get(group, with[i][1]);
		if (other && strcmp(node->key, with[i][0]) == 0 && is_left_out(r, other))
			return true;
	}
	return false;
}

/* -- writing -- */

static void put(struct reducing *r, const char *text)
{
	buffer_append(r->out, bytes_of_string(text));
}

static void indent(struct reducing *r, size_t columns)
{
	for (size_t i = 0; i < columns; i++)
		buffer_append_u8(r->out, ' ');
}

static void put_quoted(struct reducing *r, const char *text)
{
	buffer_append_u8(r->out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			buffer_append_u8(r->out, '\\');
		if (*text == '\n')
			put(r, "\\n");
		else if (*text == '\t')
			put(r, "\\t");
		else
			buffer_append_u8(r->out, (uint8_t)*text);
	}
	buffer_append_u8(r->out, '"');
}

/* What was written bare stays so where nothing in it means anything to YAML: a number is one only
 * when it is bare. A text may stand in quotes, too. */
static void put_scalar(struct reducing *r, const char *text, bool plain)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				   "_./+-%@";
	if (plain && *text && !strchr("-%@", *text) && strlen(text) == strspn(text, safe))
		put(r, text);
	else
		put_quoted(r, text);
}

static void put_node(struct reducing *r, const struct tree_node *node, size_t columns, bool begun);

static void put_value(struct reducing *r, const struct tree_node *node, size_t columns)
{
	if (node->kind == TREE_SCALAR) {
		put_scalar(r, node->text, node->style == TREE_PLAIN);
		put(r, "\n");
	} else if (node->count == 0) {
		put(r, node->kind == TREE_MAPPING ? "{}\n" : "[]\n");
	} else {
		put_node(r, node, columns, true);
	}
}

static void put_member(struct reducing *r, const struct tree_node *node, size_t columns)
{
	put_scalar(r, node->key, true);
	put(r, ":");
	if (node->kind != TREE_SCALAR && node->count > 0) {
		put(r, "\n");
		put_node(r, node, columns + 2, false);
		return;
	}
	put(r, " ");
	put_value(r, node, columns + 2);
}

/* In block style. begun: the first line has its indentation. */
static void put_node(struct reducing *r, const struct tree_node *node, size_t columns, bool begun)
{
	for (const struct tree_node *n = node->first; n; n = n->next) {
		if (is_left_out(r, n) || goes_with_other(r, node, n))
			continue;
		indent(r, begun ? 0 : columns);
		begun = false;
		if (node->kind == TREE_MAPPING) {
			put_member(r, n, columns);
			continue;
		}
		put(r, "- ");
		put_value(r, n, columns + 2);
	}
}

/* Whatever the fewer acts come to otherwise, they come to a violation. */
static void put_expect(struct reducing *r, const struct tree_node *expect)
{
	const struct tree_node *reaches = tree_get(expect, "reaches");
	put(r, "expect:\n  verdict: violated\n");
	if (!reaches)
		return;
	put(r, "  ");
	put_member(r, reaches, 2);
}

/* What would be judged of the file, and is nothing of how it comes to its violation; or is written
 * otherwise. */
static bool is_of_whole(const char *key)
{
	static const char *const keys[] = { "for", "expect", "attack", "reveal", "guess", "seed" };
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (strcmp(key, keys[i]) == 0)
			return true;
	return false;
}

static void put_file(struct reducing *r, const struct tree_node *root)
{
	char seed[32];
	for (const struct tree_node *n = root->first; n; n = n->next)
		if (!is_of_whole(n->key) && !is_left_out(r, n))
			put_member(r, n, 0);
	snprintf(seed, sizeof seed, "seed: %" PRIu64 "\n", r->seed);
	put(r, seed);
	put_expect(r, tree_get(root, "expect"));
}

enum err scenario_format_reduced(const struct scenario *s, size_t index,
				 const struct plan_left *left, struct buffer *out, struct diags *d)
{
	struct reducing r = { .out = out, .seed = s->seed };
	struct scenario chosen = { 0 };
	struct tree t = { 0 };
	enum err status = tree_read(s->file, &t, d);
	if (status == ERR_OK && !scenario_choose_case(&t, index, &chosen, s->file, d))
		status = ERR_INPUT;
	if (status == ERR_OK) {
		find_places(&r, &s->plan, left);
		put_file(&r, t.root);
	}
	free(chosen.case_name);
	tree_fini(&t);
	return status;
}
