/* tamper.c - the adversary on a wire: takes a packet, changes it, and puts others behind it.
 *
 * It stands where a packet leaves its sender. What changes a packet comes first, of all entries
 * that are upon it; then it goes on; then come those that are put behind it. The wire's own draws
 * have been made for the honest packet, so that none of the others' moves.
 */
#include "sim/world/tamper.h"

#include <stdlib.h>
#include <string.h>

#include "sim/adversary/packets.h"

void tamper_init(struct world *w)
{
	struct packet_watch *watch = packet_watch_new(&w->scenario->plan);
	if (!watch)
		return;
	w->tampering = calloc(1, sizeof *w->tampering);
	if (!w->tampering)
		abort();
	w->tampering->watch = watch;
}

void tamper_fini(struct world *w)
{
	if (!w->tampering)
		return;
	for (size_t i = 0; i < w->tampering->kept_count; i++)
		buffer_fini(&w->tampering->kept[i].bytes);
	packet_watch_free(w->tampering->watch);
	free(w->tampering);
}

void tamper_arm(struct world *w, const struct plan_entry *e, uint32_t device)
{
	packet_watch_arm(w->tampering->watch, e, device);
}

uint32_t tamper_undone(const struct world *w)
{
	return w->tampering ? packet_watch_undone(w->tampering->watch) : 0;
}

void tamper_record(const struct changing *c, const struct act *a, const char *how)
{
	struct world *w = c->w;
	struct record r = log_record(w, RECORD_ACT, c->was->sender);
	r.name = act_name(a->kind);
	r.peer = c->receiver->name;
	r.channel = w->flow->channels[c->was->channel].name;
	r.text = how;
	r.number = a->ns ? a->ns : a->times ? a->times : a->number;
	w->cause = log_append(w, &r);
}

/* -- what changes a packet; each says how, or why not -- */

static void replace(struct changing *c, struct buffer *bytes)
{
	buffer_fini(&c->bytes);
	c->bytes = *bytes;
}

/* Counted from the front, or, when it is negative, from the end; -1 when there is no such place. */
static int64_t place_of(int64_t number, size_t size)
{
	int64_t at = number < 0 ? (int64_t)size + number : number;
	return at < 0 || at >= (int64_t)size ? -1 : at;
}

static const char *flip(struct changing *c, const struct act *a)
{
	struct load l;
	struct buffer payload = { 0 }, packet = { 0 };
	load_open(c->w, c->was->channel, bytes_of_buffer(&c->bytes), &l);
	int64_t at = place_of(a->number, l.bytes.size * 8);
	if (at < 0)
		return "nothing changed: it has no such bit";
	uint8_t mask = (uint8_t)(0x80 >> at % 8);
	if (a->stale && l.kind == LOAD_SEGMENT) { /* its payload is its end */
		c->bytes.data[c->bytes.size - l.bytes.size + (size_t)at / 8] ^= mask;
		return "a bit is flipped, the checksum stays";
	}
	buffer_append(&payload, l.bytes);
	payload.data[at / 8] ^= mask;
	load_close(&l, bytes_of_buffer(&payload), &packet);
	buffer_fini(&payload);
	replace(c, &packet);
	return "a bit is flipped";
}

static const char *rewrite(struct changing *c, const struct act *a)
{
	struct load l;
	struct buffer payload = { 0 }, packet = { 0 };
	load_open(c->w, c->was->channel, bytes_of_buffer(&c->bytes), &l);
	const uint8_t *at = memmem(l.bytes.data, l.bytes.size, a->find.data, a->find.size);
	if (!at)
		return ACT_VAIN_CHANGE "it has no such bytes";
	buffer_append(&payload, l.bytes);
	memcpy(payload.data + (at - l.bytes.data), a->bytes.data, a->bytes.size);
	load_close(&l, bytes_of_buffer(&payload), &packet);
	buffer_fini(&payload);
	replace(c, &packet);
	return "some of its bytes are others";
}

static const char *truncate_to(struct changing *c, const struct act *a)
{
	struct load l;
	struct buffer packet = { 0 };
	load_open(c->w, c->was->channel, bytes_of_buffer(&c->bytes), &l);
	int64_t size = place_of(a->number, l.bytes.size);
	if (size < 0)
		return "nothing changed: it is no longer than that";
	load_close(&l, bytes_of(l.bytes.data, (size_t)size), &packet);
	replace(c, &packet);
	return "only its beginning goes on";
}

static const char *split(struct changing *c, const struct act *a)
{
	struct load l;
	struct buffer first = { 0 };
	load_open(c->w, c->was->channel, bytes_of_buffer(&c->bytes), &l);
	int64_t at = place_of(a->number, l.bytes.size);
	if (l.kind != LOAD_SEGMENT || at <= 0 || c->rest.size > 0)
		return "nothing changed: it cannot be split there";
	struct load second = l;
	second.segment.sequence += (uint32_t)at;
	l.segment.flags &= (uint8_t) ~(SEGMENT_FIN | SEGMENT_PSH);
	load_close(&second, bytes_of(l.bytes.data + at, l.bytes.size - (size_t)at), &c->rest);
	load_close(&l, bytes_of(l.bytes.data, (size_t)at), &first);
	replace(c, &first);
	return "it goes on in two";
}

