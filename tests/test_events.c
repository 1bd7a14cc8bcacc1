/* test_events.c - the queue of what will happen, against a list that is sorted the plain way. */
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "sim/world/events.h"
#include "tests/lib/suite.h"

enum { PUSHES = 10000, TIMES = 700 }; /* few times, so that most of them tie */

struct expected {
	int64_t at_ns;
	uint32_t pushed; /* which push it was */
};

static int by_time_then_push(const void *a, const void *b)
{
	const struct expected *x = a, *y = b;
	if (x->at_ns != y->at_ns)
		return x->at_ns < y->at_ns ? -1 : 1;
	return x->pushed < y->pushed ? -1 : x->pushed > y->pushed;
}

static uint32_t next(uint32_t *x)
{
	*x = *x * 1664525u + 1013904223u;
	return *x >> 8;
}

static void push(struct events *q, int64_t at_ns, uint32_t number)
{
	struct event e = { .at_ns = at_ns, .tag = number };
	buffer_append_u32(&e.bytes, number);
	events_push(q, &e);
	CU_ASSERT_PTR_NULL(e.bytes.data); /* taken over */
}

/* Pop one and say whether it is the expected one, with its own bytes. */
static bool pops(struct events *q, const struct expected *want)
{
	struct event e;
	bool good = events_pop(q, &e) && e.at_ns == want->at_ns && e.tag == want->pushed &&
		    e.bytes.size == 4 && read_u32(e.bytes.data) == want->pushed;
	buffer_fini(&e.bytes);
	return good;
}

static void comes_in_order_of_time_then_of_scheduling(void)
{
	static struct expected all[PUSHES];
	struct events q = { 0 };
	struct event none;
	uint32_t x = 7;
	size_t wrong = 0;
	for (uint32_t i = 0; i < PUSHES; i++) {
		all[i] = (struct expected){ .at_ns = next(&x) % TIMES, .pushed = i };
		push(&q, all[i].at_ns, i);
	}
	qsort(all, PUSHES, sizeof *all, by_time_then_push);
	for (size_t i = 0; i < PUSHES; i++)
		wrong += !pops(&q, &all[i]);
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_FALSE(events_pop(&q, &none));
	events_fini(&q);
}

/* As in a run: what is popped schedules more, never before now. */
static void keeps_its_order_while_events_schedule_others(void)
{
	struct events q = { 0 };
	struct event e = { 0 };
	uint32_t x = 11, pushed = 0;
	int64_t now = 0;
	uint64_t last = 0;
	size_t popped = 0, wrong = 0;
	for (; pushed < 100; pushed++)
		push(&q, next(&x) % TIMES, pushed);
	while (events_pop(&q, &e)) {
		wrong += e.at_ns < now || (e.at_ns == now && popped > 0 && e.sequence < last);
		now = e.at_ns;
		last = e.sequence;
		popped++;
		buffer_fini(&e.bytes);
		for (uint32_t more = next(&x) % 3; more > 0 && pushed < PUSHES; more--, pushed++)
			push(&q, now + next(&x) % 50, pushed);
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_EQUAL(popped, pushed);
	CU_ASSERT_TRUE(popped > 100);
	events_fini(&q);
}

static bool is_no_third(void *context, const struct event *e)
{
	size_t *asked = context;
	++*asked;
	return e->tag % 3 != 0;
}

/* Forgotten are those alone, and the others keep their order; the heap becomes small again. */
static void forgets_what_is_dead_and_keeps_the_order(void)
{
	static struct expected all[PUSHES];
	struct events q = { 0 };
	struct event none;
	uint32_t x = 13;
	size_t kept = 0, wrong = 0, asked = 0;
	for (uint32_t i = 0; i < PUSHES; i++) {
		struct expected e = { .at_ns = next(&x) % TIMES, .pushed = i };
		push(&q, e.at_ns, i);
		if (i % 3 == 0)
			all[kept++] = e;
	}
	size_t room = q.room;
	events_forget(&q, is_no_third, &asked);
	CU_ASSERT_EQUAL(asked, PUSHES);
	CU_ASSERT_EQUAL(q.count, kept);
	events_forget(&q, is_no_third, &asked);
	CU_ASSERT_EQUAL(asked, PUSHES + kept);
	qsort(all, kept, sizeof *all, by_time_then_push);
	for (size_t i = 0; i < kept; i++)
		wrong += !pops(&q, &all[i]);
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_FALSE(events_pop(&q, &none));
	CU_ASSERT_TRUE(q.room < room / 8);
	events_fini(&q);
}

static void what_is_left_is_released(void)
{
	struct events q = { 0 };
	for (uint32_t i = 0; i < 200; i++)
		push(&q, 200 - i, i);
	events_fini(&q);
	CU_ASSERT_EQUAL(q.count, 0);
	CU_ASSERT_PTR_NULL(q.list);
	events_fini(&q);
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(comes_in_order_of_time_then_of_scheduling),
		TEST(keeps_its_order_while_events_schedule_others),
		TEST(forgets_what_is_dead_and_keeps_the_order),
		TEST(what_is_left_is_released),
	};
	return suite_run("events", cases, sizeof cases / sizeof *cases);
}
