/* told.h - the records of one run, kept as a test would ask about them. One run at a time.
 */
#ifndef TESTS_LIB_TOLD_H
#define TESTS_LIB_TOLD_H

#include "proto/record.h"
#include "tests/lib/played.h"

struct told {
	enum record_kind kind;
	uint64_t id, parent; /* the first one; 0: none */
	uint64_t session;
	int64_t at_ns, number;
	uint32_t tag;
	char actor[32], peer[32], channel[32], message[32], name[32], text[128], state[48];
	uint64_t bytes; /* a hash of them, to compare */
	size_t size;
	uint32_t ip_from, ip_to; /* of a packet with an IPv4 header; else 0 */
	bool sound;              /* a packet that is a sound TCP segment */
	uint32_t sequence;       /* of that one, and how many bytes it carries */
	size_t payload;
};

/* Which records are asked for; NULL or 0: any. text: how it begins. */
struct asked {
	enum record_kind kind;
	const char *actor, *peer, *channel, *message, *name, *text;
};

/* A record of this kind; the rest names the fields of struct asked. */
#define ACTS(...)                                                                                  \
	(struct asked)                                                                             \
	{                                                                                          \
		.kind = RECORD_ACT, __VA_ARGS__                                                    \
	}
#define SENT(...)                                                                                  \
	(struct asked)                                                                             \
	{                                                                                          \
		.kind = RECORD_SENT, __VA_ARGS__                                                   \
	}
#define REJECTED(...)                                                                              \
	(struct asked)                                                                             \
	{                                                                                          \
		.kind = RECORD_REJECTED, __VA_ARGS__                                               \
	}

/* Write a scenario of this variant with these lines into the folder we are in and play it. Asserts
 * that it is one, and that the run falls quiet. */
void told_play(const char *variant, const char *lines, struct played *out);
/* The same without asserting how it ends. */
void told_play_to(const char *variant, const char *lines, struct played *out);

size_t told_count(struct asked a);
/* The nth that fits, from 0; an empty one past the end. */
const struct told *told_nth(struct asked a, size_t n);
/* The index-th of all, from 0; NULL past the end. */
const struct told *told_at(size_t index);
/* The last outcome of an actor; INT32_MIN: it declared none. */
int32_t told_outcome(const char *actor);
void told_fini(void);

#endif
