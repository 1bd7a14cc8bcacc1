/* packets.c - counts, for each entry of a plan, the packets that fit it. */
#include "sim/adversary/packets.h"

#include <stdlib.h>

struct packet_watch {
	const struct plan *plan;
	uint32_t armed, done;              /* bit sets over entries */
	uint32_t device[PLAN_ENTRIES_MAX]; /* for whom it was armed; 0: all */
	uint64_t seen[PLAN_ENTRIES_MAX];
};

struct packet_watch *packet_watch_new(const struct plan *plan)
{
	struct packet_watch *x = NULL;
	for (size_t i = 0; i < plan->entries_count; i++) {
		const struct plan_entry *e = &plan->entries[i];
		if (!plan_is_of_packets(e))
			continue;
		if (!x)
			x = calloc(1, sizeof *x);
		if (!x)
			abort();
		x->plan = plan;
		if (e->when.kind == TRIGGER_NONE)
			x->armed |= UINT32_C(1) << i;
	}
	return x;
}

void packet_watch_free(struct packet_watch *x)
{
	free(x);
}

void packet_watch_arm(struct packet_watch *x, const struct plan_entry *e, uint32_t device)
{
	size_t i = (size_t)(e - x->plan->entries);
	x->armed |= UINT32_C(1) << i;
	x->device[i] = device;
}

/* Devices have numbers only where there are several. */
static bool is_of(uint32_t wanted, uint32_t device)
{
	return wanted == 0 || wanted == device || (wanted == 1 && device == 0);
}

static bool fits(const struct packet_watch *x, size_t i, const struct passing *p)
{
	const struct plan_entry *e = &x->plan->entries[i];
	const struct packet_pattern *k = &e->packet;
	uint32_t device = p->from_device ? p->from_device : p->to_device;
	return plan_is_of_packets(e) && x->armed >> i & 1 && e->on >> p->channel & 1 &&
	       (k->from < 0 || k->from == (int)p->from) && (k->to < 0 || k->to == (int)p->to) &&
	       is_of(k->from_device, p->from_device) && is_of(k->to_device, p->to_device) &&
	       (device == 0 || is_of(x->device[i], device));
}

size_t packet_watch_pass(struct packet_watch *x, const struct passing *p,
			 const struct plan_entry *out[PLAN_ENTRIES_MAX])
{
	size_t count = 0;
	for (size_t i = 0; i < x->plan->entries_count; i++) {
		const struct plan_entry *e = &x->plan->entries[i];
		if (!fits(x, i, p))
			continue;
		uint64_t number = ++x->seen[i];
		if (number >= e->packet.first && number <= e->packet.last)
			out[count++] = e;
	}
	return count;
}

void packet_watch_done(struct packet_watch *x, const struct plan_entry *e)
{
	x->done |= UINT32_C(1) << (e - x->plan->entries);
}

uint32_t packet_watch_undone(const struct packet_watch *x)
{
	uint32_t undone = 0;
	for (size_t i = 0; x && i < x->plan->entries_count; i++)
		if (plan_is_of_packets(&x->plan->entries[i]) && !(x->done >> i & 1))
			undone |= UINT32_C(1) << i;
	return undone;
}
