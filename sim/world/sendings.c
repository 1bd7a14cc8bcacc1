/* sendings.c - what an end has sent and its peer not accepted yet, and who asked what over HTTP. */
#include <stdlib.h>

#include "sim/world/internal.h"

enum {
	LOSSY_MAX = 64,        /* what was lost is never accepted: only the latest matter */
	RELIABLE_MAX = 1 << 16 /* all arrives: a busy link may carry very much at once */
};

static size_t most_of(const struct flow_channel *c)
{
	bool lossy = c->packets;
	for (size_t i = 0; i < c->pipes_count; i++)
		lossy = lossy || c->pipes[i] == PIPE_DTLS;
	return lossy ? LOSSY_MAX : RELIABLE_MAX;
}

static void unlink_sending(struct end *e, struct sending **at)
{
	struct sending *s = *at;
	*at = s->next;
	if (!s->next)
		e->sendings_tail = at;
	e->sendings_count--;
	buffer_cleanse(&s->bytes);
	free(s);
}

void sending_remember(struct end *e, const struct world *w, uint64_t record, struct bytes bytes)
{
	struct sending *s = calloc(1, sizeof *s);
	if (!s)
		abort();
	s->record = record;
	s->device = w->device;
	buffer_append(&s->bytes, bytes);
	*e->sendings_tail = s;
	e->sendings_tail = &s->next;
	if (++e->sendings_count > most_of(&w->flow->channels[e->channel]))
		unlink_sending(e, &e->sendings);
}

uint64_t sending_take(struct end *e, struct bytes bytes, uint32_t *device)
{
	for (struct sending **at = &e->sendings; *at; at = &(*at)->next) {
		const struct sending *s = *at;
		if (!bytes_equal(bytes_of_buffer(&s->bytes), bytes))
			continue;
		uint64_t record = s->record;
		*device = s->device;
		unlink_sending(e, at);
		return record;
	}
	return 0;
}

void asking_remember(struct end *e, uint32_t request, struct session *s)
{
	struct asking *a = calloc(1, sizeof *a);
	if (!a)
		abort();
	*a = (struct asking){ .request = request, .session = s->number, .next = e->asking };
	e->asking = a;
	s->asks++;
}

static struct session *forget(struct world *w, struct asking **at)
{
	struct asking *a = *at;
	struct session *s = session_numbered(w, a->session);
	if (s) {
		s->asks--;
		sweep_session(w, s);
	}
	*at = a->next;
	free(a);
	return s;
}

struct session *asking_take(struct world *w, struct end *e, uint32_t request)
{
	for (struct asking **at = &e->asking; *at; at = &(*at)->next)
		if ((*at)->request == request)
			return forget(w, at);
	return NULL;
}

void sendings_fini(struct world *w, struct end *e)
{
	while (e->sendings)
		unlink_sending(e, &e->sendings);
	while (e->asking)
		forget(w, &e->asking);
}
