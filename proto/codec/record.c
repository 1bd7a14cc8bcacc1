/* record.c - records of a trace as protobuf bytes. Not the file around them: that is sim/trace.
 *
 * They are written by record_pack.c; they are read from files that anyone may have written, so they
 * are held to a shape first.
 */
#include "proto/record.h"

#include <assert.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "proto/codec/arena.h"
#include "proto/codec/record_pack.h"
#include "proto/codec/scan.h"
#include "proto/codec/trace.pb-c.h"
#include "proto/codec/wire.h"

_Static_assert((int)TRACE__KIND__RUN == (int)RECORD_RUN, "first kind");
_Static_assert((int)TRACE__KIND__STEP == (int)RECORD_STEP, "a kind amid");
_Static_assert((int)TRACE__KIND__END == (int)RECORD_END, "the kind that ends a trace");
_Static_assert((int)TRACE__KIND__ACT == (int)RECORD_ACT, "last kind");
_Static_assert((int)RECORD_ACT + 1 == (int)RECORD_KINDS, "no kind beyond it");

/* -- what a record may look like; rows in the order of field numbers in trace.proto -- */

/* clang-format off */
#define ANY { .kind = FIELD_NUMBER }
#define STRING { .kind = FIELD_TEXT, .max = RECORD_SIZE_MAX }
#define BYTES { .kind = FIELD_SIZED, .max = RECORD_SIZE_MAX }
#define LIST(most, shape) { .kind = FIELD_NESTED, .max = RECORD_SIZE_MAX, .items = (most), \
	.nested = (shape) }
static const struct field cut_fields[] = { ANY, ANY, STRING };
static const struct field check_fields[] = { STRING, ANY, ANY };
static const struct field value_fields[] = { STRING, BYTES };
static const struct shape cut_shape = {
	.descriptor = &trace__cut__descriptor, .lines = true, FIELDS(cut_fields),
};
static const struct shape check_shape = {
	.descriptor = &trace__check__descriptor, .lines = true, FIELDS(check_fields),
};
static const struct shape value_shape = {
	.descriptor = &trace__value__descriptor, .lines = true, FIELDS(value_fields),
};
static const struct field record_fields[] = {
	/* id, at_ns, kind */ ANY, ANY, ANY,
	/* parents */ { .kind = FIELD_NUMBER, .items = RECORD_PARENTS_MAX },
	/* actor, peer, channel */ STRING, STRING, STRING,
	/* tag, session */ ANY, ANY,
	/* message, bytes */ STRING, BYTES,
	LIST(RECORD_CUTS_MAX, &cut_shape),
	LIST(RECORD_CHECKS_MAX, &check_shape),
	/* number, text, name */ ANY, STRING, STRING,
	/* machine, stimulus, state_from, state_to */ STRING, STRING, STRING, STRING,
	/* source, reference */ STRING, STRING,
	LIST(RECORD_CHECKS_MAX, &value_shape),
	/* file, flow, variant, seed */ STRING, STRING, STRING, ANY,
};
static const struct shape record_shape = {
	.descriptor = &trace__record__descriptor, .lines = true, FIELDS(record_fields),
};

/* The strings of a record, here and there. */
#define TEXT_OF(member) { offsetof(struct record, member), offsetof(Trace__Record, member) }
static const struct {
	size_t plain, wire; /* offsets of a char pointer */
} texts[] = {
	TEXT_OF(actor), TEXT_OF(peer), TEXT_OF(channel), TEXT_OF(message), TEXT_OF(machine),
	TEXT_OF(stimulus), TEXT_OF(state_from), TEXT_OF(state_to), TEXT_OF(source), TEXT_OF(text),
	TEXT_OF(name), TEXT_OF(reference), TEXT_OF(file), TEXT_OF(flow), TEXT_OF(variant),
};
/* clang-format on */
enum { TEXTS = sizeof texts / sizeof *texts };

/* What a shape cannot say; NULL when there is nothing to say. */
static const char *record_fault(const struct record *r)
{
	if (r->kind < RECORD_RUN || r->kind >= RECORD_KINDS)
		return "a kind that no record has";
	for (size_t i = 1; i < r->parents_count; i++)
		if (r->parents[i - 1] >= r->parents[i])
			return "parents that do not ascend";
	/* An accepted unit may leave its bytes to the record that sent it, and keep its cuts. */
	for (size_t i = 0; i < r->cuts_count && r->bytes.size > 0; i++)
		if ((uint64_t)r->cuts[i].offset + r->cuts[i].size > r->bytes.size)
			return "a cut beyond the bytes it is in";
	for (size_t i = 0; i < r->checks_count; i++)
		if (r->checks[i].holds && r->checks[i].let_pass)
			return "a check that holds and was let pass";
	return NULL;
}

/* -- to bytes -- */

static bool text_is_good(const char *text)
{
	return !text || wire_text_is_good(bytes_of_string(text), true);
}

static bool texts_are_good(const struct record *r)
{
	bool good = true;
	for (size_t i = 0; good && i < TEXTS; i++) {
		const char *text;
		memcpy(&text, (const uint8_t *)r + texts[i].plain, sizeof text);
		good = text_is_good(text);
	}
	for (size_t i = 0; good && i < r->cuts_count; i++)
		good = text_is_good(r->cuts[i].reference);
	for (size_t i = 0; good && i < r->checks_count; i++)
		good = text_is_good(r->checks[i].id);
	for (size_t i = 0; good && i < r->values_count; i++)
		good = text_is_good(r->values[i].name);
	return good;
}

