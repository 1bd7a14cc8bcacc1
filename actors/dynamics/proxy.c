/* proxy.c - BlackBerry Proxy: holds the two links between NOC and UEM and passes requests and
 * answers from one to the other, in order, as they are. Of each link it asks every minute whether
 * somebody is still there.
 */
#include "actors/dynamics/proxy.h"

#include <assert.h>

#include "actors/dynamics/vocabulary.h"

enum timer {
	TIMER_RECONNECT,
	TIMER_NOC_BEAT,
	TIMER_UEM_BEAT,
	TIMER_NOC_SEEN,
	TIMER_UEM_SEEN,
	TIMERS
};
enum {
	RECONNECT_AFTER_S = 5, /* D8 */
	PENDING_MAX = 256, /* requests that wait for their answers, each way; more are refused */
};

/* Requests that were passed on, oldest first: answers come back in the same order (RFC 9112 9.3.2).
 */
struct pending {
	uint32_t requests[PENDING_MAX];
	uint32_t first, count;
};
struct proxy {
	struct pending to_uem, to_noc;
};

enum state { UNLINKED, LINKED, AWAIT_RECONNECT, BROKEN, STATES };
enum on {
	BEGIN,
	REGISTER,
	REVOKE,
	UNLOCK,
	SETUP,
	WISH,
	NOC_DONE,
	NOC_REFUSED,
	UEM_DONE,
	UEM_REFUSED,
	UEM_RESPONSE,
	UEM_DATA,
	NOC_LOST,
	UEM_LOST,
	NOC_CLOSED,
	UEM_CLOSED,
	RECONNECT,
	NOC_READY,
	UEM_READY,
	NOC_BEAT,
	UEM_BEAT,
	NOC_SEEN,
	UEM_SEEN,
	NOC_SILENT,
	UEM_SILENT,
	STIMULI
};

static guard_fn uem_queue_is_full, noc_queue_is_full;
static action_fn dial, pass_to_noc, pass_to_uem, refuse_noc, refuse_uem, answer_uem, answer_noc,
	plan_reconnect, begin_noc_beat, begin_uem_beat, ask_noc, ask_uem, note_noc, note_uem;

