/* new.c - `actflow new`: a scenario file to begin from, with every key that there is. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "actors/roster.h"
#include "sim/world/world.h"
#include "sim/yaml/schema.h"
#include "tools/actflow/command.h"
#include "tools/actflow/json.h"
#include "tools/actflow/messages.h"
#include "tools/actflow/output.h"
#include "tools/actflow/paths.h"
#include "tools/actflow/text.h"

#define FLOW_DEFAULT "knox/flow.yaml"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
enum { EXAMPLES_MAX = 32 };

struct making {
	const struct options *o;
	const char *name, *flow_name;
	char *file; /* owned; what is written */
	struct flow flow;
	size_t variant;
	struct diags d;
};

/* -- what is asked for -- */

static enum err refuse_name(struct making *m, const char *expected)
{
	diag_add(&m->d, "actflow new", 0, 0, "NAME: expected %s, actual \"%s\"", expected, m->name);
	return ERR_INPUT;
}

static enum err check_name(struct making *m)
{
	const char *name = m->name, *dot = strrchr(name, '.');
	size_t size = strlen(name);
	if (strchr(name, '/'))
		return refuse_name(m, "a name and, with --dir, the folder");
	if (size == 0 || size > SCHEMA_NAME_MAX || strspn(name, LETTERS "_.-") != size ||
	    !strchr(LETTERS, name[0]))
		return refuse_name(m, "1 to 63 letters, digits, _ . or -, a letter or digit first");
	if (dot && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0))
		return refuse_name(m, "a name without its suffix");
	if (strcmp(name, "flow") == 0)
		return refuse_name(m, "another name: flow.yaml is read as a flow");
	return ERR_OK;
}

/* The last folder called "scenarios" in a real path, which is cut behind it; NULL when it has none.
 * The reader of scenarios looks for flows below that one. */
static char *root_of(char *real)
{
	static const char name[] = "/scenarios";
	size_t size = sizeof name - 1;
	char *found = NULL;
	for (char *at = real; (at = strstr(at, name)); at++)
		if (at[size] == '/' || at[size] == '\0')
			found = at;
	if (found)
		found[size] = '\0';
	return found ? real : NULL;
}

static enum err read_flow(struct making *m, const char *root)
{
	char *path = paths_join(root, m->flow_name);
	enum err status = ERR_INPUT;
	if (m->flow_name[0] == '/' || strstr(m->flow_name, ".."))
		diag_add(&m->d, "actflow new", 0, 0,
			 "--flow: expected a file below %s, actual \"%s\"", root, m->flow_name);
	else if (access(path, R_OK) != 0)
		diag_add(&m->d, "actflow new", 0, 0, "--flow: expected a file %s, actual none: %s",
			 path, strerror(errno));
	else
		status = flow_read(path, &m->flow, &m->d);
	free(path);
	return status;
}

static enum err find_flow(struct making *m)
{
	const char *folder = m->o->dir ? m->o->dir : ".";
	char *real = realpath(folder, NULL);
	enum err status = ERR_INPUT;
	if (!real) {
		diag_add(&m->d, folder, 0, 0, "cannot be read: %s", strerror(errno));
		return ERR_INPUT;
	}
	if (root_of(real))
		status = read_flow(m, real);
	else
		diag_add(&m->d, folder, 0, 0,
			 "expected a folder called scenarios, or one below it, since flows are "
			 "looked for there, actual %s; name one with --dir",
			 real);
	free(real);
	return status;
}

static enum err choose_variant(struct making *m)
{
	const char *names[FLOW_VARIANTS_MAX];
	const char *wanted = m->o->variant;
	int found = wanted ? flow_variant_index(&m->flow, wanted) : 0;
	m->variant = found < 0 ? 0 : (size_t)found;
	if (found >= 0 && m->flow.variants_count > 0)
		return ERR_OK;
	struct buffer all = { 0 };
	for (size_t i = 0; i < m->flow.variants_count; i++) {
		names[i] = m->flow.variants[i].name;
		text_printf(&all, "%s%s", i ? ", " : "", names[i]);
	}
	const char *nearest = wanted ? diag_nearest(wanted, names, m->flow.variants_count) : NULL;
	diag_add(&m->d, "actflow new", 0, 0, "--variant: expected one of %s, actual \"%s\"%s%s",
		 text_string(&all), wanted ? wanted : "", nearest ? ", did you mean " : "",
		 nearest ? nearest : "");
	buffer_fini(&all);
	return ERR_INPUT;
}

