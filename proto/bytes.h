/* bytes.h - borrowed spans and growing buffers, the only two shapes in which bytes travel.
 *
 * A `struct bytes` never owns what it points at; a `struct buffer` always does.
 */
#ifndef PROTO_BYTES_H
#define PROTO_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A borrowed span. data may be NULL only when size is 0. */
struct bytes {
	const uint8_t *data;
	size_t         size; /* bytes */
};

/* A growing buffer. Zero it to begin; buffer_fini() releases it. */
struct buffer {
	uint8_t *data;
	size_t   size; /* bytes in use */
	size_t   room; /* bytes allocated */
};

/* View a whole array, string or buffer as a span; each result borrows its argument. Here, as the reads
 * and writes below, because a run asks for some hundred thousand of them. */
static inline struct bytes bytes_of(const void *data, size_t size)
{
	return (struct bytes){ .data = (const uint8_t *)data, .size = size };
}

static inline struct bytes bytes_of_string(const char *text)
{
	return bytes_of(text, strlen(text));
}

static inline struct bytes bytes_of_buffer(const struct buffer *b)
{
	return bytes_of(b->data, b->size);
}

/* Whether both spans hold the same bytes. Not for secrets: use CRYPTO_memcmp on those. */
bool bytes_equal(struct bytes a, struct bytes b);

/* What buffer_reserve does when there is not room enough. */
void buffer_grow(struct buffer *b, size_t more);
/* Append a copy of `add`. Running out of memory aborts the program: there is no
 * run to save once the trace itself cannot be held. */
void buffer_append(struct buffer *b, struct bytes add);
void buffer_append_u8(struct buffer *b, uint8_t value);
void buffer_append_u16(struct buffer *b, uint16_t value); /* big-endian */
void buffer_append_u32(struct buffer *b, uint32_t value); /* big-endian */
/* Remove the first `count` bytes (count <= size); the rest moves to the front. */
void buffer_consume(struct buffer *b, size_t count);
/* Make room for at least `more` bytes beyond size. */
static inline void buffer_reserve(struct buffer *b, size_t more)
{
	if (more > b->room - b->size)
		buffer_grow(b, more);
}
/* Forget the contents, keep the memory. */
void buffer_clear(struct buffer *b);
/* Release the memory and zero the struct. NULL-safe for an all-zero struct. */
void buffer_fini(struct buffer *b);
/* As buffer_fini, after wiping the contents: for buffers that held a secret. */
void buffer_cleanse(struct buffer *b);

/* Big-endian reads and writes; the caller has checked the size. */
static inline uint16_t read_u16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t read_u32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline void write_u16(uint8_t *p, uint16_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static inline void write_u32(uint8_t *p, uint32_t value)
{
	p[0] = (uint8_t)(value >> 24);
	p[1] = (uint8_t)(value >> 16);
	p[2] = (uint8_t)(value >> 8);
	p[3] = (uint8_t)value;
}

#endif
