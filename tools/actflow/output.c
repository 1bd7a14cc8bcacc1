/* output.c - standard output and the terminal: colour, width, and whether all of it was written. */
#include "tools/actflow/output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int write_error; /* errno of the first failed write; 0 while there is none */

void output_begin(void)
{
	/* Read-only: a write to a stdout that was closed fails instead of vanishing. */
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY) != fd)
			exit(ERR_WRITE);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

bool output_is_terminal(void)
{
	return isatty(STDOUT_FILENO) == 1;
}

bool output_colour(bool no_color)
{
	const char *asked = getenv("NO_COLOR");
	const char *term = getenv("TERM");
	bool dumb = !term || strcmp(term, "dumb") == 0;
	return !no_color && !(asked && *asked) && !dumb && output_is_terminal();
}

size_t output_width(void)
{
	struct winsize size = { 0 };
	if (!output_is_terminal() || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 ||
	    size.ws_col == 0 || size.ws_col > OUTPUT_WIDTH)
		return OUTPUT_WIDTH;
	return size.ws_col < OUTPUT_WIDTH_MIN ? OUTPUT_WIDTH_MIN : size.ws_col;
}

void output_write(struct bytes b)
{
	if (write_error == 0 && b.size > 0 && fwrite(b.data, 1, b.size, stdout) != b.size)
		write_error = errno ? errno : EIO;
}

enum err output_end(enum err status)
{
	errno = 0;
	bool failed = fflush(stdout) != 0 || ferror(stdout);
	if (failed && write_error == 0)
		write_error = errno ? errno : EIO;
	errno = 0;
	if (fclose(stdout) != 0 && write_error == 0)
		write_error = errno ? errno : EIO;
	if (write_error == 0)
		return status;
	fprintf(stderr, "stdout: cannot be written: %s; the report is not complete\n",
		strerror(write_error));
	return status == ERR_BUG ? status : ERR_WRITE;
}
