/* bytes.c - spans and buffers. Not a container library: only what codecs and pipes share. */
#include "proto/bytes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

bool bytes_equal(struct bytes a, struct bytes b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

void buffer_grow(struct buffer *b, size_t more)
{
	assert(more <= SIZE_MAX - b->size);
	size_t need = b->size + more;
	size_t room = b->room < 64 ? 64 : b->room;
	while (room < need)
		room *= 2;
	uint8_t *data = realloc(b->data, room);
	if (!data)
		abort();
	b->data = data;
	b->room = room;
}

void buffer_append(struct buffer *b, struct bytes add)
{
	if (add.size == 0)
		return;
	buffer_reserve(b, add.size);
	memcpy(b->data + b->size, add.data, add.size);
	b->size += add.size;
}

void buffer_append_u8(struct buffer *b, uint8_t value)
{
	buffer_append(b, bytes_of(&value, 1));
}

void buffer_append_u16(struct buffer *b, uint16_t value)
{
	uint8_t raw[2];
	write_u16(raw, value);
	buffer_append(b, bytes_of(raw, sizeof raw));
}

void buffer_append_u32(struct buffer *b, uint32_t value)
{
	uint8_t raw[4];
	write_u32(raw, value);
	buffer_append(b, bytes_of(raw, sizeof raw));
}

void buffer_consume(struct buffer *b, size_t count)
{
	assert(count <= b->size);
	b->size -= count;
	if (b->size > 0)
		memmove(b->data, b->data + count, b->size);
}

void buffer_clear(struct buffer *b)
{
	b->size = 0;
}

void buffer_fini(struct buffer *b)
{
	free(b->data);
	*b = (struct buffer){ 0 };
}

void buffer_cleanse(struct buffer *b)
{
	if (b->data)
		OPENSSL_cleanse(b->data, b->room);
	buffer_fini(b);
}
