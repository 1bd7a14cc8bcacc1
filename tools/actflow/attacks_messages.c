/* attacks_messages.c - attacks on messages and HTTP. */
#include "tools/actflow/attacks.h"

/* clang-format off: one case, one entry. */
static const struct attack list[] = {
	{ "M01", "messages nested without end",
	  "the parser would run out of stack", "S1.12", NULL },
	{ "M02", "unknown fields, values and versions",
	  "two readers would read two messages", "S1.12", NULL },
	{ "M03", "a field that is missing, or there twice",
	  "two readers would read two messages", "S1.12", NULL },
	{ "M04", "text that is none: bad UTF-8, control characters, without end",
	  "a name would forge a line, or not be one", "S1.12", NULL },
	{ "M05", "messages that are not well formed, by the hundred",
	  "a parser would crash, or take more than it should", "S1.12", NULL },
	{ "M06", "a message that means the same in other bytes",
	  "a MAC over the meaning covers what nobody said", "S1.12", NULL },
	{ "M10", "an HTTP message with two lengths, or none",
	  "two servers would see two messages", "S1.13", NULL },
	{ "M11", "HTTP headers and chunks without end",
	  "memory would be taken for nothing", "S1.13", NULL },
	{ "M12", "an HTTP request for another host",
	  "a proxy would reach what it must not", "S1.13", NULL },
};
/* clang-format on */

const struct attacks attacks_messages = { list, sizeof list / sizeof *list };
