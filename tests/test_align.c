/* test_align.c - records of two traces are the same by what they are and follow from, or are told
 * apart where they part. */
#include <string.h>

#include "tests/lib/records.h"
#include "tests/lib/suite.h"
#include "tools/actflow/align.h"
#include "tools/actflow/observe.h"

enum { MS = 1000000 };

/* A trace of a few records that is being made; ids are given here. */
struct making {
	struct record list[64];
	size_t count;
};

static uint64_t add(struct making *m, struct record r, int64_t at_ms)
{
	observation_fill(&r);
	r.id = m->count + 1;
	r.at_ns = at_ms * MS;
	for (size_t i = 0; i < RECORD_PARENTS_MAX; i++)
		r.parents_count += r.parents[i] != 0;
	m->list[m->count++] = r;
	return r.id;
}

static uint64_t run(struct making *m, uint64_t seed)
{
	return add(m, (struct record){ .kind = RECORD_RUN, .name = "a run", .seed = seed }, 0);
}

static uint64_t step(struct making *m, const char *actor, uint64_t session, const char *to,
		     uint64_t parent)
{
	return add(m,
		   (struct record){ .kind = RECORD_STEP,
				    .actor = actor,
				    .session = session,
				    .machine = actor,
				    .stimulus = "knock",
				    .state_from = "waiting",
				    .state_to = to,
				    .source = "S1.1",
				    .text = to,
				    .parents = { parent } },
		   10);
}

static uint64_t sent(struct making *m, uint64_t session, uint64_t parent)
{
	return add(m,
		   (struct record){ .kind = RECORD_SENT,
				    .actor = "app",
				    .peer = "noc",
				    .channel = "link",
				    .session = session,
				    .message = "Done",
				    .parents = { parent } },
		   10);
}

/* A packet that is sent and comes; the record of its arrival. */
static uint64_t carried(struct making *m, uint64_t parent)
{
	struct record r = { .kind = RECORD_PACKET,
			    .actor = "app",
			    .peer = "noc",
			    .channel = "link",
			    .tag = 1,
			    .parents = { parent } };
	uint64_t packet = add(m, r, 10);
	r.kind = RECORD_ARRIVAL;
	r.actor = "noc";
	r.peer = "app";
	r.parents[0] = packet;
	return add(m, r, 20);
}

static uint64_t accepted(struct making *m, uint64_t said, uint64_t arrival, int64_t at_ms)
{
	return add(m,
		   (struct record){ .kind = RECORD_ACCEPTED,
				    .actor = "noc",
				    .peer = "app",
				    .channel = "link",
				    .session = 9,
				    .message = "Done",
				    .number = (int64_t)said,
				    .parents = { said, arrival } },
		   at_ms);
}

static struct alignment *align(const struct making *a, const struct making *b)
{
	static struct alignment made;
	const struct making *both[] = { a, b };
	made = (struct alignment){ .keyed = true };
	for (size_t s = 0; s < 2; s++)
		for (size_t i = 0; i < both[s]->count; i++)
			align_add(&made, s, &both[s]->list[i], true);
	align_finish(&made);
	return &made;
}

static void test_the_same_in_another_order_is_the_same(void)
{
	struct making a = { .count = 0 }, b = { .count = 0 };
	uint64_t first = run(&a, 1), other = run(&b, 1);
	sent(&a, 1, step(&a, "app", 1, "open", first));
	step(&a, "noc", 2, "open", first);
	step(&b, "noc", 2, "open", other);
	sent(&b, 1, step(&b, "app", 1, "open", other));
	struct alignment *made = align(&a, &b);
	CU_ASSERT_TRUE(align_is_same(made));
	CU_ASSERT_EQUAL(made->sides[0].counts[ALIGN_SAME],
			3); /* the run itself is not one of them */
	CU_ASSERT_EQUAL(made->sides[0].first, 0);
	align_fini(made);
}

