/* test_secure_channel.c - what users type, and the properties of lines 2 to 12. That the values are
 * the right ones is tests/recompute's to show.
 */
#include <string.h>

#include "proto/crypto/secure_channel.h"
#include "tests/lib/suite.h"

enum { H = SECURE_CHANNEL_HASH_MAX };

static struct crypto *crypto;
static const enum suite suites[] = { SUITE_P256, SUITE_P384, SUITE_P521 };

/* -- line 1 -- */

static bool normalises(const char *typed, const char *key)
{
	char out[ACCESS_KEY_SIZE + 1];
	memset(out, 'x', sizeof out);
	bool good = access_key_normalise(bytes_of_string(typed), out);
	return key ? good && strcmp(out, key) == 0 : !good && out[0] == '\0';
}

static void test_access_key_is_read_as_users_type_it(void)
{
	CU_ASSERT(normalises("abcde-fghij-01234", "abcdefghij01234"));
	CU_ASSERT(normalises("ABCDE-FGHIJ-01234", "abcdefghij01234"));
	CU_ASSERT(normalises("aBcDe-FgHiJ-56789", "abcdefghij56789"));
	CU_ASSERT(normalises("LMNOPQRSTUVWXYZ", "lmnopqrstuvwxyz"));
	CU_ASSERT(normalises("zzzzzzzzzzzzzzz", "zzzzzzzzzzzzzzz"));
}

