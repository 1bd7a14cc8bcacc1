/* tables.c - `actflow tables`: every machine's rows as Markdown, with what no row answers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/roster.h"
#include "sim/regular.h"
#include "tools/actflow/command.h"
#include "tools/actflow/messages.h"
#include "tools/actflow/output.h"
#include "tools/actflow/text.h"

enum { FILE_MAX = 4 * 1024 * 1024 };

/* Checks of a row: those that it lists, or the one that it refuses by. */
static void add_checks(const struct row *row, struct buffer *out)
{
	if (row->refuses)
		text_printf(out, "**not** `%s`", row->refuses->name);
	for (size_t i = 0; row->checks && row->checks[i]; i++)
		text_printf(out, "%s`%s`", i ? ", " : "", row->checks[i]->name);
	if (row->claims != CLAIM_NONE)
		text_printf(out, "%s*%s*", row->checks || row->refuses ? "; " : "",
			    row->claims == CLAIM_RUN ? "run" : "commit");
}

static void add_states(const struct machine *m, uint32_t states, struct buffer *out)
{
	const char *between = "";
	for (size_t i = 0; i < m->states_count; i++) {
		if (!(states >> i & 1u))
			continue;
		text_printf(out, "%s%s", between, m->states[i]);
		between = ", ";
	}
}

static void add_row(const struct machine *m, const struct row *row, struct buffer *out)
{
	const char *to = row->to == SAME_STATE ? "*the same*" : m->states[row->to];
	text_add(out, "| ");
	add_states(m, row->in, out);
	text_printf(out, " | %s%s | ", m->stimuli[row->on].name, row->when ? " (if)" : "");
	add_checks(row, out);
	text_printf(out, " | %s | %s | %s |\n", to, row->source, row->story);
}

static bool is_answered(const struct machine *m, uint8_t state, uint8_t stimulus)
{
	for (size_t i = 0; i < m->rows_count; i++)
		if (row_answers(&m->rows[i], state, stimulus))
			return true;
	return false;
}

/* Pairs that no row answers: the session fails closed there. */
static void add_unexpected(const struct machine *m, struct buffer *out)
{
	size_t pairs = 0;
	for (uint8_t state = 0; state < m->states_count; state++) {
		size_t here = 0;
		for (uint8_t on = 0; on < m->stimuli_count; on++) {
			if (is_answered(m, state, on))
				continue;
			if (here == 0)
				text_printf(out, "- in *%s*: ", m->states[state]);
			text_printf(out, "%s%s", here ? ", " : "", m->stimuli[on].name);
			here++;
		}
		if (here > 0)
			text_add(out, "\n");
		pairs += here;
	}
	if (pairs == 0)
		text_add(out, "None: every stimulus has a row in every state.\n");
}

static void add_whys(const struct machine *m, struct buffer *out)
{
	size_t count = 0;
	for (size_t i = 0; i < m->rows_count; i++) {
		bool told = !m->rows[i].refuses;
		for (size_t k = 0; k < i && !told; k++)
			told = m->rows[k].refuses == m->rows[i].refuses;
		if (told)
			continue;
		if (count++ == 0)
			text_add(out, "\nChecks:\n\n");
		text_printf(out, "- `%s`: %s\n", m->rows[i].refuses->name, m->rows[i].refuses->why);
	}
}

static void add_machine(const char *actor, const struct machine *m, struct buffer *out)
{
	text_printf(out, "\n## %s: %s\n\nBegins in *%s*; without a row it goes to *%s*.\n\n", actor,
		    m->name, m->states[0], m->states[m->unexpected]);
	text_add(out, "| in | on | checks | to | source | story |\n|---|---|---|---|---|---|\n");
	for (size_t i = 0; i < m->rows_count; i++)
		add_row(m, &m->rows[i], out);
	add_whys(m, out);
	text_add(out, "\nUnexpected (the session is closed):\n\n");
	add_unexpected(m, out);
}

static void add_all(const struct roster *r, struct buffer *out)
{
	text_printf(
		out,
		"# Tables of %s\n\nMade by `actflow tables` from the machines themselves; "
		"a test holds that this file equals its output.\n\nA row answers a stimulus in a "
		"state, or in each of several; *the same* leaves it in the one it was in. Its "
		"checks are evaluated in order;\nthe first that is false selects its own row, "
		"marked **not**. *run* and *commit* are claims that the engine records.\n",
		r->name);
	for (size_t a = 0; a < r->actors_count; a++)
		for (size_t m = 0; m < r->actors[a]->machines_count; m++)
			add_machine(r->actors[a]->name, r->actors[a]->machines[m], out);
}

static enum err read_file(const char *path, struct buffer *out, struct diags *d)
{
	FILE *file = regular_stream(path, d);
	if (!file)
		return ERR_INPUT;
	size_t got = 0;
	do {
		buffer_reserve(out, 64 * 1024);
		got = fread(out->data + out->size, 1, 64 * 1024, file);
		out->size += got;
	} while (got > 0 && out->size < FILE_MAX);
	bool failed = ferror(file) || out->size >= FILE_MAX;
	fclose(file);
	if (!failed)
		return ERR_OK;
	diag_add(d, path, 0, 0, "cannot be read whole: expected a text of at most %d bytes",
		 FILE_MAX);
	return ERR_INPUT;
}

/* The line at p, without its newline; *next goes behind it. */
static struct bytes line_at(const char *p, const char **next)
{
	size_t size = strcspn(p, "\n");
	*next = p + size + (p[size] == '\n');
	return bytes_of(p, size);
}

static enum err compare(const char *path, struct buffer *made)
{
	struct diags d = { 0 };
	struct buffer held = { 0 };
	enum err status = read_file(path, &held, &d);
	const char *a = text_string(&held), *b = text_string(made);
	for (int line = 1; status == ERR_OK && (*a || *b); line++) {
		const char *a_next, *b_next;
		struct bytes x = line_at(a, &a_next), y = line_at(b, &b_next);
		if (!bytes_equal(x, y) || !*a != !*b) {
			diag_add(&d, path, line, 1,
				 "expected \"%.*s\", actual \"%.*s\"; `actflow "
				 "tables` prints it anew",
				 (int)y.size, b, (int)x.size, a);
			status = ERR_NOT_AS_EXPECTED;
		}
		a = a_next;
		b = b_next;
	}
	buffer_fini(&held);
	return messages_end(&d, status);
}

static enum err run(const struct options *o)
{
	struct buffer out = { 0 };
	enum err status = ERR_OK;
	add_all(&dynamics_roster, &out);
	if (o->check)
		status = compare(o->check, &out);
	else
		output_write(bytes_of_buffer(&out));
	buffer_fini(&out);
	return status;
}

static const struct argp_option options[] = {
	{ "check", OPTION_CHECK, "FILE", 0,
	  "Print nothing; exit 1 with the first line in which FILE differs", 0 },
	{ "help", OPTION_HELP, NULL, 0, "Show this help", 0 },
	{ 0 },
};

const struct command command_tables = {
	.name = "tables",
	.arguments = "",
	.summary = "Print every machine's table as Markdown",
	.options = options,
	.run = run,
};
