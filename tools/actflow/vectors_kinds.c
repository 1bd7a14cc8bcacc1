/* vectors_kinds.c - what the kinds share: names of hashes, and the words for a difference. */
#include "tools/actflow/vectors_kinds.h"

#include <string.h>

#include "tools/actflow/text.h"

enum {
	SHOWN_MAX = 72,   /* bytes of a value that are shown */
	SHOWN_BEFORE = 8, /* of them in front of the first that differs */
};

static const struct {
	const char *name;
	enum digest digest;
} digests[] = {
	{ "SHA-256", DIGEST_SHA256 },
	{ "SHA-384", DIGEST_SHA384 },
	{ "SHA-512", DIGEST_SHA512 },
};

bool vectors_digest(struct vectors_setting *s, const char *name)
{
	for (size_t i = 0; i < sizeof digests / sizeof *digests; i++) {
		if (strcmp(name, digests[i].name) != 0)
			continue;
		s->digest = digests[i].digest;
		return true;
	}
	if (s->reason.size == 0)
		text_printf(&s->reason, "hash %s; there are SHA-256, SHA-384 and SHA-512", name);
	return false;
}

static void show(struct buffer *out, const char *what, struct bytes value, size_t from)
{
	size_t end = value.size - from > SHOWN_MAX ? from + SHOWN_MAX : value.size;
	text_printf(out, "%s of %zu bytes", what, value.size);
	if (from > 0 || end < value.size)
		text_printf(out, ", from byte %zu", from);
	text_add(out, value.size > 0 ? ": " : "");
	for (size_t i = from; i < end; i++)
		text_printf(out, "%02x", value.data[i]);
	text_add(out, end < value.size ? "..." : "");
}

void vectors_differ(struct vectors_words *words, const char *what, struct bytes expected,
		    struct bytes actual)
{
	size_t least = expected.size < actual.size ? expected.size : actual.size, from = 0;
	while (from < least && expected.data[from] == actual.data[from])
		from++;
	bool whole = expected.size <= SHOWN_MAX && actual.size <= SHOWN_MAX;
	from = whole || from < SHOWN_BEFORE ? 0 : from - SHOWN_BEFORE;
	show(&words->expected, what, expected, from);
	show(&words->actual, what, actual, from);
}
