/* arena.c - a bump allocator over a block of the caller's. Not a heap: nothing is given back. */
#include "proto/codec/arena.h"

#include <stdalign.h>
#include <stddef.h>

enum { ALIGNMENT = alignof(max_align_t) };

void *arena_take(struct arena *a, size_t size)
{
	size_t begin = (a->used + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (begin > a->room || size > a->room - begin)
		return NULL;
	a->used = begin + size;
	return a->data + begin;
}

static void *take(void *arena, size_t size)
{
	return arena_take(arena, size);
}

static void give_back(void *arena, void *block)
{
	(void)arena, (void)block;
}

ProtobufCAllocator arena_allocator(struct arena *a)
{
	return (ProtobufCAllocator){ .alloc = take, .free = give_back, .allocator_data = a };
}
