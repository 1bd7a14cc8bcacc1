/* test_why.c - of a run those records are told from which one follows, and no others; and the
 * fewest of several things are found. */
#include <stdlib.h>
#include <string.h>

#include "tests/lib/files.h"
#include "tests/lib/suite.h"
#include "tools/actflow/ddmin.h"
#include "tools/actflow/observe.h"
#include "tools/actflow/slice.h"
#include "tools/actflow/text.h"
#include "tools/actflow/why.h"

/* -- slices -- */

static struct record made(uint64_t id, enum record_kind kind, const char *name, uint64_t parent)
{
	struct record r = { .id = id, .at_ns = (int64_t)id * 1000000, .kind = kind, .name = name };
	r.parents[0] = parent;
	r.parents_count = parent ? 1 : 0;
	observation_fill(&r);
	return r;
}

/* The ids up to target that are in its slice, as "1 2 5". */
static const char *slice_of(const struct record *list, size_t count, uint64_t target)
{
	static struct buffer text;
	struct slice s = { .target = target };
	for (size_t i = 0; i < count; i++)
		slice_feed(&s, &list[i]);
	slice_cut(&s);
	buffer_clear(&text);
	for (uint64_t id = 1; id <= count; id++)
		if (slice_has(&s, id))
			text_printf(&text, "%s%d", text.size ? " " : "", (int)id);
	slice_fini(&s);
	return text_string(&text);
}

static void test_a_slice_has_what_leads_there(void)
{
	struct record list[] = { made(1, RECORD_RUN, "", 0), made(2, RECORD_SENT, "", 1),
				 made(3, RECORD_SENT, "", 1), made(4, RECORD_SENT, "", 2),
				 made(5, RECORD_SENT, "", 4) };
	list[3].parents[1] = 3;
	CU_ASSERT_STRING_EQUAL(slice_of(list, 5, 4), "1 2 4");
	list[3].parents_count = 2;
	CU_ASSERT_STRING_EQUAL(slice_of(list, 5, 4), "1 2 3 4");
	CU_ASSERT_STRING_EQUAL(slice_of(list, 5, 9), "");
}

static void test_a_step_follows_from_the_step_that_made_its_state(void)
{
	struct record list[] = { made(1, RECORD_RUN, "", 0), made(2, RECORD_STEP, "", 1),
				 made(3, RECORD_STEP, "", 1), made(4, RECORD_STEP, "", 1),
				 made(5, RECORD_STEP, "", 1) };
	for (size_t i = 1; i < 5; i++) {
		list[i].session = 7;
		list[i].state_from = list[i].state_to = "open";
	}
	list[2].state_from = "shut"; /* 2 begins, 3 opens, 4 changes nothing */
	CU_ASSERT_STRING_EQUAL(slice_of(list, 5, 5), "1 2 3 5");
	list[4].session = 8;
	CU_ASSERT_STRING_EQUAL(slice_of(list, 5, 5), "1 5");
}

static void test_an_act_follows_from_what_was_captured(void)
{
	struct record list[] = { made(1, RECORD_RUN, "", 0), made(2, RECORD_STEP, "", 1),
				 made(3, RECORD_ACT, "capture", 2), made(4, RECORD_ACT, "set", 1),
				 made(5, RECORD_ACT, "capture", 1) };
	CU_ASSERT_STRING_EQUAL(slice_of(list, 5, 4), "1 2 3 4");
	list[3].name = "delay";
	CU_ASSERT_STRING_EQUAL(slice_of(list, 5, 4), "1 4");
}

/* -- tellings -- */

static struct record step_of(uint64_t id, const char *actor, uint64_t parent)
{
	struct record r = made(id, RECORD_STEP, "", parent);
	r.at_ns = 5000000;
	r.actor = actor;
	r.text = "the app opens the door";
	r.source = "S1.1";
	r.state_to = "open";
	return r;
}

static void test_what_belongs_to_a_step_is_told_with_it(void)
{
	struct telling t = { 0 };
	struct record heard = made(1, RECORD_ACCEPTED, "", 0), said = made(4, RECORD_SENT, "", 2);
	heard.at_ns = said.at_ns = 5000000;
	heard.actor = said.actor = "app";
	heard.message = "KeyPrompt";
	heard.peer = "user";
	said.message = "Done";
	said.peer = "noc";
	struct record step = step_of(2, "app", 1), other = step_of(3, "uem", 0);
	telling_add(&t, &heard);
	telling_add(&t, &step);
	telling_add(&t, &other); /* someone else, meanwhile */
	telling_add(&t, &said);
	CU_ASSERT_EQUAL_FATAL(t.count, 2);
	CU_ASSERT_STRING_EQUAL(t.list[0].text, "the app opens the door (it receives KeyPrompt from "
					       "user); sends Done to noc");
	CU_ASSERT_EQUAL(t.list[0].record, 2);
	t.apart = true;
	telling_add(&t, &said);
	CU_ASSERT_EQUAL_FATAL(t.count, 3);
	CU_ASSERT_STRING_EQUAL(t.list[2].text, "sends Done to noc");
	telling_fini(&t);
}