/* -- what is written -- */

/* Examples beyond those that a kind suggests, and the texts that they point at. */
struct examples {
	size_t count;
	struct schema_example list[EXAMPLES_MAX];
	struct buffer title, variants, channels, settings;
};

static void add(struct examples *e, const char *path, const char *value, const char *note, bool on)
{
	if (e->count + 1 == EXAMPLES_MAX)
		abort(); /* ours to count */
	e->list[e->count++] =
		(struct schema_example){ .path = path, .value = value, .note = note, .on = on };
}

static void add_word(struct buffer *out, const char *begin, const char *word)
{
	text_printf(out, "%s%s", out->size ? ", " : begin, word);
}

static void add_wires(struct examples *e, const struct flow *f)
{
	const char *first = NULL;
	for (size_t i = 0; i < f->channels_count; i++) {
		if (f->channels[i].base != BASE_WIRE)
			continue;
		add_word(&e->channels, "wires are ", f->channels[i].name);
		first = first ? first : f->channels[i].name;
	}
	add(e, "wires", first, text_string(&e->channels), false);
	add(e, "wires.*.delay", "40ms", NULL, false);
	add(e, "wires.*.jitter", "20ms", NULL, false);
	add(e, "wires.*.mtu", "1400", NULL, false);
}

static bool variant_sets(const struct flow_variant *v, const char *setting)
{
	for (size_t i = 0; i < v->settings_count; i++)
		if (strcmp(v->settings[i].name, setting) == 0)
			return true;
	return false;
}

/* A setting that the variant leaves alone, at its default. */
static void add_profile(struct examples *e, const struct flow_variant *v)
{
	const struct policy_setting *shown = NULL;
	for (size_t i = 0; i < dynamics_roster.settings_count; i++) {
		const struct policy_setting *s = &dynamics_roster.settings[i];
		add_word(&e->settings, "settings are ", s->name);
		if (!shown && !variant_sets(v, s->name))
			shown = s;
	}
	text_add(&e->settings, " (`actflow explain` says what each is)");
	add(e, "profile", shown ? shown->name : NULL, text_string(&e->settings), false);
	if (shown)
		add(e, "profile.*", shown->values[shown->initial], NULL, false);
}

static void examples_of(const struct making *m, struct examples *e)
{
	const struct flow *f = &m->flow;
	for (size_t i = 0; i < f->variants_count; i++)
		add_word(&e->variants, "one of ", f->variants[i].name);
	text_printf(&e->title, "what happens in %s, in one sentence", m->name);
	add(e, "for", "delay", "here, delay: ${delay} stands for two cases", false);
	add(e, "for.*.*", "20ms, 2s", NULL, false);
	add(e, "devices.count", "2", NULL, false);
	add(e, "crash.*.actor", "noc", NULL, false);
	add(e, "crash.*.when", "S1.11", NULL, false);
	add(e, "adversary.*.at", "app", NULL, false);
	add(e, "adversary.*.on.*", "relay", NULL, false);
	add(e, "adversary.*.when", "3s", NULL, false);
	add(e, "scenario", text_string(&e->title), NULL, true);
	add(e, "flow", m->flow_name, NULL, true);
	add(e, "variant", f->variants[m->variant].name, text_string(&e->variants), true);
	add(e, "seed", "1", NULL, true);
	add_wires(e, f);
	add_profile(e, &f->variants[m->variant]);
	add(e, "expect.verdict", "holds", NULL, true);
	add(e, "expect.outcome", flow_actor_index(f, "app") >= 0 ? "app" : f->actors[0].name, NULL,
	    false);
	add(e, "expect.outcome.*.result", "0", NULL, false);
	add(e, "expect.by", "uem.setup_mac_is_good", NULL, false);
	add(e, "limits.steps", "10000", NULL, false);
	add(e, "limits.bytes", "16MiB", NULL, false);
	add(e, "limits.virtual", "10min", NULL, false);
}

static void examples_fini(struct examples *e)
{
	buffer_fini(&e->title);
	buffer_fini(&e->variants);
	buffer_fini(&e->channels);
	buffer_fini(&e->settings);
}

