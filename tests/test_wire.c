/* test_wire.c - how packets fare on a wire: exact figures, and draws that no setting moves. */
#include <string.h>

#include <CUnit/CUnit.h>

#include "sim/world/wire.h"
#include "tests/lib/suite.h"

enum { SEED = 2026, PACKETS = 20000, SIZE = 1000 };
#define MS INT64_C(1000000)

static struct wire_spec made[2], *now = made; /* of the two wires that were made last; the last */

static struct wire wire_of(struct wire_spec spec, uint64_t seed)
{
	struct wire x;
	if (spec.mtu == 0)
		spec.mtu = 1500;
	now = now == made ? made + 1 : made;
	*now = spec;
	wire_init(&x, now, seed);
	return x;
}

static void a_plain_wire_only_delays(void)
{
	struct wire x = wire_of((struct wire_spec){ .delay_ns = 40 * MS }, SEED);
	for (int64_t i = 0; i < 100; i++) {
		struct wire_fate f = wire_send(&x, SIZE, i * MS);
		CU_ASSERT_TRUE(f.copies == 1 && !f.lost && !f.too_big);
		CU_ASSERT_EQUAL(f.arrival_ns[0], (i + 40) * MS);
	}
}

/* 1000 bytes at 8 Mbit/s take 1 ms each; three at once leave one after the other. */
static void a_rate_makes_packets_wait_for_each_other(void)
{
	struct wire x =
		wire_of((struct wire_spec){ .delay_ns = 10 * MS, .rate_bps = 8000000 }, SEED);
	CU_ASSERT_EQUAL(wire_send(&x, SIZE, 0).arrival_ns[0], 11 * MS);
	CU_ASSERT_EQUAL(wire_send(&x, SIZE, 0).arrival_ns[0], 12 * MS);
	CU_ASSERT_EQUAL(wire_send(&x, SIZE / 2, 0).arrival_ns[0], 12 * MS + MS / 2);
	CU_ASSERT_EQUAL(wire_send(&x, SIZE, 2 * MS).arrival_ns[0], 13 * MS + MS / 2);
	CU_ASSERT_EQUAL(wire_send(&x, SIZE, 50 * MS).arrival_ns[0], 61 * MS);
}

static void what_is_lost_has_used_the_rate_too(void)
{
	struct wire x = wire_of((struct wire_spec){ .rate_bps = 8000000, .loss = 1.0 }, SEED);
	CU_ASSERT_TRUE(wire_send(&x, SIZE, 0).lost);
	now->loss = 0;
	CU_ASSERT_EQUAL(wire_send(&x, SIZE, 0).arrival_ns[0], 2 * MS);
}

static void jitter_stays_within_its_bounds_and_fills_them(void)
{
	struct wire x = wire_of((struct wire_spec){ .delay_ns = MS, .jitter_ns = 9 }, SEED);
	size_t seen[10] = { 0 };
	size_t outside = 0;
	for (size_t i = 0; i < PACKETS; i++) {
		int64_t extra = wire_send(&x, SIZE, 0).arrival_ns[0] - MS;
		if (extra < 0 || extra > 9)
			outside++;
		else
			seen[extra]++;
	}
	CU_ASSERT_EQUAL(outside, 0);
	for (size_t i = 0; i < 10; i++) /* 2000 expected; six standard deviations are 255 */
		CU_ASSERT_TRUE(seen[i] > 1745 && seen[i] < 2255);
}

static size_t lost_of(uint64_t seed, double loss)
{
	struct wire x = wire_of((struct wire_spec){ .loss = loss }, seed);
	size_t lost = 0;
	for (size_t i = 0; i < PACKETS; i++) {
		struct wire_fate f = wire_send(&x, SIZE, 0);
		CU_ASSERT_EQUAL_FATAL(f.copies, f.lost ? 0 : 1);
		lost += f.lost;
	}
	return lost;
}

static void loses_as_many_as_it_says(void)
{
	size_t lost = lost_of(SEED, 0.3); /* 6000 expected; six standard deviations are 389 */
	CU_ASSERT_TRUE(lost > 5611 && lost < 6389);
	CU_ASSERT_EQUAL(lost, lost_of(SEED, 0.3));
	CU_ASSERT_NOT_EQUAL(lost, lost_of(SEED + 1, 0.3));
	CU_ASSERT_EQUAL(lost_of(SEED, 0.0), 0);
	CU_ASSERT_EQUAL(lost_of(SEED, 1.0), PACKETS);
}

/* SplitMix64 of seed 0 begins 0xe220a8397b1dcdaf 0x6e789e6aa1b965f4 0x06c45d188009454f
 * 0xf88bb8a8724c81ec: the published sequence. In fractions: 0.883, 0.431, 0.026, and the fourth is
 * the jitter's. */