static void test_access_key_in_any_other_form_is_refused(void)
{
	static const char *const bad[] = {
		"",
		"-",
		"abcde-fghij01234",
		"abcdefghij-01234",
		"abcd-efghij-01234",
		"abcde-fghi-j01234",
		"-abcdefghij-01234",
		"abcde-fghij-0123-",
		"abcde--fghij01234",
		"abcdefghij01234--",
		" abcdefghij01234",
		"abcde-fghij-01234 ",
		"abcde-fghij-01234\n",
		"abcde_fghij_01234",
		"abcde-fghij-0123",
		"abcde-fghij-012345",
		"abcde-fghij-01234-56789",
		"abcdefghij\xc3\xa4xyz",
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CU_ASSERT(normalises(bad[i], NULL));
}

static void test_access_key_takes_36_letters_at_each_place(void)
{
	static const char *const forms[] = { "abcdefghij01234", "abcde-fghij-01234" };
	for (size_t f = 0; f < 2; f++) {
		for (size_t at = 0; at < strlen(forms[f]); at++) {
			size_t taken = 0;
			for (unsigned byte = 0; byte <= UINT8_MAX; byte++) {
				uint8_t typed[TYPED_KEY_MAX];
				char out[ACCESS_KEY_SIZE + 1];
				memcpy(typed, forms[f], strlen(forms[f]));
				typed[at] = (uint8_t)byte;
				taken += access_key_normalise(bytes_of(typed, strlen(forms[f])),
							      out);
			}
			CU_ASSERT(taken == (forms[f][at] == '-' ? 1 : 26 + 26 + 10));
		}
	}
}

static void test_access_key_has_one_length(void)
{
	uint8_t typed[64];
	char out[ACCESS_KEY_SIZE + 1];
	memset(typed, 'a', sizeof typed);
	for (size_t size = 0; size <= sizeof typed; size++)
		CU_ASSERT(access_key_normalise(bytes_of(typed, size), out) == (size == 15));
}

/* 120,000 letters; fewer than one run in 10^9 is beyond the bound, a plain remainder always. */
static void test_access_key_draws_all_letters_alike(void)
{
	enum { KEYS = 8000, LETTERS = 36 };
	size_t seen[UINT8_MAX + 1] = { 0 };
	for (size_t i = 0; i < KEYS; i++) {
		char key[ACCESS_KEY_SIZE + 1], typed[TYPED_KEY_MAX + 1];
		access_key_draw(crypto, ACCESS_KEY_SIZE, key);
		access_key_type(key, typed);
		CU_ASSERT(strlen(typed) == 17 && typed[5] == '-' && typed[11] == '-');
		CU_ASSERT(normalises(typed, key) && normalises(key, key));
		for (size_t at = 0; at < ACCESS_KEY_SIZE; at++)
			seen[(uint8_t)key[at]]++;
	}
	const double expected = KEYS * ACCESS_KEY_SIZE / (double)LETTERS;
	double chi_squared = 0;
	size_t letters = 0;
	for (size_t byte = 0; byte <= UINT8_MAX; byte++) {
		double off = (double)seen[byte] - expected;
		letters += seen[byte] > 0;
		chi_squared += seen[byte] > 0 ? off * off / expected : 0;
	}
	CU_ASSERT(letters == LETTERS && chi_squared < 120);
}

static void test_uid_is_a_lower_case_address(void)
{
	static const char *const good[] = { "a@b", "ann@mail.example", "o'hara+1@x-y.example" };
	static const char *const bad[] = { "",      "a",     "@",      "a@",        "@b",   "ab",
					   "abc",   "@@@",   "a@@b",   "a@b@c",     "ab@",  "@ab",
					   "A@b",   "a@B",   "a @b",   " a@b",      "a@b ", "a\t@b",
					   "a@b\r", "a@b\n", "a@\x7f", "\xc3\xa4@b" };
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		CU_ASSERT(uid_is_good(bytes_of_string(good[i])));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CU_ASSERT(!uid_is_good(bytes_of_string(bad[i])));
	CU_ASSERT(!uid_is_good(bytes_of("a\0@b", 4)));
	char text[UID_MAX + 1];
	memset(text, 'a', sizeof text);
	text[1] = '@';
	CU_ASSERT(uid_is_good(bytes_of(text, UID_MAX)));
	CU_ASSERT(!uid_is_good(bytes_of(text, UID_MAX + 1)));
}

/* -- lines 2 to 10: every input counts -- */

/* What goes in, and everything that comes out. */
struct inputs {
	enum suite suite;
	char uid[8], ak[ACCESS_KEY_SIZE + 1];
	uint8_t salt[SALT_SIZE], uem[UEM_ID_SIZE], cid[CID_SIZE], body[4], m1[4];
	uint8_t z[ECDH_FIELD_MAX];
	struct point b;
};
struct outputs {
	uint8_t v[VERIFIER_SIZE], s[VERIFIER_SIZE];
	uint8_t p0[H], p1[H], th1[H], th2[H];
	struct mac tag1, tag2;
	struct secure_channel_keys keys;
};

static struct inputs some_inputs(enum suite s)
{
	struct inputs in = { .suite = s, .uid = "a@b", .ak = "abcdefghij01234" };
	in.b.data[0] = 0x04;
	in.b.size = (uint8_t)suite_point_size(s);
	return in;
}

static struct outputs run(const struct inputs *in)
{
	const struct secure_channel_attempt a = { crypto, in->suite, in->uem, in->cid, false };
	const struct bytes uid = bytes_of_string(in->uid), ak = bytes_of_string(in->ak);
	const struct bytes z = bytes_of(in->z, suite_field_size(in->suite));
	struct outputs o;
	memset(&o, 0, sizeof o);
	CU_ASSERT_FATAL(secure_channel_verifier(crypto, uid, ak, o.v));
	CU_ASSERT_FATAL(secure_channel_stored(crypto, o.v, o.s));
	CU_ASSERT_FATAL(secure_channel_p0(&a, uid, ak, in->salt, o.p0));
	CU_ASSERT_FATAL(secure_channel_tag1(&a, o.p0, bytes_of(in->body, 4), &o.tag1));
	CU_ASSERT_FATAL(secure_channel_p1(crypto, in->suite, o.p0, z, o.p1));
	CU_ASSERT_FATAL(secure_channel_th1(&a, bytes_of(in->m1, 4), &in->b, o.th1));
	CU_ASSERT_FATAL(secure_channel_tag2(crypto, in->suite, o.p1, o.th1, &o.tag2));
	CU_ASSERT_FATAL(secure_channel_th2(crypto, in->suite, o.th1, &o.tag2, o.th2));
	CU_ASSERT_FATAL(secure_channel_keys_of(crypto, in->suite, o.p1, o.th2, &o.keys));
	CU_ASSERT(o.tag1.size == suite_hash_size(in->suite) && o.tag2.size == o.tag1.size);
	return o;
}

/* Which outputs differ; one bit each, in the order below. */
enum { V = 1, S = 2, P0 = 4, TAG1 = 8, P1 = 16, TH1 = 32, TAG2 = 64, TH2 = 128, KEYS = 256 };

static unsigned differ(const struct outputs *a, const struct outputs *b)
{
	unsigned d = 0;
	d |= memcmp(a->v, b->v, sizeof a->v) ? V : 0u;
	d |= memcmp(a->s, b->s, sizeof a->s) ? S : 0u;
	d |= memcmp(a->p0, b->p0, H) ? P0 : 0u;
	d |= memcmp(a->tag1.data, b->tag1.data, H) ? TAG1 : 0u;
	d |= memcmp(a->p1, b->p1, H) ? P1 : 0u;
	d |= memcmp(a->th1, b->th1, H) ? TH1 : 0u;
	d |= memcmp(a->tag2.data, b->tag2.data, H) ? TAG2 : 0u;
	d |= memcmp(a->th2, b->th2, H) ? TH2 : 0u;
	d |= memcmp(&a->keys, &b->keys, sizeof a->keys) ? KEYS : 0u;
	return d;
}

static void test_secure_channel_binds_every_input(void)
{
	enum { REST = TAG2 | TH2 | KEYS };
	for (size_t i = 0; i < 3; i++) {
		const struct inputs base = some_inputs(suites[i]);
		struct inputs in[9];
		static const unsigned expected[] = {
			V | S | P0 | TAG1 | P1 | REST, /* uid */
			V | S | P0 | TAG1 | P1 | REST, /* ak */
			P0 | TAG1 | P1 | REST,         /* salt */
			TAG1 | TH1 | REST,             /* uem */
			TAG1 | TH1 | REST,             /* cid */
			TAG1,                          /* body; it reaches th1 within M1 */
			TH1 | REST,                    /* M1 */
			P1 | REST,                     /* Z */
			TH1 | REST,                    /* B */
		};
		for (size_t k = 0; k < 9; k++)
			in[k] = base;
		in[0].uid[2]++;
		in[1].ak[14]++;
		in[2].salt[SALT_SIZE - 1]++;
		in[3].uem[UEM_ID_SIZE - 1]++;
		in[4].cid[CID_SIZE - 1]++;
		in[5].body[3]++;
		in[6].m1[3]++;
		in[7].z[suite_field_size(suites[i]) - 1]++;
		in[8].b.data[suite_point_size(suites[i]) - 1]++;
		const struct outputs o = run(&base), same = run(&base);
		CU_ASSERT(differ(&o, &same) == 0);
		for (size_t k = 0; k < 9; k++) {
			const struct outputs other = run(&in[k]);
			CU_ASSERT(differ(&o, &other) == expected[k]);
		}
	}
}

/* P-384 and P-521 share a hash; su keeps them apart before Z does. */
static void test_secure_channel_keeps_the_suites_apart(void)
{
	const struct inputs a = some_inputs(SUITE_P384), b = some_inputs(SUITE_P521);
	const struct outputs oa = run(&a), ob = run(&b);
	CU_ASSERT(differ(&oa, &ob) == (TAG1 | P1 | TH1 | TAG2 | TH2 | KEYS));
}

static void test_secure_channel_keys_differ_by_direction_and_use(void)
{
	for (size_t i = 0; i < 3; i++) {
		const struct inputs in = some_inputs(suites[i]);
		const struct outputs o = run(&in);
		CU_ASSERT(memcmp(o.keys.ka, o.keys.ku, sizeof o.keys.ka) != 0);
		CU_ASSERT(memcmp(o.keys.na, o.keys.nu, sizeof o.keys.na) != 0);
		CU_ASSERT(memcmp(o.keys.ka, o.keys.na, sizeof o.keys.na) != 0);
		CU_ASSERT(memcmp(o.keys.ku, o.keys.nu, sizeof o.keys.nu) != 0);
		CU_ASSERT(memcmp(o.tag1.data, o.tag2.data, o.tag1.size) != 0);
	}
}

static void test_secure_channel_refuses_other_lengths(void)
{
	const uint8_t zero[H] = { 0 };
	for (size_t i = 0; i < 3; i++) {
		enum suite s = suites[i];
		size_t h = suite_hash_size(s);
		struct inputs in = some_inputs(s);
		const struct outputs o = run(&in);
		const struct secure_channel_attempt a = { crypto, s, in.uem, in.cid, false };
		uint8_t out[H];
		for (size_t size = 0; size <= ECDH_FIELD_MAX; size++) {
			const struct bytes z = bytes_of(in.z, size);
			bool right = size == suite_field_size(s);
			CU_ASSERT(secure_channel_p1(crypto, s, o.p0, z, out) == right);
			CU_ASSERT((memcmp(out, zero, h) == 0) == !right);
		}
		for (size_t size = 0; size <= POINT_MAX; size++) {
			in.b.size = (uint8_t)size;
			bool right = size == suite_point_size(s);
			CU_ASSERT(secure_channel_th1(&a, bytes_of(in.m1, 4), &in.b, out) == right);
			CU_ASSERT((memcmp(out, zero, h) == 0) == !right);
		}
		for (size_t size = 0; size <= MAC_MAX; size++) {
			struct mac tag2 = { .size = (uint8_t)size };
			bool right = size == h;
			CU_ASSERT(secure_channel_th2(crypto, s, o.th1, &tag2, out) == right);
			CU_ASSERT((memcmp(out, zero, h) == 0) == !right);
		}
	}
}

/* -- lines 11 and 12 -- */

static bool opens_request(const struct secure_channel *s, const struct buffer *sealed)
{
	struct buffer out = { 0 };
	bool authentic = false;
	CU_ASSERT(secure_channel_request_open(s, bytes_of_buffer(sealed), &out, &authentic));
	CU_ASSERT(!authentic || bytes_equal(bytes_of_buffer(&out), bytes_of_string("wish")));
	buffer_cleanse(&out);
	return authentic;
}

static bool opens_data(const struct secure_channel *s, const char *m3, const struct buffer *sealed)
{
	struct buffer out = { 0 };
	bool authentic = false;
	CU_ASSERT(secure_channel_data_open(s, bytes_of_string(m3), bytes_of_buffer(sealed), &out,
					   &authentic));
	CU_ASSERT(!authentic || bytes_equal(bytes_of_buffer(&out), bytes_of_string("data")));
	buffer_cleanse(&out);
	return authentic;
}

static void test_secure_channel_opens_what_it_sealed_and_nothing_else(void)
{
	for (size_t i = 0; i < 3; i++) {
		const struct inputs in = some_inputs(suites[i]);
		const struct outputs o = run(&in);
		struct secure_channel_keys other_keys = o.keys;
		uint8_t other_th2[H];
		memcpy(other_th2, o.th2, H);
		other_th2[suite_hash_size(suites[i]) - 1] ^= 1;
		other_keys.ka[31] ^= 1;
		other_keys.nu[11] ^= 1;
		const struct secure_channel s = { crypto, suites[i], &o.keys, o.th2 };
		const struct secure_channel keyed = { crypto, suites[i], &other_keys, o.th2 };
		const struct secure_channel bound = { crypto, suites[i], &o.keys, other_th2 };
		struct buffer request = { 0 }, data = { 0 };
		CU_ASSERT(secure_channel_request_seal(&s, bytes_of_string("wish"), &request));
		CU_ASSERT(secure_channel_data_seal(&s, bytes_of_string("m3"),
						   bytes_of_string("data"), &data));
		CU_ASSERT(opens_request(&s, &request) && opens_data(&s, "m3", &data));
		CU_ASSERT(!opens_request(&keyed, &request) && !opens_data(&keyed, "m3", &data));
		CU_ASSERT(!opens_request(&bound, &request) && !opens_data(&bound, "m3", &data));
		CU_ASSERT(!opens_data(&s, "m4", &data) && !opens_data(&s, "", &data));
		CU_ASSERT(!opens_request(&s, &data) && !opens_data(&s, "m3", &request));
		buffer_fini(&request);
		buffer_fini(&data);
	}
}

static void test_secure_channel_refuses_what_holds_no_tag(void)
{
	const struct inputs in = some_inputs(SUITE_P521);
	const struct outputs o = run(&in);
	const struct secure_channel s = { crypto, SUITE_P521, &o.keys, o.th2 };
	const uint8_t sealed[AEAD_TAG_SIZE - 1] = { 0 };
	struct buffer out = { 0 };
	bool authentic = true;
	CU_ASSERT(!secure_channel_request_open(&s, bytes_of(sealed, 15), &out, &authentic));
	CU_ASSERT(!authentic);
	authentic = true;
	CU_ASSERT(!secure_channel_data_open(&s, bytes_of_string("m3"), bytes_of(sealed, 15), &out,
					    &authentic));
	CU_ASSERT(!authentic && out.size == 0);
	buffer_fini(&out);
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(test_access_key_is_read_as_users_type_it),
		TEST(test_access_key_in_any_other_form_is_refused),
		TEST(test_access_key_takes_36_letters_at_each_place),
		TEST(test_access_key_has_one_length),
		TEST(test_access_key_draws_all_letters_alike),
		TEST(test_uid_is_a_lower_case_address),
		TEST(test_secure_channel_binds_every_input),
		TEST(test_secure_channel_keeps_the_suites_apart),
		TEST(test_secure_channel_keys_differ_by_direction_and_use),
		TEST(test_secure_channel_refuses_other_lengths),
		TEST(test_secure_channel_opens_what_it_sealed_and_nothing_else),
		TEST(test_secure_channel_refuses_what_holds_no_tag),
	};
	crypto = crypto_new(NULL);
	int failed = !crypto || suite_run("secure_channel", cases, sizeof cases / sizeof *cases);
	crypto_free(crypto);
	return failed;
}
