/* infrastructure.c - BlackBerry Infrastructure: connects devices with Secure Connect Plus and
 * relays signalling between them, by association number, that it cannot read. Datagrams are relayed
 * by infrastructure_relay.c.
 */
#include "actors/dynamics/infrastructure.h"

#include <string.h>

#include "actors/dynamics/infrastructure_parts.h"
#include "actors/dynamics/vocabulary.h"
#include "proto/crypto/random.h"
#include "sim/store.h"

enum { LEAVE_S = 10 }; /* D12: longer than anything is under way */

/* ---- the link from Secure Connect Plus, port 3101 ---- */

enum link_state { LINK_OPEN, LINK_CLOSED, LINK_STATES };
enum link_on {
	LINK_READY,
	LINK_GRANTED,
	LINK_SIGNAL,
	LINK_DATAGRAM,
	LINK_HEARTBEAT,
	LINK_LOST,
	LINK_HUNG_UP,
	LINK_REPLACED,
	LINK_STIMULI
};

static action_fn replace_others, pass_grant, pass_signal, pass_datagram, answer_heartbeat,
	end_devices, end_link;
static guard_fn granted_is_known;
static const struct check known_grant = {
	"granted_association_is_known", granted_is_known,
	"a gateway must not speak for a device that never asked"
};
static const struct check signal_to_known = {
	"signal_association_is_open", infrastructure_association_is_open,
	"signalling must reach only the device that the association belongs to"
};
static const struct check datagram_to_known = {
	"downlink_association_is_open", infrastructure_association_is_open,
	"a datagram must reach only the device that the association belongs to"
};

/* clang-format off */
static const struct row link_rows[] = {
ROW(LINK_OPEN, LINK_READY, replace_others, LINK_OPEN, "D8", "a link of Secure Connect Plus stands, and takes the place of any other"),
ROW_CHECKED(LINK_OPEN, LINK_GRANTED,  CHECKS(&known_grant),       pass_grant,    LINK_OPEN, "S1.5",  "Secure Connect Plus takes the request"),
ROW_REFUSES(LINK_OPEN, LINK_GRANTED,  &known_grant,               NULL,          LINK_OPEN, "D8",    "a grant for an association that does not exist is dropped"),
ROW_CHECKED(LINK_OPEN, LINK_SIGNAL,   CHECKS(&signal_to_known),   pass_signal,   LINK_OPEN, "S1.4c", "end-to-end signalling goes down to the device, unread"),
ROW_REFUSES(LINK_OPEN, LINK_SIGNAL,   &signal_to_known,           NULL,          LINK_OPEN, "D8",    "signalling for an association that does not exist is dropped"),
ROW_CHECKED(LINK_OPEN, LINK_DATAGRAM, CHECKS(&datagram_to_known), pass_datagram, LINK_OPEN, "S1.6b", "a datagram goes down to the device, unread"),
ROW_REFUSES(LINK_OPEN, LINK_DATAGRAM, &datagram_to_known,         NULL,          LINK_OPEN, "D8",    "a downward datagram for an association that does not exist is dropped"),
ROW(LINK_OPEN, LINK_HEARTBEAT, answer_heartbeat, LINK_OPEN, "D8", "the infrastructure shows Secure Connect Plus that it is still there"),
ROW(LINK_OPEN, LINK_LOST, end_devices, LINK_CLOSED, "D28", "Secure Connect Plus has gone: every device's signalling ends"),
ROW(LINK_OPEN, LINK_HUNG_UP, end_devices, LINK_CLOSED, "D28", "Secure Connect Plus closed its link: every device's signalling ends"),
ROW(LINK_OPEN, LINK_REPLACED, end_link, LINK_CLOSED, "D28", "another link of Secure Connect Plus stands: this one is closed, and every device's signalling ends"),
ROW(LINK_CLOSED, LINK_REPLACED, NULL, LINK_CLOSED, "D8", "a link of Secure Connect Plus stands after this one has ended"),
};
/* clang-format on */

/* A link of which only this end is left is not noticed here while no device speaks. No association
 * outlives its link, also where that ended because something unexpected came on it. */
static void replace_others(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_tell_all(out, INFRASTRUCTURE_LINK, INFRASTRUCTURE_TOLD_REPLACED, bytes_of(NULL, 0));
	end_devices(session, s, out);
}

static bool granted_is_known(const void *session, const struct step *s)
{
	struct infrastructure_key k;
	struct bytes value;
	(void)session;
	return store_get(s->store, INFRASTRUCTURE_ASSOCIATIONS,
			 infrastructure_key_of(s->message->as.connection_granted.association, &k),
			 &value);
}

