/* store.c - tables of key and value, in order of insertion, in memory.
 *
 * uthash keeps insertion order when it is iterated, so that a save is the same bytes for the same
 * history.
 */
#include "sim/store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

/* Most stores hold few entries, and a run has thousands of stores. */
#define HASH_INITIAL_NUM_BUCKETS 4u
#define HASH_INITIAL_NUM_BUCKETS_LOG2 2u
#include <uthash.h>

enum { NAME_MAX_SIZE = 512 };

struct entry {
	UT_hash_handle hh;
	uint8_t *value;
	uint32_t value_size, name_size;
	uint8_t name[]; /* table byte, then the key: what the hash covers */
};
struct store {
	struct entry *entries;
};

struct store *store_new(void)
{
	struct store *s = calloc(1, sizeof *s);
	if (!s)
		abort();
	return s;
}

static void remove_entry(struct store *s, struct entry *e)
{
	HASH_DEL(s->entries, e);
	OPENSSL_clear_free(e->value, e->value_size);
	OPENSSL_cleanse(e, sizeof *e + e->name_size);
	free(e);
}

static void clear(struct store *s)
{
	while (s->entries)
		remove_entry(s, s->entries);
}

void store_free(struct store *s)
{
	if (!s)
		return;
	clear(s);
	free(s);
}

static struct entry *find(const struct store *s, uint8_t table, struct bytes key)
{
	struct entry *e = NULL;
	uint8_t name[NAME_MAX_SIZE];
	assert(key.size < sizeof name);
	name[0] = table;
	if (key.size > 0)
		memcpy(name + 1, key.data, key.size);
	HASH_FIND(hh, s->entries, name, key.size + 1, e);
	return e;
}

bool store_get(const struct store *s, uint8_t table, struct bytes key, struct bytes *value)
{
	struct entry *e = find(s, table, key);
	if (e)
		*value = bytes_of(e->value, e->value_size);
	return e != NULL;
}

static struct entry *add_entry(struct store *s, uint8_t table, struct bytes key)
{
	struct entry *e = calloc(1, sizeof *e + 1 + key.size);
	if (!e)
		abort();
	e->name_size = (uint32_t)(1 + key.size);
	e->name[0] = table;
	if (key.size > 0)
		memcpy(e->name + 1, key.data, key.size);
	HASH_ADD_KEYPTR(hh, s->entries, e->name, e->name_size, e);
	return e;
}

void store_put(struct store *s, uint8_t table, struct bytes key, struct bytes value)
{
	struct entry *e = find(s, table, key);
	if (value.size == 0) {
		if (e)
			remove_entry(s, e);
		return;
	}
	if (!e)
		e = add_entry(s, table, key);
	uint8_t *copy = OPENSSL_memdup(value.data, value.size); /* value may be the old one */
	if (!copy)
		abort();
	OPENSSL_clear_free(e->value, e->value_size);
	e->value = copy;
	e->value_size = (uint32_t)value.size;
}

bool store_at(const struct store *s, uint8_t table, size_t index, struct bytes *key,
	      struct bytes *value)
{
	for (struct entry *e = s->entries; e; e = e->hh.next) {
		if (e->name[0] != table || index-- > 0)
			continue;
		*key = bytes_of(e->name + 1, e->name_size - 1);
		*value = bytes_of(e->value, e->value_size);
		return true;
	}
	return false;
}

size_t store_count(const struct store *s, uint8_t table)
{
	size_t count = 0;
	for (struct entry *e = s->entries; e; e = e->hh.next)
		count += e->name[0] == table;
	return count;
}

/* The number of entries stands first: bytes that end between two entries are not whole either. */
void store_save(const struct store *s, struct buffer *out)
{
	buffer_append_u32(out, (uint32_t)HASH_COUNT(s->entries));
	for (struct entry *e = s->entries; e; e = e->hh.next) {
		buffer_append_u32(out, e->name_size);
		buffer_append(out, bytes_of(e->name, e->name_size));
		buffer_append_u32(out, e->value_size);
		buffer_append(out, bytes_of(e->value, e->value_size));
	}
}

/* Take one length-prefixed span from the front of b. */
static bool take(struct bytes *b, struct bytes *out)
{
	if (b->size < 4 || read_u32(b->data) > b->size - 4)
		return false;
	*out = bytes_of(b->data + 4, read_u32(b->data));
	*b = bytes_of(b->data + 4 + out->size, b->size - 4 - out->size);
	return true;
}

/* An entry comes once: saved bytes have one form. */
static bool load_entry(struct store *s, struct bytes *saved)
{
	struct bytes name, value;
	if (!take(saved, &name) || !take(saved, &value) || name.size == 0 ||
	    name.size > NAME_MAX_SIZE || value.size == 0)
		return false;
	struct bytes key = bytes_of(name.data + 1, name.size - 1);
	if (find(s, name.data[0], key))
		return false;
	store_put(s, name.data[0], key, value);
	return true;
}

bool store_load(struct store *s, struct bytes saved)
{
	clear(s);
	bool good = saved.size >= 4;
	uint32_t left = good ? read_u32(saved.data) : 0;
	if (good)
		saved = bytes_of(saved.data + 4, saved.size - 4);
	for (; good && left > 0; left--)
		good = load_entry(s, &saved);
	good = good && saved.size == 0;
	if (!good)
		clear(s);
	return good;
}
