/* check.c - `actflow check`: judges a recorded trace against a flow, as `run` judges its own. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include <openssl/evp.h>

#include "tools/actflow/command.h"
#include "tools/actflow/messages.h"
#include "tools/actflow/output.h"
#include "tools/actflow/paths.h"
#include "tools/actflow/report.h"
#include "tools/actflow/scan.h"
#include "tools/actflow/text.h"

/* What a first reading tells: where the trace says it comes from. */
struct origin {
	char *title, *flow, *variant, *digest; /* owned; NULL until RECORD_RUN */
	char *secrets_digest;                  /* owned; of RECORD_SECRETS */
	uint64_t seed;
};

static void on_record(void *context, const struct record *r, struct bytes encoded)
{
	struct origin *o = context;
	(void)encoded;
	if (r->kind == RECORD_RUN && !o->title) {
		o->title = strdup(r->name);
		o->flow = strdup(r->flow);
		o->variant = strdup(r->variant);
		o->digest = strdup(r->text);
		o->seed = r->seed;
	} else if (r->kind == RECORD_SECRETS && !o->secrets_digest) {
		o->secrets_digest = strdup(r->text);
	}
}

static void origin_fini(struct origin *o)
{
	free(o->title);
	free(o->flow);
	free(o->variant);
	free(o->digest);
	free(o->secrets_digest);
}

/* Everything of one check. */
struct review {
	const struct options *o;
	const char *trace;
	struct origin origin;
	struct flow flow;
	size_t variant;
	struct secrets secrets;
	bool has_secrets;
	struct observation seen;
	struct diags d, none;
};

/* Whether it is the trace whose head was named: one that was changed, and sealed anew, is not. */
static enum err compare_head(struct review *v, const uint8_t head[TRACE_HEAD_SIZE])
{
	struct buffer hex = { 0 };
	report_hex(head, TRACE_HEAD_SIZE, &hex);
	bool same = !v->o->head || strcasecmp(v->o->head, text_string(&hex)) == 0;
	if (!same)
		diag_add(&v->d, v->trace, 0, 0,
			 "is not the trace that --head names: expected chain head %s, actual %s",
			 v->o->head, text_string(&hex));
	buffer_fini(&hex);
	return same ? ERR_OK : ERR_NOT_AS_EXPECTED;
}

static enum err read_origin(struct review *v)
{
	uint8_t head[TRACE_HEAD_SIZE];
	enum err status = trace_read(v->trace, on_record, &v->origin, head, &v->d);
	if (status == ERR_OK)
		status = compare_head(v, head);
	if (status != ERR_OK || v->origin.title)
		return status;
	diag_add(&v->d, v->trace, 0, 0,
		 "expected a record of the run at its beginning, actual none");
	return ERR_INPUT;
}

static bool is_file(const char *path)
{
	struct stat about;
	return stat(path, &about) == 0 && S_ISREG(about.st_mode);
}

/* A flow's name is a path below a scenarios folder, and never one that leads out of it. */
static char *flow_below(const char *from, const char *name)
{
	char *root = paths_scenarios(from);
	char *path = root && name[0] != '/' && !strstr(name, "..") ? paths_join(root, name) : NULL;
	free(root);
	if (path && is_file(path))
		return path;
	free(path);
	return NULL;
}

static enum err read_flow(struct review *v)
{
	const char *name = v->origin.flow;
	char *path = v->o->flow ? strdup(v->o->flow) : flow_below(v->trace, name);
	if (!path)
		path = flow_below(".", name);
	if (!path) {
		diag_add(&v->d, v->trace, 0, 0,
			 "flow \"%s\": expected below a folder called scenarios "
			 "above the trace or above here, actual none; name it with --flow",
			 name);
		return ERR_INPUT;
	}
	enum err status = flow_read(path, &v->flow, &v->d);
	free(path);
	return status;
}

static enum err choose_variant(struct review *v)
{
	const char *name = v->o->variant ? v->o->variant : v->origin.variant;
	int variant = flow_variant_index(&v->flow, name);
	if (variant >= 0) {
		v->variant = (size_t)variant;
		return ERR_OK;
	}
	const char *names[FLOW_VARIANTS_MAX];
	for (size_t i = 0; i < v->flow.variants_count; i++)
		names[i] = v->flow.variants[i].name;
	const char *nearest = diag_nearest(name, names, v->flow.variants_count);
	diag_add(&v->d, v->trace, 0, 0, "variant: expected one of %s, actual \"%s\"%s%s",
		 v->flow.file, name, nearest ? ", did you mean " : "", nearest ? nearest : "");
	return ERR_INPUT;
}