static void pass_grant(void *session, const struct step *s, struct effects *out)
{
	struct infrastructure_key k;
	(void)session;
	effects_tell_present(
		out, INFRASTRUCTURE_DEVICE,
		infrastructure_key_of(s->message->as.connection_granted.association, &k),
		INFRASTRUCTURE_TOLD_GRANTED, bytes_of(NULL, 0));
}

static void pass_down(const struct step *s, uint8_t machine, enum infrastructure_told what,
		      struct effects *out)
{
	struct infrastructure_key k;
	effects_tell_present(out, machine,
			     infrastructure_key_of(s->message->as.carried.association, &k),
			     (uint8_t)what, s->message->as.carried.payload);
}

static void pass_signal(void *session, const struct step *s, struct effects *out)
{
	(void)session;
	pass_down(s, INFRASTRUCTURE_DEVICE, INFRASTRUCTURE_TOLD_SIGNAL, out);
}

static void pass_datagram(void *session, const struct step *s, struct effects *out)
{
	(void)session;
	pass_down(s, INFRASTRUCTURE_RELAY, INFRASTRUCTURE_TOLD_DATAGRAM, out);
}

static void end_devices(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_tell_all(out, INFRASTRUCTURE_DEVICE, INFRASTRUCTURE_TOLD_GATEWAY_LOST,
			 bytes_of(NULL, 0));
}

static void answer_heartbeat(void *session, const struct step *s, struct effects *out)
{
	struct message seen = { .type = MESSAGE_HEARTBEAT_SEEN };
	(void)session, (void)s;
	effects_send(out, SCP_LINK, 0, &seen);
}

static void end_link(void *session, const struct step *s, struct effects *out)
{
	end_devices(session, s, out);
	effects_close(out, SCP_LINK, 0);
}

static const char *const link_states[] = { [LINK_OPEN] = "open", [LINK_CLOSED] = "closed" };
static const struct stimulus_spec link_stimuli[] = {
	[LINK_READY] = { "link ready", STIMULUS_SECURED, 0, SCP_LINK, NULL },
	[LINK_GRANTED] = { "connection granted", STIMULUS_MESSAGE, MESSAGE_CONNECTION_GRANTED,
			   SCP_LINK, NULL },
	[LINK_SIGNAL] = { "relayed signal", STIMULUS_MESSAGE, MESSAGE_RELAYED_SIGNAL, SCP_LINK,
			  NULL },
	[LINK_DATAGRAM] = { "relayed datagram", STIMULUS_MESSAGE, MESSAGE_RELAYED_DATAGRAM,
			    SCP_LINK, NULL },
	[LINK_HEARTBEAT] = { "heartbeat", STIMULUS_MESSAGE, MESSAGE_HEARTBEAT, SCP_LINK, NULL },
	[LINK_LOST] = { "link lost", STIMULUS_PEER_FAILED, 0, SCP_LINK, NULL },
	[LINK_HUNG_UP] = { "link closed", STIMULUS_PEER_CLOSED, 0, SCP_LINK, NULL },
	[LINK_REPLACED] = { "link replaced", STIMULUS_TOLD, INFRASTRUCTURE_TOLD_REPLACED,
			    CHANNEL_ANY, NULL },
};
static const struct machine link_machine = {
	.name = "infrastructure.link",
	.states = link_states,
	.states_count = LINK_STATES,
	.stimuli = link_stimuli,
	.stimuli_count = LINK_STIMULI,
	.final = 1u << LINK_CLOSED,
	.unexpected = LINK_CLOSED,
	.rows = link_rows,
	.rows_count = sizeof link_rows / sizeof *link_rows,
};

/* ---- a device's signalling, port 443 ---- */

struct signalling {
	uint32_t association;
};
enum device_timer { TIMER_LEAVE };
enum device_state { AWAIT_REQUEST, AWAIT_GATEWAY, RELAYING, LEAVING, GONE, DEVICE_STATES };
enum device_on {
	REQUEST,
	GRANTED,
	SIGNAL_UP,
	SIGNAL_DOWN,
	DEVICE_CLOSED,
	DEVICE_LOST,
	GATEWAY_LOST,
	LEFT,
	DEVICE_STIMULI
};

static action_fn associate, associate_anew, grant, signal_up, signal_down, forget, end, wait_to_end,
	end_at_once, hang_up, expel;
static guard_fn signal_is_own;
static const struct check own_signal = { "signal_is_of_own_association", signal_is_own,
					 "a device must not speak into another device's session" };

