/* test_bench_parts.c - that the benchmark measures what it says: its arithmetic, what it leaves
 * out, and a baseline that is refused as soon as it is not what the product did.
 */
#include <string.h>

#include <CUnit/CUnit.h>

#include "tests/bench/activation.h"
#include "tests/bench/baseline.h"
#include "tests/bench/exchange.h"
#include "tests/bench/memory.h"
#include "tests/bench/outside.h"
#include "tests/bench/samples.h"
#include "tests/lib/files.h"
#include "tests/lib/suite.h"

static struct scenario scenario;
static struct inventory inventory;
static struct activation activation;

static void the_middle_and_the_spread_of_samples(void)
{
	struct samples s = { 0 };
	CU_ASSERT_EQUAL(samples_median(&s), 0);
	samples_add(&s, 4);
	samples_add(&s, 1);
	samples_add(&s, 100);
	CU_ASSERT_EQUAL(samples_median(&s), 4);
	samples_add(&s, 2);
	CU_ASSERT_EQUAL(samples_median(&s), 3);
	CU_ASSERT_EQUAL(samples_least(&s), 1);
	CU_ASSERT_EQUAL(samples_most(&s), 100);
}

static void a_device_has_its_share_of_what_comes_with_more_of_them(void)
{
	struct memory_line one = { .devices = 1, .activating = 1000, .done = 900 };
	struct memory_line many = { .devices = 11, .activating = 6000, .done = 1000 };
	CU_ASSERT_EQUAL(memory_share_of(&one, &one).activating, 1000);
	CU_ASSERT_EQUAL(memory_share_of(&many, &one).activating, 500);
	CU_ASSERT_EQUAL(memory_share_of(&many, &one).done, 10);
}

static void a_straight_line_is_found_and_what_lies_off_it(void)
{
	struct memory_line lines[] = { { .devices = 1, .activating = 1500, .done = 1000 },
				       { .devices = 10, .activating = 6000, .done = 1000 },
				       { .devices = 100, .activating = 51000, .done = 4000 } };
	struct memory_fit fit = memory_fit_of(lines, 3, false);
	CU_ASSERT_DOUBLE_EQUAL(fit.begin, 1000, 0.01);
	CU_ASSERT_DOUBLE_EQUAL(fit.each, 500, 0.01);
	CU_ASSERT_DOUBLE_EQUAL(fit.off, 0, 0.0001);
	CU_ASSERT_TRUE(memory_fit_of(lines, 3, true).off > 0.05);
}

static void records_are_read_whole_or_not_at_all(void)
{
	static const uint8_t two[] = { 22, 3, 3, 0, 2, 1, 1, 23, 3, 3, 0, 1, 9 };
	struct tls_records r = { 0 };
	CU_ASSERT_TRUE(tls_records_read(&r, false, bytes_of(two, sizeof two)));
	CU_ASSERT_EQUAL_FATAL(r.count, 2);
	CU_ASSERT_TRUE(r.list[0].type == TLS_HANDSHAKE && r.list[0].size == 2);
	CU_ASSERT_TRUE(r.list[1].type == TLS_APPLICATION && r.list[1].size == 1);
	for (size_t size = 1; size < sizeof two; size++)
		if (size != 7)
			CU_ASSERT_FALSE(tls_records_read(&r, false, bytes_of(two, size)));
	tls_records_fini(&r);
}

/* Play the activation that is measured, and count what it did. */
static void count_one(void)
{
	struct activation_wish wish = { .scenario = &scenario,
					.seed = 7,
					.judged = true,
					.sink = inventory_feed,
					.context = &inventory };
	inventory_init(&inventory, &scenario.flow);
	CU_ASSERT_TRUE_FATAL(activation_play(&wish, &activation));
	CU_ASSERT_TRUE_FATAL(inventory_finish(&inventory));
}

static void what_is_left_out_is_timed_in_the_run_itself(void)
{
	CU_ASSERT_TRUE(outside_ns(OUTSIDE_LIBRARY) > 0);
	CU_ASSERT_TRUE(outside_ns(OUTSIDE_CERTIFICATES) > 0);
	CU_ASSERT_TRUE(outside_ns(OUTSIDE_CONTEXTS) > 0);
	CU_ASSERT_EQUAL(activation.outside_ns, outside_all_ns());
	CU_ASSERT_TRUE(activation.outside_ns < activation.busy_ns);
}

