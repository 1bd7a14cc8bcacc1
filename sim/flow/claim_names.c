/* claim_names.c - the one place where names of rules and claims are made, so that what a scenario
 * expects to fall and what the checker says has fallen cannot drift apart.
 */
#include "sim/flow/claim_names.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static const char *const rules[CLAIM_RULES] = {
	[RULE_ORDER] = "order",   [RULE_NEVER] = "never",       [RULE_ONCE] = "once",
	[RULE_WITHIN] = "within", [RULE_EVIDENCE] = "evidence",
};

const char *claim_name_rule(enum claim_rule rule)
{
	assert(rule < CLAIM_RULES);
	return rules[rule];
}

const char *claim_name_agree(const struct flow *f, size_t index, char name[CLAIM_NAME_SIZE])
{
	const struct flow_agree *c = &f->agree[index];
	snprintf(name, CLAIM_NAME_SIZE, "agree(%s, %s)", f->actors[c->a].name,
		 f->actors[c->b].name);
	return name;
}

const char *claim_name_fresh(const struct flow *f, size_t index, char name[CLAIM_NAME_SIZE])
{
	const struct flow_fresh *c = &f->fresh[index];
	snprintf(name, CLAIM_NAME_SIZE, "fresh(%s: %s)", c->secret, f->actors[c->actor].name);
	return name;
}

const char *claim_name_one_time(const struct flow *f, size_t index, char name[CLAIM_NAME_SIZE])
{
	snprintf(name, CLAIM_NAME_SIZE, "one-time(%s)", f->one_time[index]);
	return name;
}

const char *claim_name_secret(const struct flow *f, size_t index, char name[CLAIM_NAME_SIZE])
{
	snprintf(name, CLAIM_NAME_SIZE, "secret(%s)", f->holders[index].secret);
	return name;
}

static char *next(struct claim_names *out)
{
	assert(out->count < CLAIM_NAMES_MAX);
	return out->list[out->count++];
}

static void add_rule(struct claim_names *out, enum claim_rule rule)
{
	snprintf(next(out), CLAIM_NAME_SIZE, "%s", claim_name_rule(rule));
}

void claim_names_of(const struct flow *f, struct claim_names *out)
{
	memset(out, 0, sizeof *out);
	for (int i = RULE_ORDER; i < RULE_EVIDENCE; i++)
		add_rule(out, (enum claim_rule)i);
	for (size_t i = 0; i < f->agree_count; i++)
		claim_name_agree(f, i, next(out));
	for (size_t i = 0; i < f->fresh_count; i++)
		claim_name_fresh(f, i, next(out));
	for (size_t i = 0; i < f->one_time_count; i++)
		claim_name_one_time(f, i, next(out));
	for (size_t i = 0; i < f->holders_count; i++)
		claim_name_secret(f, i, next(out));
	add_rule(out, RULE_EVIDENCE);
}