static void test_sessions_are_told_by_how_they_began(void)
{
	struct making a = { .count = 0 }, b = { .count = 0 };
	uint64_t first = run(&a, 1), other = run(&b, 1);
	sent(&a, 1, step(&a, "app", 1, "open", first));
	step(&b, "user", 1, "open", other); /* takes the number */
	sent(&b, 2, step(&b, "app", 2, "open", other));
	struct alignment *made = align(&a, &b);
	CU_ASSERT_EQUAL(made->sides[0].counts[ALIGN_SAME], 2);
	CU_ASSERT_EQUAL(made->sides[1].counts[ALIGN_ONLY], 1);
	CU_ASSERT_EQUAL(made->sides[0].first, 0);
	CU_ASSERT_EQUAL(made->sides[1].first, 2);
	CU_ASSERT_FALSE(made->paired);
	align_fini(made);
}

static void test_a_lost_packet_tells_no_step_apart(void)
{
	struct making a = { .count = 0 }, b = { .count = 0 };
	uint64_t said = sent(&a, 1, step(&a, "app", 1, "open", run(&a, 1)));
	step(&a, "noc", 9, "open", accepted(&a, said, carried(&a, said), 20));
	said = sent(&b, 1, step(&b, "app", 1, "open", run(&b, 1)));
	carried(&b, said);
	uint64_t again = carried(&b, said); /* only the second one is whole */
	step(&b, "noc", 9, "open", accepted(&b, said, again, 1020));
	struct alignment *made = align(&a, &b);
	CU_ASSERT_EQUAL(made->sides[1].first, 0);
	CU_ASSERT_EQUAL(made->sides[0].counts[ALIGN_MOVED], 1); /* the acceptance */
	CU_ASSERT_EQUAL(made->sides[1].counts[ALIGN_ONLY], 2);
	CU_ASSERT_EQUAL(made->sides[1].carries_only, 2);
	CU_ASSERT_FALSE(align_is_same(made));
	align_fini(made);
}

static void test_another_row_is_the_first_divergence_and_what_follows_follows(void)
{
	struct making a = { .count = 0 }, b = { .count = 0 };
	uint64_t first = run(&a, 1), other = run(&b, 1);
	uint64_t opens = step(&a, "app", 1, "open", first);
	uint64_t shuts = step(&b, "app", 1, "shut", other);
	sent(&a, 1, opens);
	add(&b,
	    (struct record){
		    .kind = RECORD_OUTCOME, .actor = "app", .session = 1, .parents = { shuts } },
	    10);
	step(&b, "noc", 2, "gone", other); /* and something that has nothing to do with it */
	struct alignment *made = align(&a, &b);
	CU_ASSERT_TRUE(made->paired);
	CU_ASSERT_EQUAL(made->sides[0].first, opens);
	CU_ASSERT_EQUAL(made->sides[1].first, shuts);
	CU_ASSERT_TRUE(made->sides[0].list[2].follows);
	CU_ASSERT_TRUE(made->sides[1].list[2].follows);
	CU_ASSERT_FALSE(made->sides[1].list[3].follows);
	CU_ASSERT_EQUAL(made->sides[0].elsewhere, 0);
	CU_ASSERT_EQUAL(made->sides[1].elsewhere, 1);
	align_fini(made);
}

static void test_the_same_row_with_other_values_differs(void)
{
	struct making a = { .count = 0 }, b = { .count = 0 };
	uint64_t in_a = step(&a, "app", 1, "open", run(&a, 1));
	uint64_t in_b = step(&b, "app", 1, "open", run(&b, 1));
	a.list[in_a - 1].checks_count = b.list[in_b - 1].checks_count = 1;
	a.list[in_a - 1].checks[0] = (struct record_check){ "app.door_is_open", true, false };
	b.list[in_b - 1].checks[0] = (struct record_check){ "app.door_is_open", false, false };
	sent(&a, 1, in_a);
	sent(&b, 1, in_b);
	struct alignment *made = align(&a, &b);
	CU_ASSERT_EQUAL(made->sides[0].counts[ALIGN_DIFFERS], 1);
	CU_ASSERT_EQUAL(made->sides[0].counts[ALIGN_SAME], 1); /* it is still the same step */
	CU_ASSERT_EQUAL(made->sides[0].first, in_a);
	CU_ASSERT_EQUAL(made->sides[1].first, in_b);
	align_fini(made);
}

