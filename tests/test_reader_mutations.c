/* test_reader_mutations.c - the real files with bytes flipped, dropped and put in: read, or refused
 * with errors that stand inside the file. Never a crash, never a silent failure.
 */
#include <string.h>
#include <unistd.h>

#include "sim/scenario/scenario.h"
#include "tests/lib/files.h"
#include "tests/lib/suite.h"

enum { ROUNDS = 10000, ROUNDS_OF_CASES = 1000 }; /* for each file */

static struct scenario scenario;

/* Bytes that mean something to YAML or to us, besides any byte at all. */
static const char telling[] = "{}[]:,-#&*!|>'\"%@` \n\t<.?0179aA~=\x80\xc3\xa4";

static void put_in(struct buffer *text, size_t at, uint8_t byte)
{
	buffer_append_u8(text, 0);
	memmove(text->data + at + 1, text->data + at, text->size - 1 - at);
	text->data[at] = byte;
}

static void drop(struct buffer *text, size_t at, size_t size)
{
	if (size > text->size - at)
		size = text->size - at;
	memmove(text->data + at, text->data + at + size, text->size - at - size);
	text->size -= size;
}

/* One change of the text: at a place, of a kind and with a byte that the number tells. */
static void mutate(struct buffer *text, uint64_t number)
{
	size_t at = (size_t)(number >> 32) % text->size;
	uint8_t byte = (uint8_t)(number >> 8);
	if (number >> 16 & 1)
		byte = (uint8_t)telling[byte % (sizeof telling - 1)];
	switch (number % 5) {
	case 0:
		text->data[at] ^= (uint8_t)(1 << (byte & 7));
		break;
	case 1:
		text->data[at] = byte;
		break;
	case 2:
		put_in(text, at, byte);
		break;
	case 3:
		drop(text, at, 1);
		break;
	default:
		drop(text, at, byte);
	}
}

static int lines_of(const struct buffer *text)
{
	int lines = 1;
	for (size_t i = 0; i < text->size; i++)
		lines += text->data[i] == '\n';
	return lines;
}

/* Whether the result is told: nothing wrong and no error, or errors with places inside a file. */
static bool is_told(enum err e, const struct diags *d, int lines)
{
	if (e == ERR_OK)
		return d->count == 0;
	bool good = e == ERR_INPUT && d->count > 0;
	for (size_t i = 0; i < d->count; i++)
		good = good && d->list[i].line >= 1 && d->list[i].line <= lines &&
		       d->list[i].column >= 1 && strstr(d->list[i].text, "expected") &&
		       strstr(d->list[i].text, ", actual ");
	return good;
}

/* In the real one's place below mutated scenarios: what counts there is not its reading. */
static const char small_flow[] = "actflow: 1\nflow: small\n"
				 "actors: {app: {app.example: 10.0.0.1}}\n"
				 "channels: {here: {local: true}}\n"
				 "steps: {A: {say: nothing, not_simulated: small}}\n"
				 "variants: {next-app: {say: as it is}}\n";

typedef enum err read_fn(const char *file, struct diags *d);

static enum err read_flow(const char *file, struct diags *d)
{
	enum err e = flow_read(file, &scenario.flow, d);
	flow_fini(&scenario.flow);
	return e;
}

static enum err read_scenario(const char *file, struct diags *d)
{
	enum err e = scenario_read(file, &scenario, d);
	scenario_fini(&scenario);
	return e;
}

static void try_mutations(const char *file, read_fn *read, int rounds, uint64_t seed)
{
	struct buffer original = file_bytes(file), text = { 0 };
	size_t accepted = 0, untold = 0;
	for (int i = 0; i < rounds; i++) {
		buffer_clear(&text);
		buffer_append(&text, bytes_of_buffer(&original));
		uint64_t changes = next_number(&seed) % 3;
		for (uint64_t n = 0; n <= changes && text.size > 0; n++)
			mutate(&text, next_number(&seed));
		file_write(file, bytes_of_buffer(&text));
		struct diags d = { 0 };
		enum err e = read(file, &d);
		accepted += e == ERR_OK;
		if (!is_told(e, &d, lines_of(&text)) && untold++ == 0)
			printf("round %d of %s: %s\n", i, file, printed(&d));
		diag_fini(&d);
	}
	CU_ASSERT_EQUAL(untold, 0);
	CU_ASSERT_TRUE(accepted >
		       (size_t)rounds / 100); /* some changes are in comments and sentences */
	CU_ASSERT_TRUE(accepted < (size_t)(rounds - rounds / 100));
	file_write(file, bytes_of_buffer(&original));
	buffer_fini(&original);
	buffer_fini(&text);
}

static void a_mutated_flow_is_read_or_refused_with_places(void)
{
	try_mutations("scenarios/knox/flow.yaml", read_flow, ROUNDS, 1);
}

static void a_mutated_scenario_is_read_or_refused_with_places(void)
{
	file_copy(project_file("scenarios/knox/next-app.yaml"), "scenarios/knox/next-app.yaml");
	file_write("scenarios/knox/flow.yaml", bytes_of_string(small_flow));
	try_mutations("scenarios/knox/next-app.yaml", read_scenario, ROUNDS, 2);
}

static const char with_cases[] =
	"actflow: 1 # a comment that is longer than what is changed in it\n"
	"scenario: ${step} after ${outage}, typed ${typed}\n"
	"flow: knox/flow.yaml\nvariant: next-app\nseed: 7\n"
	"for: {step: [S1.1, S1.5], outage: [10s, 90s], typed: [a, b]}\n"
	"limits: {virtual: \"${outage}\"}\n"
	"expect: {by: [\"uem.${typed}\", noc.key_is_good]}\n";
static const char with_listed_cases[] =
	"actflow: 1 # a comment that is longer than what is changed in it\n"
	"scenario: ${typed}\nflow: knox/flow.yaml\nvariant: next-app\nseed: 7\n"
	"for:\n  - {typed: upper, result: 0}\n  - {typed: wrong, result: -101}\n"
	"expect: {outcome: {app: {result: \"${result}\"}}}\n";

static void mutated_cases_are_read_or_refused_with_places(void)
{
	file_write("scenarios/knox/flow.yaml", bytes_of_string(small_flow));
	file_write("scenarios/cases.yaml", bytes_of_string(with_cases));
	try_mutations("scenarios/cases.yaml", read_scenario, ROUNDS_OF_CASES, 3);
	file_write("scenarios/cases.yaml", bytes_of_string(with_listed_cases));
	try_mutations("scenarios/cases.yaml", read_scenario, ROUNDS_OF_CASES, 4);
}

static const struct test_case cases[] = {
	TEST(a_mutated_flow_is_read_or_refused_with_places),
	TEST(a_mutated_scenario_is_read_or_refused_with_places),
	TEST(mutated_cases_are_read_or_refused_with_places),
};

int main(void)
{
	folder_enter();
	int status = suite_run("reader_mutations", cases, sizeof cases / sizeof *cases);
	folder_leave();
	return status;
}
