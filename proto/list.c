/* list.c - how every list grows. */
#include "proto/list.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FEW = 16 };

void *list_grow(void *list, size_t index, size_t *room, size_t size)
{
	if (index < *room)
		return list;
	size_t more = *room + *room / 2;
	more = more > index ? more : index + 1;
	more = more > FEW ? more : FEW;
	list = reallocarray(list, more, size);
	if (!list)
		abort();
	*room = more;
	return list;
}

void *list_grow_zero(void *list, size_t index, size_t *room, size_t size)
{
	size_t before = *room;
	list = list_grow(list, index, room, size);
	if (*room > before)
		memset((uint8_t *)list + before * size, 0, (*room - before) * size);
	return list;
}
