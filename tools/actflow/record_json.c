/* record_json.c - one record of a trace as a JSON object. */
#include "tools/actflow/filter.h"
#include "tools/actflow/json.h"
#include "tools/actflow/record_show.h"
#include "tools/actflow/report.h"
#include "tools/actflow/text.h"

static void add_hex(struct json *j, const char *key, struct bytes b)
{
	struct buffer hex = { 0 };
	report_hex(b.data, b.size, &hex);
	json_string(j, key, text_string(&hex));
	buffer_fini(&hex);
}

static void add_head(struct json *j, const struct record *r)
{
	json_unsigned(j, "id", r->id);
	json_integer(j, "at_ns", r->at_ns);
	json_string(j, "kind", record_kind_name(r->kind));
	json_begin(j, "parents", '[');
	for (size_t i = 0; i < r->parents_count; i++)
		json_unsigned(j, NULL, r->parents[i]);
	json_end(j, ']');
}

static void add_texts(struct json *j, const struct record *r)
{
	const struct {
		const char *key, *text;
	} texts[] = {
		{ "actor", r->actor },     { "peer", r->peer },       { "channel", r->channel },
		{ "message", r->message }, { "machine", r->machine }, { "stimulus", r->stimulus },
		{ "from", r->state_from }, { "to", r->state_to },     { "name", r->name },
		{ "text", r->text },       { "source", r->source },   { "reference", r->reference },
		{ "file", r->file },       { "flow", r->flow },       { "variant", r->variant },
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		json_string(j, texts[i].key, texts[i].text);
}

static void add_lists(struct json *j, const struct record *r)
{
	json_begin(j, "checks", '[');
	for (size_t i = 0; i < r->checks_count; i++) {
		json_begin(j, NULL, '{');
		json_string(j, "check", r->checks[i].id);
		json_boolean(j, "holds", r->checks[i].holds);
		json_boolean(j, "let_pass", r->checks[i].let_pass);
		json_end(j, '}');
	}
	json_end(j, ']');
	json_begin(j, "cuts", '[');
	for (size_t i = 0; i < r->cuts_count; i++) {
		json_begin(j, NULL, '{');
		json_unsigned(j, "offset", r->cuts[i].offset);
		json_unsigned(j, "size", r->cuts[i].size);
		json_string(j, "reference", r->cuts[i].reference);
		json_end(j, '}');
	}
	json_end(j, ']');
	json_begin(j, "values", '[');
	for (size_t i = 0; i < r->values_count; i++) {
		json_begin(j, NULL, '{');
		json_string(j, "name", r->values[i].name);
		add_hex(j, "value", r->values[i].value);
		json_end(j, '}');
	}
	json_end(j, ']');
}

void record_show_json(const struct record_view *v, struct buffer *out)
{
	const struct record *r = v->record;
	struct json j = { .out = out };
	json_begin(&j, NULL, '{');
	add_head(&j, r);
	add_texts(&j, r);
	json_unsigned(&j, "device", filter_device(r));
	json_unsigned(&j, "session", r->session);
	json_unsigned(&j, "tag", r->tag);
	json_integer(&j, "number", r->number);
	json_unsigned(&j, "seed", r->seed);
	add_hex(&j, "bytes", r->bytes);
	add_lists(&j, r);
	if (v->step)
		json_string(&j, "step", v->step);
	json_end(&j, '}');
	text_add(out, "\n");
}
