/* fuzz_yaml.c - libFuzzer target for the readers of YAML, flows and scenarios.
 *
 * Not a test: built only with -Dfuzz=true and clang. The first byte chooses the reader. Whatever
 * the bytes are, a reader says yes without errors or no with at least one; anything else aborts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sim/scenario/scenario.h"
#include "sim/scenario/scenario_reader.h"
#include "sim/yaml/text_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct flow flow; /* large; read again and again */

static void expect(bool holds)
{
	if (!holds)
		abort();
}

/* The flow reader takes files only: one in memory has a name, too. */
static void try_flow(struct bytes text, struct diags *d)
{
	char name[32];
	int fd = memfd_create("flow", MFD_CLOEXEC);
	expect(fd >= 0 && write(fd, text.data, text.size) == (ssize_t)text.size);
	snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	enum err e = flow_read(name, &flow, d);
	expect((e == ERR_OK) == (d->count == 0));
	flow_fini(&flow);
	close(fd);
}

/* A scenario's shape; the flow that it names is another file and stays unread. */
static void try_scenario(struct bytes text, struct diags *d)
{
	struct tree t = { 0 };
	struct raw_scenario raw = { .verdict = -1 };
	if (text_check(text, "fuzz", d) != ERR_OK)
		return;
	buffer_append(&t.text, text);
	enum err e = tree_parse("fuzz", &t, d);
	expect((e == ERR_OK) == (d->count == 0));
	schema_read(&scenario_schema, t.root, "fuzz", &raw, d);
	if (raw.trace) {
		struct block b = block_find(text, raw.trace);
		expect(b.header_begin < b.header_end && b.header_end <= b.begin);
		expect(b.begin <= b.end && b.end <= b.blank_end && b.blank_end <= text.size);
	}
	tree_fini(&t);
}

/* Both stories out of one input, parted by a zero byte. */
static void try_golden(struct bytes text)
{
	int line = -1;
	char *story = malloc(text.size + 1);
	expect(story != NULL);
	if (text.size > 0)
		memcpy(story, text.data, text.size);
	story[text.size] = 0;
	size_t first = strlen(story);
	const char *actual = first < text.size ? story + first + 1 : story;
	int differs = scenario_golden_differs(story, actual, &line);
	expect(differs >= 0 && line >= 0);
	expect(actual != story || differs == 0); /* every story is its own golden */
	free(story);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diags d = { 0 };
	if (size == 0)
		return 0;
	struct bytes text = bytes_of(data + 1, size - 1);
	if (data[0] % 4 < 2)
		try_flow(text, &d);
	else if (data[0] % 4 == 2)
		try_scenario(text, &d);
	else
		try_golden(text);
	diag_fini(&d);
	return 0;
}
