/* blank.c - records made by hand. */
#include "tests/lib/blank.h"

struct record blank(enum record_kind kind, const char *actor)
{
	return (struct record){ .kind = kind,
				.actor = actor,
				.peer = "",
				.channel = "",
				.message = "",
				.machine = "",
				.stimulus = "",
				.state_from = "",
				.state_to = "",
				.source = "",
				.text = "",
				.name = "",
				.reference = "",
				.file = "",
				.flow = "",
				.variant = "" };
}
