/* catalog.c - everything that has a name in reports, with what it means. */
#include "tools/actflow/catalog.h"

#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/list.h"
#include "proto/pipe/judge.h"
#include "sim/diag.h"
#include "sim/yaml/schema.h"
#include "tools/actflow/text.h"

#include "documents.h"

/* -- checks -- */

static struct catalog_check *add(struct catalog_checks *c, const char *actor, const char *name)
{
	char id[sizeof c->list->id];
	snprintf(id, sizeof id, "%s%s%s", actor, *actor ? "." : "", name);
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->list[i].id, id) == 0)
			return NULL;
	c->list = list_grow(c->list, c->count, &c->room, sizeof *c->list);
	struct catalog_check *made = &c->list[c->count++];
	*made = (struct catalog_check){ .machine = "", .source = "", .story = "" };
	memcpy(made->id, id, sizeof id);
	return made;
}

static void add_row(struct catalog_checks *c, const char *actor, const struct machine *m,
		    const struct row *row)
{
	struct catalog_check *made = row->refuses ? add(c, actor, row->refuses->name) : NULL;
	if (!made)
		return;
	made->why = row->refuses->why;
	made->machine = m->name;
	made->source = row->source;
	made->story = row->story;
}

void catalog_checks_of(const struct roster *r, struct catalog_checks *out)
{
	for (size_t a = 0; a < r->actors_count; a++)
		for (size_t m = 0; m < r->actors[a]->machines_count; m++)
			for (size_t i = 0; i < r->actors[a]->machines[m]->rows_count; i++)
				add_row(out, r->actors[a]->name, r->actors[a]->machines[m],
					&r->actors[a]->machines[m]->rows[i]);
	for (size_t i = 0; i < PIPE_CHECKS; i++) {
		struct catalog_check *made = add(out, "", pipe_checks[i].name);
		if (!made)
			continue;
		made->why = pipe_checks[i].story;
		made->source = pipe_checks[i].source;
	}
}

bool catalog_checks_know(const struct roster *r, const char *id, const char *file,
			 struct place place, struct diags *d)
{
	struct catalog_checks known = { 0 };
	catalog_checks_of(r, &known);
	const char **ids = calloc(known.count + 1, sizeof *ids);
	char *copy = strdup(id);
	size_t k = 0;
	if (!ids || !copy)
		abort();
	for (size_t i = 0; i < known.count; i++)
		ids[i] = known.list[i].id;
	while (k < known.count && strcmp(ids[k], id) != 0)
		k++;
	bool found = k < known.count;
	struct tree_node said = {
		.kind = TREE_SCALAR, .style = TREE_QUOTED, .place = place, .text = copy
	};
	if (!found)
		schema_error_unknown(&said, file, d, "check", ids);
	free(copy);
	free(ids);
	catalog_checks_fini(&known);
	return found;
}

void catalog_checks_fini(struct catalog_checks *c)
{
	free(c->list);
	*c = (struct catalog_checks){ 0 };
}

/* -- documents -- */

enum { ID_MAX = 16 };

/* Where the words begin, behind marks of headings, lists, tables and emphasis. */
static const char *behind_marks(const char *line)
{
	return line + strspn(line, " \t#|*-`");
}

/* Whether an entry begins on this line; its id goes to id. */
static bool begins_entry(const char *line, char id[ID_MAX])
{
	const char *p = behind_marks(line);
	if (strcspn(line, "#|*-") >= (size_t)(p - line))
		return false; /* a sentence that begins with a number */
	size_t size = 1 + strspn(p + (*p != '\0'), ".0123456789");
	if ((*p != 'S' && *p != 'D') || !isdigit((unsigned char)p[1]))
		return false;
	size += strspn(p + size, "abcdefghijklmnopqrstuvwxyz");
	while (p[size - 1] == '.')
		size--;
	if (size >= ID_MAX || isalnum((unsigned char)p[size]))
		return false;
	snprintf(id, ID_MAX, "%.*s", (int)size, p);
	return true;
}

