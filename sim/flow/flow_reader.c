/* flow_reader.c - reads a flow file: shape, actors, and what all its parts need to find one
 * another.
 *
 * No part is trusted because another was read: every name is looked up, and every error of the file
 * is reported in one go.
 */
#include "sim/flow/flow_reader.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "sim/yaml/schema_scalar.h"

char *flow_copy(const char *text)
{
	if (!text)
		return NULL;
	char *copy = strdup(text);
	if (!copy)
		abort();
	return copy;
}

void flow_unknown(struct flow_reading *r, const struct tree_node *node,
		  const struct flow_names *names)
{
	schema_error_unknown(node, r->file, r->d, names->kind, names->list);
}

/* Find a name among count names, or report it as an unknown one of its kind. */
static bool find_name(struct flow_reading *r, const struct tree_node *node,
		      const struct flow_names *names, size_t *index)
{
	for (size_t i = 0; node && i < names->count; i++)
		if (strcmp(names->list[i], node->text) == 0) {
			*index = i;
			return true;
		}
	if (node)
		flow_unknown(r, node, names);
	return false;
}

bool flow_find_actor(struct flow_reading *r, const struct tree_node *node, size_t *index)
{
	struct flow_names names = { .kind = "actor" };
	for (size_t i = 0; i < r->flow->actors_count; i++)
		names.list[names.count++] = r->flow->actors[i].name;
	return find_name(r, node, &names, index);
}

bool flow_find_instance(struct flow_reading *r, const struct tree_node *node, uint32_t *device)
{
	struct flow_names names = { .kind = "actor of each device" };
	int index = node ? flow_instance_index(r->flow, node->text, device) : -1;
	if (index >= 0 && r->flow->each_device >> index & 1)
		return true;
	for (size_t i = 0; i < r->flow->actors_count; i++)
		if (r->flow->each_device >> i & 1)
			names.list[names.count++] = r->flow->actors[i].name;
	if (node)
		flow_unknown(r, node, &names);
	return false;
}

bool flow_find_channel(struct flow_reading *r, const struct tree_node *node, size_t *index)
{
	struct flow_names names = { .kind = "channel" };
	for (size_t i = 0; i < r->flow->channels_count; i++)
		names.list[names.count++] = r->flow->channels[i].name;
	return find_name(r, node, &names, index);
}

bool flow_find_holders(struct flow_reading *r, const struct tree_node *node, size_t *index)
{
	struct flow_names names = { .kind = "class of secrets" };
	for (size_t i = 0; i < r->flow->holders_count; i++)
		names.list[names.count++] = r->flow->holders[i].secret;
	return find_name(r, node, &names, index);
}

bool flow_find_variant(struct flow_reading *r, const struct tree_node *node, size_t *index)
{
	struct flow_names names = { .kind = "variant" };
	for (size_t i = 0; i < r->flow->variants_count; i++)
		names.list[names.count++] = r->flow->variants[i].name;
	return find_name(r, node, &names, index);
}

bool flow_find_step(struct flow_reading *r, const struct tree_node *node, size_t *index)
{
	struct flow_names names = { .kind = "step" };
	for (size_t i = 0; i < r->flow->steps_count; i++)
		names.list[names.count++] = r->flow->steps[i].id;
	if (!find_name(r, node, &names, index))
		return false;
	if (!r->flow->steps[*index].simulated)
		schema_error(node, r->file, r->d,
			     "step that is not simulated, expected one that can be seen");
	return r->flow->steps[*index].simulated;
}

uint64_t flow_read_set(struct flow_reading *r, const struct tree_node *list, flow_find_fn *find)
{
	uint64_t set = 0;
	if (list && list->kind != TREE_SEQUENCE)
		return set;
	for (const struct tree_node *item = list ? list->first : NULL; item; item = item->next) {
		size_t index = 0;
		if (item->kind != TREE_SCALAR || !schema_is_name(item->text) ||
		    !find(r, item, &index))
			continue;
		if (set >> index & 1)
			schema_error(item, r->file, r->d,
				     "name that is there twice, expected it once");
		set |= UINT64_C(1) << index;
	}
	return set;
}

