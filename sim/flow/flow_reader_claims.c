/* flow_reader_claims.c - what a flow claims beyond its order, and its variants. */
#include "sim/flow/flow_reader.h"

#include <string.h>

#include "sim/yaml/schema_scalar.h"

static void read_secret(struct flow_reading *r, const struct tree_node *secret)
{
	for (const struct tree_node *node = secret ? secret->first : NULL; node;
	     node = node->next) {
		if (r->flow->holders_count == FLOW_HOLDERS_MAX || !schema_is_name(node->key))
			continue;
		struct flow_holders *h = &r->flow->holders[r->flow->holders_count++];
		h->secret = flow_copy(node->key);
		h->place = node->key_place;
		h->ends_of_channel = node->kind == TREE_SCALAR;
		if (!h->ends_of_channel)
			h->holders = (uint32_t)flow_read_set(r, node, flow_find_actor);
	}
}

static void read_on(struct flow_reading *r, const struct tree_node *on, struct flow_agree *a)
{
	size_t count = 0;
	for (const struct tree_node *item = on ? on->first : NULL; item; item = item->next) {
		if (item->kind != TREE_SCALAR || count == FLOW_ON_MAX)
			continue;
		for (size_t i = 0; i < count; i++)
			if (strcmp(a->on[i], item->text) == 0)
				schema_error(item, r->file, r->d,
					     "name that is there twice, expected it once");
		a->on[count++] = flow_copy(item->text);
	}
}

/* Two claims of the same pair would share out the same runs. */
static bool agree_is_new(const struct flow *f, const struct flow_agree *a)
{
	for (size_t i = 0; i < f->agree_count; i++)
		if (f->agree[i].a == a->a && f->agree[i].b == a->b)
			return false;
	return true;
}

static void read_agreement(struct flow_reading *r, const struct tree_node *node)
{
	struct raw_agree raw = { 0 };
	struct flow_agree a = { .a = SIZE_MAX, .b = SIZE_MAX, .place = node->place };
	schema_read(&agree_schema, node, r->file, &raw, NULL);
	bool who = flow_find_actor(r, raw.who, &a.a);
	bool with = flow_find_actor(r, raw.with, &a.b);
	if (who && with && a.a == a.b)
		schema_error(raw.with, r->file, r->d, "with, expected another actor than who");
	else if (who && with && !agree_is_new(r->flow, &a))
		schema_error(raw.with, r->file, r->d, "with, expected one agreement for each pair");
	if (flow_find_actor(r, raw.opens, &a.opens) && who && with && a.opens != a.a &&
	    a.opens != a.b)
		schema_error(raw.opens, r->file, r->d, "opens, expected who or with");
	read_on(r, raw.on, &a);
	r->flow->agree[r->flow->agree_count++] = a;
}

static void read_agree(struct flow_reading *r, const struct tree_node *agree)
{
	for (const struct tree_node *node = agree ? agree->first : NULL; node; node = node->next)
		if (r->flow->agree_count < FLOW_AGREE_MAX)
			read_agreement(r, node);
}

static void read_fresh(struct flow_reading *r, const struct tree_node *fresh)
{
	for (const struct tree_node *node = fresh ? fresh->first : NULL; node; node = node->next) {
		struct flow_fresh one = { .place = node->key_place };
		struct tree_node key = tree_key(node);
		size_t class = 0;
		if (!schema_is_name(node->key) || node->kind != TREE_SCALAR)
			continue;
		bool known = flow_find_holders(r, &key, &class);
		if (!flow_find_actor(r, node, &one.actor) || !known ||
		    r->flow->fresh_count == FLOW_FRESH_MAX)
			continue;
		one.secret = flow_copy(node->key);
		r->flow->fresh[r->flow->fresh_count++] = one;
	}
}

static void read_one_time(struct flow_reading *r, const struct tree_node *one_time)
{
	struct flow *f = r->flow;
	const struct tree_node *item = one_time ? one_time->first : NULL;
	for (; item && f->one_time_count < FLOW_ONE_TIME_MAX; item = item->next) {
		if (item->kind != TREE_SCALAR)
			continue;
		for (size_t i = 0; i < f->one_time_count; i++)
			if (strcmp(f->one_time[i], item->text) == 0)
				schema_error(item, r->file, r->d,
					     "name that is there twice, expected it once");
		f->one_time[f->one_time_count++] = flow_copy(item->text);
	}
}

