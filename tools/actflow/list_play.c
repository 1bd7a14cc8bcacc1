/* list_play.c - finds scenarios for a list and plays them in worker processes. */
#include "tools/actflow/list_play.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "tools/actflow/chosen.h"

enum err list_found(const struct options *o, struct founds *found, struct diags *d)
{
	char *root = o->args_count == 0 ? paths_scenarios(".") : NULL;
	if (o->args_count == 0 && !root) {
		diag_add(d, ".", 0, 0,
			 "expected a folder called scenarios here or above, actual none; name "
			 "scenarios or a folder");
		return ERR_NOTHING;
	}
	enum err status = paths_expand(root ? &root : o->args, root ? 1 : o->args_count,
				       PATHS_SCENARIOS, found, d);
	free(root);
	return status == ERR_OK
		       ? chosen_expand(found, (struct wanted_runs){ .thorough = o->thorough }, d)
		       : status;
}

enum err list_play(const struct options *o, struct supervise *s, struct diags *d)
{
	int stopped = 0;
	s->workers = o->jobs;
	s->deadline_ms = (int64_t)o->deadline_s * 1000;
	enum err status = supervise_run(s, &stopped);
	if (stopped) {
		signal(stopped, SIG_DFL);
		raise(stopped);
		return ERR_BUG;
	}
	if (status != ERR_OK)
		diag_add(d, "actflow list", 0, 0, "no worker process can be started: %s",
			 strerror(errno));
	return status;
}

enum err list_lost(const struct options *o, const struct found *run, const struct supervised *s,
		   enum err before, struct diags *d)
{
	bool late = s->how == SUPERVISED_LATE;
	if (late)
		diag_add(d, run->file, 0, 0,
			 "no end after %u s of wall-clock time; --deadline S allows more",
			 o->deadline_s);
	else
		diag_add(d, run->file, 0, 0,
			 "bug: the run did not come back; see it by `actflow run`");
	return before == ERR_BUG || !late ? ERR_BUG : ERR_ENVIRONMENT;
}
