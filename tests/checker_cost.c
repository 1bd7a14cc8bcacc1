/* checker_cost.c - what the checker costs: time for each record, and bytes that a device leaves
 * behind when it is done. Arguments: a trace, its run.secrets, the flow file, the variant; then how
 * many devices, and how many of them live at a time.
 *
 * The trace is copied as often as there are devices, record by record, so that the run is never
 * held in memory. Two passes make the same records; only the second has a checker, and the
 * difference is its cost. Nothing is judged here but that the verdict holds.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/flow/checker.h"
#include "tests/lib/strands.h"

struct cost {
	double seconds;
	size_t heap; /* bytes in use at the end */
	uint64_t records;
};

static double seconds_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static size_t heap_now(void)
{
	struct mallinfo2 m = mallinfo2();
	return m.uordblks + m.hblkhd;
}

static void pass(struct strands *x, struct checker *c, struct cost *cost)
{
	struct record r;
	double begun = seconds_now();
	for (; strands_next(x, &r); cost->records++)
		if (c)
			checker_feed(c, &r);
	cost->seconds = seconds_now() - begun;
	cost->heap = heap_now();
}

static void strands_begin(struct strands *x, const struct strands *of, size_t devices, size_t live)
{
	strands_init(x, of->flow, of->honest, of->secrets);
	x->seed = 1;
	x->live = live;
	for (size_t i = 0; i < devices; i++)
		strands_add(x, (uint32_t)i + 1, 0, x->honest->count, SIZE_MAX);
}

static int measure(const struct strands *of, size_t variant, size_t devices, size_t live)
{
	struct cost without = { 0 }, with = { 0 };
	struct strands x;
	strands_begin(&x, of, devices, live);
	pass(&x, NULL, &without);
	strands_fini(&x);
	strands_begin(&x, of, devices, live);
	struct checker *c = checker_new(of->flow, variant, &x.own);
	pass(&x, c, &with);
	checker_finish(c);
	enum verdict v = checker_verdict(c);
	const struct finding *list;
	size_t count = checker_findings(c, &list);
	for (size_t i = 0; i < count && i < 10; i++)
		fprintf(stderr, "%s: %s\n", list[i].subject, list[i].text);
	double ns = (with.seconds - without.seconds) * 1e9 / (double)with.records;
	double kept = ((double)with.heap - (double)without.heap) / (double)devices;
	printf("%zu devices, %zu at a time: %lu records, %.2f s, %.0f ns a record, %.0f bytes a "
	       "device, %s\n",
	       devices, live, (unsigned long)with.records, with.seconds - without.seconds, ns, kept,
	       verdict_name(v));
	checker_free(c);
	strands_fini(&x);
	return v == VERDICT_HOLDS ? 0 : 1;
}

int main(int argc, char **argv)
{
	static struct flow f;
	struct diags d = { 0 };
	struct records records = { 0 };
	struct secrets secrets = { 0 };
	if (argc != 7) {
		fprintf(stderr, "usage: checker_cost TRACE SECRETS FLOW VARIANT DEVICES LIVE\n");
		return 2;
	}
	int status = 2, variant = -1;
	if (flow_read(argv[3], &f, &d) == ERR_OK && secrets_read(argv[2], &secrets, &d) == ERR_OK &&
	    records_read(&records, argv[1]))
		variant = flow_variant_index(&f, argv[4]);
	struct strands of = { .flow = &f, .honest = &records, .secrets = &secrets };
	if (variant >= 0)
		status = measure(&of, (size_t)variant, strtoul(argv[5], NULL, 10),
				 strtoul(argv[6], NULL, 10));
	diag_print(&d, stderr);
	diag_fini(&d);
	records_fini(&records);
	secrets_fini(&secrets);
	flow_fini(&f);
	return status;
}
