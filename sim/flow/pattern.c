/* pattern.c - compares numbers of names; see pattern.h. */
#include "sim/flow/pattern.h"

static int index_of_actor(const struct flow *f, const char *name)
{
	return name && *name ? flow_actor_index(f, name) : -1;
}

struct pattern pattern_of(const struct flow *f, const struct step_pattern *p)
{
	return (struct pattern){
		.event = p->event,
		.from = index_of_actor(f, p->from),
		.to = index_of_actor(f, p->to),
		.channel = p->channel && *p->channel ? flow_channel_index(f, p->channel) : -1,
		.type = p->message ? message_type_of_name(p->message) : MESSAGE_NONE,
		.with = p->with,
	};
}

bool pattern_fits_but_channel(const struct pattern *p, const struct sight *s)
{
	return p->event == s->event && (p->from < 0 || p->from == s->from) &&
	       (p->to < 0 || p->to == s->to) && (p->type == MESSAGE_NONE || p->type == s->type);
}

bool pattern_fits(const struct pattern *p, const struct sight *s)
{
	return pattern_fits_but_channel(p, s) && (p->channel < 0 || p->channel == s->channel);
}
