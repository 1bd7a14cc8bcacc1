/* vectors.c - `actflow vectors`: runs published test vectors through the crypto modules. */
#include "tools/actflow/vectors.h"

#include <stdio.h>

#include "tools/actflow/command.h"
#include "tools/actflow/output.h"
#include "tools/actflow/text.h"

/* All files of one call. */
struct batch {
	struct crypto *crypto;
	bool json;
	struct vectors_count count;
	size_t refused;
};

static void run_file(struct batch *b, const char *file)
{
	struct vectors_result r = { .file = file };
	struct diags d = { 0 };
	struct buffer out = { 0 };
	enum err status = vectors_run(b->crypto, &r, &d);
	if (b->json)
		vectors_report_json(&r, status, &d, &out);
	else if (status != ERR_INPUT)
		vectors_report_text(&r, &out);
	if (status == ERR_INPUT)
		b->refused++;
	else
		vectors_count_add(&b->count, &r.count);
	output_write(bytes_of_buffer(&out));
	diag_print(&d, stderr);
	buffer_fini(&out);
	diag_fini(&d);
	vectors_result_fini(&r);
}

static enum err run(const struct options *o)
{
	struct batch b = { .crypto = crypto_new(NULL), .json = o->json };
	if (!b.crypto) {
		fputs("actflow vectors: OpenSSL lacks an algorithm that the modules need\n",
		      stderr);
		return ERR_ENVIRONMENT;
	}
	for (size_t i = 0; i < o->args_count; i++)
		run_file(&b, o->args[i]);
	crypto_free(b.crypto);
	const struct vectors_count *c = &b.count;
	if (!o->json)
		printf("%zu tests: %zu passed, %zu acceptable, %zu failed, %zu skipped; %zu of %zu "
		       "files refused\n",
		       c->tests, c->passed, c->acceptable, c->failed, c->skipped, b.refused,
		       o->args_count);
	if (b.refused > 0)
		return ERR_INPUT;
	if (c->failed > 0)
		return ERR_NOT_AS_EXPECTED;
	return c->skipped < c->tests ? ERR_OK : ERR_INCONCLUSIVE;
}

static const struct argp_option options[] = {
	{ "json", OPTION_JSON, NULL, 0, "Write one JSON object a file, one a line", 0 },
	{ "help", OPTION_HELP, NULL, 0, "Show this help", 0 },
	{ 0 },
};

const struct command command_vectors = {
	.name = "vectors",
	.arguments = "FILE...",
	.summary = "Run published test vectors through the crypto modules",
	.more = "Files are in Wycheproof's JSON form: AeadTest (AES-GCM), EcdhEcpointTest, "
		"EcdhTest, EcdsaVerify, EcdsaP1363Verify, HkdfTest and MacTest (HMAC). What the "
		"modules do not offer is skipped, with the reason, and never counts as passed. "
		"Exit: 1 when a test failed, 2 when a file was refused, 3 when all were skipped.",
	.options = options,
	.args_min = 1,
	.args_max = SIZE_MAX,
	.run = run,
};