/* The file beside the trace: run.trace has run.secrets. */
static char *secrets_beside(const char *trace)
{
	struct buffer path = { 0 };
	const char *dot = strrchr(trace, '.'), *slash = strrchr(trace, '/');
	size_t size = dot && (!slash || dot > slash) ? (size_t)(dot - trace) : strlen(trace);
	buffer_append(&path, bytes_of(trace, size));
	text_add(&path, ".secrets");
	return (char *)text_string(&path); /* the buffer's memory is the caller's now */
}

/* Whether the secrets are those whose digest is in the trace. */
static enum err compare_digest(struct review *v, const char *path)
{
	struct buffer text = { 0 }, hex = { 0 };
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned size = 0;
	secrets_format(&v->secrets, &text);
	if (EVP_Digest(text.data, text.size, digest, &size, EVP_sha256(), NULL) != 1)
		abort(); /* SHA-256 of bytes in memory cannot fail */
	report_hex(digest, size, &hex);
	const char *expected = v->origin.secrets_digest ? v->origin.secrets_digest : "";
	bool same = strcmp(expected, text_string(&hex)) == 0;
	if (!same)
		diag_add(&v->d, path, 0, 0,
			 "these are not the secrets of %s: expected SHA-256 %s, actual %s",
			 v->trace, expected, text_string(&hex));
	buffer_cleanse(&text);
	buffer_fini(&hex);
	return same ? ERR_OK : ERR_INPUT;
}

static enum err read_secrets(struct review *v)
{
	char *path = v->o->secrets ? strdup(v->o->secrets) : secrets_beside(v->trace);
	enum err status = ERR_OK;
	if (!v->o->secrets && !is_file(path)) {
		fprintf(stderr, "%s: is not there, so no secrecy claim can be judged\n", path);
	} else {
		status = secrets_read(path, &v->secrets, &v->d);
		v->has_secrets = status == ERR_OK;
		if (status == ERR_OK)
			status = compare_digest(v, path);
	}
	free(path);
	return status;
}

/* "device=S1.10": up to which step one device, or each, was to come. */
static bool read_reach(struct review *v, const char *text)
{
	char name[FLOW_INSTANCE_MAX];
	uint32_t device = 0;
	const char *equals = strchr(text, '=');
	size_t size = equals ? (size_t)(equals - text) : 0;
	snprintf(name, sizeof name, "%.*s", (int)(size < sizeof name ? size : 0), text);
	int actor = flow_instance_index(&v->flow, name, &device);
	int step = equals ? flow_step_index(&v->flow, equals + 1) : -1;
	bool can = step >= 0 && v->flow.steps[step].simulated &&
		   !(v->flow.variants[v->variant].absent >> step & 1);
	if (actor >= 0 && v->flow.each_device >> actor & 1 && can) {
		checker_reach(v->seen.checker, device, (size_t)step);
		return true;
	}
	const char *names[FLOW_STEPS_MAX];
	for (size_t i = 0; i < v->flow.steps_count; i++)
		names[i] = v->flow.steps[i].id;
	const char *nearest = equals ? diag_nearest(equals + 1, names, v->flow.steps_count) : NULL;
	diag_add(&v->d, v->trace, 0, 0,
		 "--reaches: expected an actor of each device, \"=\" and a step of the variant "
		 "that can be seen, as in device=%s, actual \"%s\"",
		 nearest ? nearest : "S1.10", text);
	return false;
}

/* What stands in front of the "=": the device that it speaks of, 0 for each. */
static uint32_t device_of(const struct review *v, const char *text)
{
	char name[FLOW_INSTANCE_MAX];
	uint32_t device = 0;
	snprintf(name, sizeof name, "%.*s", (int)strcspn(text, "="), text);
	flow_instance_index(&v->flow, name, &device);
	return device;
}

static bool reach_is_new(struct review *v, size_t number)
{
	for (size_t i = 0; i < number; i++)
		if (device_of(v, v->o->reaches[i]) == device_of(v, v->o->reaches[number])) {
			diag_add(&v->d, v->trace, 0, 0,
				 "--reaches: expected once for each device, actual \"%s\" and "
				 "\"%s\"",
				 v->o->reaches[i], v->o->reaches[number]);
			return false;
		}
	return true;
}

static enum err read_reaches(struct review *v)
{
	enum err status = ERR_OK;
	for (size_t i = 0; i < v->o->reaches_count; i++)
		if (!read_reach(v, v->o->reaches[i]) || !reach_is_new(v, i))
			status = ERR_INPUT;
	return status;
}

