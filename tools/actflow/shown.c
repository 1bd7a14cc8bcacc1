/* shown.c - which scenarios below the nearest folder show what a name stands for. */
#include "tools/actflow/shown.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/yaml/text_file.h"
#include "tools/actflow/chosen.h"
#include "tools/actflow/paths.h"

bool shown_as_attack(const struct scenario *s, const char *id)
{
	for (size_t i = 0; i < s->attacks_count; i++)
		if (strcmp(s->attacks[i].id, id) == 0)
			return true;
	return false;
}

bool shown_as_refusal(const struct scenario *s, const char *id)
{
	for (size_t i = 0; i < s->expect.by_count; i++)
		if (strcmp(s->expect.by[i].check, id) == 0)
			return true;
	return false;
}

bool shown_as_result(const struct scenario *s, const char *id)
{
	for (size_t i = 0; i < s->expect.outcomes_count; i++)
		if (s->expect.outcomes[i].result == strtol(id, NULL, 10))
			return true;
	return false;
}

/* What no case can show where it stands nowhere: a value of a case may be the name behind the dot.
 */
static bool is_mentioned(const char *file, const char *id)
{
	struct buffer text = { 0 };
	struct diags d = { 0 };
	const char *dot = strchr(id, '.');
	bool found = false;
	if (text_file_read(file, &text, &d) == ERR_OK) {
		buffer_append_u8(&text, 0);
		found = strstr((const char *)text.data, dot ? dot + 1 : id) != NULL;
	}
	buffer_fini(&text);
	diag_fini(&d);
	return found;
}

/* Whether some case of the file shows it; its title, as that case has it, is printed then. */
static bool file_shows(const struct found *file, const char *id, shown_fn *shows, bool print,
		       struct scenario *s)
{
	struct founds cases = { 0 };
	struct diags d = { 0 };
	bool found = false;
	if (is_mentioned(file->file, id))
		chosen_cases(file, &cases);
	for (size_t i = 0; i < cases.count && !found; i++) {
		if (chosen_read_bare(&cases.list[i], s, &d) == ERR_OK)
			found = shows(s, id);
		if (found && print)
			printf("  shown by %s: %s\n", file->file, s->title);
		scenario_fini(s);
	}
	founds_fini(&cases);
	diag_fini(&d);
	return found;
}

void shown_by(const char *id, shown_fn *shows, size_t most)
{
	struct founds found = { 0 };
	struct diags d = { 0 };
	struct scenario *s = calloc(1, sizeof *s);
	char *root = paths_scenarios(".");
	size_t shown = 0;
	if (!s)
		abort();
	if (root)
		paths_expand(&root, 1, PATHS_SCENARIOS, &found, &d);
	for (size_t i = 0; i < found.count; i++)
		shown += file_shows(&found.list[i], id, shows, shown < most, s);
	if (shown > most)
		printf("  shown by %zu more files\n", shown - most);
	free(s);
	free(root);
	founds_fini(&found);
	diag_fini(&d);
}
