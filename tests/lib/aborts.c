/* aborts.c - runs code that must abort in a process of its own. Not for crashes: only SIGABRT
 * counts. */
#include "tests/lib/aborts.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

bool aborts(void (*run)(void))
{
	pid_t child = fork();
	if (child == 0) {
		struct rlimit none = { 0, 0 };
		(void)setrlimit(RLIMIT_CORE, &none);
		(void)close(STDERR_FILENO);
		run();
		_exit(0);
	}
	int status = 0;
	return child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
	       WTERMSIG(status) == SIGABRT;
}