/* clang-format off */
static const struct row rows[] = {
ROW(UNLINKED, BEGIN,        dial,        LINKED, "S1.13", "the Proxy connects to the NOC and to UEM"),
ROW_WHEN(LINKED, REGISTER, noc_queue_is_full, refuse_uem, LINKED, "D8", "too many of UEM's requests wait for the NOC"),
ROW(LINKED,   REGISTER,     pass_to_noc, LINKED, "D6",    "UEM's registration of a key goes on to the NOC"),
ROW_WHEN(LINKED, REVOKE, noc_queue_is_full, refuse_uem, LINKED, "D8", "too many requests wait for the NOC to revoke one more key"),
ROW(LINKED,   REVOKE,       pass_to_noc, LINKED, "D30",   "UEM's word that a key is revoked goes on to the NOC"),
ROW_WHEN(LINKED, UNLOCK, noc_queue_is_full, refuse_uem, LINKED, "D8", "too many requests wait for the NOC to unlock one more user"),
ROW(LINKED,   UNLOCK,       pass_to_noc, LINKED, "D30",   "UEM's word that a user is unlocked goes on to the NOC"),
ROW_WHEN(LINKED, SETUP, uem_queue_is_full, refuse_noc, LINKED, "D8", "too many setup messages wait for UEM"),
ROW(LINKED,   SETUP,        pass_to_uem, LINKED, "S1.14", "the Proxy forwards the setup message to UEM"),
ROW_WHEN(LINKED, WISH, uem_queue_is_full, refuse_noc, LINKED, "D8", "too many provisioning requests wait for UEM"),
ROW(LINKED,   WISH,         pass_to_uem, LINKED, "S1.16", "the Proxy passes the provisioning request to UEM"),
ROW(LINKED,   NOC_DONE,     answer_uem,  LINKED, "D6",    "the NOC has done what UEM asked for"),
ROW(LINKED,   NOC_REFUSED,  answer_uem,  LINKED, "D6",    "the NOC has refused what UEM asked for"),
ROW(LINKED,   UEM_DONE,     answer_noc,  LINKED, "S1.14", "UEM has accepted; its reply goes to the app itself"),
ROW(LINKED,   UEM_REFUSED,  answer_noc,  LINKED, "S1.14", "UEM has refused; the NOC is told"),
ROW(LINKED,   UEM_RESPONSE, answer_noc,  LINKED, "S1.15", "UEM's response goes back through Proxy and NOC"),
ROW(LINKED,   UEM_DATA,     answer_noc,  LINKED, "S1.17", "UEM's provisioning data go back through Proxy and NOC"),
ROW(LINKED,   NOC_LOST,     plan_reconnect, AWAIT_RECONNECT, "D8", "the link to the NOC is lost; another try in 5 s"),
ROW(LINKED,   UEM_LOST,     plan_reconnect, AWAIT_RECONNECT, "D8", "the link to UEM is lost; another try in 5 s"),
ROW(LINKED,   NOC_CLOSED,   plan_reconnect, AWAIT_RECONNECT, "D8", "the NOC closed its link; another try in 5 s"),
ROW(LINKED,   UEM_CLOSED,   plan_reconnect, AWAIT_RECONNECT, "D8", "UEM closed its link; another try in 5 s"),
ROW(LINKED,   NOC_READY,    begin_noc_beat, LINKED, "D8", "the link to the NOC stands, both ends authenticated"),
ROW(LINKED,   UEM_READY,    begin_uem_beat, LINKED, "D8", "the link to UEM stands, both ends authenticated"),
ROW(LINKED,   NOC_BEAT,     ask_noc,     LINKED, "D8",    "a minute is over: the Proxy asks whether the NOC is still there"),
ROW(LINKED,   UEM_BEAT,     ask_uem,     LINKED, "D8",    "a minute is over: the Proxy asks whether UEM is still there"),
ROW(LINKED,   NOC_SEEN,     note_noc,    LINKED, "D8",    "the NOC is still there"),
ROW(LINKED,   UEM_SEEN,     note_uem,    LINKED, "D8",    "UEM is still there"),
ROW(LINKED,   NOC_SILENT,   plan_reconnect, AWAIT_RECONNECT, "D8", "nobody is there at the NOC's end of the link; another try in 5 s"),
ROW(LINKED,   UEM_SILENT,   plan_reconnect, AWAIT_RECONNECT, "D8", "nobody is there at UEM's end of the link; another try in 5 s"),
ROW(AWAIT_RECONNECT, NOC_SEEN, NULL,     AWAIT_RECONNECT, "D8", "the NOC's sign of life comes after its link was given up"),
ROW(AWAIT_RECONNECT, UEM_SEEN, NULL,     AWAIT_RECONNECT, "D8", "UEM's sign of life comes after its link was given up"),
ROW(AWAIT_RECONNECT, RECONNECT, dial,    LINKED, "D8",    "the Proxy connects once more"),
};
/* clang-format on */

static void push(struct pending *p, uint32_t request)
{
	assert(p->count < PENDING_MAX);
	p->requests[(p->first + p->count++) % PENDING_MAX] = request;
}

static uint32_t pop(struct pending *p)
{
	if (p->count == 0)
		return 0; /* an answer that nobody asked for never reaches a row */
	uint32_t request = p->requests[p->first];
	p->first = (p->first + 1) % PENDING_MAX;
	p->count--;
	return request;
}

static bool uem_queue_is_full(const void *session, const struct step *s)
{
	const struct proxy *p = session;
	(void)s;
	return p->to_uem.count == PENDING_MAX;
}

static bool noc_queue_is_full(const void *session, const struct step *s)
{
	const struct proxy *p = session;
	(void)s;
	return p->to_noc.count == PENDING_MAX;
}

