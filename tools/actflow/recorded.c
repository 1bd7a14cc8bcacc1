/* recorded.c - a recorded trace and what belongs to it, found and held against the trace. */
#include "tools/actflow/recorded.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include <openssl/evp.h>

#include "tools/actflow/paths.h"
#include "tools/actflow/report.h"
#include "tools/actflow/text.h"

static char *copy(const char *text)
{
	char *made = strdup(text);
	if (!made)
		abort();
	return made;
}

static void on_record(void *context, const struct record *r, struct bytes encoded)
{
	struct recorded *o = context;
	(void)encoded;
	o->records++;
	if (r->kind == RECORD_RUN && !o->title) {
		o->title = copy(r->name);
		o->flow = copy(r->flow);
		o->variant = copy(r->variant);
		o->digest = copy(r->text);
		o->case_name = copy(r->reference);
		o->seed = r->seed;
	} else if (r->kind == RECORD_SECRETS && !o->secrets_digest) {
		o->secrets_digest = copy(r->text);
	}
}

void recorded_fini(struct recorded *r)
{
	free(r->title);
	free(r->flow);
	free(r->variant);
	free(r->digest);
	free(r->case_name);
	free(r->secrets_digest);
	*r = (struct recorded){ 0 };
}

/* Whether it is the trace whose head was named: one that was changed, and sealed anew, is not. */
static enum err compare_head(const char *trace, const char *expected,
			     const uint8_t head[TRACE_HEAD_SIZE], struct diags *d)
{
	struct buffer hex = { 0 };
	report_hex(head, TRACE_HEAD_SIZE, &hex);
	bool same = !expected || strcasecmp(expected, text_string(&hex)) == 0;
	if (!same)
		diag_add(d, trace, 0, 0,
			 "is not the trace that --head names: expected chain head %s, actual %s",
			 expected, text_string(&hex));
	buffer_fini(&hex);
	return same ? ERR_OK : ERR_NOT_AS_EXPECTED;
}

enum err recorded_read(const char *trace, const char *head, struct recorded *r, struct diags *d)
{
	uint8_t actual[TRACE_HEAD_SIZE];
	*r = (struct recorded){ .trace = trace };
	enum err status = trace_read(trace, on_record, r, actual, d);
	if (status == ERR_OK)
		status = compare_head(trace, head, actual, d);
	if (status != ERR_OK || r->title)
		return status;
	diag_add(d, trace, 0, 0, "expected a record of the run at its beginning, actual none");
	return ERR_INPUT;
}

enum err recorded_again(void *context, trace_sink_fn *sink, void *sink_context, struct diags *d)
{
	const struct recorded *r = context;
	uint8_t head[TRACE_HEAD_SIZE];
	return trace_read(r->trace, sink, sink_context, head, d);
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

enum err recorded_flow(const struct recorded *r, const char *named, struct flow *f, struct diags *d)
{
	char *path = named ? copy(named) : flow_below(r->trace, r->flow);
	if (!path)
		path = flow_below(".", r->flow);
	if (!path) {
		diag_add(d, r->trace, 0, 0,
			 "flow \"%s\": expected below a folder called scenarios "
			 "above the trace or above here, actual none; name it with --flow",
			 r->flow);
		return ERR_INPUT;
	}
	enum err status = flow_read(path, f, d);
	free(path);
	return status;
}

bool recorded_flow_matches(const struct recorded *r, const struct flow *f)
{
	bool same = strcmp(f->digest, r->digest) == 0;
	if (!same)
		fprintf(stderr,
			"%s: is not the flow that the trace was recorded with: expected "
			"SHA-256 %.16s..., actual %.16s...\n",
			f->file, r->digest, f->digest);
	return same;
}

enum err recorded_variant(const struct recorded *r, const char *named, const struct flow *f,
			  size_t *variant, struct diags *d)
{
	const char *name = named ? named : r->variant;
	int found = flow_variant_index(f, name);
	if (found >= 0) {
		*variant = (size_t)found;
		return ERR_OK;
	}
	const char *names[FLOW_VARIANTS_MAX];
	for (size_t i = 0; i < f->variants_count; i++)
		names[i] = f->variants[i].name;
	const char *nearest = diag_nearest(name, names, f->variants_count);
	struct buffer all = { 0 };
	for (size_t i = 0; i < f->variants_count; i++)
		text_printf(&all, "%s%s", i == 0 ? "" : ", ", names[i]);
	diag_add(d, r->trace, 0, 0, "variant: expected one of %s (%s), actual \"%s\"%s%s",
		 text_string(&all), f->file, name, nearest ? ", did you mean " : "",
		 nearest ? nearest : "");
	buffer_fini(&all);
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
static enum err compare_digest(const struct recorded *r, const struct recorded_secrets *s,
			       struct diags *d)
{
	struct buffer text = { 0 }, hex = { 0 };
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned size = 0;
	secrets_format(&s->secrets, &text);
	if (EVP_Digest(text.data, text.size, digest, &size, EVP_sha256(), NULL) != 1)
		abort(); /* SHA-256 of bytes in memory cannot fail */
	report_hex(digest, size, &hex);
	const char *expected = r->secrets_digest ? r->secrets_digest : "";
	bool same = strcmp(expected, text_string(&hex)) == 0;
	if (!same)
		diag_add(d, s->path, 0, 0,
			 "these are not the secrets of %s: expected SHA-256 %s, actual %s",
			 r->trace, expected, text_string(&hex));
	buffer_cleanse(&text);
	buffer_fini(&hex);
	return same ? ERR_OK : ERR_INPUT;
}

enum err recorded_secrets(const struct recorded *r, const char *named, struct recorded_secrets *out,
			  struct diags *d)
{
	*out = (struct recorded_secrets){ .path = named ? copy(named) : secrets_beside(r->trace) };
	if (!named && !is_file(out->path))
		return ERR_OK;
	enum err status = secrets_read(out->path, &out->secrets, d);
	out->there = status == ERR_OK;
	return status == ERR_OK ? compare_digest(r, out, d) : status;
}

void recorded_secrets_fini(struct recorded_secrets *s)
{
	secrets_fini(&s->secrets);
	free(s->path);
	*s = (struct recorded_secrets){ 0 };
}
