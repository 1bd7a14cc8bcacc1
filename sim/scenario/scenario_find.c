/* scenario_find.c - from a scenario file to the flow file that it names. Reads neither. */
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/scenario_reader.h"

static const char root_name[] = "scenarios";

/* Length of the path up to and with its last folder called "scenarios"; 0 when it has none. */
static size_t root_size(const char *path)
{
	size_t found = 0, size = strlen(root_name);
	for (const char *at = path; (at = strstr(at, root_name)); at++)
		if ((at == path || at[-1] == '/') && at[size] == '/')
			found = (size_t)(at - path) + size;
	return found;
}

char *scenario_find_flow(const char *file, const char *flow_name)
{
	char *real = realpath(file, NULL);
	size_t size = real ? root_size(real) : 0;
	char *flow = NULL;
	if (size > 0) {
		/* The operator's own spelling is kept where it names the same folder. */
		size_t own = root_size(file);
		bool same = own > 0 && strcmp(file + own, real + size) == 0;
		const char *root = same ? file : real;
		if (asprintf(&flow, "%.*s/%s", (int)(same ? own : size), root, flow_name) < 0)
			abort();
	}
	free(real);
	return flow;
}