/* clang-format off */
static const struct row device_rows[] = {
ROW(AWAIT_REQUEST, REQUEST,       associate,      AWAIT_GATEWAY, "S1.5",  "the request for a tunnel goes to Secure Connect Plus through port 3101"),
ROW(AWAIT_REQUEST, DEVICE_CLOSED, NULL,           GONE,          "D28",   "the device left before it asked for anything"),
ROW(AWAIT_REQUEST, DEVICE_LOST,   NULL,           GONE,          "D28",   "the device was lost before it asked for anything"),
ROW(AWAIT_REQUEST, GATEWAY_LOST,  NULL,           AWAIT_REQUEST, "D28",   "Secure Connect Plus has gone before the device asked: it may be back by then"),
ROW(AWAIT_GATEWAY, GATEWAY_LOST,  hang_up,        GONE,          "D28",   "Secure Connect Plus has gone before it answered: signalling to the device is closed"),
ROW(RELAYING,      GATEWAY_LOST,  hang_up,        GONE,          "D28",   "Secure Connect Plus has gone: the association ends and signalling to the device is closed"),
ROW(LEAVING,       GATEWAY_LOST,  end_at_once,    GONE,          "D28",   "Secure Connect Plus has gone, and the device is about to"),
ROW(GONE,          GATEWAY_LOST,  NULL,           GONE,          "D28",   "Secure Connect Plus has gone after the device"),
ROW(AWAIT_GATEWAY, GRANTED,       grant,          RELAYING,      "S1.5",  "the device is told its association"),
ROW(AWAIT_GATEWAY, DEVICE_CLOSED, end,            GONE,          "D8",    "the device left before Secure Connect Plus answered"),
ROW(AWAIT_GATEWAY, DEVICE_LOST,   end,            GONE,          "D8",    "the device was lost before Secure Connect Plus answered"),
ROW_CHECKED(RELAYING, SIGNAL_UP, CHECKS(&own_signal), signal_up, RELAYING, "S1.4c", "end-to-end signalling goes up to Secure Connect Plus, unread"),
ROW_REFUSES(RELAYING, SIGNAL_UP, &own_signal,         expel,     GONE,     "D8",    "signalling for another association ends the device's session"),
ROW(RELAYING,      SIGNAL_DOWN,   signal_down,    RELAYING,      "S1.4c", "end-to-end signalling reaches the device's own connection"),
ROW(RELAYING,      REQUEST,       associate_anew, AWAIT_GATEWAY, "D12",   "the device asks for a new association: the old one ends"),
ROW(RELAYING,      DEVICE_CLOSED, wait_to_end,    LEAVING,       "D12",   "the device closed signalling: its association stays open for what is under way"),
ROW(LEAVING,       SIGNAL_DOWN,   NULL,           LEAVING,       "D12",   "what Secure Connect Plus still says to a device that is leaving goes nowhere"),
ROW(LEAVING,       LEFT,          end,            GONE,          "D12",   "the device has left: its association ends, and Secure Connect Plus is told"),
ROW(RELAYING,      DEVICE_LOST,   end,            GONE,          "D8",    "signalling to the device was lost: its association ends"),
};
/* clang-format on */

static bool signal_is_own(const void *session, const struct step *s)
{
	const struct signalling *g = session;
	return s->message->as.carried.association == g->association;
}

static void associate(void *session, const struct step *s, struct effects *out)
{
	struct signalling *g = session;
	struct infrastructure_key k;
	struct message m = { .type = MESSAGE_CONNECTION_REQUEST };
	random_draw(s->crypto, k.data, sizeof k.data);
	g->association = read_u32(k.data) | 1u; /* never 0, which means none */
	struct bytes key = infrastructure_key_of(g->association, &k);
	effects_persist(out, INFRASTRUCTURE_ASSOCIATIONS, key,
			bytes_of_string(s->message->as.tunnel_request.device));
	effects_key(out, key);
	m.as.connection_request.association = g->association;
	memcpy(m.as.connection_request.device, s->message->as.tunnel_request.device,
	       sizeof m.as.connection_request.device);
	effects_send(out, SCP_LINK, 0, &m);
}

/* Its number is open no longer, and its relay ends. */
static void forget(void *session, const struct step *s, struct effects *out)
{
	const struct signalling *g = session;
	struct infrastructure_key k;
	struct bytes key = infrastructure_key_of(g->association, &k);
	(void)s;
	effects_persist(out, INFRASTRUCTURE_ASSOCIATIONS, key, bytes_of(NULL, 0));
	effects_tell_present(out, INFRASTRUCTURE_RELAY, key, INFRASTRUCTURE_TOLD_OVER,
			     bytes_of(NULL, 0));
}

static void end(void *session, const struct step *s, struct effects *out)
{
	const struct signalling *g = session;
	struct message m = { .type = MESSAGE_CONNECTION_ENDED,
			     .as.connection_ended = { .association = g->association } };
	forget(session, s, out);
	effects_send(out, SCP_LINK, 0, &m);
}

