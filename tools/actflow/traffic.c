/* traffic.c - drops by actor and reason; bytes said and heard by address. */
#include "tools/actflow/traffic.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/list.h"
#include "proto/pipe/judge.h"
#include "tools/actflow/text.h"

/* Of a packet its size; of every record the speaker that it follows from, from 1. */
struct origin {
	uint32_t size;
	uint32_t speaker;
};

void traffic_attend(struct traffic *t, const struct scenario *s)
{
	if (s->expect.drops_count > 0 || s->expect.amplified_count > 0)
		t->scenario = s;
}

/* -- drops -- */

static void count_dropped(struct traffic *t, const struct record *r)
{
	struct dropped d = { .times = 1 };
	size_t i = 0;
	snprintf(d.actor, sizeof d.actor, "%.*s", (int)strcspn(r->actor, "@"), r->actor);
	snprintf(d.why, sizeof d.why, "%s", r->text);
	while (i < t->dropped_count &&
	       (strcmp(t->dropped[i].actor, d.actor) != 0 || strcmp(t->dropped[i].why, d.why) != 0))
		i++;
	if (i < t->dropped_count) {
		t->dropped[i].times++;
		return;
	}
	t->dropped = list_grow(t->dropped, i, &t->dropped_room, sizeof d);
	t->dropped[t->dropped_count++] = d;
}

static uint64_t times_dropped(const struct traffic *t, const char *actor, const char *why)
{
	for (size_t i = 0; i < t->dropped_count; i++)
		if (strcmp(t->dropped[i].actor, actor) == 0 && strcmp(t->dropped[i].why, why) == 0)
			return t->dropped[i].times;
	return 0;
}

static bool is_expected(const struct scenario *s, const struct dropped *d)
{
	for (size_t i = 0; i < s->expect.drops_count; i++)
		if (strcmp(s->expect.drops[i].actor, d->actor) == 0 &&
		    strcmp(s->expect.drops[i].why, d->why) == 0)
			return true;
	return false;
}

static void compare_dropped(const struct traffic *t, struct diags *d)
{
	const struct scenario *s = t->scenario;
	for (size_t i = 0; i < s->expect.drops_count; i++) {
		struct place place = s->expect.drops[i].place;
		uint64_t wanted = s->expect.drops[i].times;
		uint64_t times = times_dropped(t, s->expect.drops[i].actor, s->expect.drops[i].why);
		if (times != wanted)
			diag_add(d, s->file, place.line, place.column,
				 "dropped at %s: expected \"%s\" %" PRIu64
				 " times, actual %" PRIu64,
				 s->expect.drops[i].actor, s->expect.drops[i].why, wanted, times);
	}
	for (size_t i = 0; s->expect.drops_count > 0 && i < t->dropped_count; i++) {
		struct place place = s->expect.drops[0].place;
		const struct dropped *x = &t->dropped[i];
		if (!is_expected(s, x))
			diag_add(d, s->file, place.line, place.column,
				 "dropped at %s: expected nothing else, actual \"%s\" %" PRIu64
				 " times",
				 x->actor, x->why, x->times);
	}
}

/* -- amplification -- */

static struct origin *origin_of(struct traffic *t, uint64_t id)
{
	t->origins = list_grow_zero(t->origins, id, &t->origins_room, sizeof *t->origins);
	return &t->origins[id];
}

/* The channel of this record where something is expected of it, and of one to or from the end that
 * answers there; -1: none. */
static int asked_channel(const struct scenario *s, const struct record *r, const char *answers)
{
	int channel = flow_channel_index(&s->flow, r->channel);
	for (size_t i = 0; channel >= 0 && i < s->expect.amplified_count; i++)
		if (s->expect.amplified[i].channel == (size_t)channel &&
		    flow_actor_index(&s->flow, answers) == (int)s->flow.channels[channel].to)
			return channel;
	return -1;
}

static size_t speaker_of(struct traffic *t, size_t channel, const char *name)
{
	size_t i = 0;
	while (i < t->speakers_count &&
	       (t->speakers[i].channel != channel || strcmp(t->speakers[i].name, name) != 0))
		i++;
	if (i < t->speakers_count)
		return i;
	t->speakers = list_grow(t->speakers, i, &t->speakers_room, sizeof *t->speakers);
	t->speakers[i] = (struct speaker){ .channel = channel };
	snprintf(t->speakers[i].name, sizeof t->speakers[i].name, "%s", name);
	return t->speakers_count++;
}

/* Whether more was said for one heard; for nothing heard, anything is most. */
static bool is_more(uint64_t said, uint64_t heard, uint64_t than_said, uint64_t than_heard)
{
	return said * than_heard > than_said * heard ||
	       (heard == 0 && than_heard == 0 && said > than_said);
}

static uint64_t heard_for(const struct traffic *t, const struct speaker *x)
{
	uint64_t heard = 0;
	for (size_t i = 0; i < t->speakers_count; i++)
		if (&t->speakers[i] == x || (i < 64 && x->causes >> i & 1))
			heard += t->speakers[i].heard;
	return heard;
}

/* A packet to a host, which follows from what this speaker (from 1; 0: none) said. */
static void say(struct traffic *t, size_t channel, const struct record *r, uint32_t cause)
{
	struct speaker *x = &t->speakers[speaker_of(t, channel, r->peer)];
	if (x->reached)
		return;
	if (cause > 0 && cause <= 64)
		x->causes |= UINT64_C(1) << (cause - 1);
	x->said += r->bytes.size;
	uint64_t heard = heard_for(t, x);
	if (x->worst_said == 0 || is_more(x->said, heard, x->worst_said, x->worst_heard)) {
		x->worst_said = x->said;
		x->worst_heard = heard;
	}
}

