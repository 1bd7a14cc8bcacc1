/* wire.c - latency, jitter, loss, duplication, reordering and rate of one direction. */
#include "sim/world/wire.h"

void wire_init(struct wire *x, const struct wire_spec *spec, uint64_t seed)
{
	*x = (struct wire){ .spec = spec, .state = seed };
}

/* SplitMix64 (Steele, Lea, Flood 2014): any seed is a good one. Not for secrets. */
static uint64_t draw(struct wire *x)
{
	uint64_t z = x->state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* The 53 high bits as an exact fraction: the same on every compiler. */
static bool happens(struct wire *x, double probability)
{
	return (double)(draw(x) >> 11) * 0x1p-53 < probability;
}

static int64_t jitter(struct wire *x)
{
	uint64_t r = draw(x);
	return x->spec->jitter_ns > 0 ? (int64_t)(r % ((uint64_t)x->spec->jitter_ns + 1)) : 0;
}

struct wire_fate wire_send(struct wire *x, size_t size, int64_t now_ns)
{
	struct wire_fate f = { 0 };
	bool lost = happens(x, x->spec->loss);
	bool twice = happens(x, x->spec->duplicate);
	bool late = happens(x, x->spec->reorder);
	int64_t extra = jitter(x);
	if (size > x->spec->mtu) {
		f.too_big = true;
		return f;
	}
	int64_t leaves = now_ns;
	if (x->spec->rate_bps > 0) {
		int64_t bits = (int64_t)size * 8;
		if (x->free_ns > leaves)
			leaves = x->free_ns;
		leaves += bits * 1000000000 / x->spec->rate_bps;
		x->free_ns = leaves;
	}
	if (lost) {
		f.lost = true;
		return f;
	}
	int64_t base = x->spec->delay_ns + (late ? x->spec->delay_ns + x->spec->jitter_ns : 0);
	f.arrival_ns[f.copies++] = leaves + base + extra;
	if (twice)
		f.arrival_ns[f.copies++] = leaves + base + extra + x->spec->delay_ns / 2 + 1;
	return f;
}