/* What both ends said last is still on its way over signalling and relay. */
static void wait_to_end(void *session, const struct step *s, struct effects *out)
{
	const struct signalling *g = session;
	struct infrastructure_key k;
	(void)s;
	effects_tell_present(out, INFRASTRUCTURE_RELAY, infrastructure_key_of(g->association, &k),
			     INFRASTRUCTURE_TOLD_LEAVING, bytes_of(NULL, 0));
	effects_timer_set(out, TIMER_LEAVE, SECONDS_NS(LEAVE_S));
}

static void end_at_once(void *session, const struct step *s, struct effects *out)
{
	effects_timer_clear(out, TIMER_LEAVE);
	forget(session, s, out);
}

static void hang_up(void *session, const struct step *s, struct effects *out)
{
	forget(session, s, out);
	effects_close(out, SIGNALLING, 0);
}

/* The device is at the other end still, and must not take its tunnel for one that stands. */
static void expel(void *session, const struct step *s, struct effects *out)
{
	end(session, s, out);
	effects_close(out, SIGNALLING, 0);
}

static void associate_anew(void *session, const struct step *s, struct effects *out)
{
	end(session, s, out);
	associate(session, s, out);
}

static void grant(void *session, const struct step *s, struct effects *out)
{
	const struct signalling *g = session;
	struct message m = { .type = MESSAGE_TUNNEL_GRANTED,
			     .as.tunnel_granted = { .association = g->association } };
	(void)s;
	effects_send(out, SIGNALLING, 0, &m);
}

static void signal_up(void *session, const struct step *s, struct effects *out)
{
	(void)session;
	infrastructure_forward(s, SCP_LINK, MESSAGE_RELAYED_SIGNAL, out);
}

static void signal_down(void *session, const struct step *s, struct effects *out)
{
	const struct signalling *g = session;
	struct message m = { .type = MESSAGE_SIGNAL_DATA,
			     .as.carried = { .association = g->association, .payload = s->told } };
	effects_send(out, SIGNALLING, 0, &m);
}

static const char *const device_states[] = { [AWAIT_REQUEST] = "await request",
					     [AWAIT_GATEWAY] = "await gateway",
					     [RELAYING] = "relaying",
					     [LEAVING] = "leaving",
					     [GONE] = "gone" };
static const struct stimulus_spec device_stimuli[] = {
	[REQUEST] = { "tunnel request", STIMULUS_MESSAGE, MESSAGE_TUNNEL_REQUEST, SIGNALLING,
		      NULL },
	[GRANTED] = { "gateway granted", STIMULUS_TOLD, INFRASTRUCTURE_TOLD_GRANTED, CHANNEL_ANY,
		      NULL },
	[SIGNAL_UP] = { "signal data", STIMULUS_MESSAGE, MESSAGE_SIGNAL_DATA, SIGNALLING, NULL },
	[SIGNAL_DOWN] = { "signal from gateway", STIMULUS_TOLD, INFRASTRUCTURE_TOLD_SIGNAL,
			  CHANNEL_ANY, NULL },
	[DEVICE_CLOSED] = { "device closed", STIMULUS_PEER_CLOSED, 0, SIGNALLING, NULL },
	[DEVICE_LOST] = { "device lost", STIMULUS_PEER_FAILED, 0, SIGNALLING, NULL },
	[GATEWAY_LOST] = { "gateway lost", STIMULUS_TOLD, INFRASTRUCTURE_TOLD_GATEWAY_LOST,
			   CHANNEL_ANY, NULL },
	[LEFT] = { "device has left", STIMULUS_TIMER, TIMER_LEAVE, CHANNEL_ANY, NULL },
};
static const struct machine device_machine = {
	.name = "infrastructure.device",
	.states = device_states,
	.states_count = DEVICE_STATES,
	.stimuli = device_stimuli,
	.stimuli_count = DEVICE_STIMULI,
	.final = 1u << GONE,
	.unexpected = GONE,
	.rows = device_rows,
	.rows_count = sizeof device_rows / sizeof *device_rows,
	.session_size = sizeof(struct signalling),
};

/* ---- the actor ---- */

static const struct machine *const machines[] = { [INFRASTRUCTURE_LINK] = &link_machine,
						  [INFRASTRUCTURE_DEVICE] = &device_machine,
						  [INFRASTRUCTURE_RELAY] =
							  &infrastructure_relay_machine };
static const struct listen listens[] = { { SCP_LINK, INFRASTRUCTURE_LINK },
					 { SIGNALLING, INFRASTRUCTURE_DEVICE },
					 { RELAY, INFRASTRUCTURE_RELAY } };
static const char *const tables[INFRASTRUCTURE_TABLES] = { [INFRASTRUCTURE_ASSOCIATIONS] =
								   "associations" };

const struct actor_class infrastructure_actor = { .name = "infrastructure",
						  .machines = machines,
						  .machines_count = 3,
						  .listens = listens,
						  .listens_count = 3,
						  .tables = tables,
						  .tables_count = INFRASTRUCTURE_TABLES };
