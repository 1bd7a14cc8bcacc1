/* flow.c - looking things up in a flow, and releasing it. Reading one is flow_reader.c's work. */
#include "sim/flow/flow.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int flow_actor_index(const struct flow *f, const char *name)
{
	for (size_t i = 0; i < f->actors_count; i++)
		if (strcmp(f->actors[i].name, name) == 0)
			return (int)i;
	return -1;
}

int flow_instance_index(const struct flow *f, const char *name, uint32_t *device)
{
	const char *at = strchr(name, '@');
	size_t size = at ? (size_t)(at - name) : strlen(name), actor = 0;
	*device = 0;
	while (actor < f->actors_count &&
	       (strncmp(f->actors[actor].name, name, size) != 0 || f->actors[actor].name[size]))
		actor++;
	if (actor == f->actors_count)
		return -1;
	if (!at)
		return (int)actor;
	uint32_t number = 0;
	size_t digits = strspn(at + 1, "0123456789");
	if (!(f->each_device >> actor & 1) || digits == 0 || digits > 9 || at[1] == '0' ||
	    at[1 + digits])
		return -1;
	for (const char *c = at + 1; *c; c++)
		number = number * 10 + (uint32_t)(*c - '0');
	*device = number;
	return (int)actor;
}

const char *flow_instance_name(const struct flow *f, size_t actor, uint32_t device,
			       uint32_t devices, char name[FLOW_INSTANCE_MAX])
{
	if (devices > 1 && device && f->each_device >> actor & 1)
		snprintf(name, FLOW_INSTANCE_MAX, "%s@%" PRIu32, f->actors[actor].name, device);
	else
		snprintf(name, FLOW_INSTANCE_MAX, "%s", f->actors[actor].name);
	return name;
}

int flow_channel_index(const struct flow *f, const char *name)
{
	for (size_t i = 0; i < f->channels_count; i++)
		if (strcmp(f->channels[i].name, name) == 0)
			return (int)i;
	return -1;
}

int flow_step_index(const struct flow *f, const char *id)
{
	for (size_t i = 0; i < f->steps_count; i++)
		if (strcmp(f->steps[i].id, id) == 0)
			return (int)i;
	return -1;
}

int flow_variant_index(const struct flow *f, const char *name)
{
	for (size_t i = 0; i < f->variants_count; i++)
		if (strcmp(f->variants[i].name, name) == 0)
			return (int)i;
	return -1;
}

bool flow_before(const struct flow *f, size_t a, size_t b)
{
	return f->later[a] >> b & 1;
}

static void free_pattern(struct step_pattern *p)
{
	free(p->from);
	free(p->to);
	free(p->message);
	free(p->channel);
	for (size_t i = 0; i < STEP_WITH_MAX; i++)
		free(p->with[i]);
}

static void free_topology(struct flow *f)
{
	for (size_t i = 0; i < f->actors_count; i++) {
		free(f->actors[i].name);
		for (size_t j = 0; j < f->actors[i].hosts_count; j++)
			free(f->actors[i].hosts[j].host);
	}
	for (size_t i = 0; i < f->channels_count; i++) {
		free(f->channels[i].name);
		free(f->channels[i].host);
		for (size_t j = 0; j < FLOW_RIDES_MAX; j++)
			free(f->channels[i].rides[j].message);
	}
}

static void free_variant(struct flow_variant *v)
{
	free(v->name);
	free(v->text);
	for (size_t i = 0; i < v->settings_count; i++) {
		free(v->settings[i].name);
		free(v->settings[i].value);
	}
	for (size_t i = 0; i < v->overrides_count; i++)
		free_pattern(&v->overrides[i].pattern);
}

void flow_fini(struct flow *f)
{
	free(f->file);
	free(f->title);
	free_topology(f);
	free_pattern(&f->attempt.pattern);
	for (size_t i = 0; i < f->steps_count; i++) {
		free(f->steps[i].id);
		free(f->steps[i].text);
		free_pattern(&f->steps[i].pattern);
	}
	for (size_t i = 0; i < f->holders_count; i++)
		free(f->holders[i].secret);
	for (size_t i = 0; i < f->agree_count; i++)
		for (size_t k = 0; k < FLOW_ON_MAX; k++)
			free(f->agree[i].on[k]);
	for (size_t i = 0; i < f->fresh_count; i++)
		free(f->fresh[i].secret);
	for (size_t i = 0; i < f->one_time_count; i++)
		free(f->one_time[i]);
	for (size_t i = 0; i < f->variants_count; i++)
		free_variant(&f->variants[i]);
	memset(f, 0, sizeof *f);
}

bool pipe_is_session(enum pipe_kind kind)
{
	return kind == PIPE_TLS || kind == PIPE_DTLS;
}

bool flow_is_certified_on(const struct flow_channel *c, size_t actor)
{
	bool session = false;
	for (size_t k = 0; k < c->pipes_count; k++)
		session = session || pipe_is_session(c->pipes[k]);
	return session && (c->to == actor || (c->mutual && c->from == actor));
}

bool flow_is_certified(const struct flow *f, size_t actor)
{
	for (size_t i = 0; i < f->channels_count; i++)
		if (flow_is_certified_on(&f->channels[i], actor))
			return true;
	return false;
}
