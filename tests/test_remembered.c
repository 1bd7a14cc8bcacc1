/* test_remembered.c - what the checker remembers of a long run: each record's lineage to the end,
 * what was sent until it came and a while longer, and little of a device that is done.
 */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "sim/flow/checker.h"
#include "sim/flow/kept.h"
#include "sim/flow/lineage.h"
#include "tests/lib/knox_trace.h"
#include "tests/lib/strands.h"
#include "tests/lib/suite.h"

static uint32_t next(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 16) % below;
}

static struct lineage_entry entry_of(uint64_t id, uint32_t devices)
{
	uint32_t seed = (uint32_t)id * 2654435761u;
	uint32_t device = next(&seed, devices);
	return (struct lineage_entry){ device * 5 + next(&seed, 5), device, next(&seed, 2),
				       (uint32_t)(id / 700) };
}

/* Few devices: chunks are packed. Many: each record differs, and they stay as they are. */
static void every_record_is_remembered(void)
{
	enum { RECORDS = 60000 };
	for (uint32_t devices = 3; devices <= 3000; devices *= 1000) {
		struct lineage l = { 0 };
		struct lineage_entry found;
		size_t wrong = 0;
		for (uint64_t id = 1; id <= RECORDS; id++)
			if (id % 5000 != 0)
				lineage_add(&l, id, entry_of(id, devices));
		for (uint64_t id = 0; id <= RECORDS + 5000; id++) {
			bool there = id > 0 && id <= RECORDS && id % 5000 != 0;
			struct lineage_entry wanted = entry_of(id, devices);
			bool is = lineage_find(&l, id, &found);
			wrong += is != there || (is && memcmp(&found, &wanted, sizeof wanted) != 0);
		}
		CU_ASSERT_EQUAL(wrong, 0);
		CU_ASSERT_TRUE(devices > 3 || l.size < RECORDS * 3 + LINEAGE_FRESH * 8192);
		lineage_fini(&l);
	}
}

/* Ids that leap leave chunks out. */
static void records_far_apart_are_found(void)
{
	struct lineage l = { 0 };
	struct lineage_entry found, one = { 1, 2, 3, 4 };
	for (uint64_t id = 1; id < UINT64_C(1) << 50; id *= 5)
		lineage_add(&l, id, one);
	for (uint64_t id = 1; id < UINT64_C(1) << 50; id *= 5) {
		CU_ASSERT_TRUE(lineage_find(&l, id, &found));
		CU_ASSERT_FALSE(lineage_find(&l, id + 3, &found));
	}
	lineage_fini(&l);
}

static void what_was_sent_is_kept_until_its_time(void)
{
	enum { SENT = 5000 };
	struct kept_store k = { 0 };
	for (uint64_t id = 1; id <= SENT; id++) {
		struct kept *one = kept_add(&k, id);
		if (id % 3 == 0)
			kept_unload(one);
		if (id % 3)
			kept_leave(&k, one, id);
	}
	for (uint64_t now = 0; now <= SENT; now += 500) {
		size_t wrong = 0;
		kept_expire(&k, KEPT_RECORDS + now + 1);
		for (uint64_t id = 1; id <= SENT; id++) {
			const struct kept *one = kept_find(&k, id);
			bool stays = id % 3 == 0 || id > now;
			wrong += stays != (one != NULL);
			wrong += one && (one->id != id || (one->load == NULL) != (id % 3 == 0));
		}
		CU_ASSERT_EQUAL(wrong, 0);
	}
	CU_ASSERT_EQUAL(k.count, SENT / 3);
	CU_ASSERT_PTR_NULL(kept_find(&k, 0));
	kept_fini(&k);
}

static struct flow flow;
static struct records honest;
static struct secrets secrets;

/* Bytes in use, of the checker and what it is fed from. */
static size_t heap_after(size_t devices, bool judged)
{
	struct strands x;
	struct record r;
	strands_init(&x, &flow, &honest, &secrets);
	x.seed = 1;
	x.live = 4;
	for (size_t i = 0; i < devices; i++)
		strands_add(&x, (uint32_t)i + 1, 0, honest.count, SIZE_MAX);
	struct checker *c = checker_new(&flow, 0, &x.own);
	while (strands_next(&x, &r))
		if (judged)
			checker_feed(c, &r);
	struct mallinfo2 m = mallinfo2();
	checker_free(c);
	strands_fini(&x);
	return m.uordblks + m.hblkhd;
}

/* Beside what is on its way, which does not grow with the devices that are done. Nearly all of it
 * is what is looked for: 17 forms of each of its secrets. */
static void a_device_that_is_done_leaves_little_behind(void)
{
	enum { FEW = 64, MANY = 256, BYTES_MAX = 40 * 1024 };
	size_t few = heap_after(FEW, true) - heap_after(FEW, false);
	size_t many = heap_after(MANY, true) - heap_after(MANY, false);
	CU_ASSERT_TRUE(many <= few + (MANY - FEW) * BYTES_MAX);
}

/* Judge the trace with its last delivery once more, so many records later. */
static enum verdict delivered_again_after(uint64_t records)
{
	struct checker *c = checker_new(&flow, 0, &secrets);
	struct record again = { 0 },
		      timer = { .kind = RECORD_TIMER, .actor = "uem", .name = "set" };
	size_t end = honest.count - 2; /* RECORD_SECRETS, RECORD_END */
	for (size_t i = 0; i < end; i++) {
		checker_feed(c, &honest.list[i]);
		if (honest.list[i].kind == RECORD_ACCEPTED &&
		    strcmp(honest.list[i].actor, "noc") == 0)
			again = honest.list[i];
	}
	uint64_t first = again.id;
	for (timer.id = honest.list[end].id; timer.id < first + records; timer.id++)
		checker_feed(c, &timer);
	again.id = timer.id;
	checker_feed(c, &again);
	for (size_t i = end; i < honest.count; i++) {
		struct record last = honest.list[i];
		last.id = ++timer.id;
		checker_feed(c, &last);
	}
	checker_finish(c);
	enum verdict v = checker_verdict(c);
	checker_free(c);
	return v;
}

static void a_second_delivery_is_known_for_long_but_not_for_ever(void)
{
	CU_ASSERT_EQUAL(delivered_again_after(100), VERDICT_HOLDS);
	CU_ASSERT_EQUAL(delivered_again_after(KEPT_RECORDS), VERDICT_HOLDS);
	CU_ASSERT_EQUAL(delivered_again_after(KEPT_RECORDS + 1), VERDICT_VIOLATED);
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(every_record_is_remembered),
		TEST(records_far_apart_are_found),
		TEST(what_was_sent_is_kept_until_its_time),
		TEST(a_device_that_is_done_leaves_little_behind),
		TEST(a_second_delivery_is_known_for_long_but_not_for_ever),
	};
	struct diags d = { 0 };
	if (flow_read(KNOX_FLOW, &flow, &d) != ERR_OK)
		return 2;
	knox_trace_build(&honest, &secrets);
	int status = suite_run("remembered", cases, sizeof cases / sizeof *cases);
	records_fini(&honest);
	secrets_fini(&secrets);
	flow_fini(&flow);
	return status;
}
