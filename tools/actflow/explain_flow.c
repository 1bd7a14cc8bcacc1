/* explain_flow.c - `actflow explain` for what flows and messages have names for. */
#include "tools/actflow/explain_flow.h"

#include <stdio.h>
#include <string.h>

#include "proto/codec/patch.h"
#include "proto/message.h"

static bool is_named(const char *name, const char *id, const struct name_taker *names)
{
	names->take(names->context, name);
	return strcmp(name, id) == 0;
}

static bool explain_actor(const struct flow *f, const char *id, const struct name_taker *names)
{
	bool found = false;
	for (size_t i = 0; i < f->actors_count; i++) {
		const struct flow_actor *a = &f->actors[i];
		if (!is_named(a->name, id, names))
			continue;
		found = true;
		printf("%s is an actor of the flow \"%s\"%s.\n  hosts    ", id, f->title,
		       f->each_device >> i & 1 ? ", one for each device" : "");
		for (size_t k = 0; k < a->hosts_count; k++)
			printf("%s%s", k > 0 ? ", " : "", a->hosts[k].host);
		printf("\n");
	}
	return found;
}

static void tell_channel(const struct flow *f, const struct flow_channel *c)
{
	if (c->base == BASE_LOCAL) {
		printf("  wire     none: what is said there never leaves the place\n");
		return;
	}
	printf("  ends     %s opens it to %s, at %s", f->actors[c->from].name,
	       f->actors[c->to].name, c->host);
	if (c->port > 0)
		printf(" port %u", (unsigned)c->port);
	printf("\n  wire     ");
	if (c->base == BASE_WIRE)
		printf("its own\n");
	else if (c->base == BASE_INSIDE)
		printf("inside %s, and its own from where %s dials onwards\n",
		       f->channels[c->inside].name, f->actors[c->relay].name);
	else
		printf("none of its own: its bytes ride on %s and %s, through %s\n",
		       f->channels[c->rides[0].channel].name, f->channels[c->rides[1].channel].name,
		       f->actors[c->relay].name);
}

static bool explain_channel(const struct flow *f, const char *id, const struct name_taker *names)
{
	bool found = false;
	for (size_t i = 0; i < f->channels_count; i++) {
		if (!is_named(f->channels[i].name, id, names))
			continue;
		found = true;
		printf("%s is a channel of the flow \"%s\".\n", id, f->title);
		tell_channel(f, &f->channels[i]);
	}
	return found;
}

static bool explain_variant(const struct flow *f, const char *id, const struct name_taker *names)
{
	bool found = false;
	for (size_t i = 0; i < f->variants_count; i++) {
		if (!is_named(f->variants[i].name, id, names))
			continue;
		found = true;
		printf("%s is a variant of the flow \"%s\": %s.\n", id, f->title,
		       f->variants[i].text);
	}
	return found;
}

static bool explain_step(const struct flow *f, const char *id, const struct name_taker *names)
{
	bool found = false;
	for (size_t i = 0; i < f->steps_count; i++) {
		if (!is_named(f->steps[i].id, id, names))
			continue;
		found = true;
		printf("%s is a step of the flow \"%s\": %s.\n", id, f->title, f->steps[i].text);
	}
	return found;
}

bool explain_in_flow(const struct flow *f, const char *id, const struct name_taker *names)
{
	bool found = explain_step(f, id, names);
	found = explain_actor(f, id, names) || found;
	found = explain_channel(f, id, names) || found;
	return explain_variant(f, id, names) || found;
}

bool explain_message(const char *id, const struct name_taker *names)
{
	enum message_type type = message_type_of_name(id);
	enum message_form form;
	const char *field;
	for (int i = MESSAGE_NONE + 1; i < MESSAGE_TYPES; i++)
		names->take(names->context, message_name((enum message_type)i));
	if (type == MESSAGE_NONE)
		return false;
	printf("%s is a message, of type %d.\n  fields   ", id, (int)type);
	for (size_t i = 0; (field = message_field_name(type, i, &form)) != NULL; i++) {
		bool number, own = message_has_part(type, field, &number);
		printf("%s%s%s", i > 0 ? ", " : "", own ? "" : "body.", field);
	}
	printf("%s\n", message_field_name(type, 0, &form) ? "" : "none");
	return true;
}

void explain_message_steps(const struct flow *f, const char *id)
{
	for (size_t i = 0; i < f->steps_count; i++) {
		const struct step_pattern *p = &f->steps[i].pattern;
		if (f->steps[i].simulated && p->message && strcmp(p->message, id) == 0)
			printf("  step     %s: %s > %s on %s: %s\n", f->steps[i].id, p->from, p->to,
			       p->channel, f->steps[i].text);
	}
}
