/* setup.c - joins a scenario's flow with a roster, by name, and says what does not fit. */
#include "sim/world/internal.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* Whether the roster speaks on that channel; its number then goes to *number. */
static bool roster_channel(const struct roster *r, const char *name, uint8_t *number)
{
	for (size_t i = 0; i < r->channels_count; i++) {
		if (strcmp(r->channels[i], name) == 0) {
			*number = (uint8_t)i;
			return true;
		}
	}
	return false;
}

static const struct actor_class *roster_actor(const struct roster *r, const char *name,
					      uint8_t *number)
{
	for (size_t i = 0; i < r->actors_count; i++) {
		if (strcmp(r->actors[i]->name, name) == 0) {
			*number = (uint8_t)i;
			return r->actors[i];
		}
	}
	return NULL;
}

static void check_names(const struct flow *f, const struct roster *r, struct diags *d)
{
	uint8_t number;
	for (size_t i = 0; i < f->actors_count; i++)
		if (!roster_actor(r, f->actors[i].name, &number))
			diag_add(
				d, f->file, f->actors[i].place.line, f->actors[i].place.column,
				"actor %s: expected one of the %s roster, actual none of that name",
				f->actors[i].name, r->name);
	for (size_t i = 0; i < f->channels_count; i++)
		if (!roster_channel(r, f->channels[i].name, &number))
			diag_add(d, f->file, f->channels[i].place.line, f->channels[i].place.column,
				 "channel %s: expected one that an actor speaks on, actual none "
				 "of that name",
				 f->channels[i].name);
	for (size_t i = 0; i < r->actors_count; i++)
		if (flow_actor_index(f, r->actors[i]->name) < 0)
			diag_add(d, f->file, 0, 0, "actors: expected %s, actual missing",
				 r->actors[i]->name);
	for (size_t i = 0; i < r->channels_count; i++)
		if (flow_channel_index(f, r->channels[i]) < 0)
			diag_add(d, f->file, 0, 0, "channels: expected %s, actual missing",
				 r->channels[i]);
}

/* "p521, p384 or p256": what a setting may be. Returns out. */
static const char *words_of(const struct policy *p, const char *name, char *out, size_t room)
{
	size_t used = 0;
	out[0] = '\0';
	for (size_t i = 0; i < p->count; i++) {
		const char *const *word = p->settings[i].values;
		for (; strcmp(p->settings[i].name, name) == 0 && *word && used < room; word++) {
			const char *join = used == 0 ? "" : word[1] ? ", " : " or ";
			used += (size_t)snprintf(out + used, room - used, "%s%s", join, *word);
		}
	}
	return out;
}

/* Which settings there are. The caller frees the buffer. */
static const char *settings_of(const struct policy *p, struct buffer *out)
{
	for (size_t i = 0; i < p->count; i++) {
		buffer_append(out, bytes_of_string(i == 0 ? "" : ", "));
		buffer_append(out, bytes_of_string(p->settings[i].name));
	}
	buffer_append_u8(out, 0);
	return (const char *)out->data;
}

static void refuse_setting(const struct policy *p, const struct flow_setting *s, const char *file,
			   struct diags *d)
{
	const char *names[POLICY_MAX];
	struct buffer all = { 0 };
	for (size_t i = 0; i < p->count; i++)
		names[i] = p->settings[i].name;
	const char *near = diag_nearest(s->name, names, p->count);
	diag_add(d, file, s->place.line, s->place.column,
		 "profile: expected one of %s, actual %s%s%s%s", settings_of(p, &all), s->name,
		 near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
	buffer_fini(&all);
}

static void apply_settings(struct policy *p, const struct flow_setting *list, size_t count,
			   const char *file, struct diags *d)
{
	char words[128];
	for (size_t i = 0; i < count; i++) {
		const struct flow_setting *s = &list[i];
		int wrong = policy_set(p, s->name, s->value);
		if (wrong == 1)
			refuse_setting(p, s, file, d);
		else if (wrong == 2)
			diag_add(d, file, s->value_place.line, s->value_place.column,
				 "profile %s: expected %s, actual %s", s->name,
				 words_of(p, s->name, words, sizeof words), s->value);
	}
}

static void set_policy(struct policy *p, const struct scenario *s, const struct roster *r,
		       struct diags *d)
{
	const struct flow_variant *v = &s->flow.variants[s->variant];
	policy_init(p, r->settings, r->settings_count);
	apply_settings(p, v->settings, v->settings_count, s->flow.file, d);
	apply_settings(p, s->settings, s->settings_count, s->file, d);
}

enum err world_check(const struct scenario *s, const struct roster *r, struct diags *d)
{
	struct policy policy;
	size_t before = d->count + d->beyond;
	check_names(&s->flow, r, d);
	set_policy(&policy, s, r, d);
	return d->count + d->beyond == before ? ERR_OK : ERR_INPUT;
}

bool world_join(struct world *w, struct diags *d)
{
	if (world_check(w->scenario, w->roster, d) != ERR_OK)
		return false;
	set_policy(&w->policy, w->scenario, w->roster, d);
	for (size_t i = 0; i < w->roster->actors_count; i++)
		w->flow_of_class[i] = (size_t)flow_actor_index(w->flow, w->roster->actors[i]->name);
	for (size_t i = 0; i < w->flow->channels_count; i++) {
		roster_channel(w->roster, w->flow->channels[i].name, &w->channel_of_flow[i]);
		w->flow_of_channel[w->channel_of_flow[i]] = i;
	}
	return actors_init(w, d);
}
