/* test_store.c - what an actor keeps: order, replacing, deleting, and the way to a disk and back.
 */
#include <string.h>

#include <CUnit/CUnit.h>

#include "sim/store.h"
#include "tests/lib/aborts.h"
#include "tests/lib/suite.h"

enum { TABLE_A = 1, TABLE_B = 2, KEY_TOO_LONG = 512 };

static void put(struct store *s, uint8_t table, const char *key, const char *value)
{
	store_put(s, table, bytes_of_string(key), bytes_of_string(value));
}

static bool holds(const struct store *s, uint8_t table, const char *key, const char *value)
{
	struct bytes found;
	return store_get(s, table, bytes_of_string(key), &found) &&
	       bytes_equal(found, bytes_of_string(value));
}

/* Whether the index-th entry of a table is this one. */
static bool stands_at(const struct store *s, uint8_t table, size_t index, const char *key)
{
	struct bytes k, v;
	return store_at(s, table, index, &k, &v) && bytes_equal(k, bytes_of_string(key));
}

static struct store *sample(void)
{
	struct store *s = store_new();
	put(s, TABLE_A, "zebra", "first");
	put(s, TABLE_B, "zebra", "another table");
	put(s, TABLE_A, "ant", "second");
	put(s, TABLE_A, "", "the empty key is a key");
	store_put(s, TABLE_B, bytes_of("\0\1\2", 3), bytes_of("\0", 1));
	return s;
}

static void finds_what_was_put_and_nothing_else(void)
{
	struct store *s = sample();
	struct bytes v;
	CU_ASSERT_TRUE(holds(s, TABLE_A, "zebra", "first"));
	CU_ASSERT_TRUE(holds(s, TABLE_B, "zebra", "another table"));
	CU_ASSERT_TRUE(holds(s, TABLE_A, "", "the empty key is a key"));
	CU_ASSERT_TRUE(store_get(s, TABLE_B, bytes_of("\0\1\2", 3), &v) && v.size == 1);
	CU_ASSERT_FALSE(store_get(s, TABLE_B, bytes_of("\0\1", 2), &v));
	CU_ASSERT_FALSE(store_get(s, 3, bytes_of_string("zebra"), &v));
	CU_ASSERT_EQUAL(store_count(s, TABLE_A), 3);
	CU_ASSERT_EQUAL(store_count(s, TABLE_B), 2);
	CU_ASSERT_EQUAL(store_count(s, 3), 0);
	store_free(s);
	store_free(NULL);
}

static void keeps_the_order_of_insertion(void)
{
	struct store *s = sample();
	struct bytes k, v;
	CU_ASSERT_TRUE(stands_at(s, TABLE_A, 0, "zebra"));
	CU_ASSERT_TRUE(stands_at(s, TABLE_A, 1, "ant"));
	CU_ASSERT_TRUE(stands_at(s, TABLE_A, 2, ""));
	CU_ASSERT_FALSE(store_at(s, TABLE_A, 3, &k, &v));
	put(s, TABLE_A, "zebra", "replaced by something longer than it was");
	CU_ASSERT_TRUE(stands_at(s, TABLE_A, 0, "zebra"));
	CU_ASSERT_TRUE(holds(s, TABLE_A, "zebra", "replaced by something longer than it was"));
	put(s, TABLE_A, "zebra", "x");
	CU_ASSERT_TRUE(holds(s, TABLE_A, "zebra", "x"));
	CU_ASSERT_EQUAL(store_count(s, TABLE_A), 3);
	store_free(s);
}

static void keeps_the_order_of_a_thousand(void)
{
	struct store *s = store_new();
	struct bytes k, v;
	char key[16];
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(key, sizeof key, "%u", i * 7919 % 1000);
		put(s, TABLE_A, key, "v");
	}
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(key, sizeof key, "%u", i * 7919 % 1000);
		if (!store_at(s, TABLE_A, i, &k, &v) || !bytes_equal(k, bytes_of_string(key)))
			CU_FAIL("another order");
	}
	store_free(s);
}

/* The same history with the plainest of all stores: the keys in order, each with its value. */
struct plain {
	unsigned keys[64], values[64];
	size_t count;
};

