/* test_token.c - T of line 4: what is sealed is read back, and nothing else is ever taken for it.
 */
#include <stdlib.h>
#include <string.h>

#include "proto/crypto/crypto.h"
#include "proto/crypto/label.h"
#include "proto/crypto/token.h"
#include "tests/lib/suite.h"

enum { MAC_SIZE = 32, ITEMS = 8 };

static struct crypto *crypto;
static const uint8_t kt[TOKEN_KEY_SIZE] = { 0x6b, 0x54 };

static struct token_fields some_fields(void)
{
	struct token_fields f = { .kid = 3, .iat_s = 1700000000 };
	memcpy(f.uid, "ann@mail.example", sizeof "ann@mail.example");
	memcpy(f.app, "com.example.notes", sizeof "com.example.notes");
	memset(f.cid, 0xc1, sizeof f.cid);
	memset(f.uem, 0xe2, sizeof f.uem);
	memset(f.stored, 0xd3, sizeof f.stored);
	memset(f.tid, 0xf4, sizeof f.tid);
	return f;
}

static struct token seal(const struct token_fields *f)
{
	struct token t;
	CU_ASSERT_FATAL(token_seal(crypto, kt, f, &t));
	return t;
}

static bool fields_equal(const struct token_fields *a, const struct token_fields *b)
{
	return a->kid == b->kid && strcmp(a->uid, b->uid) == 0 && strcmp(a->app, b->app) == 0 &&
	       memcmp(a->cid, b->cid, sizeof a->cid) == 0 &&
	       memcmp(a->uem, b->uem, sizeof a->uem) == 0 &&
	       memcmp(a->stored, b->stored, sizeof a->stored) == 0 &&
	       memcmp(a->tid, b->tid, sizeof a->tid) == 0 && a->iat_s == b->iat_s;
}

enum outcome { MALFORMED, FORGED, AUTHENTIC };

/* The token is read from a block of exactly its size, so that a sanitizer sees a step outside. */
static enum outcome read_token(struct bytes t, struct token_fields *out)
{
	const struct token_fields nothing = { 0 };
	bool authentic = true;
	uint8_t *exact = malloc(t.size + (t.size == 0));
	CU_ASSERT_FATAL(exact != NULL);
	memcpy(exact, t.data, t.size);
	memset(out, 0xff, sizeof *out);
	bool good = token_open(crypto, kt, bytes_of(exact, t.size), out, &authentic);
	free(exact);
	if (good)
		return authentic ? AUTHENTIC : FORGED;
	CU_ASSERT(!authentic && fields_equal(out, &nothing));
	return MALFORMED;
}

static void test_token_reads_what_it_sealed(void)
{
	struct token_fields f = some_fields(), out;
	struct token t = seal(&f);
	CU_ASSERT(read_token(bytes_of(t.data, t.size), &out) == AUTHENTIC);
	CU_ASSERT(fields_equal(&f, &out));
}

static void test_token_carries_the_shortest_and_the_longest_fields(void)
{
	struct token_fields f = some_fields(), out;
	memcpy(f.uid, "a@b", sizeof "a@b");
	memcpy(f.app, "n", sizeof "n");
	f.kid = 0;
	f.iat_s = 0;
	struct token t = seal(&f);
	CU_ASSERT(read_token(bytes_of(t.data, t.size), &out) == AUTHENTIC &&
		  fields_equal(&f, &out));
	memset(f.uid, 'a', UID_MAX);
	f.uid[1] = '@';
	memset(f.app, 'n', APP_MAX);
	f.kid = UINT8_MAX;
	f.iat_s = INT64_MAX;
	t = seal(&f);
	CU_ASSERT(read_token(bytes_of(t.data, t.size), &out) == AUTHENTIC &&
		  fields_equal(&f, &out));
}

