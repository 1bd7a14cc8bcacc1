/* records.c - the list behind records.h. It judges nothing. */
#include "tests/lib/records.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static struct record *grow(struct records *to)
{
	if (to->count == to->room) {
		to->room = to->room ? to->room * 2 : 64;
		to->list = realloc(to->list, to->room * sizeof *to->list);
		assert(to->list);
	}
	return &to->list[to->count++];
}

static void add_encoded(struct records *to, struct bytes encoded)
{
	if (to->memories_count == to->memories_room) {
		to->memories_room = to->memories_room ? to->memories_room * 2 : 64;
		to->memories = realloc(to->memories, to->memories_room * sizeof *to->memories);
		assert(to->memories);
	}
	struct record_memory *memory = &to->memories[to->memories_count++];
	*memory = (struct record_memory){ 0 };
	const char *why = record_decode(encoded, grow(to), memory);
	assert(!why);
}

void records_add(struct records *to, const struct record *r)
{
	struct buffer encoded = { 0 };
	record_encode(r, &encoded);
	add_encoded(to, bytes_of_buffer(&encoded));
	buffer_fini(&encoded);
}

static void take(void *context, const struct record *r, struct bytes encoded)
{
	(void)r;
	add_encoded(context, encoded);
}

bool records_read(struct records *to, const char *file)
{
	uint8_t head[TRACE_HEAD_SIZE];
	struct diags d = { 0 };
	enum err e = trace_read(file, take, to, head, &d);
	diag_print(&d, stderr);
	diag_fini(&d);
	return e == ERR_OK;
}

void records_borrow(struct records *to, const struct records *from)
{
	*to = (struct records){ .count = from->count, .room = from->count + 8 };
	to->list = malloc(to->room * sizeof *to->list);
	assert(to->list);
	if (from->count)
		memcpy(to->list, from->list, from->count * sizeof *to->list);
}

void records_insert(struct records *to, size_t index, const struct record *r)
{
	assert(index <= to->count);
	struct record copy = *r;
	grow(to);
	memmove(&to->list[index + 1], &to->list[index], (to->count - 1 - index) * sizeof *to->list);
	copy.id = 0;
	to->list[index] = copy;
}

void records_remove(struct records *to, size_t index)
{
	assert(index < to->count);
	to->count--;
	memmove(&to->list[index], &to->list[index + 1], (to->count - index) * sizeof *to->list);
}

void records_move(struct records *to, size_t from, size_t before)
{
	struct record moved = to->list[from];
	records_remove(to, from);
	if (before > from)
		before--;
	grow(to);
	memmove(&to->list[before + 1], &to->list[before],
		(to->count - 1 - before) * sizeof *to->list);
	to->list[before] = moved;
}

size_t records_index(const struct records *list, uint64_t id)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->list[i].id == id)
			return i;
	return SIZE_MAX;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

/* number[id] is the new number of the record that had this id; 0: it is gone. */
static void references_follow(struct record *r, uint64_t id, const uint64_t *number, size_t ids)
{
	size_t kept = 0;
	for (size_t i = 0; i < r->parents_count; i++) {
		uint64_t to = r->parents[i] < ids ? number[r->parents[i]] : 0;
		if (to && to < id)
			r->parents[kept++] = to;
	}
	r->parents_count = kept;
	qsort(r->parents, kept, sizeof *r->parents, compare);
	if (r->kind != RECORD_ACCEPTED || r->number <= 0)
		return;
	uint64_t to = (uint64_t)r->number < ids ? number[r->number] : 0;
	r->number = to < id ? (int64_t)to : 0;
}

void records_number(struct records *to)
{
	uint64_t ids = 1;
	for (size_t i = 0; i < to->count; i++)
		if (to->list[i].id >= ids)
			ids = to->list[i].id + 1;
	uint64_t *number = calloc(ids, sizeof *number);
	assert(number);
	for (size_t i = 0; i < to->count; i++)
		if (to->list[i].id)
			number[to->list[i].id] = i + 1;
	for (size_t i = 0; i < to->count; i++) {
		references_follow(&to->list[i], i + 1, number, ids);
		to->list[i].id = i + 1;
	}
	free(number);
}

struct checker *records_check(const struct records *list, const struct flow *f, size_t variant,
			      const struct secrets *secrets)
{
	struct checker *c = checker_new(f, variant, secrets);
	for (size_t i = 0; i < list->count; i++)
		checker_feed(c, &list->list[i]);
	checker_finish(c);
	return c;
}

void records_fini(struct records *list)
{
	for (size_t i = 0; i < list->memories_count; i++)
		record_memory_fini(&list->memories[i]);
	free(list->memories);
	free(list->list);
	memset(list, 0, sizeof *list);
}