static void test_a_telling_is_bounded_and_says_so(void)
{
	struct telling t = { 0 };
	struct buffer first = { 0 }, last = { 0 };
	struct telling_page p = {
		.width = 100, .numbered = true, .most = 2, .rest = "-v tells all"
	};
	for (uint64_t i = 1; i <= 5; i++) {
		struct record r = step_of(i, "app", 0);
		telling_add(&t, &r);
	}
	telling_draw(&t, &p, &first);
	p.last = true;
	telling_draw(&t, &p, &last);
	CU_ASSERT_STRING_EQUAL(text_string(&first),
			       "   1     5.0 ms  app              the app opens the door [S1.1]\n"
			       "   2     5.0 ms  app              the app opens the door [S1.1]\n"
			       "... 3 more steps are left out; -v tells all\n");
	CU_ASSERT_STRING_EQUAL(text_string(&last),
			       "... 3 earlier steps are left out; -v tells all\n"
			       "   4     5.0 ms  app              the app opens the door [S1.1]\n"
			       "   5     5.0 ms  app              the app opens the door [S1.1]\n");
	telling_fini(&t);
	buffer_fini(&first);
	buffer_fini(&last);
}

static void test_what_only_carries_is_no_step(void)
{
	struct record sent = made(1, RECORD_SENT, "", 0), step = step_of(2, "proxy", 0);
	sent.message = "Datagram";
	CU_ASSERT_TRUE(telling_carries(&sent) && !telling_is_step(&sent));
	sent.message = "Done";
	CU_ASSERT_TRUE(!telling_carries(&sent) && telling_is_step(&sent));
	step.message = "Datagram";
	step.state_from = step.state_to;
	CU_ASSERT_TRUE(telling_carries(&step));
	step.checks[step.checks_count++] = (struct record_check){ "proxy.it_is_mine", false, false };
	CU_ASSERT_TRUE(telling_is_step(&step)); /* it was refused: that is a story */
}

/* -- the fewest -- */

struct oracle {
	const bool *needed;
	size_t count, asked;
};

static bool does(void *context, const bool *kept)
{
	struct oracle *o = context;
	o->asked++;
	for (size_t i = 0; i < o->count; i++)
		if (o->needed[i] && !kept[i])
			return false;
	return true;
}

static void test_exactly_what_is_needed_is_left(void)
{
	uint64_t state = 1;
	for (int round = 0; round < 2000; round++) {
		bool needed[40] = { false }, kept[40];
		struct oracle o = { .needed = needed, .count = next_number(&state) % 41 };
		size_t want = next_number(&state) % 5;
		for (size_t i = 0; o.count > 0 && i < want; i++)
			needed[next_number(&state) % o.count] = true;
		memset(kept, true, sizeof kept);
		size_t said = ddmin(kept, o.count, does, &o);
		CU_ASSERT_EQUAL(said, o.asked);
		CU_ASSERT_EQUAL(memcmp(kept, needed, o.count), 0);
	}
}

/* Either of two things is enough together with a third: what is left is the fewest of one way. */
static bool does_either(void *context, const bool *kept)
{
	(void)context;
	return (kept[1] || kept[6]) && kept[3];
}

static void test_nothing_that_is_left_can_be_spared(void)
{
	bool kept[8];
	memset(kept, true, sizeof kept);
	ddmin(kept, 8, does_either, NULL);
	size_t left = 0;
	for (size_t i = 0; i < 8; i++)
		left += kept[i];
	CU_ASSERT_EQUAL(left, 2);
	CU_ASSERT_TRUE(does_either(NULL, kept));
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(test_a_slice_has_what_leads_there),
		TEST(test_a_step_follows_from_the_step_that_made_its_state),
		TEST(test_an_act_follows_from_what_was_captured),
		TEST(test_what_belongs_to_a_step_is_told_with_it),
		TEST(test_a_telling_is_bounded_and_says_so),
		TEST(test_what_only_carries_is_no_step),
		TEST(test_exactly_what_is_needed_is_left),
		TEST(test_nothing_that_is_left_can_be_spared),
	};
	return suite_run("why", cases, sizeof cases / sizeof *cases);
}