static void test_token_of_another_key_is_read_but_not_believed(void)
{
	struct token_fields f = some_fields(), out;
	const struct token t = seal(&f);
	for (size_t bit = 0; bit < 8 * sizeof kt; bit++) {
		uint8_t other[TOKEN_KEY_SIZE];
		bool authentic = true;
		memcpy(other, kt, sizeof other);
		other[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CU_ASSERT(token_open(crypto, other, bytes_of(t.data, t.size), &out, &authentic));
		CU_ASSERT(!authentic && fields_equal(&f, &out));
	}
}

static void test_token_cut_or_continued_is_malformed(void)
{
	struct token_fields f = some_fields(), out;
	struct token t = seal(&f);
	for (size_t size = 0; size < t.size; size++) {
		CU_ASSERT(read_token(bytes_of(t.data, size), &out) == MALFORMED);
		CU_ASSERT(read_token(bytes_of(t.data + size + 1, t.size - size - 1u), &out) ==
			  MALFORMED);
	}
	for (size_t more = 1; t.size + more <= sizeof t.data; more++)
		CU_ASSERT(read_token(bytes_of(t.data, t.size + more), &out) == MALFORMED);
	static const uint8_t zeros[TOKEN_MAX + 64];
	for (size_t size = 0; size <= sizeof zeros; size++)
		CU_ASSERT(read_token(bytes_of(zeros, size), &out) == MALFORMED);
}

static void test_token_with_a_flipped_bit_is_never_authentic(void)
{
	struct token_fields f = some_fields(), out;
	const struct token t = seal(&f);
	size_t forged = 0, malformed = 0;
	for (size_t bit = 0; bit < 8u * t.size; bit++) {
		struct token bad = t;
		bad.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		enum outcome o = read_token(bytes_of(bad.data, bad.size), &out);
		CU_ASSERT(o != AUTHENTIC);
		CU_ASSERT(bit < 8u * (t.size - MAC_SIZE) || o == FORGED);
		CU_ASSERT(bit >= 8 * 4 || o == MALFORMED); /* the first length */
		forged += o == FORGED;
		malformed += o == MALFORMED;
	}
	CU_ASSERT(forged > 8 * MAC_SIZE && malformed > 8 * 4 * ITEMS);
}

static void test_token_mac_covers_every_field(void)
{
	struct token_fields base = some_fields(), f[ITEMS];
	const struct token t = seal(&base);
	for (size_t i = 0; i < ITEMS; i++)
		f[i] = base;
	f[0].kid++;
	f[1].uid[0] = 'b';
	f[2].app[0] = 'd';
	f[3].cid[CID_SIZE - 1]++;
	f[4].uem[UEM_ID_SIZE - 1]++;
	f[5].stored[VERIFIER_SIZE - 1]++;
	f[6].tid[TOKEN_ID_SIZE - 1]++;
	f[7].iat_s++;
	for (size_t i = 0; i < ITEMS; i++) {
		struct token_fields out;
		struct token other = seal(&f[i]);
		CU_ASSERT_FATAL(other.size == t.size);
		CU_ASSERT(memcmp(other.data + other.size - MAC_SIZE, t.data + t.size - MAC_SIZE,
				 MAC_SIZE) != 0);
		/* the one's fields under the other's MAC */
		memcpy(other.data + other.size - MAC_SIZE, t.data + t.size - MAC_SIZE, MAC_SIZE);
		CU_ASSERT(read_token(bytes_of(other.data, other.size), &out) == FORGED);
		CU_ASSERT(fields_equal(&f[i], &out));
	}
}

/* -- forms that a holder of kT could still send: the MAC is right, the items are not -- */

static enum outcome open_items(const char *name, const struct bytes *items, size_t count)
{
	struct token_fields out;
	struct buffer t = { 0 };
	uint8_t mac[MAC_SIZE];
	label_encode(&t, name, items, count);
	const struct label e = { "actflow/1 token", { bytes_of_buffer(&t) }, 1 };
	CU_ASSERT_FATAL(label_hmac(crypto, DIGEST_SHA256, bytes_of(kt, sizeof kt), &e, mac));
	buffer_append(&t, bytes_of(mac, sizeof mac));
	enum outcome o = read_token(bytes_of_buffer(&t), &out);
	buffer_fini(&t);
	return o;
}

static const uint8_t zeros[64];
static const struct bytes good_items[ITEMS + 1] = {
	{ zeros, 1 },
	{ (const uint8_t *)"a@b", 3 },
	{ (const uint8_t *)"app", 3 },
	{ zeros, CID_SIZE },
	{ zeros, UEM_ID_SIZE },
	{ zeros, VERIFIER_SIZE },
	{ zeros, TOKEN_ID_SIZE },
	{ zeros, 8 },
	{ zeros, 0 },
};

static enum outcome open_with(size_t index, struct bytes item)
{
	struct bytes items[ITEMS];
	memcpy(items, good_items, sizeof items);
	items[index] = item;
	return open_items("b", items, ITEMS);
}

static void test_token_needs_its_items_and_no_others(void)
{
	CU_ASSERT(open_items("b", good_items, ITEMS) == AUTHENTIC);
	for (size_t count = 0; count < ITEMS; count++)
		CU_ASSERT(open_items("b", good_items, count) == MALFORMED);
	CU_ASSERT(open_items("b", good_items, ITEMS + 1) == MALFORMED);
	CU_ASSERT(open_items("", good_items, ITEMS) == MALFORMED);
	CU_ASSERT(open_items("c", good_items, ITEMS) == MALFORMED);
	CU_ASSERT(open_items("bb", good_items, ITEMS) == MALFORMED);
	for (size_t i = 0; i < ITEMS; i++) {
		if (i == 1 || i == 2)
			continue;
		for (size_t size = 0; size < sizeof zeros; size++)
			CU_ASSERT(open_with(i, bytes_of(zeros, size)) ==
				  (size == good_items[i].size ? AUTHENTIC : MALFORMED));
	}
}

static void test_token_needs_good_text_and_a_good_time(void)
{
	char text[UID_MAX + 2];
	memset(text, 'a', sizeof text);
	CU_ASSERT(open_with(1, bytes_of_string("A@b")) == MALFORMED);
	CU_ASSERT(open_with(1, bytes_of_string("a@")) == MALFORMED);
	CU_ASSERT(open_with(1, bytes_of("a@b\0", 4)) == MALFORMED);
	CU_ASSERT(open_with(2, bytes_of_string("")) == MALFORMED);
	CU_ASSERT(open_with(2, bytes_of("ap\0p", 4)) == MALFORMED);
	CU_ASSERT(open_with(2, bytes_of_string("ap\np")) == MALFORMED);
	CU_ASSERT(open_with(2, bytes_of_string("ap\xc0\x80p")) == MALFORMED);
	CU_ASSERT(open_with(2, bytes_of_string("\xc3\xa4pp")) == AUTHENTIC);
	CU_ASSERT(open_with(2, bytes_of(text, APP_MAX)) == AUTHENTIC);
	CU_ASSERT(open_with(2, bytes_of(text, APP_MAX + 1)) == MALFORMED);
	text[1] = '@';
	CU_ASSERT(open_with(1, bytes_of(text, UID_MAX)) == AUTHENTIC);
	CU_ASSERT(open_with(1, bytes_of(text, UID_MAX + 1)) == MALFORMED);
	CU_ASSERT(open_with(7, bytes_of("\x7f\xff\xff\xff\xff\xff\xff\xff", 8)) == AUTHENTIC);
	CU_ASSERT(open_with(7, bytes_of("\x80\0\0\0\0\0\0\0", 8)) == MALFORMED);
}

static void test_token_length_fields_cannot_reach_outside(void)
{
	static const uint32_t lengths[] = { 2, 4, 0x7fffffff, 0x80000000, 0xfffffffc, UINT32_MAX };
	struct token_fields f = some_fields(), out;
	const struct token t = seal(&f);
	for (size_t at = 0; at + 4 <= (size_t)t.size - MAC_SIZE; at++) {
		for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
			struct token bad = t;
			write_u32(bad.data + at, lengths[i]);
			CU_ASSERT(read_token(bytes_of(bad.data, bad.size), &out) != AUTHENTIC);
		}
	}
}

