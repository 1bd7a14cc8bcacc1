/* record_show.h - one record of a trace as a line: for people, or as a JSON object. */
#ifndef TOOLS_ACTFLOW_RECORD_SHOW_H
#define TOOLS_ACTFLOW_RECORD_SHOW_H

#include "proto/record.h"

struct record_view {
	const struct record *record; /* its strings are not NULL */
	const char *step; /* that it satisfied; "": none; NULL: nobody asked the checker */
	bool verbose;     /* parents, session, cuts and values too */
	bool colour;
};

/* "   412    3092.000000  device  sent  TunnelRequest > infrastructure on signalling#1 ..." */
void record_show_line(const struct record_view *v, struct buffer *out);
/* Every field; the same keys in every object, but `step`, which only one who asked has. */
void record_show_json(const struct record_view *v, struct buffer *out);

#endif