static void put_plain(struct plain *p, unsigned key, unsigned value)
{
	size_t i = 0;
	while (i < p->count && p->keys[i] != key)
		i++;
	if (value > 0) {
		p->count += i == p->count;
		p->keys[i] = key;
		p->values[i] = value;
	} else if (i < p->count) {
		p->count--;
		memmove(&p->keys[i], &p->keys[i + 1], (p->count - i) * sizeof *p->keys);
		memmove(&p->values[i], &p->values[i + 1], (p->count - i) * sizeof *p->values);
	}
}

static bool is_same(const struct store *s, const struct plain *p)
{
	bool same = store_count(s, TABLE_A) == p->count;
	for (size_t i = 0; i < p->count && same; i++) {
		char key[16], value[64];
		snprintf(key, sizeof key, "%u", p->keys[i]);
		snprintf(value, sizeof value, "%*u", (int)(p->values[i] % 50), p->values[i]);
		same = stands_at(s, TABLE_A, i, key) && holds(s, TABLE_A, key, value);
	}
	return same;
}

/* Small and large by turns, with values that grow, shrink and go anywhere in it. */
static void is_what_the_plainest_store_would_be(void)
{
	struct store *s = store_new();
	struct plain p = { 0 };
	size_t wrong = 0, most = 0;
	for (uint32_t i = 1, x = 7; i < 4000; i++) {
		x = x * 1664525u + 1013904223u;
		unsigned key = (x >> 8) % 64, number = (x >> 16) % 8 < 3 + i / 500 % 3 ? i : 0;
		char name[16], value[64] = "";
		snprintf(name, sizeof name, "%u", key);
		if (number > 0)
			snprintf(value, sizeof value, "%*u", (int)(number % 50), number);
		put(s, TABLE_A, name, value);
		put_plain(&p, key, number);
		wrong += !is_same(s, &p);
		most = p.count > most ? p.count : most;
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_TRUE(most > 32);
	store_free(s);
}

static void deletes_by_an_empty_value(void)
{
	struct store *s = sample();
	put(s, TABLE_A, "zebra", "");
	CU_ASSERT_EQUAL(store_count(s, TABLE_A), 2);
	CU_ASSERT_TRUE(stands_at(s, TABLE_A, 0, "ant"));
	CU_ASSERT_TRUE(holds(s, TABLE_B, "zebra", "another table"));
	put(s, TABLE_A, "never there", "");
	CU_ASSERT_EQUAL(store_count(s, TABLE_A), 2);
	put(s, TABLE_A, "zebra", "back");
	CU_ASSERT_TRUE(stands_at(s, TABLE_A, 2, "zebra"));
	store_free(s);
}

static void comes_back_from_a_disk_byte_for_byte(void)
{
	struct store *s = sample(), *loaded = store_new();
	struct buffer saved = { 0 }, again = { 0 };
	put(loaded, TABLE_B, "stale", "must go");
	store_save(s, &saved);
	CU_ASSERT_TRUE(store_load(loaded, bytes_of_buffer(&saved)));
	store_save(loaded, &again);
	CU_ASSERT_TRUE(bytes_equal(bytes_of_buffer(&saved), bytes_of_buffer(&again)));
	CU_ASSERT_TRUE(stands_at(loaded, TABLE_A, 1, "ant"));
	CU_ASSERT_EQUAL(store_count(loaded, TABLE_B), 2);
	store_free(s);
	store_free(loaded);
	buffer_fini(&saved);
	buffer_fini(&again);
}

static void an_empty_store_comes_back_empty(void)
{
	struct store *s = store_new(), *loaded = sample();
	struct buffer saved = { 0 };
	store_save(s, &saved);
	CU_ASSERT_EQUAL(saved.size, 4);
	CU_ASSERT_TRUE(store_load(loaded, bytes_of_buffer(&saved)));
	CU_ASSERT_EQUAL(store_count(loaded, TABLE_A) + store_count(loaded, TABLE_B), 0);
	store_free(s);
	store_free(loaded);
	buffer_fini(&saved);
}

static bool is_refused(struct bytes saved)
{
	struct store *s = sample();
	bool refused = !store_load(s, saved) && store_count(s, TABLE_A) == 0 &&
		       store_count(s, TABLE_B) == 0;
	store_free(s);
	return refused;
}

/* Also where it ends between two entries. */
static void refuses_every_truncation(void)
{
	struct store *s = sample();
	struct buffer saved = { 0 };
	store_save(s, &saved);
	for (size_t size = 0; size < saved.size; size++)
		if (!is_refused(bytes_of(saved.data, size)))
			CU_FAIL("a truncated store was loaded");
	buffer_append_u8(&saved, 0);
	CU_ASSERT_TRUE(is_refused(bytes_of_buffer(&saved)));
	store_free(s);
	buffer_fini(&saved);
}

static void refuses_entries_of_no_good_form(void)
{
	static const uint8_t no_name[] = { 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 'v' };
	static const uint8_t no_value[] = { 0, 0, 0, 1, 0, 0, 0, 2, 1, 'k', 0, 0, 0, 0 };
	static const uint8_t twice[] = { 0, 0,   0, 2, 0, 0, 0, 2,   1, 'k', 0, 0, 0,
					 1, 'v', 0, 0, 0, 2, 1, 'k', 0, 0,   0, 1, 'w' };
	static const uint8_t endless[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	struct buffer wide = { 0 };
	CU_ASSERT_TRUE(is_refused(bytes_of(no_name, sizeof no_name)));
	CU_ASSERT_TRUE(is_refused(bytes_of(no_value, sizeof no_value)));
	CU_ASSERT_TRUE(is_refused(bytes_of(twice, sizeof twice)));
	CU_ASSERT_TRUE(is_refused(bytes_of(endless, sizeof endless)));
	buffer_append_u32(&wide, 1);
	buffer_append_u32(&wide, KEY_TOO_LONG + 1); /* table and key */
	for (size_t i = 0; i <= KEY_TOO_LONG; i++)
		buffer_append_u8(&wide, 'k');
	buffer_append_u32(&wide, 1);
	buffer_append_u8(&wide, 'v');
	CU_ASSERT_TRUE(is_refused(bytes_of_buffer(&wide)));
	buffer_fini(&wide);
}

/* Whatever comes: loaded whole, or refused and empty; and what was loaded saves to the same. */
static void survives_noise(void)
{
	uint32_t x = 1;
	size_t loaded = 0;
	for (unsigned round = 0; round < 20000; round++) {
		struct buffer noise = { 0 }, again = { 0 };
		struct store *s = sample();
		store_save(s, &noise);
		for (unsigned i = 0; i <= round % 3; i++) {
			x = x * 1664525u + 1013904223u;
			noise.data[(x >> 8) % noise.size] ^= (uint8_t)(1u << (x >> 29));
		}
		if (store_load(s, bytes_of_buffer(&noise))) {
			store_save(s, &again);
			if (!bytes_equal(bytes_of_buffer(&noise), bytes_of_buffer(&again)))
				CU_FAIL("loaded something else");
			loaded++;
		} else if (store_count(s, TABLE_A) + store_count(s, TABLE_B) > 0) {
			CU_FAIL("refused and not empty");
		}
		store_free(s);
		buffer_fini(&noise);
		buffer_fini(&again);
	}
	CU_ASSERT_TRUE(loaded > 1000); /* flips inside keys and values are other stores */
	CU_ASSERT_TRUE(loaded < 19000);
}

static void put_too_long_a_key(void)
{
	uint8_t key[KEY_TOO_LONG] = { 0 };
	struct store *s = store_new();
	store_put(s, TABLE_A, bytes_of(key, sizeof key), bytes_of("v", 1));
}

static void a_key_beyond_its_bound_aborts(void)
{
	CU_ASSERT_TRUE(aborts(put_too_long_a_key));
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(finds_what_was_put_and_nothing_else),
		TEST(keeps_the_order_of_insertion),
		TEST(keeps_the_order_of_a_thousand),
		TEST(is_what_the_plainest_store_would_be),
		TEST(deletes_by_an_empty_value),
		TEST(comes_back_from_a_disk_byte_for_byte),
		TEST(an_empty_store_comes_back_empty),
		TEST(refuses_every_truncation),
		TEST(refuses_entries_of_no_good_form),
		TEST(survives_noise),
		TEST(a_key_beyond_its_bound_aborts),
	};
	return suite_run("store", cases, sizeof cases / sizeof *cases);
}
