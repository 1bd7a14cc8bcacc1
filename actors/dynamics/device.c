/* device.c - the Knox device: installs the app, gets a tunnel for whichever app asks for a route,
 * and ends it when none needs it any more.
 *
 * It routes apps' packets into the tunnel as an operating system does; that part is not in the
 * table.
 */
#include "actors/dynamics/device.h"

#include <string.h>

#include "actors/dynamics/vocabulary.h"

enum timer { TIMER_STAGE, TIMER_LINGER, TIMER_LIFE };
enum {
	ATTEMPTS_MAX = 3,       /* D12: tunnels tried before the route is given up */
	SIGNALLING_WAIT_S = 60, /* D12: signalling answers within a minute */
	LINGER_S = 30,          /* D12: a tunnel that nobody needs is kept for so long */
	LIFE_S = 3600,          /* D12: longer than an app is at work on one route */
	DTLS_1_2 = 0xfefd,      /* RFC 6347 4.1 */
	MTU_MIN = 576,
	MTU = 1400, /* bytes of a tunnel's datagram, RFC 791 and D9 */
};

struct device {
	uint32_t association; /* number that the infrastructure gave this attempt */
	uint8_t attempts;
	bool waits[DYNAMICS_ACTORS]; /* apps that asked for a route and have none yet */
	bool uses[DYNAMICS_ACTORS];  /* apps that have one */
};

enum state {
	IDLE,
	AWAIT_SIGNALLING,
	AWAIT_GRANT,
	AWAIT_SESSION,
	AWAIT_PARAMETERS,
	AWAIT_TUNNEL,
	CONNECTED,
	BROKEN,
	STATES
};
enum on {
	INSTALL,
	WANTED,
	RELEASED,
	SIGNALLING_READY,
	GRANTED,
	SESSION_READY,
	PARAMETERS,
	TUNNEL_READY,
	SIGNALLING_LOST,
	SESSION_LOST,
	TUNNEL_LOST,
	SIGNALLING_CLOSED,
	TUNNEL_CLOSED,
	STAGE_LATE,
	UNNEEDED,
	LIFE_OVER,
	STIMULI
};

static guard_fn parameters_are_acceptable, association_is_mine, another_attempt_is_left,
	nobody_waits, others_use_it;
static action_fn launch, open_signalling, remember, request_tunnel, open_session, propose,
	open_tunnel, route, route_at_once, release, linger, retry, disconnect, give_up;

static const struct check version_and_size = {
	"tunnel_parameters_are_acceptable", parameters_are_acceptable,
	"a relay or a broken gateway must not talk the device into an older protocol"
};
static const struct check own_association = {
	"tunnel_association_is_mine", association_is_mine,
	"parameters of another device's tunnel must not be used"
};