size_t flow_read_settings(const struct tree_node *profile, struct flow_setting *settings)
{
	size_t count = 0;
	const struct tree_node *child = profile ? profile->first : NULL;
	for (; child && count < FLOW_SETTINGS_MAX; child = child->next)
		if (child->kind == TREE_SCALAR)
			settings[count++] = (struct flow_setting){ .name = flow_copy(child->key),
								   .value = flow_copy(child->text),
								   .place = child->key_place,
								   .value_place =
									   child->place };
	return count;
}

/* A host and its address belong to one actor only: both are looked up to find it. */
static void check_host(struct flow_reading *r, const struct tree_node *node, uint32_t ip)
{
	for (size_t i = 0; i < r->flow->actors_count; i++) {
		const struct flow_actor *a = &r->flow->actors[i];
		for (size_t j = 0; j < a->hosts_count; j++) {
			bool same_name = strcmp(a->hosts[j].host, node->key) == 0;
			if (!same_name && a->hosts[j].ip != ip)
				continue;
			diag_add(r->d, r->file, same_name ? node->key_place.line : node->place.line,
				 same_name ? node->key_place.column : node->place.column,
				 "%s, expected one of its own, actual that of %s (%s)",
				 same_name ? "host" : "address", a->hosts[j].host, a->name);
			return;
		}
	}
}

static void read_hosts(struct flow_reading *r, const struct tree_node *node, struct flow_actor *a)
{
	static const struct schema address = { .kind = SCHEMA_ADDRESS, .size = sizeof(uint32_t) };
	for (const struct tree_node *child = node->first; child; child = child->next) {
		uint32_t ip = 0;
		if (a->hosts_count == FLOW_ACTOR_HOSTS_MAX || !schema_is_name(child->key))
			continue;
		if (child->kind == TREE_SCALAR && !schema_read_scalar(&address, child, &ip))
			check_host(r, child, ip);
		a->hosts[a->hosts_count].ip = ip;
		a->hosts[a->hosts_count++].host = flow_copy(child->key);
	}
}

static void read_actors(struct flow_reading *r, const struct tree_node *actors)
{
	for (const struct tree_node *child = actors ? actors->first : NULL; child;
	     child = child->next) {
		if (r->flow->actors_count == FLOW_ACTORS_MAX || !schema_is_name(child->key))
			continue;
		struct flow_actor *a = &r->flow->actors[r->flow->actors_count++];
		a->name = flow_copy(child->key);
		a->place = child->key_place;
		if (child->kind == TREE_MAPPING)
			read_hosts(r, child, a);
	}
}

bool flow_ends_are_known(const struct flow_channel *c)
{
	return c->from != SIZE_MAX && c->to != SIZE_MAX;
}

static void digest_text(struct bytes text, char hex[65])
{
	unsigned char md[EVP_MAX_MD_SIZE];
	size_t size = 0;
	if (!EVP_Q_digest(NULL, "SHA256", NULL, text.data, text.size, md, &size) || size != 32)
		abort();
	for (size_t i = 0; i < size; i++)
		snprintf(hex + 2 * i, 3, "%02x", md[i]);
}

/* All parts, in the order in which they refer to one another. */
static void read_parts(struct flow_reading *r, const struct tree *t)
{
	struct raw_flow raw = { 0 };
	schema_read(&flow_schema, t->root, r->file, &raw, r->d);
	r->flow->file = flow_copy(r->file);
	r->flow->title = flow_copy(raw.title ? raw.title->text : NULL);
	digest_text(bytes_of_buffer(&t->text), r->flow->digest);
	read_actors(r, raw.actors);
	r->flow->each_device = (uint32_t)flow_read_set(r, raw.each_device, flow_find_actor);
	flow_read_channels(r, raw.channels);
	flow_read_steps(r, raw.steps);
	flow_read_order(r, raw.order);
	flow_read_attempt(r, raw.attempt);
	flow_read_claims(r, &raw);
	flow_read_variants(r, raw.variants);
}

enum err flow_read(const char *file, struct flow *f, struct diags *d)
{
	size_t before = d->count + d->beyond;
	struct tree t = { 0 };
	struct flow_reading r = { .flow = f, .file = file, .d = d };
	memset(f, 0, sizeof *f);
	enum err e = tree_read(file, &t, d);
	if (t.root && schema_version_is_known(t.root, file, d))
		read_parts(&r, &t);
	tree_fini(&t);
	if (d->count + d->beyond > before)
		e = ERR_INPUT;
	if (e != ERR_OK)
		flow_fini(f);
	return e;
}
