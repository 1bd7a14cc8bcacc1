/* explain.c - `actflow explain`: what a name in a report means. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "actors/roster.h"
#include "proto/list.h"
#include "tools/actflow/attacks.h"
#include "tools/actflow/catalog.h"
#include "tools/actflow/command.h"
#include "tools/actflow/explain_flow.h"
#include "tools/actflow/filter.h"
#include "tools/actflow/knocked.h"
#include "tools/actflow/observe.h"
#include "tools/actflow/paths.h"
#include "tools/actflow/shown.h"
#include "tools/actflow/text.h"
#include "tools/actflow/words.h"

enum { SHOWN_MOST = 5 }; /* of what many scenarios show */

/* All names that could have been meant. */
struct names {
	size_t count, room;
	char **list; /* owned */
};

static void remember(void *context, const char *name)
{
	struct names *n = context;
	n->list = list_grow(n->list, n->count, &n->room, sizeof *n->list);
	n->list[n->count] = strdup(name);
	if (!n->list[n->count++])
		abort();
}

static void names_fini(struct names *n)
{
	for (size_t i = 0; i < n->count; i++)
		free(n->list[i]);
	free(n->list);
}

static bool explain_check(const char *id, struct names *names)
{
	struct catalog_checks c = { 0 };
	bool found = false;
	catalog_checks_of(&dynamics_roster, &c);
	for (size_t i = 0; i < c.count; i++) {
		const struct catalog_check *k = &c.list[i];
		remember(names, k->id);
		if (strcmp(k->id, id) != 0)
			continue;
		found = true;
		printf("%s is a check%s%s.\n  why      %s\n", id, *k->machine ? " of machine " : "",
		       k->machine, k->why);
		if (*k->story)
			printf("  refusal  %s\n", k->story);
		printf("  source   %s\n", k->source);
		const char *why_not = knocked_why_not(&dynamics_roster, id);
		if (why_not)
			printf("  knockout cannot be knocked out: %s\n", why_not);
	}
	catalog_checks_fini(&c);
	if (found)
		shown_by(id, shown_as_refusal, SHOWN_MOST);
	return found;
}

/* Messages, and what the flows in the nearest scenarios folder have names for. */
static bool explain_flows(const char *id, struct names *names)
{
	const struct name_taker taker = { remember, names };
	struct founds found = { 0 };
	struct diags d = { 0 };
	char *root = paths_scenarios(".");
	bool message = explain_message(id, &taker), told = message;
	if (root)
		paths_expand(&root, 1, PATHS_SCENARIOS_AND_FLOWS, &found, &d);
	for (size_t i = 0; i < found.count; i++) {
		struct flow flow;
		if (!found.list[i].flow || flow_read(found.list[i].file, &flow, &d) != ERR_OK)
			continue;
		told = explain_in_flow(&flow, id, &taker) || told;
		if (message)
			explain_message_steps(&flow, id);
		flow_fini(&flow);
	}
	free(root);
	founds_fini(&found);
	diag_fini(&d);
	return told;
}

static bool explain_entry(const char *id, struct names *names)
{
	struct buffer text = { 0 };
	bool found = catalog_entry(id, &text);
	catalog_entries(remember, names);
	if (found)
		printf("%s\n", text_string(&text));
	buffer_fini(&text);
	return found;
}

static bool explain_number(const char *id)
{
	char *end = NULL;
	long number = strtol(id, &end, 10);
	if (!*id || *end || number < -1000 || number > 1000)
		return false;
	const struct catalog_number *result = catalog_result((int)number);
	const struct catalog_number *status = catalog_exit((int)number);
	if (result)
		printf("result code %ld, %s: %s\n", number, result->name, result->meaning);
	if (result && !status)
		shown_by(id, shown_as_result, SHOWN_MOST);
	if (status)
		printf("exit status %ld, %s: %s\n", number, status->name, status->meaning);
	return result || status;
}

static bool explain_finding(const char *id, struct names *names)
{
	bool found = false;
	for (size_t i = 0; i < FINDING_KINDS; i++) {
		const char *name = finding_name((enum finding_kind)i);
		remember(names, name);
		if (strcmp(name, id) != 0)
			continue;
		printf("%s is a kind of finding: %s.\n", id, finding_meaning((enum finding_kind)i));
		found = true;
	}
	return found;
}

static bool explain_setting(const char *id, struct names *names)
{
	bool found = false;
	for (size_t i = 0; i < dynamics_roster.settings_count; i++) {
		const struct policy_setting *s = &dynamics_roster.settings[i];
		remember(names, s->name);
		if (strcmp(s->name, id) != 0)
			continue;
		printf("%s is a setting%s: %s\n  values   ", id,
		       s->weakened ? " that weakens security unless it is the default" : "",
		       s->text);
		for (size_t v = 0; s->values[v]; v++)
			printf("%s%s%s", v ? ", " : "", s->values[v],
			       v == s->initial ? " (default)" : "");
		printf("\n  source   %s\n", s->source);
		found = true;
	}
	return found;
}

