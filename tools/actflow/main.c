/* main.c - the program: finds the subcommand, parses its options, runs it, closes stdout. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/ssl.h>

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
	/* Before any use of OpenSSL: the system's openssl.cnf can set defaults of TLS, and a run's
	 * bytes are those of its scenario and seed alone. */
	bool alone = OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) == 1;
	output_begin();
	if (!alone) {
		fputs("actflow: OpenSSL cannot be started\n", stderr);
		return (int)output_end(ERR_ENVIRONMENT);
	}
	return (int)output_end(dispatch(argc, argv));
}