static bool is_same(void)
{
	struct baseline *b = baseline_new(&inventory);
	bool same = baseline_is_same(b);
	baseline_free(b);
	return same;
}

static void the_baseline_does_what_the_product_did(void)
{
	size_t secured = 0;
	for (size_t i = 0; i < scenario.flow.channels_count; i++)
		secured += inventory.sessions[i].secured;
	CU_ASSERT_EQUAL(secured, 10);
	CU_ASSERT_TRUE(is_same());
}

static void a_baseline_with_other_secrets_is_refused(void)
{
	inventory.holds[0].count++;
	CU_ASSERT_FALSE(is_same());
	inventory.holds[0].count--;
	inventory.holds[inventory.holds_count++] =
		(struct inventory_hold){ .class = "k3", .origin = "derived", .count = 1 };
	CU_ASSERT_FALSE(is_same());
	inventory.holds_count--;
	struct inventory_hold last = inventory.holds[--inventory.holds_count];
	CU_ASSERT_FALSE(is_same());
	inventory.holds[inventory.holds_count++] = last;
	CU_ASSERT_TRUE(is_same());
}

static struct inventory_session *session_of(const char *channel)
{
	return &inventory.sessions[flow_channel_index(&scenario.flow, channel)];
}

static void a_baseline_with_other_handshakes_is_refused(void)
{
	struct flow_channel *console =
		&scenario.flow.channels[flow_channel_index(&scenario.flow, "console")];
	struct tls_records *said = &session_of("noc_session")->records[SIDE_ACCEPTOR];
	console->mutual = true;
	CU_ASSERT_FALSE(is_same());
	console->mutual = false;
	session_of("tunnel")->secured = 2;
	CU_ASSERT_FALSE(is_same());
	session_of("tunnel")->secured = 1;
	said->list[3].size = (uint16_t)(said->list[3].size + 20); /* the certificate */
	CU_ASSERT_FALSE(is_same());
	said->list[3].size = (uint16_t)(said->list[3].size - 20);
	said->list[0].type = TLS_ALERT;
	CU_ASSERT_FALSE(is_same());
	said->list[0].type = TLS_HANDSHAKE;
	CU_ASSERT_TRUE(is_same());
}

static void the_exchange_asks_as_often_as_it_says(void)
{
	static struct scenario plain;
	struct activation a;
	CU_ASSERT_TRUE_FATAL(
		activation_read(project_file("tests/bench/scenarios/exchange/plain.yaml"), &plain));
	inventory_fini(&inventory);
	inventory_init(&inventory, &plain.flow);
	struct activation_wish wish = { .scenario = &plain,
					.roster = &exchange_roster,
					.judged = true,
					.sink = inventory_feed,
					.context = &inventory };
	/* it has more packets than an activation's inventory keeps */
	CU_ASSERT_TRUE(activation_play(&wish, &a));
	CU_ASSERT_EQUAL(inventory.messages, 2 * EXCHANGE_QUESTIONS);
	inventory_fini(&inventory);
	scenario_fini(&plain);
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(the_middle_and_the_spread_of_samples),
		TEST(a_device_has_its_share_of_what_comes_with_more_of_them),
		TEST(a_straight_line_is_found_and_what_lies_off_it),
		TEST(records_are_read_whole_or_not_at_all),
		TEST(count_one),
		TEST(what_is_left_out_is_timed_in_the_run_itself),
		TEST(the_baseline_does_what_the_product_did),
		TEST(a_baseline_with_other_secrets_is_refused),
		TEST(a_baseline_with_other_handshakes_is_refused),
		TEST(the_exchange_asks_as_often_as_it_says),
	};
	if (!activation_read(project_file("scenarios/knox/next-app.yaml"), &scenario))
		return 1;
	int status = suite_run("bench_parts", cases, sizeof cases / sizeof *cases);
	scenario_fini(&scenario);
	return status;
}
