/* keys.h - a set of byte strings, numbered in the order in which they were first seen.
 *
 * The checker meets names, references and sessions that it does not know beforehand. This gives
 * each a small number; there are fewer than 2^32 of them, in as many bytes. Numbers come from the
 * order of insertion alone, never from the hash.
 */
#ifndef SIM_FLOW_KEYS_H
#define SIM_FLOW_KEYS_H

#include "proto/bytes.h"

struct key {
	uint32_t offset, size; /* bytes, in the pool */
	uint32_t hash;
};
/* Zero it to begin; keys_fini releases it. */
struct keys {
	struct buffer pool;
	size_t count, room;
	struct key *list;
	size_t slots_count; /* a power of two, or 0 */
	uint32_t *slots;    /* number + 1 of the key, 0 when free */
};

#define KEYS_NONE SIZE_MAX

/* Number of key, from 0; it is copied in when it is new. added may be NULL. */
size_t keys_add(struct keys *k, struct bytes key, bool *added);
/* Number of key, or KEYS_NONE. */
size_t keys_find(const struct keys *k, struct bytes key);
/* The key with this number; borrowed until the next keys_add. */
struct bytes keys_text(const struct keys *k, size_t number);
void keys_fini(struct keys *k);

#endif
