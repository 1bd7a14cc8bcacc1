/* store.h - what an actor keeps across a restart: tables of key and value, in memory here.
 *
 * Steps read it; only the world writes it, from the persist effects of one step at once, before the
 * step's sends leave. Iteration is in order of insertion. store_save and store_load turn it into bytes
 * and back, as a disk would.
 */
#ifndef SIM_STORE_H
#define SIM_STORE_H

#include "proto/bytes.h"

struct store;

struct store *store_new(void);
void          store_free(struct store *s); /* cleanses; NULL-safe */

/* The value under (table, key); false when there is none. Borrowed until the next store_put. */
bool store_get(const struct store *s, uint8_t table, struct bytes key, struct bytes *value);
/* Put a copy; an empty value deletes. */
void store_put(struct store *s, uint8_t table, struct bytes key, struct bytes value);
/* Entries of one table in order of insertion: the index-th, or false past the end. */
bool   store_at(const struct store *s, uint8_t table, size_t index, struct bytes *key,
                struct bytes *value);
size_t store_count(const struct store *s, uint8_t table);

void store_save(const struct store *s, struct buffer *out);
/* Replace the contents by saved bytes; false (and an empty store) when they are not whole. */
bool store_load(struct store *s, struct bytes saved);

#endif
