/* test_cookie.c - whose cookie is good, and for how long. */
#include <string.h>

#include "proto/pipe/cookie.h"
#include "sim/host/host.h"
#include "tests/lib/suite.h"

#define PERIOD_NS (COOKIE_PERIOD_S * INT64_C(1000000000))

static const struct cookie_client client = { .remote = { 0x0a000001, 40000 },
					     .local = { 0x0a000002, 443 },
					     .association = 7 };

static struct host *host;
static OSSL_LIB_CTX *library;
static struct cookie_keys keys;
static uint8_t cookie[COOKIE_SIZE];

static void begin(void)
{
	host = host_new(5, INT64_C(1767225600));
	library = host_library(host);
	host_enter(host, &(struct host_purpose){ .actor = "secure_connect", .what = "pipe" });
	cookie_keys_init(&keys, library);
	CU_ASSERT(cookie_make(&keys, library, &client, cookie));
}

static void end(void)
{
	cookie_keys_fini(&keys);
	host_free(host);
}

static bool is_good(const struct cookie_client *c)
{
	return cookie_is_good(&keys, library, c, bytes_of(cookie, sizeof cookie));
}

static bool is_good_at(int64_t now_ns)
{
	cookie_keys_turn(&keys, library, now_ns);
	return is_good(&client);
}

static void test_a_cookie_is_good_for_its_client_alone(void)
{
	struct cookie_client others[5] = { client, client, client, client, client };
	others[0].remote.ip++;
	others[1].remote.port++;
	others[2].local.ip++;
	others[3].local.port++;
	others[4].association++;
	begin();
	CU_ASSERT(is_good(&client));
	for (size_t i = 0; i < 5; i++)
		CU_ASSERT_FALSE(is_good(&others[i]));
	end();
}

static void test_a_changed_or_cut_cookie_is_not_good(void)
{
	begin();
	for (size_t i = 0; i < 8 * sizeof cookie; i++) {
		cookie[i / 8] ^= (uint8_t)(1u << i % 8);
		CU_ASSERT_FALSE(is_good(&client));
		cookie[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	for (size_t size = 0; size < sizeof cookie; size++)
		CU_ASSERT_FALSE(cookie_is_good(&keys, library, &client, bytes_of(cookie, size)));
	CU_ASSERT(is_good(&client));
	end();
}

static void test_a_cookie_lives_until_the_second_turn(void)
{
	begin();
	CU_ASSERT(is_good_at(PERIOD_NS - 1));
	CU_ASSERT(is_good_at(PERIOD_NS));
	CU_ASSERT(is_good_at(2 * PERIOD_NS - 1));
	CU_ASSERT_FALSE(is_good_at(2 * PERIOD_NS));
	CU_ASSERT_FALSE(is_good_at(3 * PERIOD_NS));
	end();
}

/* Nobody asked for two hours: the key of the first one is not the key before. */
static void test_a_key_of_two_periods_ago_is_not_the_one_before(void)
{
	begin();
	CU_ASSERT_FALSE(is_good_at(2 * PERIOD_NS));
	CU_ASSERT_FALSE(keys.has_before);
	end();
}

static void test_a_turn_draws_another_key_and_only_a_turn_does(void)
{
	uint8_t first[COOKIE_KEY_SIZE], second[COOKIE_KEY_SIZE];
	begin();
	memcpy(first, keys.now, sizeof first);
	cookie_keys_turn(&keys, library, PERIOD_NS - 1);
	CU_ASSERT_EQUAL(memcmp(first, keys.now, sizeof first), 0);
	cookie_keys_turn(&keys, library, PERIOD_NS);
	memcpy(second, keys.now, sizeof second);
	CU_ASSERT_NOT_EQUAL(memcmp(first, second, sizeof first), 0);
	CU_ASSERT_EQUAL(memcmp(first, keys.before, sizeof first), 0);
	cookie_keys_turn(&keys, library, PERIOD_NS - 1); /* no clock goes back */
	CU_ASSERT_EQUAL(memcmp(second, keys.now, sizeof second), 0);
	CU_ASSERT(is_good(&client));
	end();
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(test_a_cookie_is_good_for_its_client_alone),
		TEST(test_a_changed_or_cut_cookie_is_not_good),
		TEST(test_a_cookie_lives_until_the_second_turn),
		TEST(test_a_key_of_two_periods_ago_is_not_the_one_before),
		TEST(test_a_turn_draws_another_key_and_only_a_turn_does),
	};
	return suite_run("cookie", cases, sizeof cases / sizeof *cases);
}
