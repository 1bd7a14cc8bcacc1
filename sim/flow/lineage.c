/* lineage.c - the chunks behind lineage.h: plain while they are young, packed once others have come
 * after them. A chunk in which nearly every record differs stays as it is.
 */
#include "sim/flow/lineage.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* The number of an origin + 1, and a version; origin 0: no such record. */
struct cell {
	uint32_t origin, version;
};
struct lineage_chunk {
	uint64_t number;    /* ids / LINEAGE_CHUNK */
	struct cell *cells; /* LINEAGE_CHUNK of them; packed: only the different ones */
	uint8_t *which;     /* packed: cell of each record; NULL: not packed */
};

enum { CELLS_MAX = 256 };

static struct cell cell_of(const struct lineage_chunk *c, size_t at)
{
	return c->cells[c->which ? c->which[at] : at];
}

/* Cell of a record among `count` different ones; it is added when it is new. SIZE_MAX: no room. */
static size_t cell_number(struct cell *cells, size_t *count, struct cell one)
{
	for (size_t i = *count; i-- > 0;)
		if (cells[i].origin == one.origin && cells[i].version == one.version)
			return i;
	if (*count == CELLS_MAX)
		return SIZE_MAX;
	cells[*count] = one;
	return (*count)++;
}

static void chunk_pack(struct lineage *l, struct lineage_chunk *c)
{
	struct cell cells[CELLS_MAX];
	uint8_t which[LINEAGE_CHUNK];
	size_t count = 0;
	for (size_t i = 0; i < LINEAGE_CHUNK; i++) {
		size_t number = cell_number(cells, &count, c->cells[i]);
		if (number == SIZE_MAX)
			return;
		which[i] = (uint8_t)number;
	}
	free(c->cells);
	c->cells = malloc(count * sizeof *c->cells);
	c->which = malloc(sizeof which);
	assert(c->cells && c->which);
	memcpy(c->cells, cells, count * sizeof *cells);
	memcpy(c->which, which, sizeof which);
	l->size -= LINEAGE_CHUNK * sizeof *cells;
	l->size += count * sizeof *cells + sizeof which;
}

static struct lineage_chunk *chunk_new(struct lineage *l, uint64_t number)
{
	if (l->count == l->room) {
		l->room = l->room ? l->room * 2 : 64;
		l->chunks = realloc(l->chunks, l->room * sizeof *l->chunks);
		assert(l->chunks);
	}
	struct lineage_chunk *c = &l->chunks[l->count++];
	*c = (struct lineage_chunk){ .number = number };
	c->cells = calloc(LINEAGE_CHUNK, sizeof *c->cells);
	assert(c->cells);
	l->size += LINEAGE_CHUNK * sizeof *c->cells;
	for (; l->packed + LINEAGE_FRESH < l->count; l->packed++)
		chunk_pack(l, &l->chunks[l->packed]);
	return c;
}

void lineage_add(struct lineage *l, uint64_t id, struct lineage_entry e)
{
	uint32_t origin[3] = { e.who, e.device, e.attempt };
	uint64_t number = id / LINEAGE_CHUNK;
	struct lineage_chunk *c = l->count ? &l->chunks[l->count - 1] : NULL;
	assert(!c || c->number <= number);
	if (!c || c->number < number)
		c = chunk_new(l, number);
	size_t known = keys_add(&l->origins, bytes_of(origin, sizeof origin), NULL);
	c->cells[id % LINEAGE_CHUNK] =
		(struct cell){ .origin = (uint32_t)known + 1, .version = e.version };
}

/* In a whole trace ids have no gaps, which the first look takes. */
static const struct lineage_chunk *chunk_find(const struct lineage *l, uint64_t number)
{
	if (number < l->count && l->chunks[number].number == number)
		return &l->chunks[number];
	size_t low = 0, high = l->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (l->chunks[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < l->count && l->chunks[low].number == number ? &l->chunks[low] : NULL;
}

bool lineage_find(const struct lineage *l, uint64_t id, struct lineage_entry *e)
{
	uint32_t origin[3];
	const struct lineage_chunk *c = chunk_find(l, id / LINEAGE_CHUNK);
	struct cell cell = c ? cell_of(c, id % LINEAGE_CHUNK) : (struct cell){ 0 };
	if (!cell.origin)
		return false;
	memcpy(origin, keys_text(&l->origins, cell.origin - 1).data, sizeof origin);
	*e = (struct lineage_entry){ origin[0], origin[1], origin[2], cell.version };
	return true;
}

void lineage_fini(struct lineage *l)
{
	for (size_t i = 0; i < l->count; i++) {
		free(l->chunks[i].cells);
		free(l->chunks[i].which);
	}
	free(l->chunks);
	keys_fini(&l->origins);
	memset(l, 0, sizeof *l);
}
