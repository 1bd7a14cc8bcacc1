/* owed.c - messages that reached a session, until a record says what came of each. */
#include "tools/actflow/owed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/list.h"
#include "sim/adversary/plan.h"

/* Whether a message is for an end of another channel at its receiver, and so for no session. Who
 * only passes it on has a row for it. */
static bool is_carried(const struct flow *flow, int channel, const struct record *r)
{
	uint32_t device;
	int actor = flow_instance_index(flow, r->actor, &device);
	for (size_t i = 0; i < flow->channels_count; i++) {
		const struct flow_channel *c = &flow->channels[i];
		for (size_t k = 0; k < c->rides_count; k++)
			if (c->rides[k].channel == (size_t)channel &&
			    strcmp(c->rides[k].message, r->message) == 0 &&
			    (int)(k == 0 ? c->from : c->to) == actor)
				return true;
	}
	return false;
}

static bool is_owed(const struct flow *flow, const struct record *r)
{
	int channel = flow_channel_index(flow, r->channel);
	if (r->kind == RECORD_REJECTED)
		return true;
	if (r->kind == RECORD_PIPE)
		return r->session > 0 && strcmp(r->name, "secured") == 0;
	if (r->kind == RECORD_ACT)
		return *r->message != '\0';
	return r->kind == RECORD_ACCEPTED && r->session > 0 && channel >= 0 &&
	       !flow->channels[channel].packets && !is_carried(flow, channel, r);
}

/* Whether an adversary did more to a message than look at it: then nobody need answer it. What was
 * touched before it came is no longer what somebody accepted. */
static bool is_touched(const struct record *r, const struct occasion *before)
{
	return r->kind == RECORD_ACT &&
	       (before->record == 0 || before->touched || act_was_done(r->name, r->text));
}

static void add(struct owed *o, const struct record *r, const struct occasion *before)
{
	o->list = list_grow(o->list, o->count, &o->room, sizeof *o->list);
	struct occasion *one = &o->list[o->count++];
	*one = (struct occasion){ .record = r->id,
				  .formless = r->kind == RECORD_REJECTED,
				  .touched = is_touched(r, before),
				  .proved = r->kind == RECORD_PIPE };
	snprintf(one->actor, sizeof one->actor, "%s", r->actor);
	snprintf(one->peer, sizeof one->peer, "%s", r->peer);
	snprintf(one->channel, sizeof one->channel, "%s", r->channel);
}

static void forget(struct owed *o, size_t i)
{
	o->count--;
	memmove(&o->list[i], &o->list[i + 1], (o->count - i) * sizeof *o->list);
}

/* What this record answers. */
static struct occasion take(struct owed *o, const struct record *r)
{
	struct occasion taken = { .record = 0 };
	for (size_t p = 0; p < r->parents_count; p++) {
		size_t i = o->count;
		while (i > 0 && o->list[i - 1].record > r->parents[p])
			i--;
		if (i == 0 || o->list[i - 1].record != r->parents[p])
			continue;
		taken = o->list[i - 1];
		if (!taken.touched)
			forget(o, i - 1);
	}
	return taken;
}

/* Its memory is gone, and what was on its way within it. */
static void forget_killed(struct owed *o, const char *actor)
{
	for (size_t i = o->count; i > 0; i--)
		if (strcmp(o->list[i - 1].actor, actor) == 0)
			forget(o, i - 1);
}

static void tell_lost(const struct owed *o, struct fallen *f)
{
	for (size_t i = 0; i < o->count; i++)
		if (!o->list[i].touched && !o->list[i].proved)
			fallen_add(f, POST_U3, o->list[i].record,
				   "expected a record of what %s made of what it accepted from %s "
				   "on %s, actual none",
				   o->list[i].actor, o->list[i].peer, o->list[i].channel);
}

struct occasion owed_feed(struct owed *o, const struct flow *flow, const struct record *r,
			  struct fallen *f)
{
	struct occasion answered = { .record = 0 };
	if (r->kind == RECORD_STEP || r->kind == RECORD_DROP || r->kind == RECORD_REJECTED ||
	    r->kind == RECORD_ACT)
		answered = take(o, r);
	if (r->kind == RECORD_CRASH)
		forget_killed(o, r->actor);
	else if (r->kind == RECORD_END && strcmp(r->text, "quiet") == 0)
		tell_lost(o, f);
	else if (is_owed(flow, r))
		add(o, r, &answered);
	return answered;
}

void owed_fini(struct owed *o)
{
	free(o->list);
	*o = (struct owed){ 0 };
}
