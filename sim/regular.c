/* regular.c - opens regular files only; see regular.h. */
#include "sim/regular.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *kind_of_file(mode_t mode)
{
	if (S_ISDIR(mode))
		return "a directory";
	if (S_ISFIFO(mode))
		return "a FIFO";
	if (S_ISSOCK(mode))
		return "a socket";
	return "a device";
}

int regular_open(const char *file, struct diags *d)
{
	struct stat info;
	/* O_NONBLOCK: opening a FIFO for reading would otherwise wait for a writer, forever. */
	int fd = open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		diag_add(d, file, 0, 0, "cannot be opened: %s", strerror(errno));
		return -1;
	}
	if (fstat(fd, &info) != 0)
		diag_add(d, file, 0, 0, "cannot be read: %s", strerror(errno));
	else if (!S_ISREG(info.st_mode))
		diag_add(d, file, 0, 0, "cannot be read, expected a regular file, actual: %s",
			 kind_of_file(info.st_mode));
	else
		return fd;
	close(fd);
	return -1;
}

FILE *regular_stream(const char *file, struct diags *d)
{
	int fd = regular_open(file, d);
	FILE *stream = fd < 0 ? NULL : fdopen(fd, "rb");
	if (fd >= 0 && !stream)
		abort(); /* no memory */
	return stream;
}
