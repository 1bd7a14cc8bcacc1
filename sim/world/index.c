/* index.c - how ends are found: by number, by the addresses of their packets, by the messages that
 * they ride on, and among those of one actor. Ends are walked in order of making only; no hash's
 * order decides anything. */
#include <assert.h>
#include <stdlib.h>
#include <utlist.h>

#include "sim/world/internal.h"

static void write_address(uint8_t key[ADDRESS_KEY_SIZE], struct address a)
{
	write_u32(key, a.ip);
	write_u16(key + 4, a.port);
}

static struct end_addresses addresses_of(struct address local, struct address remote)
{
	struct end_addresses key;
	write_address(key.local, local);
	write_address(key.remote, remote);
	return key;
}

/* What the index keys by lives in the end; adding is for an end whose addresses are known. */
void end_index(struct world *w, struct end *e)
{
	assert(!e->indexed);
	e->indexed = true;
	if (e->base == BASE_RIDES) {
		e->ride = (struct end_ride){ (uint32_t)e->channel, e->tag, e->opener };
		HASH_ADD(by_ride, w->ends_by_ride, ride, sizeof e->ride, e);
		return;
	}
	e->addresses = addresses_of(e->local, e->remote);
	HASH_ADD(by_addresses, w->ends_by_addresses, addresses, sizeof e->addresses, e);
	if (e->opener)
		HASH_ADD(by_local, w->ends_by_local, addresses.local, ADDRESS_KEY_SIZE, e);
}

void end_unindex(struct world *w, struct end *e)
{
	if (!e->indexed)
		return;
	e->indexed = false;
	if (e->base == BASE_RIDES) {
		HASH_DELETE(by_ride, w->ends_by_ride, e);
		return;
	}
	HASH_DELETE(by_addresses, w->ends_by_addresses, e);
	if (e->opener)
		HASH_DELETE(by_local, w->ends_by_local, e);
}

struct end *end_numbered(struct world *w, uint64_t number)
{
	struct end *e = NULL;
	if (number)
		HASH_FIND(by_number, w->ends_by_number, &number, sizeof number, e);
	return e;
}

struct end *end_between(struct world *w, struct address local, struct address remote)
{
	struct end_addresses key = addresses_of(local, remote);
	struct end *e;
	HASH_FIND(by_addresses, w->ends_by_addresses, &key, sizeof key, e);
	return e;
}

struct end *end_dialled_from(struct world *w, struct address local)
{
	uint8_t key[ADDRESS_KEY_SIZE];
	struct end *e;
	write_address(key, local);
	HASH_FIND(by_local, w->ends_by_local, key, sizeof key, e);
	return e;
}

struct end *end_riding(struct world *w, size_t channel, uint32_t tag, bool opener)
{
	struct end_ride key = { (uint32_t)channel, tag, opener };
	struct end *e;
	HASH_FIND(by_ride, w->ends_by_ride, &key, sizeof key, e);
	return e;
}

static bool is_open(const struct end *e, size_t channel)
{
	return e->channel == channel && !e->closed && !e->relayed;
}

struct end *end_newest(struct actor *a, size_t channel)
{
	if (!a->ends)
		return NULL;
	if (!a->newest)
		a->newest = calloc(FLOW_CHANNELS_MAX, sizeof *a->newest);
	if (!a->newest)
		abort();
	struct end *e = a->newest[channel];
	if (e && is_open(e, channel))
		return e;
	a->newest[channel] = NULL;
	for (e = a->ends->prev;; e = e->prev) { /* the head's prev is the tail */
		if (is_open(e, channel)) {
			a->newest[channel] = e;
			return e;
		}
		if (e == a->ends)
			return NULL;
	}
}

/* Nothing is remembered for actors without ends: of a device that is done, all. */
void end_forget_newest(const struct end *e)
{
	struct actor *a = e->actor;
	if (a->newest && a->newest[e->channel] == e)
		a->newest[e->channel] = NULL;
	if (a->ends)
		return;
	free(a->newest);
	a->newest = NULL;
}

struct end *end_of_session(const struct session *s, size_t channel, uint32_t tag)
{
	struct end *e;
	DL_FOREACH2(s->ends, e, session_next)
	if (e->channel == channel && !e->closed && (tag == 0 || e->tag == tag))
		return e;
	return NULL;
}
