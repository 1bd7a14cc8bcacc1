/* tree_node.c - looking at a tree that is there. Building one is tree.c's work. */
#include <string.h>

#include "sim/yaml/tree.h"

const struct tree_node *tree_get(const struct tree_node *node, const char *key)
{
	if (!node || node->kind != TREE_MAPPING)
		return NULL;
	for (const struct tree_node *child = node->first; child; child = child->next)
		if (strcmp(child->key, key) == 0)
			return child;
	return NULL;
}

bool tree_is_broken(const struct tree_node *node)
{
	bool broken = node->kind == TREE_BROKEN || node->lost;
	for (const struct tree_node *at = node->first; at && !broken; at = at->next)
		broken = tree_is_broken(at);
	return broken;
}

struct tree_node tree_key(const struct tree_node *child)
{
	return (struct tree_node){ .kind = TREE_SCALAR,
				   .style = TREE_QUOTED,
				   .place = child->key_place,
				   .text = child->key };
}

/* Bytes of text that a message shows: at most `most`, never half a character. */
static size_t shown_size(const char *text, size_t most)
{
	size_t size = strnlen(text, most + 1);
	if (size <= most)
		return size;
	size = most;
	while (size > 0 && ((unsigned char)text[size] & 0xC0) == 0x80)
		size--;
	return size;
}

const char *tree_show(const struct tree_node *node, char out[TREE_SHOWN_MAX])
{
	const char *fixed = NULL;
	if (!node)
		fixed = "nothing";
	else if (node->kind == TREE_MAPPING)
		fixed = "a mapping";
	else if (node->kind == TREE_SEQUENCE)
		fixed = "a sequence";
	else if (!node->text || (node->style == TREE_PLAIN && !*node->text))
		fixed = "nothing";
	if (fixed) {
		snprintf(out, TREE_SHOWN_MAX, "%s", fixed);
		return out;
	}
	size_t size = shown_size(node->text, 60);
	snprintf(out, TREE_SHOWN_MAX, "\"%.*s%s\"", (int)size, node->text,
		 node->text[size] ? "..." : "");
	return out;
}