static void test_a_touched_message_is_still_that_message(void)
{
	struct making a = { .count = 0 }, b = { .count = 0 };
	sent(&a, 1, step(&a, "app", 1, "open", run(&a, 1)));
	uint64_t before = step(&b, "app", 1, "open", run(&b, 1));
	uint64_t act = add(&b,
			   (struct record){ .kind = RECORD_ACT,
					    .actor = "app",
					    .session = 1,
					    .name = "set",
					    .parents = { before } },
			   10);
	sent(&b, 1, act);
	struct alignment *made = align(&a, &b);
	CU_ASSERT_EQUAL(made->sides[0].counts[ALIGN_SAME], 2);
	CU_ASSERT_EQUAL(made->sides[0].first, 0);
	CU_ASSERT_EQUAL(made->sides[1].first, act);
	CU_ASSERT_EQUAL(made->sides[1].counts[ALIGN_ONLY], 1);
	align_fini(made);
}

static void test_several_that_are_alike_are_matched_in_turn(void)
{
	struct making a = { .count = 0 }, b = { .count = 0 };
	uint64_t in_a = step(&a, "app", 1, "open", run(&a, 1));
	uint64_t in_b = step(&b, "app", 1, "open", run(&b, 1));
	sent(&a, 1, in_a);
	sent(&a, 1, in_a);
	sent(&b, 1, in_b);
	struct alignment *made = align(&a, &b);
	CU_ASSERT_EQUAL(made->sides[0].counts[ALIGN_SAME], 2);
	CU_ASSERT_EQUAL(made->sides[0].counts[ALIGN_ONLY], 1);
	CU_ASSERT_EQUAL(made->sides[0].first, 4);
	align_fini(made);
}

static void test_what_is_not_chosen_does_not_count(void)
{
	struct making a = { .count = 0 }, b = { .count = 0 };
	struct alignment made = { .keyed = true };
	step(&a, "app", 1, "open", run(&a, 1));
	step(&b, "app", 1, "shut", run(&b, 1));
	for (size_t i = 0; i < 2; i++) {
		align_add(&made, 0, &a.list[i], false);
		align_add(&made, 1, &b.list[i], false);
	}
	align_finish(&made);
	CU_ASSERT_TRUE(align_is_same(&made));
	CU_ASSERT_EQUAL(made.sides[0].first, 0);
	align_fini(&made);
}

static void test_fingerprints_count_within_one_seed_only(void)
{
	struct making a = { .count = 0 }, b = { .count = 0 };
	struct record hold = {
		.kind = RECORD_HOLD, .actor = "app", .name = "key", .values_count = 1
	};
	run(&a, 1);
	run(&b, 2);
	hold.values[0] = (struct record_value){ "fingerprint", bytes_of_string("01") };
	add(&a, hold, 0);
	hold.values[0].value = bytes_of_string("02");
	add(&b, hold, 0);
	for (int keyed = 0; keyed < 2; keyed++) {
		struct alignment made = { .keyed = keyed };
		for (size_t i = 0; i < 2; i++) {
			align_add(&made, 0, &a.list[i], true);
			align_add(&made, 1, &b.list[i], true);
		}
		align_finish(&made);
		CU_ASSERT_EQUAL(align_is_same(&made), !keyed);
		align_fini(&made);
	}
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(test_the_same_in_another_order_is_the_same),
		TEST(test_sessions_are_told_by_how_they_began),
		TEST(test_a_lost_packet_tells_no_step_apart),
		TEST(test_another_row_is_the_first_divergence_and_what_follows_follows),
		TEST(test_the_same_row_with_other_values_differs),
		TEST(test_a_touched_message_is_still_that_message),
		TEST(test_several_that_are_alike_are_matched_in_turn),
		TEST(test_what_is_not_chosen_does_not_count),
		TEST(test_fingerprints_count_within_one_seed_only),
	};
	return suite_run("align", cases, sizeof cases / sizeof *cases);
}