/* A limit means something only between steps of which one comes first. */
static void read_within(struct flow_reading *r, const struct tree_node *within)
{
	for (const struct tree_node *node = within ? within->first : NULL; node;
	     node = node->next) {
		struct raw_pair raw = { 0 };
		struct flow_within w = { .place = node->place };
		schema_read(&within_schema, node, r->file, &raw, NULL);
		w.limit_ns = raw.limit_ns;
		bool from = flow_find_step(r, raw.first, &w.from);
		bool to = flow_find_step(r, raw.second, &w.to);
		if (from && to && !flow_before(r->flow, w.from, w.to))
			schema_error(raw.second, r->file, r->d,
				     "to, expected a step that order puts after %s",
				     raw.first->text);
		if (r->flow->within_count < FLOW_RULES_MAX)
			r->flow->within[r->flow->within_count++] = w;
	}
}

void flow_read_claims(struct flow_reading *r, const struct raw_flow *raw)
{
	r->flow->once = flow_read_set(r, raw->once, flow_find_step);
	read_within(r, raw->within);
	read_secret(r, raw->secret);
	read_agree(r, raw->agree);
	read_fresh(r, raw->fresh);
	read_one_time(r, raw->one_time);
}

static void read_overrides(struct flow_reading *r, const struct tree_node *steps,
			   struct flow_variant *v)
{
	for (const struct tree_node *node = steps ? steps->first : NULL; node; node = node->next) {
		struct raw_step raw = { 0 };
		struct tree_node key = tree_key(node);
		size_t step = 0;
		if (v->overrides_count == FLOW_VARIANT_MAX || !schema_is_name(node->key) ||
		    node->kind != TREE_MAPPING)
			continue;
		schema_read(&override_schema, node, r->file, &raw, NULL);
		v->overrides[v->overrides_count].step = SIZE_MAX;
		flow_read_pattern(r, &raw, node, &v->overrides[v->overrides_count].pattern);
		if (flow_find_step(r, &key, &step)) {
			v->overrides[v->overrides_count].step = step;
			if (v->absent >> step & 1)
				schema_error(&key, r->file, r->d,
					     "step of variant %s, expected one that is not absent",
					     v->name);
		}
		v->overrides_count++;
	}
}

static void read_variant_secrets(struct flow_reading *r, const struct tree_node *secret,
				 struct flow_variant *v)
{
	for (const struct tree_node *node = secret ? secret->first : NULL; node;
	     node = node->next) {
		struct tree_node key = tree_key(node);
		size_t holders = 0;
		uint64_t bits = flow_read_set(r, node, flow_find_actor);
		if (v->secrets_count == FLOW_VARIANT_MAX || !schema_is_name(node->key) ||
		    !flow_find_holders(r, &key, &holders))
			continue;
		v->secrets[v->secrets_count].holders = holders;
		v->secrets[v->secrets_count++].bits = (uint32_t)bits;
	}
}

static void read_variant(struct flow_reading *r, const struct tree_node *node)
{
	struct raw_variant raw = { 0 };
	schema_read(&variant_schema, node, r->file, &raw, NULL);
	struct flow_variant *v = &r->flow->variants[r->flow->variants_count++];
	v->name = flow_copy(node->key);
	v->place = node->key_place;
	v->text = flow_copy(raw.say ? raw.say->text : NULL);
	v->absent = flow_read_set(r, raw.absent, flow_find_step);
	v->settings_count = flow_read_settings(raw.profile, v->settings);
	read_variant_secrets(r, raw.secret, v);
	read_overrides(r, raw.steps, v);
}

void flow_read_variants(struct flow_reading *r, const struct tree_node *variants)
{
	for (const struct tree_node *node = variants ? variants->first : NULL; node;
	     node = node->next)
		if (r->flow->variants_count < FLOW_VARIANTS_MAX && schema_is_name(node->key))
			read_variant(r, node);
}
