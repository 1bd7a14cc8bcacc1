/* arena.h - a bounded block from which protobuf-c takes its memory, released all at once.
 *
 * It is the byte budget of decoding: a message that would need more is refused, however it is
 * formed.
 */
#ifndef PROTO_CODEC_ARENA_H
#define PROTO_CODEC_ARENA_H

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <stdint.h>

struct arena {
	uint8_t *data; /* borrowed block, aligned for any type */
	size_t room;   /* its bytes */
	size_t used;
};

/* size bytes, aligned for any type, or NULL when the block is spent. */
void *arena_take(struct arena *a, size_t size);
/* protobuf-c's view of the arena, which it borrows; its free does nothing. */
ProtobufCAllocator arena_allocator(struct arena *a);

#endif
