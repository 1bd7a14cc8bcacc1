/* ends.c - the loop of the bench: the next packet or the next timer, whichever is first. */
#include "tests/lib/ends.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static bool judge(struct judged *j, enum pipe_check check, bool holds, const char *detail)
{
	j->asked[check]++;
	j->holds[check] = holds;
	snprintf(j->detail[check], sizeof j->detail[check], "%s", detail);
	return holds || (j->knocked & 1u << check);
}

static bool ask(void *context, enum pipe_check check, bool holds, const char *detail)
{
	return judge(context, check, holds, detail);
}

static void count_key(void *context, const char *line)
{
	struct ends *e = context;
	e->key_lines += strlen(line) > 0;
}

static void note_dropped(void *context, const char *why, struct bytes record)
{
	struct ends *e = context;
	(void)record;
	if (e->dropped_count < ENDS_DROPPED_MAX)
		e->dropped[e->dropped_count] = why;
	e->dropped_count++;
}

size_t ends_dropped(const struct ends *e, const char *why)
{
	size_t count = 0;
	for (size_t i = 0; why && i < e->dropped_count && i < ENDS_DROPPED_MAX; i++)
		count += strcmp(e->dropped[i], why) == 0;
	return why ? count : e->dropped_count;
}

static void enter(struct ends *e, int end)
{
	host_enter(e->host, &(struct host_purpose){ .actor = end == OPENER ? "app" : "noc",
						    .step = e->step++,
						    .what = "pipe" });
}

void ends_init(struct ends *e, uint64_t seed, const enum pipe_kind *pipes, bool mutual)
{
	static const char *const noc[] = { "noc.example", "gw.noc.example" };
	static const char *const app[] = { "app.example" };
	memset(e, 0, sizeof *e);
	e->delay_ns = 20 * MS_NS;
	e->host = host_new(seed, ENDS_EPOCH_S);
	e->tls = tls_context_new(host_library(e->host), ENDS_EPOCH_S);
	e->other_tls = tls_context_new(host_library(e->host), ENDS_EPOCH_S);
	struct tls_context *both[] = { e->tls, e->other_tls };
	for (size_t i = 0; i < 2; i++) {
		tls_context_identity(both[i], "noc.example", noc, 2);
		tls_context_identity(both[i], "app.example", app, 1);
	}
	struct stack_spec spec = { .mutual = mutual,
				   .mtu = 1200,
				   .tls = e->tls,
				   .keylog = count_key,
				   .dropped = note_dropped,
				   .context = e };
	for (; pipes[spec.count] != PIPE_KINDS; spec.count++)
		spec.pipes[spec.count] = pipes[spec.count];
	struct address address[] = { { 0x0a000001, 40000 }, { 0x0a000002, 443 } };
	for (int i = 0; i < ENDS; i++) {
		spec.opener = i == OPENER;
		spec.identity = i == OPENER ? "app.example" : "noc.example";
		spec.host = "gw.noc.example";
		spec.client = "app.example";
		spec.local = address[i];
		spec.remote = address[1 - i];
		spec.judge = (struct judge){ .ask = ask, .context = &e->judged[i] };
		e->spec[i] = spec;
	}
}

static void launch(struct ends *e, int to, size_t number, int64_t at_ns, struct bytes bytes)
{
	assert(e->flying_count < ENDS_PACKETS_MAX);
	struct in_flight *f = &e->flying[e->flying_count++];
	*f = (struct in_flight){ .at_ns = at_ns, .number = number, .to = to };
	buffer_append(&f->unit.bytes, bytes);
}

static void transmit(struct ends *e, int from, struct bytes bytes)
{
	size_t number = e->sent++;
	assert(number < ENDS_PACKETS_MAX);
	e->sent_ns[number] = e->now_ns;
	e->sent_by[number] = from;
	buffer_append_u8(&e->transcript, (uint8_t)from);
	buffer_append(&e->transcript, bytes);
	enum fate fate = e->fate ? e->fate(number, e->fate_context) : CARRIED;
	int64_t at_ns = e->now_ns + e->delay_ns + (fate == DELAYED ? 7 * MS_NS : 0);
	if (fate != LOST)
		launch(e, 1 - from, number, at_ns, bytes);
	if (fate == TWICE)
		launch(e, 1 - from, number, at_ns + MS_NS, bytes);
}

/* Take all that one end has to say. */
static void collect(struct ends *e, int end)
{
	struct unit u = { 0 };
	while (e->notices_count[end] < 16 &&
	       stack_notice(e->stack[end], &e->notices[end][e->notices_count[end]]))
		e->notice_ns[end][e->notices_count[end]++] = e->now_ns;
	while (stack_drain(e->stack[end], PIPE_ABOVE, &u)) {
		buffer_append(&e->run[end], bytes_of_buffer(&u.bytes));
		assert(e->got_count[end] < ENDS_UNITS_MAX);
		e->got[end][e->got_count[end]++] = u;
		u = (struct unit){ 0 };
	}
	while (stack_drain(e->stack[end], PIPE_BELOW, &u))
		transmit(e, end, bytes_of_buffer(&u.bytes));
}