static bool explain_field(const char *id, struct names *names)
{
	bool found = false;
	for (size_t i = 0; i < FILTER_FIELDS; i++) {
		const char *name = filter_field_name((enum filter_field)i);
		remember(names, name);
		if (strcmp(name, id) != 0)
			continue;
		const char *meaning = filter_field_meaning((enum filter_field)i);
		size_t size = strlen(meaning);
		printf("%s is a field of --filter: %s%s\n", id, meaning,
		       size > 0 && meaning[size - 1] == '.' ? "" : ".");
		found = true;
	}
	return found;
}

static bool explain_kind(const char *id, struct names *names)
{
	bool found = false;
	for (int i = RECORD_RUN; i < RECORD_KINDS; i++) {
		const char *name = record_kind_name((enum record_kind)i);
		remember(names, name);
		if (strcmp(name, id) != 0)
			continue;
		printf("%s is a kind of record: %s.\n", id, words_kind((enum record_kind)i));
		found = true;
	}
	return found;
}

/* Also: which scenarios below the nearest folder show it. */
static bool explain_attack(const char *id, struct names *names)
{
	const struct attack *a = attack_find(id);
	for (size_t t = 0; t < ATTACK_TOPICS; t++)
		for (size_t i = 0; i < attack_topics[t]->count; i++)
			remember(names, attack_topics[t]->list[i].id);
	if (!a)
		return false;
	printf("%s is an attack or fault: %s.\n  why      %s\n  source   %s\n", id, a->what, a->why,
	       a->source);
	if (a->reason)
		printf("  here     cannot happen: %s\n", a->reason);
	shown_by(id, shown_as_attack, SIZE_MAX);
	return true;
}

static bool explain_word(const char *id, struct names *names)
{
	const struct word *word = words_find(id);
	for (size_t i = 0; i < words_count; i++)
		remember(names, words[i].name);
	if (word)
		printf("%s: %s.\n", id, word->meaning);
	return word != NULL;
}

/* The same name in other letters' case, before any that is as near. */
static const char *nearest_name(const char *id, const struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcasecmp(names->list[i], id) == 0)
			return names->list[i];
	return diag_nearest(id, (const char *const *)names->list, names->count);
}

static enum err unknown(const char *id, const struct names *names)
{
	const char *nearest = nearest_name(id, names);
	struct buffer line = { 0 };
	text_add(&line, "actflow explain: nothing is called \"");
	text_safe(&line, id);
	text_add(&line, "\"");
	if (nearest)
		text_printf(&line, ", did you mean %s", nearest);
	text_add(&line, "; known are checks (`actflow list --checks`), steps and sources such as "
			"S1.12, deviations such as D7, result codes, exit statuses, kinds of "
			"findings, attacks such as K27, actors, channels, messages, variants, "
			"settings, fields of --filter, kinds of records, and the words of "
			"reports\n");
	fputs(text_string(&line), stderr);
	buffer_fini(&line);
	return ERR_INPUT;
}

static enum err run(const struct options *o)
{
	const char *id = o->args[0];
	struct names names = { 0 };
	bool found = explain_check(id, &names);
	found = explain_flows(id, &names) || found;
	found = explain_entry(id, &names) || found;
	found = explain_finding(id, &names) || found;
	found = explain_setting(id, &names) || found;
	found = explain_field(id, &names) || found;
	found = explain_kind(id, &names) || found;
	found = explain_attack(id, &names) || found;
	found = explain_word(id, &names) || found;
	found = explain_number(id) || found;
	enum err status = found ? ERR_OK : unknown(id, &names);
	names_fini(&names);
	return status;
}

static const struct argp_option options[] = {
	{ "help", OPTION_HELP, NULL, 0, "Show this help", 0 },
	{ 0 },
};

const struct command command_explain = {
	.name = "explain",
	.arguments = "ID",
	.summary = "Say what a name in a report means",
	.more = "ID is a check (uem.setup_mac_is_good), a step (S1.12), a deviation (D7), a result "
		"code (-102), an exit status, a kind of finding, an attack (K27), an actor (noc), "
		"a "
		"channel (noc_session), a message (SecureChannelSetup) with its fields, a variant, "
		"a setting, a field of --filter, a kind of record, or a word of a report "
		"(violated, secret(access_key)).",
	.options = options,
	.args_min = 1,
	.args_max = 1,
	.run = run,
};
