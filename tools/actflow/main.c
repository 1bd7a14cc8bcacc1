/* main.c - the program: finds the subcommand, parses its options, runs it, closes stdout. */
#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>

#include "tools/actflow/command.h"
#include "tools/actflow/output.h"

#if defined(__clang__)
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

static enum err version(void)
{
	printf("actflow %s (%s, %s)\n", ACTFLOW_VERSION, COMPILER,
	       OpenSSL_version(OPENSSL_VERSION));
	return ERR_OK;
}

static enum err dispatch(int argc, char **argv)
{
	if (argc < 2) {
		fputs("actflow: a subcommand is missing; `actflow help` lists them\n", stderr);
		return ERR_INPUT;
	}
	if (strcmp(argv[1], "--version") == 0)
		return version();
	bool help = strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0;
	const struct command *c = help ? &command_help : command_find(argv[1]);
	if (!c)
		return command_unknown(argv[1]);
	struct options o;
	enum err status;
	if (!options_parse(c, argc - 1, argv + 1, &o, &status))
		return status;
	return c->run(&o);
}

int main(int argc, char **argv)
{
	output_begin();
	return (int)output_end(dispatch(argc, argv));
}