/* -- sealing -- */

static void check_not_sealed(const struct token_fields *f)
{
	struct token t = { .size = 1 };
	CU_ASSERT(!token_seal(crypto, kt, f, &t));
	CU_ASSERT(t.size == 0 && t.data[0] == 0);
}

static void test_token_seals_only_what_it_would_read(void)
{
	struct token_fields f = some_fields();
	f.uid[0] = 'A';
	check_not_sealed(&f);
	f = some_fields();
	memset(f.uid, 'a', sizeof f.uid); /* not terminated */
	f.uid[1] = '@';
	check_not_sealed(&f);
	f = some_fields();
	f.app[0] = '\0';
	check_not_sealed(&f);
	f = some_fields();
	memset(f.app, 'a', sizeof f.app);
	check_not_sealed(&f);
	f = some_fields();
	f.app[0] = '\x80';
	check_not_sealed(&f);
	f = some_fields();
	f.iat_s = -1;
	check_not_sealed(&f);
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(test_token_reads_what_it_sealed),
		TEST(test_token_carries_the_shortest_and_the_longest_fields),
		TEST(test_token_of_another_key_is_read_but_not_believed),
		TEST(test_token_cut_or_continued_is_malformed),
		TEST(test_token_with_a_flipped_bit_is_never_authentic),
		TEST(test_token_mac_covers_every_field),
		TEST(test_token_needs_its_items_and_no_others),
		TEST(test_token_needs_good_text_and_a_good_time),
		TEST(test_token_length_fields_cannot_reach_outside),
		TEST(test_token_seals_only_what_it_would_read),
	};
	crypto = crypto_new(NULL);
	int failed = !crypto || suite_run("token", cases, sizeof cases / sizeof *cases);
	crypto_free(crypto);
	return failed;
}