static void draws_the_published_sequence(void)
{
	struct wire x = wire_of((struct wire_spec){ .jitter_ns = 999, .delay_ns = 10 }, 0);
	struct wire_fate f = wire_send(&x, SIZE, 0);
	CU_ASSERT_EQUAL(f.arrival_ns[0], 10 + (int64_t)(UINT64_C(0xf88bb8a8724c81ec) % 1000));
	x = wire_of((struct wire_spec){ .loss = 0.884 }, 0);
	CU_ASSERT_TRUE(wire_send(&x, SIZE, 0).lost);
	x = wire_of((struct wire_spec){ .loss = 0.883 }, 0);
	CU_ASSERT_FALSE(wire_send(&x, SIZE, 0).lost);
	x = wire_of((struct wire_spec){ .duplicate = 0.432 }, 0);
	CU_ASSERT_EQUAL(wire_send(&x, SIZE, 0).copies, 2);
	x = wire_of((struct wire_spec){ .duplicate = 0.431 }, 0);
	CU_ASSERT_EQUAL(wire_send(&x, SIZE, 0).copies, 1);
	x = wire_of((struct wire_spec){ .reorder = 0.027, .delay_ns = 10 }, 0);
	CU_ASSERT_EQUAL(wire_send(&x, SIZE, 0).arrival_ns[0], 20);
	x = wire_of((struct wire_spec){ .reorder = 0.026, .delay_ns = 10 }, 0);
	CU_ASSERT_EQUAL(wire_send(&x, SIZE, 0).arrival_ns[0], 10);
}

static void a_duplicate_comes_later_than_the_first(void)
{
	struct wire x = wire_of(
		(struct wire_spec){ .delay_ns = 10 * MS, .jitter_ns = MS, .duplicate = 1.0 }, SEED);
	for (size_t i = 0; i < 100; i++) {
		struct wire_fate f = wire_send(&x, SIZE, 0);
		CU_ASSERT_EQUAL(f.copies, 2);
		CU_ASSERT_EQUAL(f.arrival_ns[1], f.arrival_ns[0] + 5 * MS + 1);
	}
}

/* Held for one more delay and jitter: so a packet sent right behind it overtakes. */
static void a_reordered_packet_is_overtaken(void)
{
	struct wire x = wire_of(
		(struct wire_spec){ .delay_ns = 10 * MS, .jitter_ns = MS, .reorder = 1.0 }, SEED);
	int64_t held = wire_send(&x, SIZE, 0).arrival_ns[0];
	CU_ASSERT_TRUE(held >= 21 * MS && held <= 22 * MS);
	now->reorder = 0;
	CU_ASSERT_TRUE(wire_send(&x, SIZE, MS).arrival_ns[0] < held);
}

static void a_packet_beyond_the_mtu_is_not_carried(void)
{
	struct wire x = wire_of((struct wire_spec){ .mtu = 576 }, SEED);
	struct wire_fate f = wire_send(&x, 577, 0);
	CU_ASSERT_TRUE(f.too_big && !f.lost && f.copies == 0);
	f = wire_send(&x, 576, 0);
	CU_ASSERT_TRUE(!f.too_big && f.copies == 1);
}

/* Four draws a packet whatever happens to it: the jitter of those that arrive is always the same.
 */
static void no_setting_moves_the_draws_of_another(void)
{
	const struct wire_spec plain = { .delay_ns = MS, .jitter_ns = 5 * MS, .mtu = 1500 };
	struct wire_spec others[5];
	for (size_t i = 0; i < 5; i++)
		others[i] = plain;
	others[0].loss = 0.4;
	others[1].duplicate = 0.5;
	others[2].reorder = 0.5;
	others[3].mtu = 1200;
	others[4].rate_bps = 1000000000000;
	for (size_t k = 0; k < 5; k++) {
		struct wire x = wire_of(plain, SEED), y = wire_of(others[k], SEED);
		size_t moved = 0, same = 0;
		for (size_t i = 0; i < 1000; i++) {
			size_t size = i % 7 == 0 ? 1400 : 100;
			int64_t want = wire_send(&x, size, 0).arrival_ns[0];
			struct wire_fate f = wire_send(&y, size, 0);
			int64_t got = f.copies > 0 ? f.arrival_ns[0] : want;
			bool late = k == 2 && got == want + MS + 5 * MS;
			bool slowed = k == 4 && got - want < MS;
			moved += got != want && !late && !slowed;
			same += got == want;
		}
		CU_ASSERT_EQUAL(moved, 0);
		CU_ASSERT_TRUE(k == 4 || same > 300);
	}
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(a_plain_wire_only_delays),
		TEST(a_rate_makes_packets_wait_for_each_other),
		TEST(what_is_lost_has_used_the_rate_too),
		TEST(jitter_stays_within_its_bounds_and_fills_them),
		TEST(loses_as_many_as_it_says),
		TEST(draws_the_published_sequence),
		TEST(a_duplicate_comes_later_than_the_first),
		TEST(a_reordered_packet_is_overtaken),
		TEST(a_packet_beyond_the_mtu_is_not_carried),
		TEST(no_setting_moves_the_draws_of_another),
	};
	return suite_run("wire", cases, sizeof cases / sizeof *cases);
}
