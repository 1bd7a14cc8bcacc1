/* files.c - files for tests of readers. */
#include "tests/lib/files.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/actflow-test-XXXXXX";

static void must(bool good, const char *what)
{
	if (good)
		return;
	perror(what);
	abort();
}

const char *project_file(const char *path)
{
	static char full[4096];
	snprintf(full, sizeof full, "%s/%s", PROJECT_FOLDER, path);
	must(access(full, F_OK) == 0, full);
	return full;
}

const char *folder_enter(void)
{
	memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
	must(mkdtemp(folder) != NULL && chdir(folder) == 0, folder);
	must(mkdir("scenarios", 0755) == 0 && mkdir("scenarios/knox", 0755) == 0, "scenarios");
	file_copy(project_file("scenarios/knox/flow.yaml"), "scenarios/knox/flow.yaml");
	return folder;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
	(void)info, (void)kind, (void)walk;
	return remove(path);
}

void folder_leave(void)
{
	must(chdir("/") == 0, "/");
	must(nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0, folder);
}

struct buffer file_bytes(const char *path)
{
	struct buffer all = { 0 };
	FILE *in = fopen(path, "rb");
	must(in != NULL, path);
	size_t got = 0;
	do {
		buffer_reserve(&all, 4096);
		got = fread(all.data + all.size, 1, 4096, in);
		all.size += got;
	} while (got > 0);
	must(fclose(in) == 0, path);
	return all;
}

void file_write(const char *path, struct bytes text)
{
	FILE *out = fopen(path, "wb");
	must(out != NULL, path);
	must(text.size == 0 || fwrite(text.data, 1, text.size, out) == text.size, path);
	must(fclose(out) == 0, path);
}

void file_copy(const char *from, const char *to)
{
	struct buffer all = file_bytes(from);
	file_write(to, bytes_of_buffer(&all));
	buffer_fini(&all);
}

const char *printed(struct diags *d)
{
	static char text[64 * 1024];
	FILE *out = fmemopen(text, sizeof text, "w");
	must(out != NULL, "fmemopen");
	text[0] = 0;
	diag_print(d, out);
	must(fclose(out) == 0, "fclose");
	diag_fini(d);
	return text;
}

uint64_t next_number(uint64_t *state)
{
	/* SplitMix64 by Sebastiano Vigna, public domain: any seed will do, and no state is bad. */
	uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}
