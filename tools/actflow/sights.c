/* sights.c - what an actor is shown: see sights.h. */
#include "tools/actflow/sights.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "proto/list.h"
#include "proto/message.h"

enum { SIGHT_NAME_MAX = 255, SIGHT_FIELD_MAX = 96 };

void sights_attend(struct sights *x, const struct scenario *s)
{
	x->scenario = s->expect.sees_count > 0 ? s : NULL;
	for (size_t i = 0; i < s->expect.sees_count; i++)
		x->actors |= UINT32_C(1) << s->expect.sees[i].actor;
}

/* Index of an actor that is asked about, by an instance's name; or -1. */
static int asked_about(const struct sights *x, const char *name)
{
	uint32_t device;
	int actor = name && *name ? flow_instance_index(&x->scenario->flow, name, &device) : -1;
	return actor >= 0 && x->actors >> actor & 1 ? actor : -1;
}

static void add(struct keys *list, const char *text)
{
	keys_add(list, bytes_of_string(text), NULL);
}

/* -- what is said -- */

/* Whether a field holds the name of a user, an app or a device. */
static bool is_naming(const char *field)
{
	static const char *const list[] = { "uid", "app", "apps", "device", "instance" };
	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		if (strcmp(field, list[i]) == 0)
			return true;
	return false;
}

static void keep_name(struct sights *x, struct bytes value)
{
	char name[SIGHT_NAME_MAX + 1];
	size_t size = value.size;
	while (size > 0 && value.data[size - 1] == 0) /* a text has its whole room */
		size--;
	if (size < 4 || size > SIGHT_NAME_MAX || memchr(value.data, 0, size))
		return;
	memcpy(name, value.data, size);
	name[size] = 0;
	add(&x->names, name);
}

static void read_fields(struct sights *x, struct bytes unit, int actor)
{
	char field[SIGHT_FIELD_MAX];
	enum message_form form;
	struct message m;
	if (message_decode(unit, &m) != MESSAGE_OK)
		return;
	const char *name = message_field_name(m.type, 0, &form);
	for (size_t i = 0; name; name = message_field_name(m.type, ++i, &form)) {
		struct bytes value = { 0 };
		bool there = message_field(&m, name, &value);
		if (there && is_naming(name))
			keep_name(x, value);
		if (!there || actor < 0)
			continue;
		snprintf(field, sizeof field, "%s.%s", message_name(m.type), name);
		add(&x->fields[actor], field);
	}
	message_cleanse(&m);
}

static void keep_sent(struct sights *x, const struct record *r)
{
	x->sent = list_grow(x->sent, x->sent_count, &x->sent_room, sizeof *x->sent);
	struct sending_seen *s = &x->sent[x->sent_count++];
	*s = (struct sending_seen){ .record = r->id };
	buffer_append(&s->bytes, r->bytes);
}

static void show(struct sights *x, struct bytes unit, int actor)
{
	read_fields(x, unit, actor);
	buffer_append_u8(&x->shown[actor], 0);
	buffer_append(&x->shown[actor], unit);
}

static void take_accepted(struct sights *x, const struct record *r, int actor)
{
	if (r->number == 0) { /* nobody sent it like this: its bytes stand here */
		show(x, r->bytes, actor);
		return;
	}
	for (size_t i = x->sent_count; i-- > 0;) {
		if (x->sent[i].record != (uint64_t)r->number)
			continue;
		show(x, bytes_of_buffer(&x->sent[i].bytes), actor);
		buffer_fini(&x->sent[i].bytes);
		x->sent[i] = x->sent[--x->sent_count];
		return;
	}
}

void sights_feed(struct sights *x, const struct record *r)
{
	if (!x->scenario || !*r->message)
		return;
	if (r->kind == RECORD_SENT) {
		read_fields(x, r->bytes, -1);
		if (asked_about(x, r->peer) >= 0)
			keep_sent(x, r);
	} else if (r->kind == RECORD_ACCEPTED) {
		int actor = asked_about(x, r->actor);
		if (actor >= 0)
			take_accepted(x, r, actor);
	}
}

/* -- what stands in it -- */