static bool is_change(const struct act *a)
{
	return a->kind == ACT_DROP || a->kind == ACT_DELAY || a->kind == ACT_FLIP ||
	       a->kind == ACT_REWRITE || a->kind == ACT_TRUNCATE || a->kind == ACT_SPLIT;
}

static const char *change(struct changing *c, const struct act *a)
{
	if (a->kind == ACT_FLIP)
		return flip(c, a);
	if (a->kind == ACT_REWRITE)
		return rewrite(c, a);
	if (a->kind == ACT_TRUNCATE)
		return truncate_to(c, a);
	if (a->kind == ACT_SPLIT)
		return split(c, a);
	if (a->kind == ACT_DELAY) {
		c->fate.arrival_ns[0] += a->ns;
		c->fate.arrival_ns[1] += a->ns;
		return "held back";
	}
	c->dropped = true;
	return "not passed on";
}

/* -- the packet -- */

/* Its record, when what leaves is not what was sent. */
static void record_taken(const struct changing *c)
{
	struct world *w = c->w;
	struct record r = log_record(w, RECORD_PACKET, c->was->sender);
	r.channel = w->flow->channels[c->was->channel].name;
	r.peer = c->receiver->name;
	r.tag = c->was->tag;
	r.bytes = c->was->bytes;
	r.text = "taken";
	w->cause = log_append(w, &r);
}

static void done(struct world *w, const struct plan_entry *e, const struct act *a)
{
	packet_watch_done(w->tampering->watch, e);
	adversary_did(w->adversary, e, a);
}

/* Whether something was done to the packet by such an act, now that all of them were: bits of a
 * packet that goes no further, or is as it was, are changed by nobody. Who keeps a packet, or says
 * it once more, has it as it was changed. */
static bool is_effective(const struct changing *c, const struct act *a, bool said)
{
	bool content = a->kind == ACT_FLIP || a->kind == ACT_TRUNCATE;
	bool same = bytes_equal(c->was->bytes, bytes_of_buffer(&c->bytes));
	if (content)
		return (!same || c->rest.size > 0) && (!c->dropped || said);
	return a->kind == ACT_DROP || !c->dropped;
}

static bool is_said_again(const struct plan_entry *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < list[i]->acts_count; k++)
			if (list[i]->acts[k].kind == ACT_DUPLICATE ||
			    list[i]->acts[k].kind == ACT_CAPTURE)
				return true;
	return false;
}

/* Which acts did something goes to the watch. */
static void change_all(struct changing *c, const struct plan_entry *const *list, size_t count)
{
	uint32_t tried[PLAN_ENTRIES_MAX] = { 0 }; /* bit sets over acts */
	bool said = is_said_again(list, count);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < list[i]->acts_count; k++) {
			const struct act *a = &list[i]->acts[k];
			if (!is_change(a))
				continue;
			const char *how = change(c, a);
			tamper_record(c, a, how);
			if (!act_was_vain(how))
				tried[i] |= UINT32_C(1) << k;
		}
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < list[i]->acts_count; k++)
			if (tried[i] >> k & 1 && is_effective(c, &list[i]->acts[k], said))
				done(c->w, list[i], &list[i]->acts[k]);
}

static void go_on(struct changing *c, bool changed)
{
	struct packet p = *c->was;
	if (c->dropped)
		return;
	p.bytes = bytes_of_buffer(&c->bytes);
	p.forged = changed;
	uint64_t id = carry_packet(c->w, &p, &c->fate);
	p.bytes = bytes_of_buffer(&c->rest);
	if (c->rest.size > 0)
		carry_packet(c->w, &p, &c->fate);
	if (!changed)
		c->w->cause = id;
}

static void put_behind(struct changing *c, const struct plan_entry *const *list, size_t count)
{
	uint64_t cause = c->w->cause;
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < list[i]->acts_count; k++) {
			const struct act *a = &list[i]->acts[k];
			c->w->cause = cause;
			if (!is_change(a) && tamper_add(c, a))
				done(c->w, list[i], a);
		}
}

static bool any_changes(const struct plan_entry *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < list[i]->acts_count; k++)
			if (is_change(&list[i]->acts[k]))
				return true;
	return false;
}

bool tamper_with(struct world *w, const struct packet *p, const struct wire_fate *f)
{
	const struct plan_entry *list[PLAN_ENTRIES_MAX];
	const struct actor *receiver = actor_at(w, p->to.ip);
	if (!w->tampering || !receiver)
		return false;
	struct passing passing = { .channel = p->channel,
				   .from = p->sender->flow_index,
				   .to = receiver->flow_index,
				   .from_device = p->sender->device,
				   .to_device = receiver->device };
	size_t count = packet_watch_pass(w->tampering->watch, &passing, list);
	if (count == 0 || f->copies == 0) /* what the wire loses, nobody else has */
		return false;
	struct changing c = { .w = w, .was = p, .receiver = receiver, .fate = *f };
	bool changed = any_changes(list, count);
	uint64_t cause = w->cause;
	buffer_append(&c.bytes, p->bytes);
	if (changed)
		record_taken(&c);
	change_all(&c, list, count);
	go_on(&c, changed);
	put_behind(&c, list, count);
	w->cause = cause;
	buffer_fini(&c.bytes);
	buffer_fini(&c.rest);
	return true;
}
