/* ending.c - how runs end: which end the exit status tells, and what became of a lost worker. */
#include "tools/actflow/ending.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>

#include "tools/actflow/text.h"

enum err ending_worse(enum err a, enum err b)
{
	static const enum err order[] = { ERR_BUG,    ERR_WRITE,           ERR_ENVIRONMENT,
					  ERR_INPUT,  ERR_NOT_AS_EXPECTED, ERR_INCONCLUSIVE,
					  ERR_NOTHING };
	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return a;
}

/* Whether a process that died of this signal has a fault of its own; all others come from outside.
 */
static bool is_fault(int number)
{
	static const int faults[] = { SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS };
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		if (faults[i] == number)
			return true;
	return false;
}

enum err ending_of_lost(const struct supervised *s, unsigned deadline_s, struct buffer *out)
{
	int number = WIFSIGNALED(s->wait_status) ? WTERMSIG(s->wait_status) : 0;
	if (s->how == SUPERVISED_LATE) {
		text_printf(out, "no end after %u s of wall-clock time; --deadline S allows more",
			    deadline_s);
		return ERR_ENVIRONMENT;
	}
	if (s->how == SUPERVISED_DIED && number != 0 && !is_fault(number)) {
		text_printf(out, "the run was ended from outside, by signal %d (%s)", number,
			    strsignal(number));
		return ERR_ENVIRONMENT;
	}
	if (s->how == SUPERVISED_BROKEN)
		text_add(out, "bug: a worker's answer is none");
	else if (number != 0)
		text_printf(out, "bug: the run died of signal %d (%s)", number, strsignal(number));
	else
		text_printf(out, "bug: the run ended with status %d", WEXITSTATUS(s->wait_status));
	return ERR_BUG;
}