/* clang-format off */
static const struct row rows[] = {
ROW(IDLE,             INSTALL,          launch,          IDLE,             "S1.2",  "the app is installed and launched"),
ROW_IN(ANY_OF(AWAIT_SIGNALLING, AWAIT_GRANT, AWAIT_SESSION, AWAIT_PARAMETERS, AWAIT_TUNNEL, CONNECTED), INSTALL, launch, SAME_STATE, "D26", "the app is launched while the device has or seeks a tunnel"),
ROW(IDLE,             WANTED,           open_signalling, AWAIT_SIGNALLING, "S1.4",  "an app wants a route: the device turns to the infrastructure on port 443"),

ROW_IN(ANY_OF(AWAIT_SIGNALLING, AWAIT_GRANT, AWAIT_SESSION, AWAIT_PARAMETERS, AWAIT_TUNNEL), WANTED, remember, SAME_STATE, "D12", "another app waits for the tunnel"),
ROW(CONNECTED,        WANTED,           route_at_once,   CONNECTED,        "S1.10", "an app wants a route: the tunnel is there already"),

ROW(IDLE,             RELEASED,         NULL,            IDLE,             "D12",   "an app needs no route any more, and there is none"),
ROW_IN(ANY_OF(AWAIT_SIGNALLING, AWAIT_GRANT, AWAIT_SESSION, AWAIT_PARAMETERS, AWAIT_TUNNEL), RELEASED, release, SAME_STATE, "D12", "an app waits no longer for the tunnel"),
ROW_WHEN(CONNECTED, RELEASED, others_use_it, release,    CONNECTED,        "D12",   "an app needs its route no longer, another does"),
ROW(CONNECTED,        RELEASED,         linger,          CONNECTED,        "D12",   "no app needs its route any more: the tunnel is kept for 30 s"),
ROW(CONNECTED,        UNNEEDED,         disconnect,      IDLE,             "D12",   "nobody has wanted a route meanwhile: tunnel and signalling are closed"),
ROW(CONNECTED,        LIFE_OVER,        disconnect,      IDLE,             "D12",   "for an hour no app has said anything of its route: tunnel and signalling are closed"),

ROW(AWAIT_SIGNALLING, SIGNALLING_READY, request_tunnel,  AWAIT_GRANT,      "S1.4",  "the device requests a secure tunnel to the work network"),
ROW(AWAIT_GRANT,      GRANTED,          open_session,    AWAIT_SESSION,    "S1.4c", "the infrastructure connects the device: an end-to-end session begins"),
ROW(AWAIT_SESSION,    SESSION_READY,    propose,         AWAIT_PARAMETERS, "S1.6",  "the device proposes the tunnel's parameters"),
ROW_CHECKED(AWAIT_PARAMETERS, PARAMETERS, CHECKS(&own_association, &version_and_size), open_tunnel, AWAIT_TUNNEL, "S1.6", "the parameters are agreed on: the device opens the tunnel"),
ROW_REFUSES(AWAIT_PARAMETERS, PARAMETERS, &own_association,  give_up,      IDLE,   "D9",    "parameters of another association are refused"),
ROW_REFUSES(AWAIT_PARAMETERS, PARAMETERS, &version_and_size, give_up,      IDLE,   "D9",    "parameters below DTLS 1.2 or of an unusable size are refused"),
ROW_WHEN(AWAIT_TUNNEL, TUNNEL_READY, nobody_waits, linger, CONNECTED,      "D12",   "the tunnel is authenticated and encrypted end to end, and no app waits for it any more"),
ROW(AWAIT_TUNNEL,     TUNNEL_READY,     route,           CONNECTED,        "S1.6b", "the tunnel is authenticated and encrypted end to end: apps are routed into it"),

ROW_WHEN(AWAIT_TUNNEL, TUNNEL_LOST, another_attempt_is_left, retry, AWAIT_GRANT, "D12", "the tunnel could not be established: the device asks for a new association"),
ROW(AWAIT_TUNNEL,     TUNNEL_LOST,      give_up,         IDLE,             "D12",   "three tunnels failed: no route"),
ROW_IN(ANY_OF(AWAIT_SIGNALLING, AWAIT_GRANT, AWAIT_SESSION, AWAIT_PARAMETERS, AWAIT_TUNNEL), SIGNALLING_LOST, give_up, IDLE, "D12", "signalling was lost, or cannot be had, before the tunnel stood"),
ROW(AWAIT_SESSION,    SESSION_LOST,     give_up,         IDLE,             "D12",   "Secure Connect Plus could not be authenticated"),
ROW(AWAIT_PARAMETERS, SESSION_LOST,     give_up,         IDLE,             "D12",   "the end-to-end session was lost before the tunnel's parameters"),
ROW(CONNECTED,        SIGNALLING_LOST,  give_up,         IDLE,             "D28",   "signalling was lost: the tunnel's relay is gone, and the tunnel is closed"),
ROW_IN(ANY_OF(AWAIT_SIGNALLING, AWAIT_GRANT, AWAIT_SESSION, AWAIT_PARAMETERS, AWAIT_TUNNEL), SIGNALLING_CLOSED, give_up, IDLE, "D28", "the infrastructure closed signalling before the tunnel stood"),
ROW(CONNECTED,        SIGNALLING_CLOSED, give_up,        IDLE,             "D28",   "the infrastructure closed signalling: Secure Connect Plus is gone, and the tunnel is closed"),
ROW(CONNECTED,        TUNNEL_CLOSED,    give_up,         IDLE,             "D12",   "Secure Connect Plus closed the tunnel: the next app that wants a route begins anew"),
ROW_IN(ANY_OF(AWAIT_SIGNALLING, AWAIT_GRANT, AWAIT_SESSION, AWAIT_PARAMETERS), STAGE_LATE, give_up, IDLE, "D12", "a stage on the way to the tunnel takes too long"),
ROW(CONNECTED,        TUNNEL_LOST,      give_up,         IDLE,             "D12",   "the tunnel broke: the next app that wants a route begins anew"),
};
/* clang-format on */

static bool parameters_are_acceptable(const void *session, const struct step *s)
{
	const struct tunnel_parameters *p = &s->message->as.tunnel_parameters;
	(void)session;
	return p->version == DTLS_1_2 && p->mtu >= MTU_MIN && p->mtu <= MTU;
}

