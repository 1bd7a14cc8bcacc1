/* records.h - a whole trace in memory, to be taken apart by tests. The program itself never holds
 * one.
 *
 * A list either owns what its records point at (added or read) or borrows it from another list
 * (records_borrow); records put into a borrowing list keep pointing at what the test owns.
 */
#ifndef TESTS_LIB_RECORDS_H
#define TESTS_LIB_RECORDS_H

#include "proto/record.h"
#include "sim/flow/checker.h"

struct records {
	size_t count, room;
	struct record *list;
	size_t memories_count, memories_room;
	struct record_memory *memories;
};

/* Add a deep copy at the end. */
void records_add(struct records *to, const struct record *r);
/* The records of a trace file, up to its end. Returns false when it cannot be read. */
bool records_read(struct records *to, const char *file);
/* Make `to` (zero) a list of the same records, each free to be changed. */
void records_borrow(struct records *to, const struct records *from);

/* Put r before index (<= count); it is numbered by records_number. */
void records_insert(struct records *to, size_t index, const struct record *r);
void records_remove(struct records *to, size_t index);
/* Take the record at `from` out and put it where index `before` was. */
void records_move(struct records *to, size_t from, size_t before);
/* Number from 1; parents and the sendings that acceptances name follow their records. What is gone,
 * or comes later now, is named no more. */
void records_number(struct records *to);
/* Index of the record with this id, or SIZE_MAX. */
size_t records_index(const struct records *list, uint64_t id);

/* A checker that has been fed all of them and is finished; checker_free is the caller's. */
struct checker *records_check(const struct records *list, const struct flow *f, size_t variant,
			      const struct secrets *secrets);
void records_fini(struct records *list);

#endif