static void find_names(struct sights *x, size_t actor)
{
	const struct flow *f = &x->scenario->flow;
	struct bytes all = bytes_of_buffer(&x->shown[actor]);
	for (size_t a = 0; a < f->actors_count; a++)
		for (size_t h = 0; h < f->actors[a].hosts_count; h++) {
			const char *host = f->actors[a].hosts[h].host;
			if (memmem(all.data, all.size, host, strlen(host)))
				add(&x->fields[actor], host);
		}
	for (size_t i = 0; i < x->names.count; i++) {
		struct bytes name = keys_text(&x->names, i);
		char text[SIGHT_NAME_MAX + 1];
		snprintf(text, sizeof text, "%.*s", (int)name.size, (const char *)name.data);
		if (memmem(all.data, all.size, name.data, name.size))
			add(&x->fields[actor], text);
	}
}

/* Common names of certificates: id-at-commonName, a UTF8String of one byte's length (X.690 8.1). */
static void find_common_names(struct sights *x, size_t actor)
{
	static const uint8_t begin[] = { 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c };
	char name[SIGHT_NAME_MAX + 4];
	struct bytes rest = bytes_of_buffer(&x->shown[actor]);
	const uint8_t *at;
	while ((at = memmem(rest.data, rest.size, begin, sizeof begin)) != NULL) {
		size_t left = rest.size - (size_t)(at - rest.data) - sizeof begin;
		size_t size = left > 0 ? at[sizeof begin] : 0;
		if (size > 0 && size < 128 && size < left) {
			snprintf(name, sizeof name, "CN=%.*s", (int)size,
				 (const char *)at + sizeof begin + 1);
			add(&x->fields[actor], name);
		}
		rest = bytes_of(at + sizeof begin, left);
	}
}

static bool has(const struct keys *list, const char *text)
{
	return keys_find(list, bytes_of_string(text)) != KEYS_NONE;
}

static bool is_expected(const struct scenario *s, size_t actor, struct bytes what)
{
	for (size_t i = 0; i < s->expect.sees_count; i++)
		if (s->expect.sees[i].actor == actor &&
		    bytes_equal(bytes_of_string(s->expect.sees[i].what), what))
			return true;
	return false;
}

static struct place place_of(const struct scenario *s, size_t actor)
{
	for (size_t i = 0; i < s->expect.sees_count; i++)
		if (s->expect.sees[i].actor == actor)
			return s->expect.sees[i].place;
	return (struct place){ 0 };
}

static void compare_actor(struct sights *x, size_t actor, struct diags *d)
{
	const struct scenario *s = x->scenario;
	const char *name = s->flow.actors[actor].name;
	for (size_t i = 0; i < s->expect.sees_count; i++)
		if (s->expect.sees[i].actor == actor &&
		    !has(&x->fields[actor], s->expect.sees[i].what))
			diag_add(d, s->file, s->expect.sees[i].place.line,
				 s->expect.sees[i].place.column,
				 "sees: expected %s to be shown %s, actual it was not", name,
				 s->expect.sees[i].what);
	struct place place = place_of(s, actor);
	for (size_t i = 0; i < x->fields[actor].count; i++) {
		struct bytes what = keys_text(&x->fields[actor], i);
		if (!is_expected(s, actor, what))
			diag_add(d, s->file, place.line, place.column,
				 "sees: expected %s to be shown nothing else, actual %.*s", name,
				 (int)what.size, (const char *)what.data);
	}
}

void sights_compare(struct sights *x, struct diags *d)
{
	for (size_t actor = 0; x->scenario && actor < x->scenario->flow.actors_count; actor++) {
		if (!(x->actors >> actor & 1))
			continue;
		if (x->shown[actor].size > 0) {
			find_names(x, actor);
			find_common_names(x, actor);
		}
		compare_actor(x, actor, d);
	}
}

void sights_fini(struct sights *x)
{
	for (size_t i = 0; i < x->sent_count; i++)
		buffer_fini(&x->sent[i].bytes);
	free(x->sent);
	for (size_t i = 0; i < FLOW_ACTORS_MAX; i++) {
		buffer_fini(&x->shown[i]);
		keys_fini(&x->fields[i]);
	}
	keys_fini(&x->names);
	*x = (struct sights){ 0 };
}