static bool association_is_mine(const void *session, const struct step *s)
{
	const struct device *d = session;
	return s->message->as.tunnel_parameters.association == d->association;
}

static bool another_attempt_is_left(const void *session, const struct step *s)
{
	const struct device *d = session;
	(void)s;
	return d->attempts < ATTEMPTS_MAX;
}

static bool nobody_waits(const void *session, const struct step *s)
{
	const struct device *d = session;
	bool waits = false;
	(void)s;
	for (size_t i = 0; i < DYNAMICS_ACTORS; i++)
		waits = waits || d->waits[i];
	return !waits;
}

static bool others_use_it(const void *session, const struct step *s)
{
	const struct device *d = session;
	bool used = false;
	for (size_t i = 0; i < DYNAMICS_ACTORS; i++)
		used = used || (d->uses[i] && i != s->tag);
	return used;
}

static void launch(void *session, const struct step *s, struct effects *out)
{
	struct message m = { .type = MESSAGE_LAUNCH_APP };
	(void)session;
	memcpy(m.as.launch_app.uid, s->message->as.install_app.uid, sizeof m.as.launch_app.uid);
	memcpy(m.as.launch_app.app, s->message->as.install_app.app, sizeof m.as.launch_app.app);
	effects_send(out, HANDOVER, ACTOR_APP, &m);
}

static void remember(void *session, const struct step *s, struct effects *out)
{
	struct device *d = session;
	(void)out;
	d->waits[s->tag] = true;
}

static void open_signalling(void *session, const struct step *s, struct effects *out)
{
	struct device *d = session;
	remember(session, s, out);
	d->attempts = 0;
	effects_open(out, SIGNALLING, 0);
	effects_timer_set(out, TIMER_STAGE, SECONDS_NS(SIGNALLING_WAIT_S));
}

static void request_tunnel(void *session, const struct step *s, struct effects *out)
{
	struct device *d = session;
	struct message m = { .type = MESSAGE_TUNNEL_REQUEST };
	dynamics_device(s->device, m.as.tunnel_request.device);
	d->attempts++;
	effects_send(out, SIGNALLING, 0, &m);
	effects_timer_set(out, TIMER_STAGE, SECONDS_NS(SIGNALLING_WAIT_S));
}

static void open_session(void *session, const struct step *s, struct effects *out)
{
	struct device *d = session;
	d->association = s->message->as.tunnel_granted.association;
	effects_open(out, SIGNAL_SESSION, d->association);
}

static void propose(void *session, const struct step *s, struct effects *out)
{
	const struct device *d = session;
	struct message m = { .type = MESSAGE_TUNNEL_PROPOSAL,
			     .as.tunnel_proposal = { .mtu = MTU, .version = DTLS_1_2 } };
	(void)s;
	effects_send(out, SIGNAL_SESSION, d->association, &m);
}

static void open_tunnel(void *session, const struct step *s, struct effects *out)
{
	struct device *d = session;
	(void)s;
	effects_timer_clear(out, TIMER_STAGE);
	effects_open(out, RELAY, 0);
	effects_open(out, TUNNEL, d->association);
}

static void tell_apps(struct device *d, enum message_type type, struct effects *out)
{
	struct message m = { .type = type };
	for (uint32_t i = 0; i < DYNAMICS_ACTORS; i++)
		if (d->waits[i]) {
			effects_send(out, HANDOVER, i, &m);
			d->uses[i] = type == MESSAGE_ROUTE_READY;
		}
	memset(d->waits, 0, sizeof d->waits);
}

static void route(void *session, const struct step *s, struct effects *out)
{
	(void)s;
	tell_apps(session, MESSAGE_ROUTE_READY, out);
	effects_timer_clear(out, TIMER_LINGER);
	effects_timer_background(out, TIMER_LIFE, SECONDS_NS(LIFE_S));
}

static void route_at_once(void *session, const struct step *s, struct effects *out)
{
	remember(session, s, out);
	route(session, s, out);
}

static void release(void *session, const struct step *s, struct effects *out)
{
	struct device *d = session;
	(void)out;
	d->waits[s->tag] = d->uses[s->tag] = false;
}

static void linger(void *session, const struct step *s, struct effects *out)
{
	struct device *d = session;
	(void)s;
	memset(d->uses, 0, sizeof d->uses);
	effects_timer_clear(out, TIMER_LIFE);
	effects_timer_set(out, TIMER_LINGER, SECONDS_NS(LINGER_S));
}

/* Each association has a relay of its own: what is late on the old one cannot reach the new. */
static void retry(void *session, const struct step *s, struct effects *out)
{
	struct device *d = session;
	effects_close(out, RELAY, 0);
	effects_close(out, SIGNAL_SESSION, d->association);
	request_tunnel(session, s, out);
}