void record_encode(const struct record *r, struct buffer *out)
{
	size_t before = out->size;
	assert(r->parents_count <= RECORD_PARENTS_MAX && r->cuts_count <= RECORD_CUTS_MAX);
	assert(r->checks_count <= RECORD_CHECKS_MAX && r->values_count <= RECORD_CHECKS_MAX);
	assert(!record_fault(r));
	record_pack(r, out);
	/* A trace that cannot be read again is no trace. The form is record_pack's and holds by
	 * itself; what is in it is not. */
	assert(out->size - before <= RECORD_SIZE_MAX);
	assert(texts_are_good(r));
}

/* -- from bytes -- */

enum { DECODE_SLACK = 32 * 1024 }; /* bytes for the structs and lists of any one record */

struct block {
	size_t room; /* bytes of data */
	alignas(max_align_t) uint8_t data[];
};

static struct arena memory_arena(struct record_memory *memory, size_t room)
{
	struct block *block = memory->unpacked;
	if (!block || block->room < room) {
		free(block);
		block = malloc(sizeof *block + room);
		if (!block)
			abort();
		block->room = room;
		memory->unpacked = block;
	}
	return (struct arena){ .data = block->data, .room = block->room };
}

static struct bytes bytes_of_data(ProtobufCBinaryData data)
{
	return bytes_of(data.data, data.len);
}

static void lists_from_wire(const Trace__Record *wire, struct record *r)
{
	r->parents_count = wire->n_parents;
	r->cuts_count = wire->n_cuts;
	r->checks_count = wire->n_checks;
	r->values_count = wire->n_values;
	for (size_t i = 0; i < wire->n_parents; i++)
		r->parents[i] = wire->parents[i];
	for (size_t i = 0; i < wire->n_cuts; i++)
		r->cuts[i] = (struct record_cut){ wire->cuts[i]->offset, wire->cuts[i]->size,
						  wire->cuts[i]->reference };
	for (size_t i = 0; i < wire->n_checks; i++)
		r->checks[i] =
			(struct record_check){ wire->checks[i]->id, wire->checks[i]->holds != 0,
					       wire->checks[i]->let_pass != 0 };
	for (size_t i = 0; i < wire->n_values; i++)
		r->values[i] = (struct record_value){ wire->values[i]->name,
						      bytes_of_data(wire->values[i]->value) };
}

/* wire NULL: an empty record. */
static void record_from_wire(const Trace__Record *wire, struct record *r)
{
	memset(r, 0, sizeof *r);
	for (size_t i = 0; i < TEXTS; i++) {
		const char *text = NULL;
		if (wire)
			memcpy(&text, (const uint8_t *)wire + texts[i].wire, sizeof text);
		text = text ? text : "";
		memcpy((uint8_t *)r + texts[i].plain, &text, sizeof text);
	}
	if (!wire)
		return;
	r->id = wire->id;
	r->at_ns = wire->at_ns;
	r->kind = (enum record_kind)wire->kind;
	r->tag = wire->tag;
	r->session = wire->session;
	r->number = wire->number;
	r->seed = wire->seed;
	r->bytes = bytes_of_data(wire->bytes);
	lists_from_wire(wire, r);
}

const char *record_decode(struct bytes b, struct record *r, struct record_memory *memory)
{
	record_from_wire(NULL, r);
	if (b.size > RECORD_SIZE_MAX)
		return "larger than any record";
	enum message_error e = scan_message(&record_shape, b, NULL);
	if (e != MESSAGE_OK)
		return message_error_text(e);
	struct arena arena = memory_arena(memory, b.size + DECODE_SLACK);
	ProtobufCAllocator allocator = arena_allocator(&arena);
	Trace__Record *wire = trace__record__unpack(&allocator, b.size, b.data);
	if (!wire)
		return message_error_text(MESSAGE_WIRE);
	record_from_wire(wire, r);
	const char *fault = record_fault(r);
	if (fault)
		record_from_wire(NULL, r);
	return fault;
}

void record_memory_fini(struct record_memory *memory)
{
	free(memory->unpacked);
	*memory = (struct record_memory){ 0 };
}

const char *record_kind_name(enum record_kind kind)
{
	static const char *const names[] = {
		[RECORD_RUN] = "run",           [RECORD_ACTOR] = "actor",
		[RECORD_OPEN] = "open",         [RECORD_PACKET] = "packet",
		[RECORD_ARRIVAL] = "arrival",   [RECORD_PIPE] = "pipe",
		[RECORD_JUDGED] = "judged",     [RECORD_SENT] = "sent",
		[RECORD_ACCEPTED] = "accepted", [RECORD_REJECTED] = "rejected",
		[RECORD_STEP] = "step",         [RECORD_TIMER] = "timer",
		[RECORD_PERSIST] = "persist",   [RECORD_CLAIM] = "claim",
		[RECORD_HOLD] = "hold",         [RECORD_ERASE] = "erase",
		[RECORD_OUTCOME] = "outcome",   [RECORD_LIMIT] = "limit",
		[RECORD_DROP] = "drop",         [RECORD_SECRETS] = "secrets",
		[RECORD_END] = "end",           [RECORD_SETTING] = "setting",
		[RECORD_CRASH] = "crash",       [RECORD_ACT] = "act",
	};
	_Static_assert(sizeof names / sizeof *names == RECORD_KINDS, "a name for every kind");
	return kind >= RECORD_RUN && kind < RECORD_KINDS ? names[kind] : "";
}
