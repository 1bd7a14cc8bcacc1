/* redactor.h - finds secrets in bytes, by the hash of their first eight. */
#ifndef SIM_WORLD_REDACTOR_H
#define SIM_WORLD_REDACTOR_H

#include "sim/trace/trace.h"

enum {
	REDACTOR_SIZE_MIN = 8, /* bytes: shorter values are not looked for */
	REDACTOR_PAIRS = 65536,
};

/* Zero it to begin. */
struct redactor {
	size_t indexed;     /* secrets already in the index */
	size_t slots_count; /* a power of two; 0 before the first secret */
	uint32_t *slots;    /* index + 1 of the newest secret there; 0: none */
	uint32_t *next;     /* per secret: index + 1 of one before it in the same slot */
	size_t room;
	uint64_t pairs[REDACTOR_PAIRS / 64]; /* a bit for each two bytes with which a secret begins */
};

/* Take in the secrets that have come since. */
void redactor_index(struct redactor *x, const struct secrets *s);
/* The longest secret that stands at p, or NULL. */
const struct secret *redactor_find(const struct redactor *x, const struct secrets *s,
				   struct bytes at);
/* The first secret in `in` that stands at *at or after it, the longest of those that stand there; *at
 * is where. NULL when there is none. */
const struct secret *redactor_next(const struct redactor *x, const struct secrets *s,
				   struct bytes in, size_t *at);
void redactor_fini(struct redactor *x);

#endif