static void dial(void *session, const struct step *s, struct effects *out)
{
	struct proxy *p = session;
	(void)s;
	*p = (struct proxy){ 0 };
	effects_open(out, PROXY_UEM, 0);
	effects_open(out, NOC_LINK, 0);
}

static void pass_to_noc(void *session, const struct step *s, struct effects *out)
{
	struct proxy *p = session;
	push(&p->to_noc, s->request);
	effects_send_bytes(out, NOC_LINK, 0, s->wire);
}

static void pass_to_uem(void *session, const struct step *s, struct effects *out)
{
	struct proxy *p = session;
	push(&p->to_uem, s->request);
	effects_send_bytes(out, PROXY_UEM, 0, s->wire);
}

static void refuse(const struct step *s, uint8_t channel, struct effects *out)
{
	struct message m = { .type = MESSAGE_REFUSED,
			     .as.refused = { .result = RESULT_PROVISIONING_FAILED } };
	effects_answer(out, channel, s->request, &m);
}

static void refuse_noc(void *session, const struct step *s, struct effects *out)
{
	(void)session;
	refuse(s, NOC_LINK, out);
}

static void refuse_uem(void *session, const struct step *s, struct effects *out)
{
	(void)session;
	refuse(s, PROXY_UEM, out);
}

static void answer_uem(void *session, const struct step *s, struct effects *out)
{
	struct proxy *p = session;
	effects_answer_bytes(out, PROXY_UEM, pop(&p->to_noc), s->wire);
}

static void answer_noc(void *session, const struct step *s, struct effects *out)
{
	struct proxy *p = session;
	effects_answer_bytes(out, NOC_LINK, pop(&p->to_uem), s->wire);
}

/* -- signs of life: a heartbeat is set going when its link stands, and again when it is asked -- */

static void begin_noc_beat(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_timer_background(out, TIMER_NOC_BEAT, SECONDS_NS(HEARTBEAT_S));
}

static void begin_uem_beat(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_timer_background(out, TIMER_UEM_BEAT, SECONDS_NS(HEARTBEAT_S));
}

static void ask(uint8_t channel, uint8_t seen, struct effects *out)
{
	struct message m = { .type = MESSAGE_HEARTBEAT };
	effects_send(out, channel, 0, &m);
	effects_timer_set(out, seen, SECONDS_NS(HEARTBEAT_WAIT_S));
}

static void ask_noc(void *session, const struct step *s, struct effects *out)
{
	ask(NOC_LINK, TIMER_NOC_SEEN, out);
	begin_noc_beat(session, s, out);
}

static void ask_uem(void *session, const struct step *s, struct effects *out)
{
	ask(PROXY_UEM, TIMER_UEM_SEEN, out);
	begin_uem_beat(session, s, out);
}

static void note_noc(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_timer_clear(out, TIMER_NOC_SEEN);
}

static void note_uem(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_timer_clear(out, TIMER_UEM_SEEN);
}

static void plan_reconnect(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	for (uint8_t i = 0; i < TIMERS; i++)
		effects_timer_clear(out, i);
	effects_close(out, NOC_LINK, 0);
	effects_close(out, PROXY_UEM, 0);
	effects_timer_set(out, TIMER_RECONNECT, SECONDS_NS(RECONNECT_AFTER_S));
}

