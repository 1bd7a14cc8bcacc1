/* secure_connect_dial.c - one connection that comes out of a tunnel and that Secure Connect Plus
 * dials onwards. Of what it passes on it sees only TLS bytes.
 */
#include "actors/dynamics/secure_connect_dial.h"

#include "actors/dynamics/vocabulary.h"

enum { DIAL_LIFE_S = 3600 }; /* D12: longer than an app is at work on one connection */
enum leg { LEG_INNER = 1, LEG_OUTER = 2 }; /* sim/world/open.c gives them these tags */

struct dial {
	uint8_t channel;
};
enum dial_state { AWAIT_OPEN, DIALLED, HUNG_UP, DIAL_STATES };
enum dial_on { OPENED, BYTES, LEG_CLOSED, LEG_LOST, LIFE_OVER, DIAL_STIMULI };
enum dial_timer { TIMER_LIFE };

static guard_fn from_inside;
static action_fn dial_target, to_target, to_device, hang_up_target, hang_up_device, hang_up_both;

/* clang-format off */
static const struct row dial_rows[] = {
ROW(AWAIT_OPEN, OPENED, dial_target, DIALLED, "S1.10", "an app's connection comes out of the tunnel: its target is dialled"),
ROW_WHEN(DIALLED, BYTES, from_inside, to_target, DIALLED, "D10", "bytes of the app go on to the target, unread"),
ROW(DIALLED, BYTES, to_device, DIALLED, "D10", "bytes of the target go back into the tunnel, unread"),
ROW_WHEN(DIALLED, LEG_CLOSED, from_inside, hang_up_target, HUNG_UP, "D10", "the app closed its connection: so is the target's"),
ROW(DIALLED, LEG_CLOSED, hang_up_device, HUNG_UP, "D10", "the target closed its connection: so is the app's"),
ROW_WHEN(DIALLED, LEG_LOST, from_inside, hang_up_target, HUNG_UP, "D10", "the app's connection was lost: the target's is closed"),
ROW(DIALLED, LEG_LOST, hang_up_device, HUNG_UP, "D10", "the target's connection was lost: the app's is closed"),
ROW(DIALLED, LIFE_OVER, hang_up_both, HUNG_UP, "D12", "a connection that neither side has ended in an hour is closed on both"),
ROW(HUNG_UP, BYTES, NULL, HUNG_UP, "D10", "what one side still says after the other hung up goes nowhere"),
};
/* clang-format on */

static bool from_inside(const void *session, const struct step *s)
{
	(void)session;
	return s->tag == LEG_INNER;
}

static void dial_target(void *session, const struct step *s, struct effects *out)
{
	struct dial *d = session;
	d->channel = s->channel;
	effects_open(out, d->channel, LEG_OUTER);
	effects_timer_set(out, TIMER_LIFE, SECONDS_NS(DIAL_LIFE_S));
}

static void to_target(void *session, const struct step *s, struct effects *out)
{
	const struct dial *d = session;
	effects_send_bytes(out, d->channel, LEG_OUTER, s->wire);
}

static void to_device(void *session, const struct step *s, struct effects *out)
{
	const struct dial *d = session;
	effects_send_bytes(out, d->channel, LEG_INNER, s->wire);
}

static void hang_up_target(void *session, const struct step *s, struct effects *out)
{
	const struct dial *d = session;
	(void)s;
	effects_timer_clear(out, TIMER_LIFE);
	effects_close(out, d->channel, LEG_OUTER);
}

static void hang_up_device(void *session, const struct step *s, struct effects *out)
{
	const struct dial *d = session;
	(void)s;
	effects_timer_clear(out, TIMER_LIFE);
	effects_close(out, d->channel, LEG_INNER);
}

static void hang_up_both(void *session, const struct step *s, struct effects *out)
{
	hang_up_target(session, s, out);
	hang_up_device(session, s, out);
}

static const char *const dial_states[] = {
	[AWAIT_OPEN] = "await open", [DIALLED] = "dialled", [HUNG_UP] = "hung up"
};
static const struct stimulus_spec dial_stimuli[] = {
	[OPENED] = { "connection out of the tunnel", STIMULUS_BEGIN, 0, CHANNEL_ANY, NULL },
	[BYTES] = { "bytes", STIMULUS_BYTES, 0, CHANNEL_ANY, NULL },
	[LEG_CLOSED] = { "leg closed", STIMULUS_PEER_CLOSED, 0, CHANNEL_ANY, NULL },
	[LEG_LOST] = { "leg lost", STIMULUS_PEER_FAILED, 0, CHANNEL_ANY, NULL },
	[LIFE_OVER] = { "life is over", STIMULUS_TIMER, TIMER_LIFE, CHANNEL_ANY, NULL },
};
const struct machine secure_connect_dial_machine = {
	.name = "secure_connect.dial",
	.states = dial_states,
	.states_count = DIAL_STATES,
	.stimuli = dial_stimuli,
	.stimuli_count = DIAL_STIMULI,
	.final = 1u << HUNG_UP,
	.unexpected = HUNG_UP,
	.rows = dial_rows,
	.rows_count = sizeof dial_rows / sizeof *dial_rows,
	.session_size = sizeof(struct dial),
};