/* The inner ones first: each still says its farewell over the next. */
static void disconnect(void *session, const struct step *s, struct effects *out)
{
	struct device *d = session;
	(void)s;
	effects_timer_clear(out, TIMER_STAGE);
	effects_timer_clear(out, TIMER_LINGER);
	effects_timer_clear(out, TIMER_LIFE);
	if (d->association != 0) {
		effects_close(out, TUNNEL, d->association);
		effects_close(out, SIGNAL_SESSION, d->association);
	}
	d->association = 0;
	effects_close(out, RELAY, 0);
	effects_close(out, SIGNALLING, 0);
	memset(d->uses, 0, sizeof d->uses);
}

static void give_up(void *session, const struct step *s, struct effects *out)
{
	disconnect(session, s, out);
	tell_apps(session, MESSAGE_ROUTE_FAILED, out);
}

static const char *const states[] = {
	[IDLE] = "idle",
	[AWAIT_SIGNALLING] = "await signalling",
	[AWAIT_GRANT] = "await grant",
	[AWAIT_SESSION] = "await session",
	[AWAIT_PARAMETERS] = "await parameters",
	[AWAIT_TUNNEL] = "await tunnel",
	[CONNECTED] = "connected",
	[BROKEN] = "broken",
};
static const struct stimulus_spec stimuli[] = {
	[INSTALL] = { "install app", STIMULUS_MESSAGE, MESSAGE_INSTALL_APP, OUT_OF_BAND, NULL },
	[WANTED] = { "route wanted", STIMULUS_MESSAGE, MESSAGE_ROUTE_WANTED, HANDOVER, NULL },
	[RELEASED] = { "route released", STIMULUS_MESSAGE, MESSAGE_ROUTE_RELEASED, HANDOVER, NULL },
	[SIGNALLING_READY] = { "signalling ready", STIMULUS_SECURED, 0, SIGNALLING, NULL },
	[GRANTED] = { "tunnel granted", STIMULUS_MESSAGE, MESSAGE_TUNNEL_GRANTED, SIGNALLING,
		      NULL },
	[SESSION_READY] = { "session ready", STIMULUS_SECURED, 0, SIGNAL_SESSION, NULL },
	[PARAMETERS] = { "tunnel parameters", STIMULUS_MESSAGE, MESSAGE_TUNNEL_PARAMETERS,
			 SIGNAL_SESSION, NULL },
	[TUNNEL_READY] = { "tunnel ready", STIMULUS_SECURED, 0, TUNNEL, NULL },
	[SIGNALLING_LOST] = { "signalling lost", STIMULUS_PEER_FAILED, 0, SIGNALLING, NULL },
	[SESSION_LOST] = { "session lost", STIMULUS_PEER_FAILED, 0, SIGNAL_SESSION, NULL },
	[TUNNEL_LOST] = { "tunnel lost", STIMULUS_PEER_FAILED, 0, TUNNEL, NULL },
	[SIGNALLING_CLOSED] = { "signalling closed", STIMULUS_PEER_CLOSED, 0, SIGNALLING, NULL },
	[TUNNEL_CLOSED] = { "tunnel closed", STIMULUS_PEER_CLOSED, 0, TUNNEL, NULL },
	[STAGE_LATE] = { "stage is late", STIMULUS_TIMER, TIMER_STAGE, CHANNEL_ANY, NULL },
	[UNNEEDED] = { "tunnel is not needed", STIMULUS_TIMER, TIMER_LINGER, CHANNEL_ANY, NULL },
	[LIFE_OVER] = { "life is over", STIMULUS_TIMER, TIMER_LIFE, CHANNEL_ANY, NULL },
};
_Static_assert(sizeof states / sizeof *states == STATES, "name every state");
_Static_assert(sizeof stimuli / sizeof *stimuli == STIMULI, "specify every stimulus");

static const struct machine machine = {
	.name = "device",
	.states = states,
	.states_count = STATES,
	.stimuli = stimuli,
	.stimuli_count = STIMULI,
	.final = 1u << BROKEN,
	.unexpected = BROKEN,
	.renews = true,
	.rows = rows,
	.rows_count = sizeof rows / sizeof *rows,
	.session_size = sizeof(struct device),
};
static const struct machine *const machines[] = { &machine };

const struct actor_class device_actor = { .name = "device",
					  .machines = machines,
					  .machines_count = 1,
					  .trusts = dynamics_trusts_any_host };
