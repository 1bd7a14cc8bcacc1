/* paths.c - from the arguments of a subcommand to files: folders are walked in order of name. */
#include "tools/actflow/paths.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "proto/list.h"
#include "tools/actflow/text.h"

#define FLOW_FILE "flow.yaml"

char *paths_join(const char *folder, const char *name)
{
	struct buffer path = { 0 };
	size_t size = strlen(folder);
	text_add(&path, folder);
	if (size > 0 && folder[size - 1] != '/')
		text_add(&path, "/");
	text_add(&path, name);
	return (char *)text_string(&path); /* the buffer's memory is the caller's now */
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

static bool has_suffix(const char *name)
{
	const char *dot = strrchr(base_name(name), '.');
	return dot && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0);
}

/* Take a file; the beginning of its path up to `skip` is no part of its name. */
static void take(struct founds *out, const char *file, size_t skip)
{
	out->list = list_grow(out->list, out->count, &out->room, sizeof *out->list);
	struct found *f = &out->list[out->count++];
	*f = (struct found){ .file = strdup(file),
			     .name = strdup(file + skip),
			     .label = strdup(file),
			     .flow = strcmp(base_name(file), FLOW_FILE) == 0 };
	if (!f->file || !f->name || !f->label)
		abort();
	if (has_suffix(f->name))
		*strrchr(f->name, '.') = '\0';
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

struct walk {
	struct founds *out;
	struct diags *d;
	enum paths_wanted wanted;
	size_t skip; /* bytes of the argument in front of each name */
};

static void walk_folder(const struct walk *w, const char *folder, int depth);

static void walk_entry(const struct walk *w, const char *path, int depth)
{
	struct stat about;
	if (lstat(path, &about) != 0)
		return; /* gone since the folder was read */
	if (S_ISDIR(about.st_mode)) {
		walk_folder(w, path, depth + 1);
		return;
	}
	if (!has_suffix(path))
		return;
	bool flow = strcmp(base_name(path), FLOW_FILE) == 0;
	if (flow && w->wanted != PATHS_SCENARIOS_AND_FLOWS)
		return;
	take(w->out, path, w->skip);
}

static void walk_folder(const struct walk *w, const char *folder, int depth)
{
	struct dirent **entries = NULL;
	if (depth > PATHS_DEPTH_MAX || w->out->count > PATHS_MAX) {
		diag_add(w->d, folder, 0, 0,
			 "too deep or too many files: expected at most %d "
			 "folders and %d files, actual more",
			 PATHS_DEPTH_MAX, PATHS_MAX);
		return;
	}
	int count = scandir(folder, &entries, visible, by_name);
	if (count < 0) {
		diag_add(w->d, folder, 0, 0, "cannot be read: %s", strerror(errno));
		return;
	}
	for (int i = 0; i < count; i++) {
		char *path = paths_join(folder, entries[i]->d_name);
		walk_entry(w, path, depth);
		free(path);
		free(entries[i]);
	}
	free(entries);
}

static enum err expand_folder(const char *arg, struct walk w)
{
	size_t before = w.out->count, errors = w.d->count;
	walk_folder(&w, arg, 0);
	if (w.d->count > errors)
		return ERR_INPUT;
	if (w.out->count > before)
		return ERR_OK;
	diag_add(w.d, arg, 0, 0,
		 "no scenario in this folder or below it: expected files called "
		 "*.yaml, actual none");
	return ERR_NOTHING;
}

static enum err expand(const char *arg, struct walk w)
{
	struct stat about;
	if (stat(arg, &about) == 0 && S_ISDIR(about.st_mode)) {
		w.skip = strlen(arg) + (arg[strlen(arg) - 1] != '/');
		return expand_folder(arg, w);
	}
	take(w.out, arg, (size_t)(base_name(arg) - arg));
	w.out->list[w.out->count - 1].named = true;
	return ERR_OK;
}

enum err paths_expand(char *const *args, size_t count, enum paths_wanted wanted, struct founds *out,
		      struct diags *d)
{
	enum err status = ERR_OK;
	for (size_t i = 0; i < count; i++) {
		enum err one =
			expand(args[i], (struct walk){ .out = out, .d = d, .wanted = wanted });
		if (one == ERR_INPUT || status == ERR_OK)
			status = one;
	}
	return status;
}

void found_fini(struct found *f)
{
	free(f->file);
	free(f->name);
	free(f->case_name);
	free(f->label);
	*f = (struct found){ 0 };
}

void founds_fini(struct founds *f)
{
	for (size_t i = 0; i < f->count; i++)
		found_fini(&f->list[i]);
	free(f->list);
	*f = (struct founds){ 0 };
}

static bool is_folder(const char *path)
{
	struct stat about;
	return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

size_t founds_width(const struct founds *f, size_t page)
{
	enum { BEHIND = 60, LEAST = 40 }; /* verdict, result, seed, times */
	size_t width = 0, most = page > BEHIND + LEAST ? page - BEHIND : LEAST;
	for (size_t i = 0; i < f->count; i++) {
		size_t own = text_width(f->list[i].label);
		width = own <= most && own > width ? own : width;
	}
	return width;
}

/* An absolute path as one would write it in the current folder. Owned, as path was. */
static char *from_here(char *path)
{
	char *here = realpath(".", NULL);
	size_t size = here ? strlen(here) : 0;
	if (here && strncmp(path, here, size) == 0 && path[size] == '/' && size > 1)
		memmove(path, path + size + 1, strlen(path + size + 1) + 1);
	free(here);
	return path;
}

char *paths_scenarios(const char *from)
{
	char *path = realpath(from, NULL);
	while (path) {
		if (strcmp(base_name(path), "scenarios") == 0 && is_folder(path))
			return from_here(path);
		char *below = is_folder(path) ? paths_join(path, "scenarios") : NULL;
		if (below && is_folder(below)) {
			free(path);
			return from_here(below);
		}
		free(below);
		char *slash = strrchr(path, '/');
		if (slash == path) {
			free(path);
			return NULL;
		}
		*slash = '\0';
	}
	return NULL;
}
