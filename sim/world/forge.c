/* forge.c - false identities: who an actor says it is, when the adversary wants that.
 *
 * All true certificates are made before the first false one, which draws for itself, so that no
 * other identity's bytes move. One that is for some channel only stands under a name of its own.
 */
#include "proto/pipe/forgery.h"

#include <stdio.h>

#include "proto/pipe/tls_context.h"
#include "sim/world/internal.h"

#define NS_PER_S INT64_C(1000000000) /* certificates know no less */

/* Another actor that has a certificate, for one who presents that. */
static const char *other_than(const struct world *w, size_t actor)
{
	size_t i = 0;
	while (i == actor || !flow_is_certified(w->flow, i))
		i++;
	return w->flow->actors[i].name;
}

/* The same actor of another device, which a run of one device does not have. */
static const char *elsewhere(const struct actor *a, char room[FORGED_NAME_MAX])
{
	snprintf(room, FORGED_NAME_MAX, "%s@%d", a->spec->name, a->device == 1 ? 2 : 1);
	return room;
}

static const char *name_on(const struct world *w, const struct actor *a, int channel,
			   char room[FORGED_NAME_MAX])
{
	if (channel < 0)
		return a->name;
	snprintf(room, FORGED_NAME_MAX, "%s on %s", a->name, w->flow->channels[channel].name);
	return room;
}

static void certify_falsely(struct world *w, const struct actor *a, const char *name,
			    const struct act *act)
{
	const char *hosts[FLOW_ACTOR_HOSTS_MAX];
	char room[FORGED_NAME_MAX];
	bool is_certificate = act->kind == ACT_PRESENT;
	bool of_device = is_certificate && act->word == FORGERY_OTHER_DEVICE;
	struct tls_forged f = {
		.forgery = is_certificate ? (enum tls_forgery)act->word : FORGERY_NONE,
		.begins_s = is_certificate ? act->ns / NS_PER_S : 0,
		.ends_s = is_certificate ? act->number / NS_PER_S : 0,
		.whose = a->name,
		.address = a->spec->hosts_count > 0 ? a->spec->hosts[0].ip : 0,
		.other = of_device ? elsewhere(a, room) : other_than(w, a->flow_index)
	};
	for (size_t h = 0; h < a->spec->hosts_count; h++)
		hosts[h] = a->spec->hosts[h].host;
	tls_context_forge(w->tls, name, hosts, a->spec->hosts_count, &f);
}

static void forge(struct world *w, const struct actor *a, const struct act *act)
{
	char room[FORGED_NAME_MAX];
	const char *name = name_on(w, a, act->only, room);
	struct record r = log_record(w, RECORD_ACT, a);
	r.name = act_name(act->kind);
	r.channel = act->only < 0 ? NULL : w->flow->channels[act->only].name;
	r.text =
		act->kind == ACT_SPEAK ? tls_speech_words[act->word] : tls_forgery_words[act->word];
	r.number = act->number ? act->number : act->ns;
	log_append(w, &r);
	host_enter(w->host, &(struct host_purpose){ .actor = name, .what = "forgery" });
	if (act->kind == ACT_SPEAK)
		tls_context_speak(w->tls, name, act->word);
	if (act->kind == ACT_PRESENT || act->only >= 0)
		certify_falsely(w, a, name, act);
}

static bool is_at(const struct plan_entry *e, const struct actor *a)
{
	bool only =
		a->device == 0 && e->at_device == 1; /* of one device, its number may be left out */
	return plan_is_being(e) && (size_t)e->at == a->flow_index &&
	       (e->at_device == 0 || e->at_device == a->device || only);
}

void forge_all(struct world *w)
{
	for (size_t i = 0; i < w->scenario->plan.entries_count; i++) {
		const struct plan_entry *e = &w->scenario->plan.entries[i];
		for (size_t n = 0; n < w->actors_count; n++)
			for (size_t k = 0; is_at(e, &w->actors[n]) && k < e->acts_count; k++)
				forge(w, &w->actors[n], &e->acts[k]);
	}
}

const char *forge_name(const struct world *w, const struct actor *a, size_t channel,
		       char room[FORGED_NAME_MAX])
{
	for (size_t i = 0; i < w->scenario->plan.entries_count; i++) {
		const struct plan_entry *e = &w->scenario->plan.entries[i];
		for (size_t k = 0; is_at(e, a) && k < e->acts_count; k++)
			if (e->acts[k].only == (int)channel)
				return name_on(w, a, (int)channel, room);
	}
	return a->name;
}

/* Whether a speech is another one there: weak suites are DTLS's, and versions each have their own.
 */
static bool is_heard(const struct flow_channel *c, int speech)
{
	for (size_t i = 0; i < c->pipes_count; i++)
		if (pipe_is_session(c->pipes[i]) &&
		    forgery_is_heard((enum tls_speech)speech, c->pipes[i] == PIPE_DTLS))
			return true;
	return false;
}

void forge_used(struct world *w, const struct actor *a, size_t channel)
{
	const struct flow_channel *c = &w->flow->channels[channel];
	bool shown = flow_is_certified_on(c, a->flow_index);
	for (size_t i = 0; i < w->scenario->plan.entries_count; i++) {
		const struct plan_entry *e = &w->scenario->plan.entries[i];
		for (size_t k = 0; is_at(e, a) && k < e->acts_count; k++) {
			const struct act *act = &e->acts[k];
			bool here = act->only < 0 || act->only == (int)channel;
			if (here && (act->kind == ACT_SPEAK ? is_heard(c, act->word) : shown))
				adversary_did(w->adversary, e, act);
		}
	}
}
