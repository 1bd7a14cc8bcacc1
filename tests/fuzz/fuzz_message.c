/* fuzz_message.c - libFuzzer target for the decoders of message units, setup bodies and records.
 *
 * Not a test: built only with -Dfuzz=true and clang, run by hand or by a nightly lane. What a
 * decoder takes must encode again, and that must decode to the same bytes; anything else aborts.
 */
#include <stdlib.h>

#include "proto/message.h"
#include "proto/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
	if (!holds)
		abort();
}

static void try_message(struct bytes input)
{
	struct message m;
	struct buffer first = { 0 }, second = { 0 };
	if (message_decode(input, &m) == MESSAGE_OK) {
		message_encode(&m, &first);
		expect(first.size == input.size); /* only the order of fields is free */
		expect(message_decode(bytes_of_buffer(&first), &m) == MESSAGE_OK);
		message_encode(&m, &second);
		expect(bytes_equal(bytes_of_buffer(&first), bytes_of_buffer(&second)));
	} else {
		expect(m.type == MESSAGE_NONE);
	}
	buffer_fini(&first);
	buffer_fini(&second);
}

static void try_setup_body(struct bytes input)
{
	struct setup_body body;
	struct buffer out = { 0 };
	if (setup_body_decode(input, &body) == MESSAGE_OK) {
		setup_body_encode(&body, &out);
		expect(out.size == input.size);
	}
	buffer_fini(&out);
}

static void try_record(struct bytes input)
{
	struct record_memory memory = { 0 };
	struct record r;
	struct buffer first = { 0 }, second = { 0 };
	if (!record_decode(input, &r, &memory)) {
		record_encode(&r, &first);
		expect(!record_decode(bytes_of_buffer(&first), &r, &memory));
		record_encode(&r, &second);
		expect(bytes_equal(bytes_of_buffer(&first), bytes_of_buffer(&second)));
	}
	record_memory_fini(&memory);
	buffer_fini(&first);
	buffer_fini(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const targets[])(struct bytes input) = { try_message, try_setup_body,
							       try_record };
	if (size > 0)
		targets[data[0] % 3](bytes_of(data + 1, size - 1));
	return 0;
}
