/* knockout.c - checks that always pass in this run: what is acted upon, and what the trace says of
 * it.
 *
 * A check is made all the same, by tables and pipes that know nothing of this; only what is made of
 * its result is decided here.
 */
#include <string.h>

#include "sim/world/internal.h"

bool knockout_admits(const struct world *w, const char *check, bool holds)
{
	for (size_t i = 0; i < w->knocked_count && !holds; i++)
		holds = strcmp(w->knocked[i], check) == 0;
	return holds;
}

void knockout_record(struct world *w)
{
	for (size_t i = 0; i < w->knocked_count; i++) {
		struct record r = log_record(w, RECORD_SETTING, NULL);
		r.text = "weakened";
		r.values[r.values_count++] =
			(struct record_value){ .name = "knockout",
					       .value = bytes_of_string(w->knocked[i]) };
		log_append(w, &r);
	}
}
