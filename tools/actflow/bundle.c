/* bundle.c - the files of one run: run.trace while it runs, run.secrets and run.txt at its end. */
#include "tools/actflow/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/actflow/paths.h"
#include "tools/actflow/text.h"

static const struct {
	const char *name;
	mode_t mode;
} kinds[BUNDLE_FILES] = {
	[BUNDLE_TRACE] = { "run.trace", 0644 },
	[BUNDLE_SECRETS] = { "run.secrets", 0600 },
	[BUNDLE_TEXT] = { "run.txt", 0644 },
};

static enum err fail(const struct bundle *b, size_t file, int number, struct diags *d)
{
	diag_add(d, b->files[file].path ? b->files[file].path : b->folder, 0, 0,
		 "cannot be written: %s; run.trace, run.secrets and run.txt of this run are not "
		 "written",
		 strerror(number ? number : EIO));
	return ERR_WRITE;
}

bool bundle_make_folder(const char *folder)
{
	char *path = strdup(folder);
	if (!path)
		abort();
	for (char *p = path + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		bool made = mkdir(path, 0777) == 0 || errno == EEXIST;
		*p = '/';
		if (!made)
			break;
	}
	bool made = mkdir(path, 0777) == 0 || errno == EEXIST;
	free(path);
	return made;
}

enum err bundle_claim(const char *folder, int *lock, struct diags *d)
{
	*lock = bundle_make_folder(folder) ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (*lock < 0 || flock(*lock, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
		return ERR_OK;
	diag_add(d, folder, 0, 0,
		 "in use by another run; run.trace, run.secrets and run.txt of this run are not "
		 "written");
	close(*lock);
	*lock = -1;
	return ERR_WRITE;
}

static char *temporary_name(const char *path, pid_t worker)
{
	struct buffer name = { 0 };
	text_printf(&name, "%s.%ld.part", path, (long)worker);
	return (char *)text_string(&name); /* the buffer's memory is the caller's now */
}

/* Exclusive and with the file's own mode from the first moment: a secret is never readable. */
static bool open_file(struct bundle *b, size_t i)
{
	int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
	b->files[i].path = paths_join(b->folder, kinds[i].name);
	char *temporary = temporary_name(b->files[i].path, getpid());
	int fd = open(temporary, flags, kinds[i].mode);
	if (fd < 0 && errno == EEXIST && unlink(temporary) == 0)
		fd = open(temporary, flags, kinds[i].mode);
	if (fd < 0) {
		int number = errno;
		free(temporary);
		errno = number;
		return false;
	}
	b->files[i].temporary = temporary;
	b->files[i].file = fdopen(fd, "wb");
	if (!b->files[i].file)
		abort();
	return true;
}

enum err bundle_open(struct bundle *b, const char *folder, struct diags *d)
{
	*b = (struct bundle){ .folder = strdup(folder) };
	if (!b->folder)
		abort();
	if (!bundle_make_folder(folder) || !open_file(b, BUNDLE_TRACE))
		return fail(b, BUNDLE_TRACE, errno, d);
	return ERR_OK;
}

static bool close_file(struct bundle *b, size_t i)
{
	FILE *file = b->files[i].file;
	b->files[i].file = NULL;
	bool whole = fflush(file) == 0 && !ferror(file);
	int number = errno;
	if (fclose(file) == 0 && whole)
		return true;
	errno = whole ? errno : number;
	return false;
}

static bool write_file(struct bundle *b, size_t i, struct bytes text)
{
	if (!open_file(b, i))
		return false;
	errno = 0;
	if (text.size > 0 && fwrite(text.data, 1, text.size, b->files[i].file) != text.size)
		return false;
	return close_file(b, i);
}

enum err bundle_finish(struct bundle *b, bool trace_whole, struct bytes secrets, struct bytes text,
		       struct diags *d)
{
	errno = 0;
	if (!close_file(b, BUNDLE_TRACE) || !trace_whole)
		return fail(b, BUNDLE_TRACE, errno ? errno : ENOSPC, d);
	if (!write_file(b, BUNDLE_SECRETS, secrets))
		return fail(b, BUNDLE_SECRETS, errno, d);
	if (!write_file(b, BUNDLE_TEXT, text))
		return fail(b, BUNDLE_TEXT, errno, d);
	for (size_t i = 0; i < BUNDLE_FILES; i++) {
		if (rename(b->files[i].temporary, b->files[i].path) != 0)
			return fail(b, i, errno, d);
		free(b->files[i].temporary);
		b->files[i].temporary = NULL;
	}
	return ERR_OK;
}

void bundle_fini(struct bundle *b)
{
	for (size_t i = 0; i < BUNDLE_FILES; i++) {
		if (b->files[i].file)
			fclose(b->files[i].file);
		if (b->files[i].temporary)
			unlink(b->files[i].temporary);
		free(b->files[i].temporary);
		free(b->files[i].path);
	}
	free(b->folder);
	*b = (struct bundle){ 0 };
}

void bundle_sweep(const char *folder, pid_t worker)
{
	for (size_t i = 0; i < BUNDLE_FILES; i++) {
		char *path = paths_join(folder, kinds[i].name);
		char *temporary = temporary_name(path, worker);
		unlink(temporary);
		free(temporary);
		free(path);
	}
}
