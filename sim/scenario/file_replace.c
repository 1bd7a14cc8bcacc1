/* file_replace.c - puts new bytes in a file's place, whole or not at all. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/scenario/scenario_reader.h"

static int write_all(int fd, struct bytes text)
{
	while (text.size > 0) {
		ssize_t put = write(fd, text.data, text.size);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return errno;
		text = bytes_of(text.data + put, text.size - (size_t)put);
	}
	return fsync(fd) == 0 ? 0 : errno;
}

/* Give the new file the old one's mode, and its owner where that is allowed: a run with sudo must
 * not take a file away from its owner. */
static int take_over(int fd, const char *old)
{
	struct stat info;
	if (stat(old, &info) != 0)
		return errno;
	if (fchown(fd, info.st_uid, info.st_gid) != 0 && errno != EPERM)
		return errno;
	return fchmod(fd, info.st_mode & 07777) == 0 ? 0 : errno;
}

/* Write beside the file and rename. Returns 0, or errno; then nothing is left behind. */
static int replace(const char *real, char *temporary, struct bytes text)
{
	int fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return errno;
	int error = write_all(fd, text);
	if (error == 0)
		error = take_over(fd, real);
	if (close(fd) != 0 && error == 0)
		error = errno;
	if (error == 0 && rename(temporary, real) != 0)
		error = errno;
	if (error != 0)
		unlink(temporary);
	return error;
}

enum err file_replace(const char *file, struct bytes text, struct diags *d)
{
	char *real = realpath(file, NULL), *temporary = NULL;
	int error = errno;
	if (real) {
		if (asprintf(&temporary, "%s.XXXXXX", real) < 0)
			abort();
		error = replace(real, temporary, text);
	}
	if (!real || error != 0)
		diag_add(d, file, 0, 0, "cannot be written: %s; it is unchanged", strerror(error));
	free(temporary);
	free(real);
	return real && error == 0 ? ERR_OK : ERR_WRITE;
}
