/* told.c - keeps the records that told.h speaks of. */
#include "tests/lib/told.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "proto/pipe/segment.h"
#include "tests/lib/files.h"

static struct told *list;
static size_t count, room;

static void copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from ? from : "");
}

/* FNV-1a (Fowler, Noll, Vo). */
static uint64_t hash_of(struct bytes b)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < b.size; i++)
		hash = (hash ^ b.data[i]) * UINT64_C(0x100000001b3);
	return hash;
}

static uint32_t ip_at(struct bytes packet, size_t at)
{
	bool has = packet.size >= 20 && packet.data[0] == 0x45;
	return has ? read_u32(packet.data + at) : 0;
}

static void keep(const struct record *r)
{
	if (count == room) {
		room = room ? 2 * room : 1024;
		list = reallocarray(list, room, sizeof *list);
		if (!list)
			abort();
	}
	struct told *t = &list[count++];
	*t = (struct told){ .kind = r->kind,
			    .id = r->id,
			    .parent = r->parents_count > 0 ? r->parents[0] : 0,
			    .session = r->session,
			    .at_ns = r->at_ns,
			    .number = r->number,
			    .tag = r->tag,
			    .bytes = hash_of(r->bytes),
			    .size = r->bytes.size };
	if (r->kind == RECORD_PACKET) {
		struct segment s;
		t->sound = segment_read(r->bytes, &s);
		t->sequence = s.sequence;
		t->payload = s.bytes.size;
		t->ip_from = ip_at(r->bytes, 12);
		t->ip_to = ip_at(r->bytes, 16);
	}
	copy(t->actor, sizeof t->actor, r->actor);
	copy(t->peer, sizeof t->peer, r->peer);
	copy(t->channel, sizeof t->channel, r->channel);
	copy(t->message, sizeof t->message, r->message);
	copy(t->name, sizeof t->name, r->name);
	copy(t->text, sizeof t->text, r->text);
	copy(t->state, sizeof t->state, r->state_to);
}

void told_play_to(const char *variant, const char *lines, struct played *out)
{
	static const char file[] = "scenarios/knox/mine.yaml";
	char text[2048];
	struct diags d = { 0 };
	int size = snprintf(text, sizeof text,
			    "actflow: 1\nscenario: a scenario of this test\nflow: knox/flow.yaml\n"
			    "variant: %s\nseed: 7\n%s",
			    variant, lines);
	CU_ASSERT_TRUE_FATAL(size > 0 && (size_t)size < sizeof text);
	file_write(file, bytes_of_string(text));
	count = 0;
	play_with(file, &(struct played_with){ .look = keep }, out, &d);
	CU_ASSERT_EQUAL(d.count, 0);
	if (d.count > 0)
		fprintf(stderr, "%s", printed(&d));
	diag_fini(&d);
	CU_ASSERT_EQUAL(out->status, ERR_OK);
}

void told_play(const char *variant, const char *lines, struct played *out)
{
	told_play_to(variant, lines, out);
	CU_ASSERT_STRING_EQUAL(out->ended, "quiet");
}

static bool is(const char *text, const char *word)
{
	return !word || strcmp(text, word) == 0;
}

static bool fits(const struct told *t, const struct asked *a)
{
	return t->kind == a->kind && is(t->actor, a->actor) && is(t->peer, a->peer) &&
	       is(t->channel, a->channel) && is(t->message, a->message) && is(t->name, a->name) &&
	       (!a->text || strncmp(t->text, a->text, strlen(a->text)) == 0);
}

size_t told_count(struct asked a)
{
	size_t n = 0;
	for (size_t i = 0; i < count; i++)
		n += fits(&list[i], &a);
	return n;
}

const struct told *told_nth(struct asked a, size_t n)
{
	static const struct told none;
	for (size_t i = 0; i < count; i++)
		if (fits(&list[i], &a) && n-- == 0)
			return &list[i];
	return &none;
}

const struct told *told_at(size_t index)
{
	return index < count ? &list[index] : NULL;
}

int32_t told_outcome(const char *actor)
{
	int32_t last = INT32_MIN;
	for (size_t i = 0; i < count; i++)
		if (list[i].kind == RECORD_OUTCOME && is(list[i].actor, actor))
			last = (int32_t)list[i].number;
	return last;
}

void told_fini(void)
{
	free(list);
	list = NULL;
	count = room = 0;
}
