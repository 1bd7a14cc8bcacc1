/* store.c - tables of key and value, in order of insertion, in memory.
 *
 * A run has thousands of stores of a few entries, and some that grow with the number of devices: an
 * entry is one piece of memory, and slots to find it by are made only where there are many. Order is
 * that of a list, never of slots, so that a save is the same bytes for the same history.
 */
#include "sim/store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

enum {
	NAME_MAX_SIZE = 512,
	SLOTS_FROM = 8, /* entries: fewer are walked, for a run has thousands of small stores */
};

struct entry {
	struct entry *before, *after; /* in order of insertion */
	struct entry *next;           /* in the same slot */
	uint32_t name_size, value_size;
	uint8_t bytes[]; /* table byte and key, which are its name; then the value */
};
struct store {
	struct entry *first, *last;
	struct entry **slots; /* NULL: too few entries */
	size_t slots_count;   /* a power of two */
	size_t count;
};

struct store *store_new(void)
{
	struct store *s = calloc(1, sizeof *s);
	if (!s)
		abort();
	return s;
}

static struct bytes name_of(const struct entry *e)
{
	return bytes_of(e->bytes, e->name_size);
}

static struct bytes value_of(const struct entry *e)
{
	return bytes_of(e->bytes + e->name_size, e->value_size);
}

/* -- slots -- */

/* FNV-1a: an unlucky table costs time, never another answer. */
static struct entry **slot_of(const struct store *s, struct bytes name)
{
	uint32_t hash = 2166136261u;
	for (size_t i = 0; i < name.size; i++)
		hash = (hash ^ name.data[i]) * 16777619u;
	return &s->slots[(hash ^ hash >> 16) & (s->slots_count - 1)];
}

static void enter_slot(struct store *s, struct entry *e)
{
	struct entry **slot = slot_of(s, name_of(e));
	e->next = *slot;
	*slot = e;
}

static void leave_slot(struct store *s, const struct entry *e)
{
	if (!s->slots)
		return;
	struct entry **at = slot_of(s, name_of(e));
	while (*at != e)
		at = &(*at)->next;
	*at = e->next;
}

/* As many slots as entries at least, once there are many. */
static void make_slots(struct store *s)
{
	if (s->count < SLOTS_FROM || s->count < s->slots_count)
		return;
	free(s->slots);
	s->slots_count = s->slots_count ? 2 * s->slots_count : 2 * SLOTS_FROM;
	s->slots = calloc(s->slots_count, sizeof(struct entry *));
	if (!s->slots)
		abort();
	for (struct entry *e = s->first; e; e = e->after)
		enter_slot(s, e);
}

/* -- entries -- */

static void remove_entry(struct store *s, struct entry *e)
{
	leave_slot(s, e);
	*(e->before ? &e->before->after : &s->first) = e->after;
	*(e->after ? &e->after->before : &s->last) = e->before;
	s->count--;
	OPENSSL_cleanse(e, sizeof *e + e->name_size + e->value_size);
	free(e);
}

static void clear(struct store *s)
{
	while (s->first)
		remove_entry(s, s->first);
}

void store_free(struct store *s)
{
	if (!s)
		return;
	clear(s);
	free(s->slots);
	free(s);
}

static struct entry *find(const struct store *s, uint8_t table, struct bytes key)
{
	uint8_t bytes[NAME_MAX_SIZE];
	assert(key.size < sizeof bytes);
	bytes[0] = table;
	if (key.size > 0)
		memcpy(bytes + 1, key.data, key.size);
	struct bytes name = bytes_of(bytes, 1 + key.size);
	struct entry *e = s->slots ? *slot_of(s, name) : s->first;
	while (e && !bytes_equal(name_of(e), name))
		e = s->slots ? e->next : e->after;
	return e;
}

bool store_get(const struct store *s, uint8_t table, struct bytes key, struct bytes *value)
{
	struct entry *e = find(s, table, key);
	if (e)
		*value = value_of(e);
	return e != NULL;
}

static struct entry *make_entry(uint8_t table, struct bytes key, struct bytes value)
{
	struct entry *e = calloc(1, sizeof *e + 1 + key.size + value.size);
	if (!e)
		abort();
	e->name_size = (uint32_t)(1 + key.size);
	e->value_size = (uint32_t)value.size;
	e->bytes[0] = table;
	if (key.size > 0)
		memcpy(e->bytes + 1, key.data, key.size);
	memcpy(e->bytes + e->name_size, value.data, value.size);
	return e;
}

/* Behind `before`, or in front of all. */
static void add_entry(struct store *s, struct entry *e, struct entry *before)
{
	e->before = before;
	e->after = before ? before->after : s->first;
	*(e->before ? &e->before->after : &s->first) = e;
	*(e->after ? &e->after->before : &s->last) = e;
	s->count++;
	if (s->slots)
		enter_slot(s, e);
	make_slots(s);
}

void store_put(struct store *s, uint8_t table, struct bytes key, struct bytes value)
{
	struct entry *old = find(s, table, key);
	struct entry *before = old ? old->before : s->last;
	struct entry *e = value.size > 0 ? make_entry(table, key, value) : NULL;
	if (old) /* key and value may have been its own */
		remove_entry(s, old);
	if (e)
		add_entry(s, e, before);
}

bool store_at(const struct store *s, uint8_t table, size_t index, struct bytes *key,
	      struct bytes *value)
{
	for (const struct entry *e = s->first; e; e = e->after) {
		if (e->bytes[0] != table || index-- > 0)
			continue;
		*key = bytes_of(e->bytes + 1, e->name_size - 1);
		*value = value_of(e);
		return true;
	}
	return false;
}

size_t store_count(const struct store *s, uint8_t table)
{
	size_t count = 0;
	for (const struct entry *e = s->first; e; e = e->after)
		count += e->bytes[0] == table;
	return count;
}

/* The number of entries stands first: bytes that end between two entries are not whole either. */
void store_save(const struct store *s, struct buffer *out)
{
	buffer_append_u32(out, (uint32_t)s->count);
	for (const struct entry *e = s->first; e; e = e->after) {
		buffer_append_u32(out, e->name_size);
		buffer_append(out, name_of(e));
		buffer_append_u32(out, e->value_size);
		buffer_append(out, value_of(e));
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