static void print_file(const struct making *m, FILE *out)
{
	struct examples e = { 0 };
	examples_of(m, &e);
	fprintf(out, "# A scenario: who does what, with which troubles, and what must be seen. "
		     "Every key "
		     "that there is\n"
		     "# stands here, below what it is. A key with a # at the very beginning of its "
		     "line is "
		     "off: remove\n"
		     "# it there, and on the lines of what is in it. `actflow lint FILE` checks "
		     "the file, "
		     "`actflow run\n"
		     "# FILE` plays it.\n");
	scenario_print_template(e.list, out);
	examples_fini(&e);
}

static enum err cannot_write(struct making *m, const char *why)
{
	diag_add(&m->d, m->file, 0, 0, "cannot be written: %s", why);
	return ERR_WRITE;
}

static enum err write_file(struct making *m)
{
	int fd = open(m->file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0 && errno == EEXIST)
		return cannot_write(m, "it is there already, and nothing is overwritten");
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
	if (!out)
		return cannot_write(m, strerror(errno));
	print_file(m, out);
	errno = 0;
	bool failed = fflush(out) != 0 || ferror(out);
	failed = fclose(out) != 0 || failed;
	if (!failed)
		return ERR_OK;
	enum err status = cannot_write(m, errno ? strerror(errno) : "not all of it");
	unlink(m->file);
	return status;
}

/* What was written is a scenario, or it is not left behind. */
static enum err read_again(struct making *m)
{
	struct scenario *s = calloc(1, sizeof *s);
	if (!s)
		abort();
	enum err status = scenario_read(m->file, s, &m->d);
	if (status == ERR_OK)
		status = world_check(s, &dynamics_roster, &m->d);
	if (status != ERR_OK)
		unlink(m->file);
	scenario_fini(s);
	free(s);
	return status;
}

static void say(const struct making *m)
{
	struct buffer out = { 0 };
	struct json j = { .out = &out };
	if (m->o->json) {
		json_begin(&j, NULL, '{');
		json_string(&j, "file", m->file);
		json_string(&j, "flow", m->flow_name);
		json_string(&j, "variant", m->flow.variants[m->variant].name);
		json_end(&j, '}');
	} else {
		text_safe(&out, m->file);
		text_add(&out, " is written; play it: actflow run ");
		text_quoted(&out, m->file);
	}
	text_add(&out, "\n");
	output_write(bytes_of_buffer(&out));
	buffer_fini(&out);
}

static enum err make(struct making *m)
{
	struct buffer name = { 0 };
	enum err (*const stages[])(struct making *) = { check_name, find_flow, choose_variant,
							write_file, read_again };
	enum err status = ERR_OK;
	text_printf(&name, "%s.yaml", m->name);
	m->file =
		m->o->dir ? paths_join(m->o->dir, text_string(&name)) : strdup(text_string(&name));
	buffer_fini(&name);
	for (size_t i = 0; i < sizeof stages / sizeof *stages && status == ERR_OK; i++)
		status = stages[i](m);
	if (status == ERR_OK)
		say(m);
	return status;
}

static enum err run(const struct options *o)
{
	struct making *m = calloc(1, sizeof *m);
	if (!m)
		abort();
	m->o = o;
	m->name = o->args[0];
	m->flow_name = o->flow ? o->flow : FLOW_DEFAULT;
	enum err status = messages_end(&m->d, make(m));
	flow_fini(&m->flow);
	free(m->file);
	free(m);
	return status;
}

static const struct argp_option options[] = {
	{ "flow", OPTION_FLOW, "FILE", 0,
	  "The flow, below the nearest folder called scenarios (" FLOW_DEFAULT ")", 0 },
	{ "variant", OPTION_VARIANT, "NAME", 0, "A variant of the flow (its first)", 0 },
	{ "dir", OPTION_DIR, "DIR", 0, "Where the file is written (here)", 0 },
	{ "json", OPTION_JSON, NULL, 0, "Write one JSON object", 0 },
	{ "help", OPTION_HELP, NULL, 0, "Show this help", 0 },
	{ 0 },
};

const struct command command_new = {
	.name = "new",
	.arguments = "NAME",
	.summary = "Write a scenario file to begin from",
	.more = "NAME.yaml holds every key that a scenario may have, each below a sentence that "
		"says what it is; those that are optional are off. It lies in a folder called "
		"scenarios or below one, and can be played at once. A file that is there already "
		"is never overwritten.\n\nExit: 0 written, 2 a name, folder, flow or variant that "
		"is none, 74 it cannot be written, or is there already.",
	.options = options,
	.args_min = 1,
	.args_max = 1,
	.run = run,
};
