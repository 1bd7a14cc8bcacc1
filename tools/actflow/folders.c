/* folders.c - where the files of each of several runs go, below the folder of --out. */
#include "tools/actflow/folders.h"

#include <stdlib.h>
#include <string.h>

#include "tools/actflow/text.h"

enum { CASE_FOLDER_MAX = 100 }; /* bytes of a case's folder, without its number */

/* The folder of a scenario's own must be one below DIR. */
static void check_name(const struct found *f, struct diags *d)
{
	const char *slash = strrchr(f->name, '/');
	const char *stem = slash ? slash + 1 : f->name;
	if (!*stem || strcmp(stem, ".") == 0 || strcmp(stem, "..") == 0)
		diag_add(d, f->file, 0, 0,
			 "--out: expected a name that a folder can have in front of its suffix, "
			 "actual \"%s\"",
			 stem);
}

/* A folder's name for a case: what a shell or a file system could take ill is shown as _, and then
 * the case's number sets it apart. */
static void case_folder(const struct found *f, struct buffer *out)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				   "=,._+-";
	size_t size = strnlen(f->case_name, CASE_FOLDER_MAX);
	bool whole = f->case_name[size] == '\0';
	for (size_t i = 0; i < size; i++) {
		bool good = strchr(safe, f->case_name[i]) != NULL;
		buffer_append_u8(out, good ? (uint8_t)f->case_name[i] : '_');
		whole = whole && good;
	}
	if (!whole)
		text_printf(out, "~%zu", f->case_index + 1);
}

/* The folder of one of several: DIR/<name>, and DIR/<name>/<case>. */
static char *folder_of(const char *out, const struct found *f)
{
	struct buffer name = { 0 };
	text_add(&name, f->name);
	if (f->case_name) {
		text_add(&name, "/");
		case_folder(f, &name);
	}
	char *folder = paths_join(out, text_string(&name));
	buffer_fini(&name);
	return folder;
}

struct place_of {
	const char *folder;
	size_t index;
};

static int by_folder(const void *left, const void *right)
{
	const struct place_of *a = left, *b = right;
	int by_name = strcmp(a->folder, b->folder);
	return by_name ? by_name : (a->index > b->index) - (a->index < b->index);
}

/* Sorted, for there may be thousands. */
static void check_same(const struct founds *f, char *const *folders, struct diags *d)
{
	struct place_of *list = calloc(f->count + 1, sizeof *list);
	if (!list)
		abort();
	for (size_t i = 0; i < f->count; i++)
		list[i] = (struct place_of){ folders[i], i };
	qsort(list, f->count, sizeof *list, by_folder);
	for (size_t i = 1; i < f->count; i++)
		if (strcmp(list[i - 1].folder, list[i].folder) == 0)
			diag_add(d, f->list[list[i].index].label, 0, 0,
				 "--out: expected a folder for each scenario, actual \"%s\" for "
				 "\"%s\" too",
				 list[i].folder, f->list[list[i - 1].index].label);
	free(list);
}

enum err folders_choose(const char *out, const struct founds *f, char ***folders, struct diags *d)
{
	size_t before = d->count;
	*folders = calloc(f->count + 1, sizeof **folders);
	if (!*folders)
		abort();
	for (size_t i = 0; i < f->count; i++) {
		(*folders)[i] = f->count > 1 ? folder_of(out, &f->list[i]) : strdup(out);
		if (f->count > 1)
			check_name(&f->list[i], d);
	}
	check_same(f, *folders, d);
	return d->count > before ? ERR_INPUT : ERR_OK;
}