/* A cookie that somebody looked at and found good. */
static bool shows_address(const struct record *r)
{
	return r->kind == RECORD_JUDGED && r->checks_count > 0 && r->checks[0].holds &&
	       strcmp(r->checks[0].id, pipe_checks[PIPE_CHECK_COOKIE].name) == 0 &&
	       !strstr(r->text, "not looked at");
}

static void follow(struct traffic *t, const struct record *r)
{
	struct origin *own = origin_of(t, r->id);
	int channel = asked_channel(t->scenario, r, r->actor);
	for (size_t i = 0; own->speaker == 0 && i < r->parents_count; i++)
		own->speaker = t->origins[r->parents[i]].speaker;
	if (r->kind == RECORD_PACKET)
		own->size = (uint32_t)r->bytes.size;
	if (r->kind == RECORD_PACKET && channel >= 0 && strcmp(r->text, "taken") != 0) {
		say(t, (size_t)channel, r, own->speaker);
	} else if (r->kind == RECORD_ARRIVAL && channel >= 0 && r->parents_count > 0) {
		size_t speaker = speaker_of(t, (size_t)channel, r->peer);
		t->speakers[speaker].heard += t->origins[r->parents[0]].size;
		own->speaker = (uint32_t)speaker + 1;
	} else if (shows_address(r) && own->speaker > 0) {
		t->speakers[own->speaker - 1].reached = true;
	}
}

void traffic_feed(struct traffic *t, const struct record *r)
{
	if (!t->scenario)
		return;
	if (r->kind == RECORD_DROP && t->scenario->expect.drops_count > 0)
		count_dropped(t, r);
	if (t->scenario->expect.amplified_count > 0)
		follow(t, r);
}

/* To whom the most was said on a channel for one heard; NULL: to nobody was anything said. */
static const struct speaker *worst_on(const struct traffic *t, size_t channel)
{
	const struct speaker *worst = NULL;
	for (size_t i = 0; i < t->speakers_count; i++) {
		const struct speaker *x = &t->speakers[i];
		if (x->channel != channel || x->worst_said == 0)
			continue;
		if (!worst ||
		    is_more(x->worst_said, x->worst_heard, worst->worst_said, worst->worst_heard))
			worst = x;
	}
	return worst;
}

static void tell_worst(const struct speaker *x, struct buffer *out)
{
	if (!x) {
		text_add(out, "nothing was said");
		return;
	}
	if (x->worst_heard > 0)
		text_printf(out, "%" PRIu64 ".%02" PRIu64 " (", x->worst_said / x->worst_heard,
			    x->worst_said % x->worst_heard * 100 / x->worst_heard);
	text_printf(out, "%" PRIu64 " bytes to %s for %" PRIu64 "%s", x->worst_said, x->name,
		    x->worst_heard, x->worst_heard > 0 ? ")" : "");
}

static bool is_over(const struct traffic *t, const struct expected_ratio *e)
{
	const struct speaker *x = worst_on(t, e->channel);
	return x && e->most >= 0 && x->worst_said > x->worst_heard * (uint64_t)e->most;
}

const char *traffic_amplifies(const struct traffic *t)
{
	const struct scenario *s = t->scenario;
	for (size_t i = 0; s && i < s->expect.amplified_count; i++)
		if (is_over(t, &s->expect.amplified[i]))
			return s->flow.channels[s->expect.amplified[i].channel].name;
	return NULL;
}

static void compare_amplified(const struct traffic *t, size_t number, struct diags *d)
{
	const struct scenario *s = t->scenario;
	size_t channel = s->expect.amplified[number].channel;
	int32_t most = s->expect.amplified[number].most, least = s->expect.amplified[number].least;
	struct place place = s->expect.amplified[number].place;
	const struct speaker *x = worst_on(t, channel);
	struct buffer actual = { 0 };
	tell_worst(x, &actual);
	bool over = is_over(t, &s->expect.amplified[number]);
	bool under = least >= 0 && (!x || x->worst_said < x->worst_heard * (uint64_t)least);
	if (over || under)
		diag_add(d, s->file, place.line, place.column,
			 "amplification on %s: expected %s %" PRId32 ", actual %s",
			 s->flow.channels[channel].name, over ? "at most" : "at least",
			 over ? most : least, text_string(&actual));
	buffer_fini(&actual);
}

void traffic_compare(const struct traffic *t, bool exact, struct diags *d)
{
	if (!t->scenario)
		return;
	if (exact)
		compare_dropped(t, d);
	for (size_t i = 0; i < t->scenario->expect.amplified_count; i++)
		compare_amplified(t, i, d);
}

void traffic_tell(const struct traffic *t, struct buffer *out)
{
	for (size_t i = 0; t->scenario && i < t->scenario->expect.amplified_count; i++) {
		size_t channel = t->scenario->expect.amplified[i].channel;
		text_printf(out, "%s%s: ", i > 0 ? "; " : "",
			    t->scenario->flow.channels[channel].name);
		tell_worst(worst_on(t, channel), out);
	}
}

void traffic_fini(struct traffic *t)
{
	free(t->dropped);
	free(t->speakers);
	free(t->origins);
	*t = (struct traffic){ 0 };
}