static const char *const states[] = {
	[UNLINKED] = "unlinked",
	[LINKED] = "linked",
	[AWAIT_RECONNECT] = "await reconnect",
	[BROKEN] = "broken",
};
static const struct stimulus_spec stimuli[] = {
	[BEGIN] = { "begin", STIMULUS_BEGIN, 0, CHANNEL_ANY, NULL },
	[REGISTER] = { "register key", STIMULUS_MESSAGE, MESSAGE_REGISTER_KEY, PROXY_UEM, NULL },
	[REVOKE] = { "revoke key", STIMULUS_MESSAGE, MESSAGE_REVOKE_KEY, PROXY_UEM, NULL },
	[UNLOCK] = { "unlock user", STIMULUS_MESSAGE, MESSAGE_UNLOCK_USER, PROXY_UEM, NULL },
	[SETUP] = { "setup message", STIMULUS_MESSAGE, MESSAGE_SECURE_CHANNEL_SETUP, NOC_LINK,
		    NULL },
	[WISH] = { "provisioning request", STIMULUS_MESSAGE, MESSAGE_PROVISIONING_REQUEST, NOC_LINK,
		   NULL },
	[NOC_DONE] = { "noc: done", STIMULUS_MESSAGE, MESSAGE_DONE, NOC_LINK, NULL },
	[NOC_REFUSED] = { "noc: refused", STIMULUS_MESSAGE, MESSAGE_REFUSED, NOC_LINK, NULL },
	[UEM_DONE] = { "uem: done", STIMULUS_MESSAGE, MESSAGE_DONE, PROXY_UEM, NULL },
	[UEM_REFUSED] = { "uem: refused", STIMULUS_MESSAGE, MESSAGE_REFUSED, PROXY_UEM, NULL },
	[UEM_RESPONSE] = { "uem: response", STIMULUS_MESSAGE, MESSAGE_SECURE_CHANNEL_RESPONSE,
			   PROXY_UEM, NULL },
	[UEM_DATA] = { "uem: data", STIMULUS_MESSAGE, MESSAGE_PROVISIONING_DATA, PROXY_UEM, NULL },
	[NOC_LOST] = { "noc link lost", STIMULUS_PEER_FAILED, 0, NOC_LINK, NULL },
	[UEM_LOST] = { "uem link lost", STIMULUS_PEER_FAILED, 0, PROXY_UEM, NULL },
	[NOC_CLOSED] = { "noc link closed", STIMULUS_PEER_CLOSED, 0, NOC_LINK, NULL },
	[UEM_CLOSED] = { "uem link closed", STIMULUS_PEER_CLOSED, 0, PROXY_UEM, NULL },
	[RECONNECT] = { "time to reconnect", STIMULUS_TIMER, TIMER_RECONNECT, CHANNEL_ANY, NULL },
	[NOC_READY] = { "noc link ready", STIMULUS_SECURED, 0, NOC_LINK, NULL },
	[UEM_READY] = { "uem link ready", STIMULUS_SECURED, 0, PROXY_UEM, NULL },
	[NOC_BEAT] = { "time to ask the noc", STIMULUS_TIMER, TIMER_NOC_BEAT, CHANNEL_ANY, NULL },
	[UEM_BEAT] = { "time to ask uem", STIMULUS_TIMER, TIMER_UEM_BEAT, CHANNEL_ANY, NULL },
	[NOC_SEEN] = { "noc: heartbeat seen", STIMULUS_MESSAGE, MESSAGE_HEARTBEAT_SEEN, NOC_LINK,
		       NULL },
	[UEM_SEEN] = { "uem: heartbeat seen", STIMULUS_MESSAGE, MESSAGE_HEARTBEAT_SEEN, PROXY_UEM,
		       NULL },
	[NOC_SILENT] = { "noc is silent", STIMULUS_TIMER, TIMER_NOC_SEEN, CHANNEL_ANY, NULL },
	[UEM_SILENT] = { "uem is silent", STIMULUS_TIMER, TIMER_UEM_SEEN, CHANNEL_ANY, NULL },
};
_Static_assert(sizeof states / sizeof *states == STATES, "name every state");
_Static_assert(sizeof stimuli / sizeof *stimuli == STIMULI, "specify every stimulus");

static const struct machine machine = {
	.name = "proxy",
	.states = states,
	.states_count = STATES,
	.stimuli = stimuli,
	.stimuli_count = STIMULI,
	.final = 1u << BROKEN,
	.unexpected = BROKEN,
	.renews = true,
	.rows = rows,
	.rows_count = sizeof rows / sizeof *rows,
	.session_size = sizeof(struct proxy),
};
static const struct machine *const machines[] = { &machine };

const struct actor_class proxy_actor = { .name = "proxy",
					 .machines = machines,
					 .machines_count = 1 };
