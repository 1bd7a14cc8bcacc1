/* rest.c - the data of a session that is in a final state, put away without its zeros.
 *
 * Nearly all of it are buffers that were never full: an app that is activated knows two kilobytes
 * in nine. Until something reaches the session again, only runs of other bytes are kept, each with
 * its place and size in front.
 */
#include "sim/world/internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

enum { GAP = 16 }; /* zeros that end a run: fewer cost less inside it */

void session_wake(struct session *s)
{
	size_t size = s->machine->session_size;
	if (s->data)
		return;
	s->data = calloc(1, size ? size : 1);
	if (!s->data)
		abort();
	for (size_t i = 0; i < s->rested.size;) {
		uint32_t at = read_u32(s->rested.data + i), run = read_u32(s->rested.data + i + 4);
		assert(at + (size_t)run <= size && i + 8 + run <= s->rested.size);
		memcpy(s->data + at, s->rested.data + i + 8, run);
		i += 8 + (size_t)run;
	}
	buffer_cleanse(&s->rested);
}

/* The run of bytes that begins at *at or behind it; 0: there is none. */
static size_t next_run(const struct session *s, size_t *at)
{
	size_t size = s->machine->session_size, end = 0, zeros = 0;
	while (*at < size && s->data[*at] == 0)
		++*at;
	for (size_t i = *at; i < size && zeros < GAP; i++) {
		zeros = s->data[i] == 0 ? zeros + 1 : 0;
		end = zeros == 0 ? i + 1 : end;
	}
	return end > *at ? end - *at : 0;
}

static size_t rested_size(const struct session *s)
{
	size_t sum = 0, run;
	for (size_t at = 0; (run = next_run(s, &at)) > 0; at += run)
		sum += 8 + run;
	return sum;
}

static void put_away(struct session *s)
{
	size_t size = rested_size(s), run;
	if (size > 0) {
		s->rested = (struct buffer){ .data = malloc(size), .room = size };
		if (!s->rested.data)
			abort();
	}
	for (size_t at = 0; (run = next_run(s, &at)) > 0; at += run) {
		buffer_append_u32(&s->rested, (uint32_t)at);
		buffer_append_u32(&s->rested, (uint32_t)run);
		buffer_append(&s->rested, bytes_of(s->data + at, run));
	}
	OPENSSL_cleanse(s->data, s->machine->session_size);
	free(s->data);
	s->data = NULL;
}

void session_rest(struct world *w, struct session *s)
{
	if (!(s->machine->final >> s->state & 1))
		return;
	sweep_session(w, s);
	put_away(s);
}

void session_wipe(struct session *s)
{
	if (s->data)
		OPENSSL_cleanse(s->data, s->machine->session_size);
	free(s->data);
	s->data = NULL;
	buffer_cleanse(&s->rested);
}