/* Append a line's words without marks; cells of a table are set apart. */
static void add_words(const char *line, struct buffer *out)
{
	for (const char *p = behind_marks(line); *p; p++) {
		if (*p == '*' || *p == '`')
			continue;
		if (*p == '|' && p[1 + strspn(p + 1, " ")] == '\0')
			break;
		if (*p == '|')
			text_add(out, "\u00b7");
		else
			buffer_append_u8(out, (uint8_t)*p);
	}
	while (out->size > 0 && out->data[out->size - 1] == ' ')
		out->size--;
}

static bool entry_in(const char *const *lines, size_t count, const char *id, struct buffer *out)
{
	bool inside = false;
	char here[ID_MAX];
	for (size_t i = 0; i < count; i++) {
		bool begins = begins_entry(lines[i], here);
		if (inside && (begins || lines[i][0] == '#' || lines[i][0] == '\0'))
			return true;
		if (!inside && (!begins || strcmp(here, id) != 0))
			continue;
		if (inside)
			text_add(out, " ");
		inside = true;
		add_words(lines[i], out);
		if (lines[i][0] == '#')
			text_add(out, ".");
	}
	return inside;
}

static const struct {
	const char *const *lines;
	size_t count;
} documents[] = {
	{ sources_lines, sizeof sources_lines / sizeof *sources_lines },
	{ deviations_lines, sizeof deviations_lines / sizeof *deviations_lines },
};

bool catalog_entry(const char *id, struct buffer *out)
{
	for (size_t i = 0; i < sizeof documents / sizeof *documents; i++)
		if (entry_in(documents[i].lines, documents[i].count, id, out))
			return true;
	return false;
}

void catalog_entries(void (*fn)(void *context, const char *id), void *context)
{
	char id[ID_MAX];
	for (size_t i = 0; i < sizeof documents / sizeof *documents; i++)
		for (size_t k = 0; k < documents[i].count; k++)
			if (begins_entry(documents[i].lines[k], id))
				fn(context, id);
}

/* -- numbers -- */

static const struct catalog_number results[] = {
	{ 0, "none", "the activation succeeded" },
	{ -100, "security error", "the app's secure store cannot be unlocked" },
	{ -101, "activation failed",
	  "on the side of device and infrastructure; may be tried again" },
	{ -102, "provisioning failed", "on the enterprise's side; may be tried again" },
	{ -103, "push connection timeout",
	  "the push channel that authorization needs did not come up" },
	{ -104, "app denied", "the user may run no version of this app; its container is wiped" },
	{ -105, "app version not entitled", "the user may not run this version; it is locked" },
};
static const struct catalog_number exits[] = {
	{ ERR_OK, "as expected", "every expectation of the scenario was met" },
	{ ERR_NOT_AS_EXPECTED, "not as expected",
	  "verdict, an outcome or the golden story differs, or a post-condition falls" },
	{ ERR_INPUT, "usage or input",
	  "an option, scenario, flow or trace is wrong; all places are named" },
	{ ERR_INCONCLUSIVE, "inconclusive", "the trace does not hold what is needed to judge" },
	{ ERR_NOTHING, "nothing matched",
	  "a folder holds no scenario, or a filter chooses no record" },
	{ ERR_ENVIRONMENT, "environment",
	  "the system gave no process, pipe or descriptor, or ended a run: its deadline passed, or "
	  "a "
	  "signal came from outside" },
	{ ERR_BUG, "bug", "actflow itself failed; the message says how to see it again" },
	{ ERR_WRITE, "cannot write", "output is not complete; the message says what is missing" },
	{ 128 + SIGINT, "interrupted", "ended by SIGINT (Ctrl-C); runs under way were stopped" },
	{ 128 + SIGTERM, "terminated", "ended by SIGTERM; runs under way were stopped" },
};

static const struct catalog_number *numbered(const struct catalog_number *list, size_t count,
					     int number)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].number == number)
			return &list[i];
	return NULL;
}

const struct catalog_number *catalog_result(int code)
{
	return numbered(results, sizeof results / sizeof *results, code);
}

const struct catalog_number *catalog_exit(int status)
{
	return numbered(exits, sizeof exits / sizeof *exits, status);
}