static enum err read_trace(struct review *v)
{
	uint8_t head[TRACE_HEAD_SIZE];
	observation_init(&v->seen, &v->flow, v->variant, v->has_secrets ? &v->secrets : NULL,
			 v->o->verbose);
	enum err status = read_reaches(v);
	if (status == ERR_OK)
		status = trace_read(v->trace, observation_feed, &v->seen, head, &v->d);
	if (status == ERR_OK)
		observation_finish(&v->seen, head);
	return status;
}

static enum err say(struct review *v)
{
	static const enum err ends[] = { [VERDICT_HOLDS] = ERR_OK,
					 [VERDICT_VIOLATED] = ERR_NOT_AS_EXPECTED,
					 [VERDICT_INCONCLUSIVE] = ERR_INCONCLUSIVE };
	struct buffer out = { 0 };
	enum err status = ends[checker_verdict(v->seen.checker)];
	struct report r = { .seen = &v->seen,
			    .title = v->origin.title,
			    .file = v->trace,
			    .variant = v->flow.variants[v->variant].name,
			    .seed = v->origin.seed,
			    .status = status,
			    .differences = &v->none,
			    .remark = "",
			    .options = v->o,
			    .flow_matches = strcmp(v->flow.digest, v->origin.digest) == 0 };
	if (!r.flow_matches)
		fprintf(stderr,
			"%s: is not the flow that the trace was recorded with: expected "
			"SHA-256 %.16s..., actual %.16s...\n",
			v->flow.file, v->origin.digest, v->flow.digest);
	if (v->o->json)
		report_json(&r, &out);
	else
		report_text(&r, output_width(), output_colour(v->o->no_color), &out);
	const char *class = scan_text(&v->secrets, bytes_of_buffer(&out));
	if (class)
		fprintf(stderr, "%s: bug: a secret of class %s would have been shown; nothing is\n",
			v->trace, class);
	else
		output_write(bytes_of_buffer(&out));
	buffer_fini(&out);
	return class ? ERR_BUG : status;
}

static enum err review(struct review *v)
{
	static enum err (*const stages[])(struct review *) = { read_origin,    read_flow,
							       choose_variant, read_secrets,
							       read_trace,     say };
	enum err status = ERR_OK;
	for (size_t i = 0; i < sizeof stages / sizeof *stages && status == ERR_OK; i++)
		status = stages[i](v);
	return status;
}

static enum err run(const struct options *o)
{
	struct review *v = calloc(1, sizeof *v);
	if (!v)
		abort();
	v->o = o;
	v->trace = o->args[0];
	enum err status = messages_end(&v->d, review(v));
	observation_fini(&v->seen);
	secrets_fini(&v->secrets);
	flow_fini(&v->flow);
	origin_fini(&v->origin);
	free(v);
	return status;
}

static const struct argp_option options[] = {
	{ "flow", OPTION_FLOW, "FILE", 0,
	  "Judge by this flow instead of the one that the trace names", 0 },
	{ "variant", OPTION_VARIANT, "NAME", 0, "Judge by this variant of the flow", 0 },
	{ "secrets", OPTION_SECRETS, "FILE", 0,
	  "The run's secrets (the file beside the trace that ends in .secrets)", 0 },
	{ "reaches", OPTION_REACHES, "NAME=STEP", 0,
	  "Where the run was to end: device=S1.10, or app@2=S1.10 for one device; may be repeated",
	  0 },
	{ "head", OPTION_HEAD, "HEX", 0,
	  "The chain head that the run printed: a trace with another one is refused", 0 },
	{ "json", OPTION_JSON, NULL, 0, "Write one JSON object", 0 },
	{ "verbose", OPTION_VERBOSE, NULL, 0, "Show every record", 0 },
	{ "no-color", OPTION_NO_COLOR, NULL, 0, "Do not colour, also on a terminal", 0 },
	{ "help", OPTION_HELP, NULL, 0, "Show this help", 0 },
	{ 0 },
};

const struct command command_check = {
	.name = "check",
	.arguments = "TRACE",
	.summary = "Judge a recorded trace against a flow",
	.more = "The flow is looked for below the nearest folder called scenarios, above the trace "
		"or "
		"above here. The trace ends with the chain head of its own bytes, which finds what "
		"went wrong by chance; who changes a trace on purpose can compute it anew, so only "
		"--head, with a head from elsewhere, shows that this is the trace of that run. "
		"Exit: 0 holds, 1 violated or another trace than --head names, 2 not a whole "
		"trace, "
		"3 inconclusive.",
	.options = options,
	.args_min = 1,
	.args_max = 1,
	.run = run,
};