void ends_open(struct ends *e)
{
	for (int i = ACCEPTOR; i >= OPENER; i--) {
		enter(e, i);
		e->stack[i] = stack_open(&e->spec[i], e->now_ns);
		collect(e, i);
	}
}

/* The earliest packet; of two at one time the one launched first. */
static struct in_flight *next_packet(struct ends *e)
{
	struct in_flight *first = NULL;
	for (size_t i = 0; i < e->flying_count; i++)
		if (!first || e->flying[i].at_ns < first->at_ns)
			first = &e->flying[i];
	return first;
}

static void advance(struct ends *e, int64_t to_ns)
{
	e->now_ns = to_ns > e->now_ns ? to_ns : e->now_ns;
	host_set_time(e->host, e->now_ns);
}

static void land(struct ends *e, struct in_flight *f)
{
	struct in_flight landed = *f;
	size_t index = (size_t)(f - e->flying);
	e->flying_count--;
	memmove(f, f + 1, (e->flying_count - index) * sizeof *f);
	advance(e, landed.at_ns);
	enter(e, landed.to);
	stack_feed(e->stack[landed.to], PIPE_BELOW, &landed.unit, e->now_ns);
	unit_fini(&landed.unit);
	collect(e, landed.to);
}

void ends_run(struct ends *e, int64_t until_ns)
{
	for (;;) {
		struct in_flight *f = next_packet(e);
		int64_t due[] = { stack_due(e->stack[0]), stack_due(e->stack[1]) };
		int first = due[1] < due[0];
		int64_t next_ns = f && f->at_ns <= due[first] ? f->at_ns : due[first];
		if (next_ns == PIPE_NEVER || next_ns > until_ns)
			break;
		if (f && f->at_ns <= due[first]) {
			land(e, f);
			continue;
		}
		advance(e, due[first]);
		enter(e, first);
		stack_expire(e->stack[first], e->now_ns);
		collect(e, first);
	}
	if (until_ns != PIPE_NEVER)
		advance(e, until_ns);
}

void ends_say_unit(struct ends *e, int from, const struct unit *u)
{
	enter(e, from);
	stack_feed(e->stack[from], PIPE_ABOVE, u, e->now_ns);
	collect(e, from);
}

void ends_say(struct ends *e, int from, struct bytes bytes)
{
	struct unit u = { 0 };
	buffer_append(&u.bytes, bytes);
	ends_say_unit(e, from, &u);
	unit_fini(&u);
}

struct unit ends_unit(enum message_type type, const char *body, bool answer, uint32_t request)
{
	struct unit u = { .answer = answer, .request = request };
	buffer_append_u16(&u.bytes, (uint16_t)type);
	buffer_append(&u.bytes, bytes_of_string(body));
	return u;
}

const struct unit *ends_heard(const struct ends *e, int end, size_t number, enum message_type type,
			      const char *body)
{
	if (number >= e->got_count[end])
		return NULL;
	const struct unit *u = &e->got[end][number];
	struct bytes b = bytes_of_buffer(&u->bytes);
	bool same = b.size >= 2 && read_u16(b.data) == type &&
		    bytes_equal(bytes_of(b.data + 2, b.size - 2), bytes_of_string(body));
	return same ? u : NULL;
}

void ends_inject(struct ends *e, int to, struct bytes bytes)
{
	struct unit u = { 0 };
	buffer_append(&u.bytes, bytes);
	enter(e, to);
	stack_feed(e->stack[to], PIPE_BELOW, &u, e->now_ns);
	unit_fini(&u);
	collect(e, to);
}

void ends_close(struct ends *e, int end)
{
	enter(e, end);
	stack_close(e->stack[end], e->now_ns);
	collect(e, end);
}

static int find(const struct ends *e, int end, enum pipe_notice_kind kind, enum pipe_kind pipe)
{
	for (size_t i = 0; i < e->notices_count[end]; i++)
		if (e->notices[end][i].kind == kind && e->notices[end][i].pipe == pipe)
			return (int)i;
	return -1;
}

const struct pipe_notice *ends_notice(const struct ends *e, int end, enum pipe_notice_kind kind,
				      enum pipe_kind pipe)
{
	int i = find(e, end, kind, pipe);
	return i < 0 ? NULL : &e->notices[end][i];
}

int64_t ends_notice_ns(const struct ends *e, int end, enum pipe_notice_kind kind,
		       enum pipe_kind pipe)
{
	int i = find(e, end, kind, pipe);
	return i < 0 ? -1 : e->notice_ns[end][i];
}

void ends_fini(struct ends *e)
{
	for (int i = 0; i < ENDS; i++) {
		stack_free(e->stack[i]);
		buffer_fini(&e->run[i]);
		for (size_t k = 0; k < e->got_count[i]; k++)
			unit_fini(&e->got[i][k]);
	}
	for (size_t i = 0; i < e->flying_count; i++)
		unit_fini(&e->flying[i].unit);
	buffer_fini(&e->transcript);
	tls_context_free(e->tls);
	tls_context_free(e->other_tls);
	host_free(e->host);
}
