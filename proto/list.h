/* list.h - how every list grows. */
#ifndef PROTO_LIST_H
#define PROTO_LIST_H

#include <stddef.h>

/* Room for an element at this index (a list's count: for one more), by half as much again at least;
 * what is new is not initialised. size: bytes of an element. list and *room are the list's, NULL
 * and 0 to begin. Returns where the list is now; aborts where there is no memory. */
void *list_grow(void *list, size_t index, size_t *room, size_t size);
/* The same; what is new is zero. */
void *list_grow_zero(void *list, size_t index, size_t *room, size_t size);

#endif
